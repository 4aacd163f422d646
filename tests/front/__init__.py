"""What stands between the web server and Django: real servers, slow clients, full disks, a database that hangs."""
