"""Every 404 of the API: for what does not exist, and, looking the same, for what the user may not see."""

from rest_framework.exceptions import NotFound

from ..models import Deployment
from ..naming import Unknown, unknown

NOTHING_HERE = "There is nothing at this address."
MAY_NEED_LOGIN = f"{NOTHING_HERE} If it needs a login, log in or send a token: “Authorization: Token …”."


def nothing_here(user) -> NotFound:
    """An address that does not exist, or that the user may not see: the two look alike."""
    return NotFound(NOTHING_HERE if user.is_authenticated else MAY_NEED_LOGIN)


def no_object(name: Unknown) -> NotFound:
    """An address with the name of no object; the message suggests the nearest one."""
    return NotFound(str(name))


def no_deployment(slug: str) -> NotFound:
    """An address with the slug of no deployment. Only for users who may see deployments: it suggests one."""
    return no_object(unknown("deployment", slug, dict(Deployment.objects.values_list("slug", "name")), most=0))


def no_override(key: int) -> NotFound:
    """An address with the key of no override, or of one that the user may not see."""
    return NotFound(f"No override {key}.")
