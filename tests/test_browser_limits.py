"""What browsers are told behind a TLS proxy and without one: cookies, HSTS, what they must not do."""

import json
import os
import re
import subprocess
import sys

import pytest
from django.conf import settings

from .support.served import ADMIN, served

pytestmark = [pytest.mark.timeout(300), pytest.mark.process]

SETTINGS = (
    "SESSION_COOKIE_NAME",
    "CSRF_COOKIE_NAME",
    "SESSION_COOKIE_PATH",
    "CSRF_COOKIE_PATH",
    "SESSION_COOKIE_SECURE",
    "CSRF_COOKIE_SECURE",
    "SECURE_HSTS_SECONDS",
    "SECURE_HSTS_INCLUDE_SUBDOMAINS",
    "SECURE_HSTS_PRELOAD",
)
READ = "import json; from alports_site import settings as s; print(json.dumps([getattr(s, n) for n in {!r}]))"
YEAR = 365 * 24 * 60 * 60


@pytest.fixture(scope="module")
def data_dir(tmp_path_factory):
    return tmp_path_factory.mktemp("https")


@pytest.fixture(scope="module")
def behind_tls(data_dir):
    """A site behind a TLS proxy, and a function that makes visitors who come through that proxy."""
    with served(data_dir, ALPORTS_HTTPS="true") as visitors:
        yield lambda: visitors(**{"X-Forwarded-Proto": "https", "Host": "localhost", "Origin": "https://localhost"})


@pytest.mark.parametrize(
    ("variables", "expected"),
    [
        ({}, ["sessionid", "csrftoken", "/", "/", False, False, 0, False, False]),
        (
            {"ALPORTS_PATH_PREFIX": "/alports"},
            ["sessionid", "csrftoken", "/alports", "/alports", False, False, 0, False, False],
        ),
        (
            {"ALPORTS_HTTPS": "true"},
            ["__Host-sessionid", "__Host-csrftoken", "/", "/", True, True, YEAR, False, False],
        ),
        (
            {"ALPORTS_HTTPS": "true", "ALPORTS_PATH_PREFIX": "/a/b"},
            ["__Secure-sessionid", "__Secure-csrftoken", "/a/b", "/a/b", True, True, YEAR, False, False],
        ),
        (
            {"ALPORTS_HTTPS": "true", "ALPORTS_HSTS_SUBDOMAINS": "true", "ALPORTS_HSTS_PRELOAD": "true"},
            ["__Host-sessionid", "__Host-csrftoken", "/", "/", True, True, YEAR, True, True],
        ),
    ],
)
def test_cookies_and_hsts_follow_the_environment(tmp_path, variables, expected):
    ours = {name: value for name, value in os.environ.items() if not name.startswith("ALPORTS_")}
    ended = subprocess.run(
        [sys.executable, "-c", READ.format(SETTINGS)],
        cwd=settings.BASE_DIR,
        env={**ours, "ALPORTS_DATA_DIR": str(tmp_path), **variables},
        capture_output=True,
        check=True,
        text=True,
    )
    assert json.loads(ended.stdout) == expected


def test_cookies_behind_tls_are_bound_to_this_host(behind_tls):
    name, password = ADMIN.values()
    answer = behind_tls().post("/accounts/login/", username=name, password=password)
    assert (answer.status, answer.headers["Location"]) == (302, "/")
    cookies = {line.partition("=")[0]: line.lower() for line in answer.headers.get_all("Set-Cookie")}
    assert set(cookies) == {"__Host-csrftoken", "__Host-sessionid"}
    for line in cookies.values():
        assert set(re.findall(r"; ([a-z]+)", line)) == {"expires", "httponly", "max", "path", "samesite", "secure"}
        assert "; path=/;" in f"{line};"


def test_a_message_survives_a_redirect_without_a_cookie_of_its_own(behind_tls):
    visitor = behind_tls()
    name, password = ADMIN.values()
    visitor.post("/accounts/login/", username=name, password=password)
    assert visitor.post("/deployments/_new/", name="Ulm", slug="ulm").status == 302
    assert visitor.post("/deployments/ulm/edit/", name="Ulm am See", slug="ulm").status == 302
    assert set(visitor.cookies) == {"__Host-csrftoken", "__Host-sessionid"}
    assert "Ulm am See is saved." in visitor.get("/deployments/ulm/").text


def test_hsts_is_for_this_host_alone(behind_tls):
    assert behind_tls().get("/").headers["Strict-Transport-Security"] == f"max-age={YEAR}"


def hashed(data_dir, name):
    [manifest] = data_dir.rglob("staticfiles.json")
    return json.loads(manifest.read_text())["paths"][name]


def test_every_answer_says_what_browsers_must_not_do(behind_tls, data_dir):
    visitor = behind_tls()
    picture = f"/static/{hashed(data_dir, 'portmatrix/card.png')}"
    for path in ("/", "/nothing/", "/api/", "/api/docs/", "/admin/login/", "/ports", picture):
        headers = visitor.get(path).headers
        assert headers["Cross-Origin-Resource-Policy"] == "same-origin", path
        assert "camera=()" in headers["Permissions-Policy"], path
        assert "clipboard-write=(self)" in headers["Permissions-Policy"], path
        assert headers["Access-Control-Allow-Origin"] is None, path


def test_plain_http_is_sent_on_except_for_probes(behind_tls):
    visitor = behind_tls()
    visitor.headers.pop("X-Forwarded-Proto")
    assert visitor.get("/ports/").headers["Location"] == "https://localhost/ports/"
    assert visitor.get("/healthz").status == 200


@pytest.mark.browser
def test_the_browser_knows_every_feature_that_is_forbidden(page):
    said = []
    page.on("console", lambda message: said.append(message.text))
    page.goto("/ports/")
    assert said == []
