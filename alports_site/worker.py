"""What each worker process of the web server loads: the application, and when the worker stops."""

from .processes import heed_the_parent_alone, leave_name

leave_name()
heed_the_parent_alone()  # before the application starts a thread, which would keep its own signals

from . import wsgi  # sets Django up, which the import after it needs
from .front.app import Front

application = Front(wsgi.application)

__all__ = ["application"]
