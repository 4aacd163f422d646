"""The WSGI entry point that the web server loads."""

import os

from django.core.wsgi import get_wsgi_application
from django.urls import get_resolver

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "alports_site.settings")

application = get_wsgi_application()

_ = get_resolver().url_patterns  # which imports every view: the first visitor need not wait for that
