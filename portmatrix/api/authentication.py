"""How a program authenticates: `Authorization: Token …`."""

import re

from django.utils import timezone
from knox.auth import TokenAuthentication as KnoxTokenAuthentication
from rest_framework.exceptions import AuthenticationFailed


class TokenAuthentication(KnoxTokenAuthentication):
    """Refuses a wrong or expired token everywhere, also where no token is needed, so that its owner notices."""

    def authenticate_credentials(self, token: bytes):
        """Return (user, token). Raises `AuthenticationFailed`, also for bytes that no token contains."""
        if not re.fullmatch(rb"[0-9a-f]+", token):
            raise AuthenticationFailed("Invalid token.")
        return super().authenticate_credentials(token)

    def _cleanup_token(self, auth_token) -> bool:
        """Return whether the token has expired. Unlike knox, keep it: an administrator can then see why a program was
        refused.
        """
        return auth_token.expiry is not None and auth_token.expiry < timezone.now()
