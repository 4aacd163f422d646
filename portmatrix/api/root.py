"""The start of the API, and the answer at every address below it that does not exist."""

from django.http import HttpResponsePermanentRedirect
from django.urls import Resolver404, resolve
from drf_spectacular.utils import extend_schema
from rest_framework.permissions import SAFE_METHODS
from rest_framework.response import Response
from rest_framework.reverse import reverse
from rest_framework.views import APIView

from ..permissions import sees_deployments, sees_overrides
from .base import StrictQueryMixin, VaryByUserMixin
from .not_found import nothing_here
from .permissions import MayReadMatrix

CATALOGUE = ("component", "port", "connection", "statement", "assumption")
PRIVATE = {"override": sees_overrides, "deployment": sees_deployments}  # listing: whether a user sees it


class Root(StrictQueryMixin, APIView):
    """Links to everything that the user may see."""

    permission_classes = [MayReadMatrix]

    @extend_schema(
        operation_id="root",
        tags=["root"],
        responses={200: {"type": "object", "additionalProperties": {"type": "string", "format": "uri"}}},
    )
    def get(self, request):
        listings = [*CATALOGUE, *(name for name, sees in PRIVATE.items() if sees(request.user)), "firewall-platform"]
        links = {f"{name}s": reverse(f"api:{name}-list", request=request) for name in listings}
        links |= {name: reverse(f"api:{name}", request=request) for name in ("schema", "docs")}
        return Response(links)


@extend_schema(exclude=True)
class NotFoundView(VaryByUserMixin, APIView):
    """404 in JSON. An address that only lacks its final slash is redirected, as outside the API."""

    permission_classes = []

    def initial(self, request, *args, **kwargs):
        super().initial(request, *args, **kwargs)
        if request.method not in SAFE_METHODS or not self.exists_with_slash(request):
            raise nothing_here(request.user)

    def get(self, request):
        return HttpResponsePermanentRedirect(request._request.get_full_path(force_append_slash=True))

    @staticmethod
    def exists_with_slash(request):
        try:
            return resolve(f"{request.path_info}/").url_name != "nothing"
        except Resolver404:
            return False
