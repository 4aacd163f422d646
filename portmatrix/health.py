"""Two questions of a load balancer or supervisor: is the process alive, and can it serve?"""

from django.db import DatabaseError
from django.http import JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from .models import Connection


@never_cache
@require_safe
def alive(request):
    """200 as long as the process answers."""
    return JsonResponse({"status": "alive"})


@never_cache
@require_safe
def ready(request):
    """200 if the database answers and the catalogue is loaded; else 503 with the reason."""
    try:
        loaded = Connection.objects.exists()
    except DatabaseError:
        return JsonResponse({"status": "not ready", "reason": "The database does not answer."}, status=503)
    if not loaded:
        return JsonResponse({"status": "not ready", "reason": "The catalogue is not loaded."}, status=503)
    return JsonResponse({"status": "ready"})
