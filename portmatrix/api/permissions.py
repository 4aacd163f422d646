"""Who may do what in the API. What a user may not see does not exist for that user: 404, not 403."""

from django.conf import settings
from rest_framework.permissions import SAFE_METHODS, BasePermission

from ..permissions import edits_deployments, edits_overrides, sees_deployments, sees_overrides
from .not_found import nothing_here


class MayReadMatrix(BasePermission):
    """Anyone may read the matrix, unless the installation shows it only to users who are logged in."""

    def has_permission(self, request, view):
        return settings.PUBLIC_MATRIX or request.user.is_authenticated


class ReadPermission(BasePermission):
    """Users for whom `sees` is true may read. For others the address does not exist."""

    sees = None  # a function of the user

    def has_permission(self, request, view):
        if not settings.PUBLIC_MATRIX and not request.user.is_authenticated:
            return False
        if not self.sees(request.user):
            raise nothing_here(request.user)
        return True


class EditPermission(ReadPermission):
    """Users for whom `edits` is true may write as well, except with a read-only token."""

    edits = None  # a function of the user
    refusal = ""  # the message for users who may only read

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


class MayReadOrEditOverrides(EditPermission):
    sees, edits = staticmethod(sees_overrides), staticmethod(edits_overrides)
    refusal = "Only editors move ports."


class MayReadDeployments(ReadPermission):
    sees = staticmethod(sees_deployments)


class MayReadOrEditDeployments(EditPermission):
    sees, edits = staticmethod(sees_deployments), staticmethod(edits_deployments)
    refusal = "Only editors change deployments."
