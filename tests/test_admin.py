"""Django's admin: overrides by the same rules as everywhere, the catalogue to look at, tokens to revoke."""

import pytest
from django.urls import reverse

from portmatrix.deployments import service as store
from portmatrix.models import Component, PortOverride

from .support.deployments import deployment
from .support.helpers import editor, get_port, override_port, staff

pytestmark = pytest.mark.django_db

PVS, HYPER_V = "citrix-provisioning-connector-tcp-3509", "hyper-v-connector-tcp-3512"
ADD = "/admin/portmatrix/portoverride/add/"
LIST = "/admin/portmatrix/portoverride/"
PAGES = [
    "component",
    "port",
    "connection",
    "statement",
    "assumption",
    "portoverride",
    "apitoken",
    "deployment",
    "endpoint",
]


@pytest.fixture
def admin(client):
    client.force_login(staff())
    return client


def form(slug, number, reason="CHG-1042"):
    return {"port": get_port(slug).pk, "number": number, "reason": reason}


def messages_of(response):
    return [str(message) for message in response.context["messages"]]


@pytest.mark.parametrize("model", PAGES)
def test_every_list_and_search_answers(admin, model):
    assert admin.get(f"/admin/portmatrix/{model}/").status_code == 200
    assert admin.get(f"/admin/portmatrix/{model}/", {"q": "log"}).status_code in (200, 302)


@pytest.mark.parametrize("model", PAGES[:5])
def test_the_catalogue_can_only_be_looked_at(admin, model):
    assert admin.get(f"/admin/portmatrix/{model}/add/").status_code == 403
    pk = Component.objects.first().pk if model == "component" else None
    if pk:
        assert admin.get(f"/admin/portmatrix/component/{pk}/change/").status_code == 200
        assert admin.post(f"/admin/portmatrix/component/{pk}/change/", {"name": "x"}).status_code == 403
        assert admin.post(f"/admin/portmatrix/component/{pk}/delete/", {"post": "yes"}).status_code == 403


def test_a_component_is_found_and_shown_with_its_aliases(admin):
    component = Component.objects.get(slug="citrix-hypervisor")
    found = admin.get("/admin/portmatrix/component/", {"q": "xenserver"})
    assert [row.slug for row in found.context["cl"].queryset] == ["citrix-hypervisor", "citrix-hypervisor-connector"]
    page = admin.get(f"/admin/portmatrix/component/{component.pk}/change/").content.decode()
    assert "Citrix XenServer" in page
    assert 'name="aliases-0-name"' not in page


def test_a_deployment_can_be_looked_at_with_its_history(admin):
    made = store.create(deployment(endpoints=[("appliance", "10.20.0.10")]), staff())
    place = made.endpoints.get()
    for model, one in (("deployment", made), ("endpoint", place)):
        path = f"/admin/portmatrix/{model}/"
        assert admin.get(f"{path}{one.pk}/change/").status_code == 200
        assert "stella" in admin.get(f"{path}{one.pk}/history/").content.decode()
        assert admin.get(f"{path}add/").status_code == 403
        assert admin.post(f"{path}{one.pk}/change/", {"name": "x"}).status_code == 403
        assert admin.post(f"{path}{one.pk}/delete/", {"post": "yes"}).status_code == 403
    assert made.endpoints.get() == place


def test_an_override_records_who_and_why(admin):
    assert admin.post(ADD, form(PVS, 13509)).status_code == 302
    override = PortOverride.objects.get()
    assert (override.port, override.number, override.reason) == (get_port(PVS), 13509, "CHG-1042")
    assert override.history.get().history_user == staff()
    page = admin.get(reverse("admin:portmatrix_portoverride_history", args=[override.pk]))
    assert "CHG-1042" in page.content.decode()
    assert "stella" in page.content.decode()


def test_a_collision_stands_at_its_field_and_nothing_is_written(admin):
    response = admin.post(ADD, form(PVS, 3512))
    message = "TCP 3512 is taken on Appliance by Hyper-V connector service. Next free: 3513."
    assert response.context["adminform"].form.errors == {"number": [message]}
    assert not PortOverride.objects.exists()


@pytest.mark.parametrize("number", ["0", "65536", "abc", ""])
def test_a_number_that_is_no_port(admin, number):
    assert "number" in admin.post(ADD, form(PVS, number)).context["adminform"].form.errors
    assert not PortOverride.objects.exists()


def test_a_second_override_of_a_port(admin):
    override_port(PVS, 13509)
    errors = admin.post(ADD, form(PVS, 14509)).context["adminform"].form.errors
    assert "moved already" in str(errors)
    assert PortOverride.objects.get().number == 13509


def test_changing_an_override(admin):
    override = override_port(PVS, 13509)
    assert admin.post(f"{LIST}{override.pk}/change/", form(PVS, 14509)).status_code == 302
    override.refresh_from_db()
    assert override.number == 14509


def test_taking_one_back_is_refused_when_its_default_is_taken(admin):
    moved_away = override_port(HYPER_V, 13512)
    override_port(PVS, 3512)
    response = admin.post(f"{LIST}{moved_away.pk}/delete/", {"post": "yes"}, follow=True)
    assert [message for message in messages_of(response) if "TCP 3512 is taken on Appliance" in message]
    assert PortOverride.objects.filter(pk=moved_away.pk).exists()


def test_several_are_taken_back_together_or_not_at_all(admin):
    moved_away, taker = override_port(HYPER_V, 13512), override_port(PVS, 3512)
    action = {"action": "delete_selected", "post": "yes"}
    response = admin.post(LIST, {**action, "_selected_action": [moved_away.pk]}, follow=True)
    assert [message for message in messages_of(response) if "TCP 3512 is taken on Appliance" in message]
    assert PortOverride.objects.count() == 2
    admin.post(LIST, {**action, "_selected_action": [moved_away.pk, taker.pk]})
    assert not PortOverride.objects.exists()
    assert set(PortOverride.history.filter(history_type="-").values_list("history_user__username", flat=True)) == {
        "stella"
    }


def test_others_do_not_come_in(client):
    client.force_login(editor())
    assert client.get("/admin/").status_code == 302
    client.logout()
    assert client.get(LIST).status_code == 302
