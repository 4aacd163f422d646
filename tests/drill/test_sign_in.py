"""One node behind the shipped nginx, below a path: a person signs in, and stays so."""

import http.cookiejar
import re
import ssl
import urllib.error
import urllib.parse
import urllib.request

import pytest

from tests.support import nginx

from .nodes import ADMINISTRATOR, Node, shared_environment

pytestmark = [
    pytest.mark.process,
    pytest.mark.timeout(300),
    pytest.mark.skipif(bool(nginx.missing()), reason=f"not installed: {nginx.missing()}"),
]


@pytest.fixture
def node(tmp_path):
    shared = shared_environment("", f"{nginx.NAME},localhost") | {"ALPORTS_PATH_PREFIX": "/alports"}
    node = Node("a", tmp_path, *nginx.free_ports(1), shared)
    node.start()
    try:
        node.wait_until_ready()
        yield node
    finally:
        node.kill()


@pytest.fixture
def visitor():
    """A function that opens an address with the cookies so far; returns the address it came to and the page."""

    def start(proxy):
        # The certificate is for the site's name; this browser looks for it at localhost.
        context = ssl.create_default_context(cafile=proxy.chain)
        context.check_hostname = False
        cookies = urllib.request.HTTPCookieProcessor(http.cookiejar.CookieJar())
        opener = urllib.request.build_opener(urllib.request.HTTPSHandler(context=context), cookies)

        def visit(path, **form):
            url = f"https://localhost:{proxy.https}{path}"
            request = urllib.request.Request(url, urllib.parse.urlencode(form).encode() if form else None)
            request.add_header("Referer", url)
            with opener.open(request, timeout=20) as answer:
                return urllib.parse.urlsplit(answer.url).path, answer.read().decode()

        return visit

    return start


def test_a_person_signs_in_below_a_path(tmp_path, node, visitor):
    proxy = nginx.Nginx(tmp_path / "nginx", [node.address], "locations-under-prefix.conf")
    name = (r"server_name ports\.example\.org;", "server_name localhost;")
    nginx.replace(proxy.folder / "etc/conf.d/alports-site.conf", name)
    with proxy:
        visit = visitor(proxy)
        assert visit("/alports/healthz")[1] == '{"status": "alive"}'
        _, page = visit("/alports/accounts/login/")
        token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page)[1]
        name, password = ADMINISTRATOR.values()
        path, page = visit("/alports/accounts/login/", username=name, password=password, csrfmiddlewaretoken=token)
        assert path == "/alports/"
        assert visit("/alports/admin/")[0] == "/alports/admin/"
        [static] = set(re.findall(r'"(/alports/static/portmatrix/[\w./-]+\.css)"', page)[:1])
        assert visit(static)[0] == static
        with pytest.raises(urllib.error.HTTPError, match="404"):
            visit("/")
    node.stop()  # it writes the rest of its log
    assert "address=127.0.0.1 user=drill method=GET path=/alports/admin/ status=200" in node.log()
