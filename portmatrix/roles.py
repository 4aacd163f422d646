"""Who may do what: the groups Viewers and Editors, made of Django's own permissions so that the admin can show and
change them.
"""

from django.db.models.signals import post_migrate

VIEWERS, EDITORS = "Viewers", "Editors"
SEES_OVERRIDES = "portmatrix.view_portoverride"

PERMISSIONS = {
    VIEWERS: ["view_portoverride", "view_historicalportoverride"],
    EDITORS: [
        "view_portoverride",
        "view_historicalportoverride",
        "add_portoverride",
        "change_portoverride",
        "delete_portoverride",
    ],
}


def connect():
    """Make the groups after every migration of the app."""
    post_migrate.connect(make_groups, dispatch_uid="portmatrix.roles")


def make_groups(app_config, using, **kwargs):
    """Give each group its permissions; what an administrator added stays."""
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


def sees_overrides(user):
    """Whether a user may see who moved a listener and why."""
    return user.has_perm(SEES_OVERRIDES)


def edits_overrides(user):
    """Whether a user may move listeners."""
    return user.has_perms(
        ["portmatrix.add_portoverride", "portmatrix.change_portoverride", "portmatrix.delete_portoverride"]
    )
