"""What stands between the web server and Django: an ASGI application that runs Django's WSGI application in threads.

An event loop takes every request. It answers `/healthz` itself, reads bodies (bounded in size and time) before a thread
is taken, and gives each kind of request threads of its own: whoever waits for a lock of the database holds up nobody
who reads. Work that is too much for this interpreter is done in a process of its own. No database is touched here.

app.py      the application: a request's way through it
answer.py   what a request gets, and how a WSGI application is called
bodies.py   reading a body
lanes.py    threads, a fixed number for each kind of request
heavy.py    the process for heavy work, child.py what runs in it
"""
