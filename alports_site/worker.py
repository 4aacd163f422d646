"""What each worker process of the web server loads: the application, and when the worker ends."""

from .processes import end_with_parent, release_inherited_name

release_inherited_name()
end_with_parent()  # before the application starts threads, which inherit which signals are blocked

from . import wsgi  # sets Django up, which the next import needs
from .front.app import Front

application = Front(wsgi.application)

__all__ = ["application"]
