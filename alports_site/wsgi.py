"""Django's WSGI application, which the workers run."""

import os

from django.core.wsgi import get_wsgi_application
from django.urls import get_resolver

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "alports_site.settings")

application = get_wsgi_application()

_ = get_resolver().url_patterns  # imports every view now, so that the first visitor does not wait for that
