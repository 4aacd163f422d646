"""The Django project around the one app, portmatrix: settings, environment, URLs, WSGI."""
