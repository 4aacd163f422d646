"""An existing database is brought up to date with all that it holds."""

import pytest
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

APP = "portmatrix"


def migrate(name):
    """Migrate to a state; return its `apps`."""
    executor = MigrationExecutor(connection)
    executor.migrate([(APP, name)])
    return executor.loader.project_state([(APP, name)]).apps


@pytest.mark.django_db(transaction=True)
def test_a_catalogue_with_users_work_is_kept():
    """From 0004 on: ports get the slugs that they had, and everything else stays."""
    newest = MigrationExecutor(connection).loader.graph.leaf_nodes(APP)[0][1]
    try:
        before = migrate("0004_catalogue_loads")
        Component, Port, Override = (before.get_model(APP, name) for name in ("Component", "Port", "PortOverride"))
        host = Component.objects.create(slug="x" * 120, name="Box", kind="server")
        guest = Component.objects.create(slug="guest", name="Guest", kind="server", host=host, group=host)
        port = Port.objects.create(component=host, transport="udp", number=65535)
        Port.objects.create(component=guest, transport="tcp", number=1, application="HTTP")
        Override.objects.create(port=port, number=443, reason="CHG-1")
        after = migrate(newest)
        rows = after.get_model(APP, "Port").objects.filter(component__in=[host.pk, guest.pk]).order_by("pk")
        assert list(rows.values_list("slug", "number", "overrides__number")) == [
            (f"{'x' * 120}-udp-65535", 65535, 443),
            ("guest-tcp-1", 1, None),
        ]
        Component = after.get_model(APP, "Component")
        facts = ("host__slug", "group__slug", "platform", "needs", "aliases", "file_share", "always_in_use")
        assert Component.objects.filter(slug="guest").values_list(*facts).get() == (
            *(host.slug, host.slug, None, None, None),
            *(False, False),
        )
    finally:
        migrate(newest)
