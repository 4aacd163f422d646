"""Who may ask what of the API. What one may not see does not exist for one: 404, not 403."""

from django.conf import settings
from django.http import Http404
from rest_framework.permissions import SAFE_METHODS, BasePermission

from ..permissions import edits_deployments, edits_overrides, sees_deployments, sees_overrides

NOTHING_HERE = "There is nothing at this address."
NOTHING_SEEN = f"{NOTHING_HERE} If it needs a login, log in or send a token: “Authorization: Token …”."


def nothing_here(user) -> Http404:
    """One answer for an address that does not exist and for one that the user may not see: the two look alike."""
    return Http404(NOTHING_HERE if user.is_authenticated else NOTHING_SEEN)


class MayReadMatrix(BasePermission):
    """Anyone, unless the installation keeps the matrix to those who are logged in."""

    def has_permission(self, request, view):
        return settings.PUBLIC_MATRIX or request.user.is_authenticated


class MayRead(BasePermission):
    """Who may see it; for anybody else it does not exist."""

    sees = None  # what is asked about the user

    def has_permission(self, request, view):
        if not settings.PUBLIC_MATRIX and not request.user.is_authenticated:
            return False
        if not self.sees(request.user):
            raise nothing_here(request.user)
        return True


class MayReadOrEdit(MayRead):
    """Viewers read, editors write; a token that only reads never writes, whoever it belongs to."""

    edits = None
    refusal = ""

    def has_permission(self, request, view):
        if not super().has_permission(request, view):
            return False
        if request.method in SAFE_METHODS:
            return True
        if getattr(request.auth, "read_only", False):
            self.message = "This token only reads."
            return False
        self.message = self.refusal
        return self.edits(request.user)


class MayReadOrEditOverrides(MayReadOrEdit):
    sees, edits = staticmethod(sees_overrides), staticmethod(edits_overrides)
    refusal = "Only editors move ports."


class MayReadDeployments(MayRead):
    sees = staticmethod(sees_deployments)


class MayReadOrEditDeployments(MayReadOrEdit):
    sees, edits = staticmethod(sees_deployments), staticmethod(edits_deployments)
    refusal = "Only editors change deployments."
