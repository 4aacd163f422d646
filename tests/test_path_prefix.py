"""Below a path: everything that alports writes leads to where it is served."""

import json
import re
from html.parser import HTMLParser
from urllib.parse import urljoin, urlsplit

import pytest
from django.conf import settings

from .support.served import ADMIN, served

PREFIX = "/tools/alports"
ADDRESSES = ("href", "src", "action", "formaction", "content", "poster", "hx-get", "hx-post", "hx-put", "hx-delete")

pytestmark = [pytest.mark.timeout(300), pytest.mark.process]


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    with served(tmp_path_factory.mktemp("prefix"), ALPORTS_PATH_PREFIX=PREFIX) as visitors:
        yield visitors


@pytest.fixture
def anybody(site):
    return site()


@pytest.fixture(scope="module")
def ann(site):
    """An administrator who is signed in, on a site with the example of a deployment."""
    visitor = site()
    name, password = ADMIN.values()
    assert visitor.post(f"{PREFIX}/accounts/login/", username=name, password=password).status == 302
    [token] = set(re.findall(r'name="csrfmiddlewaretoken" value="([^"]+)"', visitor.get(f"{PREFIX}/deployments/").text))
    made = visitor.send_form(f"{PREFIX}/deployments/_example/", csrfmiddlewaretoken=token)
    assert made.headers["Location"].startswith(f"{PREFIX}/deployments/")
    return visitor


class Links(HTMLParser):
    """Collects (tag, attribute, value) of whatever in a page is an address."""

    def __init__(self, text):
        super().__init__()
        self.found = []
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        for name, value in attrs:
            absolute = (value or "").startswith(("/", "http://127.0.0.1"))
            if (name in ADDRESSES and value) or (name.startswith(("hx-", "data-")) and absolute):
                self.found.append((tag, name, value))


def paths_of(page, text):
    """(tag, attribute, path) of what leads to this host, whole paths."""
    for tag, name, value in Links(text).found:
        if tag == "meta" and not value.startswith(("/", "http")):
            continue
        target = urlsplit(urljoin(f"http://127.0.0.1{page}", value))
        if target.hostname == "127.0.0.1" and target.scheme == "http":
            yield tag, name, target.path


def test_no_address_of_any_page_leads_elsewhere_and_none_is_broken(ann):
    waiting = [f"{PREFIX}/", f"{PREFIX}/admin/", f"{PREFIX}/search/?q=3509"]  # no link leads to the last two
    seen, outside, broken = set(waiting), [], []
    while waiting:
        page = waiting.pop()
        answer = ann.get(page)
        if answer.status == 404 or answer.status >= 500:
            broken.append((page, answer.status))
        if answer.headers.get("Location"):
            found = [("redirect", "href", urlsplit(urljoin(page, answer.headers["Location"])).path)]
        elif "text/html" in (answer.headers["Content-Type"] or ""):
            found = list(paths_of(page, answer.text))
        else:
            continue
        for tag, name, path in found:
            if not path.startswith(f"{PREFIX}/"):
                outside.append((page, tag, name, path))
            elif tag in ("a", "link", "script", "img", "redirect") and path not in seen:
                seen.add(path)
                waiting.append(path)
    assert (outside, broken) == ([], [])
    wanted = ("/", "/connections/", "/ports/443/", "/overrides/", "/api/docs/", "/admin/auth/user/")
    assert {f"{PREFIX}{path}" for path in wanted} <= seen
    assert any(re.fullmatch(rf"{PREFIX}/deployments/[a-z-]+/rules/", path) for path in seen)


def test_styles_name_only_what_lies_below(ann):
    for style in {path for _, name, path in paths_of("/", ann.get(f"{PREFIX}/").text) if path.endswith(".css")}:
        assert not re.findall(r"url\([\"']?/(?!tools/alports/)", ann.get(style).text)


@pytest.mark.parametrize(
    "path", ["/", "/connections/", "/api/", "/static/admin/css/base.css", "/tools/", "/tools/alportsx/"]
)
def test_what_lies_beside_is_not_found(anybody, path):
    answer = anybody.get(path)
    assert answer.status == 404
    assert f'href="{PREFIX}/"' in answer.text
    assert answer.headers["X-Content-Type-Options"] == "nosniff"


@pytest.mark.parametrize("probe", ["healthz", "readyz"])
@pytest.mark.parametrize("before", ["", PREFIX])
def test_probes_are_answered_with_and_without(anybody, before, probe):
    assert anybody.get(f"{before}/{probe}").status == 200


def test_the_prefix_without_its_slash_leads_to_the_start(anybody):
    answer = anybody.get(f"{PREFIX}?port=443")
    assert (answer.status, answer.headers["Location"]) == (301, f"{PREFIX}/?port=443")


def test_a_missing_slash_is_added_below(anybody):
    assert anybody.get(f"{PREFIX}/ports").headers["Location"] == f"{PREFIX}/ports/"
    assert anybody.get(f"{PREFIX}/api/ports").headers["Location"] == f"{PREFIX}/api/ports/"


def test_signing_in_leads_back(site):
    visitor = site()
    login = visitor.get(f"{PREFIX}/overrides/").headers["Location"]
    assert login == f"{PREFIX}/accounts/login/?next={PREFIX}/overrides/"
    name, password = ADMIN.values()
    answer = visitor.post(f"{PREFIX}/accounts/login/", username=name, password=password)
    assert answer.headers["Location"] == f"{PREFIX}/"
    paths = dict(re.findall(r"^(\w+)=.*; Path=([^;]*)", "\n".join(answer.headers.get_all("Set-Cookie")), re.MULTILINE))
    assert paths == {"csrftoken": PREFIX, "sessionid": PREFIX}


def test_the_api_names_itself_below(anybody, ann):
    links = json.loads(ann.get(f"{PREFIX}/api/").text)
    page = json.loads(anybody.get(f"{PREFIX}/api/connections/?limit=2").text)
    addresses = [*links.values(), page["next"]]
    assert {urlsplit(address).path.startswith(f"{PREFIX}/api/") for address in addresses} == {True}
    assert anybody.get(urlsplit(page["next"]).path + "?" + urlsplit(page["next"]).query).status == 200


def test_the_schema_says_where_the_api_is(anybody):
    schema = json.loads(anybody.get(f"{PREFIX}/api/schema/?format=json").text)
    assert schema["servers"] == [{"url": PREFIX}]
    assert "/api/connections/" in schema["paths"]


def test_an_unknown_address_of_the_api_is_answered_in_json(anybody):
    answer = anybody.get(f"{PREFIX}/api/nothing/")
    assert (answer.status, list(json.loads(answer.text))) == (404, ["detail"])


def test_the_nearest_address_is_suggested(anybody):
    assert f'href="{PREFIX}/components/appliance/"' in anybody.get(f"{PREFIX}/components/aplliance/").text


def test_no_script_holds_an_address():
    for script in (settings.BASE_DIR / "portmatrix" / "static" / "portmatrix" / "js").glob("*.js"):
        assert not re.findall(r"[\"'`]/[a-z]|path=/", script.read_text()), script.name
