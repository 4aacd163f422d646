"""Who may do what: the groups Viewers and Editors. They consist of Django's own permissions, so that the admin can show
and change them.
"""

from collections.abc import Iterable
from typing import Any, Protocol

from django.apps import AppConfig
from django.db.models.signals import post_migrate


class User(Protocol):
    """A user of Django's, or somebody who is not signed in."""

    def has_perm(self, perm: str) -> bool: ...
    def has_perms(self, perm_list: Iterable[str]) -> bool: ...


VIEWERS, EDITORS = "Viewers", "Editors"
SEES_OVERRIDES = "portmatrix.view_portoverride"
SEES_DEPLOYMENTS = "portmatrix.view_deployment"
WRITES = ("add", "change", "delete")

# To see or edit a deployment's components, endpoints and overrides, users need the permission for the deployment only.
# The groups have the permissions for these models too, because Django's admin asks for them.
MODELS = ("portoverride", "deployment", "endpoint", "componentinuse")
READING = [f"view_{history}{model}" for model in MODELS for history in ("", "historical")]
WRITING = [f"{verb}_{model}" for model in MODELS for verb in WRITES]
PERMISSIONS = {VIEWERS: READING, EDITORS: [*READING, *WRITING]}


def connect() -> None:
    """Make the groups after every migration of the app."""
    post_migrate.connect(make_groups, dispatch_uid="portmatrix.permissions")


def make_groups(app_config: AppConfig, using: str, **kwargs: Any) -> None:
    """Make the groups and give them their permissions; permissions that an administrator added stay."""
    if app_config.name != "portmatrix":
        return
    from django.contrib.auth.management import create_permissions
    from django.contrib.auth.models import Group, Permission

    create_permissions(app_config, verbosity=0, using=using)
    for name, codenames in PERMISSIONS.items():
        group, _ = Group.objects.using(using).get_or_create(name=name)
        permissions = Permission.objects.using(using).filter(
            content_type__app_label="portmatrix", codename__in=codenames
        )
        group.permissions.add(*permissions)


def sees_overrides(user: User) -> bool:
    """Whether a user may see who overrode a port and why."""
    return user.has_perm(SEES_OVERRIDES)


def edits_overrides(user: User) -> bool:
    """Whether a user may override ports."""
    return user.has_perms([f"portmatrix.{verb}_portoverride" for verb in WRITES])


def sees_deployments(user: User) -> bool:
    """Whether a user may see deployments with all that belongs to them, and their rules."""
    return user.has_perm(SEES_DEPLOYMENTS)


def edits_deployments(user: User) -> bool:
    """Whether a user may make, change and remove deployments, their overrides included."""
    return user.has_perms([f"portmatrix.{verb}_deployment" for verb in WRITES])
