"""Between granian and Django: an ASGI application that runs Django's WSGI application in threads.

An event loop takes every request. It answers `/healthz` itself and reads each body, of a limited size and within a
limited time, before a thread is used. Reads, writes and probes have separate threads, so that writes that wait for a
lock of the database do not delay reads. Heavy requests (portmatrix/workload.py) run in processes of their own. Nothing
here uses the database; only the threads do.

app.py      the application: a request from the event loop to Django and back
answer.py   an answer as bytes, and calling a WSGI application
bodies.py   reading a body
threads.py  a fixed number of threads for each kind of request
heavy.py    the processes for heavy requests; child.py is the program that runs in them
"""
