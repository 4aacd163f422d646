"""How a program says who it is: `Authorization: Token …`."""

import re

from django.utils import timezone
from knox.auth import TokenAuthentication as KnoxTokenAuthentication
from rest_framework.exceptions import AuthenticationFailed


class TokenAuthentication(KnoxTokenAuthentication):
    """A token that is unknown or has expired is refused, also where nobody needs one: a script has to notice."""

    def authenticate_credentials(self, token: bytes):
        """Return (user, token). Raises `AuthenticationFailed`, also for bytes that no token has."""
        if not re.fullmatch(rb"[0-9a-f]+", token):
            raise AuthenticationFailed("Invalid token.")
        return super().authenticate_credentials(token)

    def _cleanup_token(self, auth_token) -> bool:
        """Whether the token has expired. It stays stored, so that an administrator sees why a program was refused."""
        return auth_token.expiry is not None and auth_token.expiry < timezone.now()
