"""The start of the API, and what stands at every address below it that does not exist."""

from django.http import HttpResponsePermanentRedirect
from django.urls import Resolver404, resolve
from drf_spectacular.utils import extend_schema
from rest_framework.permissions import SAFE_METHODS
from rest_framework.response import Response
from rest_framework.reverse import reverse
from rest_framework.views import APIView

from ..permissions import sees_deployments, sees_overrides
from .permissions import MayReadMatrix, nothing_here
from .views import Strict, Varied

LISTINGS = ["component", "port", "connection", "statement", "assumption"]


class Root(Strict, APIView):
    """Links to everything that the user may see."""

    permission_classes = [MayReadMatrix]

    @extend_schema(
        operation_id="root",
        tags=["root"],
        responses={200: {"type": "object", "additionalProperties": {"type": "string", "format": "uri"}}},
    )
    def get(self, request):
        hidden = {"override": sees_overrides, "deployment": sees_deployments}
        names = [*LISTINGS, *(name for name, sees in hidden.items() if sees(request.user))]
        names.append("firewall-platform")
        links = {f"{name}s": reverse(f"api:{name}-list", request=request) for name in names}
        links |= {name: reverse(f"api:{name}", request=request) for name in ("schema", "docs")}
        return Response(links)


@extend_schema(exclude=True)
class Nothing(Varied, APIView):
    """404 in JSON. An address that only lacks its closing slash is led to the right one, as outside the API."""

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
