"""Who may do what through the API: a table of people, methods and addresses; sessions and private installations."""

import pytest
from django.test import Client

from portmatrix.models import PortOverride

from .support.api_calls import client_of, get
from .support.helpers import editor, outsider, override_port, staff, viewer

pytestmark = pytest.mark.django_db

PVS = "citrix-provisioning-connector-tcp-3509"
BODY = {"port": PVS, "number": 13510, "reason": "CHG-2"}
LISTING, OBJECT = "/api/overrides/", "/api/overrides/{pk}/"
PUBLIC = [
    "/api/",
    "/api/components/",
    "/api/components/appliance/",
    "/api/ports/",
    "/api/ports/appliance-tcp-443/",
    "/api/connections/",
    "/api/connections/appliance-to-azure-communication/",
    "/api/statements/",
    "/api/statements/internal/1/",
    "/api/assumptions/",
    "/api/assumptions/both-ports/",
]
PEOPLE = {
    "anonymous": lambda: client_of(),
    "outsider": lambda: client_of(outsider()),
    "viewer": lambda: client_of(viewer()),
    "editor": lambda: client_of(editor()),
    "editor, reading token": lambda: client_of(editor(), read_only=True),
    "superuser": lambda: client_of(staff()),
    "superuser, reading token": lambda: client_of(staff(), read_only=True),
}
HERE = "There is nothing at this address."
HIDDEN = f"{HERE} If it needs a login, log in or send a token: “Authorization: Token …”."

# What each person is answered: GET listing, GET object, POST, PUT, PATCH, DELETE.
TABLE = {
    "anonymous": [404, 404, 404, 404, 404, 404],
    "outsider": [404, 404, 404, 404, 404, 404],
    "viewer": [200, 200, 403, 403, 403, 403],
    "editor": [200, 200, 400, 200, 200, 204],
    "editor, reading token": [200, 200, 403, 403, 403, 403],
    "superuser": [200, 200, 400, 200, 200, 204],
    "superuser, reading token": [200, 200, 403, 403, 403, 403],
}
CALLS = [("get", LISTING), ("get", OBJECT), ("post", LISTING), ("put", OBJECT), ("patch", OBJECT), ("delete", OBJECT)]


@pytest.mark.parametrize("person", TABLE)
def test_overrides_answer_each_person_by_role(person):
    found = []
    for method, path in CALLS:
        PortOverride.objects.all().delete()
        override = override_port(PVS, 13509)
        response = getattr(PEOPLE[person](), method)(path.format(pk=override.pk), BODY if method != "get" else None)
        found.append(response.status_code)
        changed = not PortOverride.objects.filter(pk=override.pk, number=13509).exists()
        assert changed == (found[-1] in (200, 204) and method != "get"), (method, path)
    assert found == TABLE[person]


@pytest.mark.parametrize("person", PEOPLE)
@pytest.mark.parametrize("path", PUBLIC)
def test_the_matrix_is_readable_by_anyone_and_writable_by_nobody(person, path):
    client = PEOPLE[person]()
    assert client.get(path).status_code == 200
    assert [getattr(client, method)(path).status_code for method in ("post", "put", "patch", "delete")] == [405] * 4


def test_what_one_may_not_see_looks_like_what_does_not_exist():
    override_port(PVS, 13509)
    for path in ("overrides/", "overrides/1/", "overrides/99/", "nothing/"):
        assert get(path).json() == {"detail": HIDDEN}
        assert get(path, outsider()).json() == {"detail": HERE}


def test_a_refused_write_says_why():
    assert client_of(viewer()).post(LISTING, BODY).json() == {"detail": "Only editors move ports."}
    assert client_of(editor(), read_only=True).post(LISTING, BODY).json() == {"detail": "This token only reads."}


@pytest.mark.parametrize(("person", "sees"), [(outsider, False), (viewer, True), (editor, True)])
def test_root_links_to_overrides_for_those_who_see_them(person, sees):
    assert ("overrides" in get("", person()).json()) == sees


class TestSession:
    """A browser that is logged in."""

    def client(self, user, **options):
        client = Client(**options)
        client.force_login(user)
        return client

    def test_it_reads_and_writes_by_the_same_roles(self):
        assert self.client(viewer()).get(LISTING).status_code == 200
        assert self.client(viewer()).post(LISTING, BODY, content_type="application/json").status_code == 403
        assert self.client(editor()).post(LISTING, BODY, content_type="application/json").status_code == 201

    def test_writing_needs_the_csrf_token(self):
        client = self.client(editor(), enforce_csrf_checks=True)
        response = client.post(LISTING, BODY, content_type="application/json")
        assert (response.status_code, response.json()) == (403, {"detail": "CSRF Failed: CSRF cookie not set."})
        assert not PortOverride.objects.exists()

    def test_history_names_its_user(self):
        self.client(editor()).post(LISTING, BODY, content_type="application/json")
        assert PortOverride.history.get().history_user == editor()


class TestPrivateMatrix:
    """An installation with ALPORTS_PUBLIC_MATRIX=false."""

    @pytest.fixture(autouse=True)
    def _private(self, settings):
        settings.PUBLIC_MATRIX = False

    @pytest.mark.parametrize("path", [*PUBLIC, LISTING])
    def test_anonymous_people_have_to_log_in(self, path):
        response = client_of().get(path)
        assert (response.status_code, response["WWW-Authenticate"]) == (401, "Token")
        assert response.json() == {"detail": "Authentication credentials were not provided."}

    @pytest.mark.parametrize("path", PUBLIC)
    def test_everyone_who_is_logged_in_reads_the_matrix(self, path):
        assert client_of(outsider()).get(path).status_code == 200

    def test_exports_are_private_too(self):
        assert get("connections/?format=csv").status_code == 401

    @pytest.mark.parametrize("path", ["/api/schema/", "/api/docs/"])
    def test_the_documentation_stays_public(self, path):
        assert client_of().get(path).status_code == 200
