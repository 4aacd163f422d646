"""The shipped configuration of nginx, run before nodes that note what they are asked."""

import http.client
import json
import re
import socket
import ssl
import threading
import time
from contextlib import ExitStack, closing

import pytest

from alports_site.environment import DEFAULTS

from .support import nginx
from .support.stand_in_nodes import Node

pytestmark = [
    pytest.mark.process,
    pytest.mark.skipif(bool(nginx.missing()), reason=f"not installed: {nginx.missing()}"),
]

WRITES = ["POST", "PUT", "PATCH", "DELETE"]
UNKNOWN = "There was no answer. Whether the change was made is not known: look before you repeat it."
NOT_NOW = "alports can't answer at this moment. Nothing was changed. Try again in a few seconds."


def fine(asked):
    return 200, b"fine"


def breaks_off(asked):
    return None


@pytest.fixture
def front(tmp_path):
    """A function: nginx before nodes that answer as the given functions do; returns it and the nodes."""
    with ExitStack() as stack:

        def start(*answers, dead=0, gone=(), locations="locations.conf"):
            nodes = [stack.enter_context(Node(answer)) for answer in answers]
            dead = [("127.0.0.1", port) for port in nginx.free_ports(dead)]
            addresses = [*gone, *dead, *(node.address for node in nodes)]
            return stack.enter_context(nginx.Nginx(tmp_path / "nginx", addresses, locations)), nodes

        yield start


def ask(front, method, path, body=None, headers=(), source="127.0.0.1"):
    """One request on a connection of its own, from an address of loopback; returns status, headers, body."""
    context = ssl.create_default_context(cafile=front.chain)
    plain = socket.create_connection(("127.0.0.1", front.https), 10, (source, 0))
    connection = http.client.HTTPSConnection(nginx.NAME, front.https, context=context)
    with closing(connection), context.wrap_socket(plain, server_hostname=nginx.NAME) as connection.sock:
        connection.request(method, path, body, dict(headers))
        answer = connection.getresponse()
        return answer.status, answer.headers, answer.read()


def until(condition):
    """Wait for what nginx does a moment later: writing its log, changing its workers."""
    deadline = time.monotonic() + 10
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.02)


# The files


def setting(path, name):
    """All values of a directive in a shipped file."""
    return re.findall(rf"^\s*{name} ([^;]+);", (nginx.SHIPPED / path).read_text(), flags=re.MULTILINE)


def test_nginx_accepts_the_files_as_shipped_without_a_warning(tmp_path):
    said = nginx.Nginx(tmp_path / "nginx", [("127.0.0.1", 8000)]).test()
    assert [line for line in said.splitlines() if "[" in line] == []


def test_limits_are_those_of_the_settings():
    assert setting("alports/node.conf", "client_max_body_size") == [str(DEFAULTS["ALPORTS_MAX_BODY_BYTES"])]
    assert setting("alports/node.conf", "client_body_timeout") == [f"{DEFAULTS['ALPORTS_BODY_TIMEOUT']}s"]
    words = (nginx.SHIPPED / "conf.d/alports-http.conf").read_text()
    assert f"at most 2.5 MB ({DEFAULTS['ALPORTS_MAX_BODY_BYTES']} bytes)" in words


def test_nginx_waits_longer_than_a_node_takes_at_most():
    queue, light, heavy = (DEFAULTS[f"ALPORTS_{name}_TIMEOUT"] for name in ("QUEUE", "REQUEST", "HEAVY"))
    text = (nginx.SHIPPED / "alports/locations.conf").read_text()
    waits = dict(re.findall(r"^location ([^{]+) \{.*?proxy_read_timeout (\d+)s;", text, flags=re.MULTILINE | re.DOTALL))
    for location in (r"~ ^/(?:api/)?deployments/", "@alports_write"):
        assert queue + 2 * light + heavy < int(waits[location]) <= queue + 2 * light + heavy + 30
    assert queue + light < int(waits["/"]) <= queue + light + 30


def test_a_thousand_silent_clients_leave_most_connections_free():
    [connections], [files] = (setting("nginx.conf", name) for name in ("worker_connections", "worker_rlimit_nofile"))
    assert int(connections) >= 4 * 1000
    assert int(files) >= 2 * int(connections)


def test_the_files_under_a_prefix_are_the_same_under_that_prefix():
    plain, prefixed = (
        (nginx.SHIPPED / f"alports/{name}.conf").read_text() for name in ("locations", "locations-under-prefix")
    )
    expected = re.sub(r"(?m)^(location (?:= |~ \^)?)/", r"\1/alports/", plain)
    assert strip_comments(prefixed) == strip_comments(expected)


def strip_comments(text):
    return [line for line in text.splitlines() if line.strip() and not line.lstrip().startswith("#")]


# What a node is told


def test_a_node_is_told_of_its_client_by_the_proxy_alone(front):
    proxy, [node] = front(fine)
    forged = {
        "X-Forwarded-For": "10.1.1.1",
        "X-Forwarded-Proto": "http",
        "X-Forwarded-Host": "evil.example.org",
        "X-Forwarded-Port": "80",
        "Forwarded": "for=10.1.1.1",
        "X-Request-ID": "mine",
    }
    assert ask(proxy, "GET", "/?a=%2F", headers=forged)[0] == 200
    [asked] = node.asked
    assert (asked.method, asked.path) == ("GET", "/?a=%2F")
    told = {name: value for name, value in asked.headers.items() if name not in ("Accept-Encoding", "X-Request-ID")}
    assert told == {
        "Host": f"{nginx.NAME}:{proxy.https}",
        "X-Forwarded-For": "127.0.0.1",
        "X-Forwarded-Proto": "https",
    }
    assert re.fullmatch("[0-9a-f]{32}", asked.headers["X-Request-ID"])
    until(lambda: f"id={asked.headers['X-Request-ID']} " in proxy.log("access"))


def test_the_log_holds_no_query(front):
    proxy, _ = front(fine)
    ask(proxy, "GET", "/search/?q=secret")
    until(lambda: 'path="/search/" status=200' in proxy.log("access"))
    assert "secret" not in proxy.log("access")


def test_plain_http_is_sent_to_https(front):
    proxy, [node] = front(fine)
    with closing(http.client.HTTPConnection("127.0.0.1", proxy.http, timeout=5)) as connection:
        connection.request("GET", "/a?b=c", headers={"Host": nginx.NAME})
        answer = connection.getresponse()
        assert (answer.status, answer.headers["Location"]) == (301, f"https://{nginx.NAME}/a?b=c")
    assert node.asked == []


def test_another_name_gets_no_answer(front):
    proxy, [node] = front(fine)
    with closing(http.client.HTTPConnection("127.0.0.1", proxy.http, timeout=5)) as connection:
        connection.request("GET", "/", headers={"Host": "other.example.org"})
        with pytest.raises(http.client.RemoteDisconnected):
            connection.getresponse()
    assert node.asked == []


def test_a_node_is_asked_once_the_whole_body_is_there(front):
    proxy, [node] = front(fine)
    context = ssl.create_default_context(cafile=proxy.chain)
    plain = socket.create_connection(("127.0.0.1", proxy.https), timeout=5)
    with context.wrap_socket(plain, server_hostname=nginx.NAME) as client:
        client.sendall(b"POST /x HTTP/1.1\r\nHost: ports.example.org\r\nContent-Length: 2\r\n\r\na")
        assert ask(proxy, "GET", "/")[0] == 200
        assert [(asked.method, node.connections) for asked in node.asked] == [("GET", 1)]
        client.sendall(b"b")
        assert client.recv(12) == b"HTTP/1.1 200"
    assert node.asked[-1].body == b"ab"


@pytest.mark.parametrize("path", ["/api/deployments/ulm/", "/accounts/login/"])
def test_the_longest_body_is_passed_on_and_a_longer_one_refused(front, path):
    proxy, [node] = front(fine)
    longest = DEFAULTS["ALPORTS_MAX_BODY_BYTES"]
    assert ask(proxy, "PUT", path, b"x" * longest)[0] == 200
    assert len(node.asked[0].body) == longest
    status, headers, body = ask(proxy, "PUT", path, headers={"Content-Length": str(longest + 1)})
    assert (status, len(node.asked)) == (413, 1)
    words = "The body is too long: at most 2.5 MB (2621440 bytes)."
    assert says(headers, body) == (words if path.startswith("/api/") else f"<p>{words}</p>")


def says(headers, body):
    """The words of an answer of nginx's own: of the API in JSON, of a page in its paragraph."""
    if headers["Content-Type"] == "application/json":
        return json.loads(body)["detail"]
    assert headers["Content-Type"] == "text/html"
    return re.search("<p>.*</p>", body.decode())[0]


def test_who_holds_a_hundred_requests_gets_no_more_and_nobody_else_notices(front):
    proxy, _ = front(fine)
    context = ssl.create_default_context(cafile=proxy.chain)
    half = b"POST /x HTTP/1.1\r\nHost: ports.example.org\r\nContent-Length: 2\r\n\r\na"
    with ExitStack() as held:
        for _ in range(100):
            plain = held.enter_context(socket.create_connection(("127.0.0.1", proxy.https), 5, ("127.0.0.2", 0)))
            held.enter_context(context.wrap_socket(plain, server_hostname=nginx.NAME)).sendall(half)
        until(lambda: ask(proxy, "GET", "/api/", source="127.0.0.2")[0] == 429)
        status, headers, body = ask(proxy, "GET", "/api/", source="127.0.0.2")
        words = "Too many requests at once from your address. Try again in a few seconds."
        assert (status, headers["Retry-After"], says(headers, body)) == (429, "5", words)
        assert ask(proxy, "GET", "/api/", source="127.0.0.3")[0] == 200
    until(lambda: ask(proxy, "GET", "/api/", source="127.0.0.2")[0] == 200)


# Failover


@pytest.mark.parametrize("path", ["/", "/api/connections/", "/api/deployments/ulm/rules/", "/static/a.css", "/healthz"])
@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_a_read_goes_to_the_next_node(front, method, path):
    proxy, [node] = front(fine, dead=1)
    for _ in range(6):
        assert ask(proxy, method, path)[0] == 200
    assert len(node.asked) == 6


@pytest.mark.parametrize("path", ["/", "/deployments/ulm/", "/static/a.css"])
def test_a_read_that_broke_off_goes_to_the_next_node(front, path):
    proxy, [bad, good] = front(breaks_off, fine)
    for _ in range(4):
        assert ask(proxy, "GET", path)[0] == 200
    assert len(bad.asked) >= 1
    assert len(good.asked) == 4


def test_a_read_that_a_node_refuses_goes_to_the_next_and_a_write_not(front):
    proxy, nodes = front(lambda asked: (503, b"busy"), fine)
    assert [ask(proxy, "GET", "/")[::2] for _ in range(20)] == [(200, b"fine")] * 20
    assert len(nodes[1].asked) == 20
    assert sorted(ask(proxy, "PUT", "/x", b"1")[::2] for _ in range(2)) == [(200, b"fine"), (503, b"busy")]


def test_what_all_nodes_refuse_is_said_in_their_words_and_keeps_nothing_else_from_them(front):
    def no_database(asked):
        return (503, b"no database") if asked.path == "/" else fine(asked)

    proxy, _ = front(no_database, no_database)
    for _ in range(10):
        assert ask(proxy, "GET", "/")[::2] == (503, b"no database")
        assert ask(proxy, "GET", "/static/a.css")[0] == 200
        assert ask(proxy, "GET", "/healthz")[0] == 200
        assert ask(proxy, "PUT", "/x", b"1")[0] == 200


def test_a_read_that_waited_long_to_be_refused_is_not_asked_again(front):
    def busy(asked):
        time.sleep(5.1)
        return 503, b"busy"

    proxy, nodes = front(busy, busy)
    status, headers, body = ask(proxy, "GET", "/")
    assert (status, headers["Retry-After"], says(headers, body)) == (503, "5", f"<p>{NOT_NOW}</p>")
    assert sum(len(node.asked) for node in nodes) == 1


@pytest.mark.parametrize("status", [400, 404, 429, 500])
def test_whatever_else_a_node_answers_is_passed_on(front, status):
    proxy, [node] = front(lambda asked: (status, b"its own words"))
    answers = [ask(proxy, method, path)[::2] for method in ("GET", "PUT") for path in ("/", "/api/deployments/ulm/")]
    assert answers == [(status, b"its own words")] * 4
    assert len(node.asked) == 4


def test_too_much_heavy_work_on_one_node_is_no_fault_of_it(front):
    proxy, nodes = front(lambda asked: (503, b"busy"), lambda asked: (503, b"busy"))
    path = "/api/deployments/ulm/firewall/nftables/"
    assert [ask(proxy, "GET", path)[::2] for _ in range(8)] == [(503, b"busy")] * 8
    assert sum(len(node.asked) for node in nodes) == 8


def test_static_files_of_another_version_are_found_on_its_node(front):
    proxy, _ = front(lambda asked: (404, b"gone"), fine)
    assert [ask(proxy, "GET", "/static/a.1234.css")[0] for _ in range(10)] == [200] * 10


@pytest.mark.parametrize("method", WRITES)
@pytest.mark.parametrize("path", ["/api/deployments/ulm/", "/api/overrides/", "/accounts/login/"])
def test_a_write_of_which_nothing_was_sent_goes_to_the_next_node(front, method, path):
    proxy, [node] = front(fine, dead=1)
    for number in range(4):
        assert ask(proxy, method, path, str(number).encode())[0] == 200
    assert [(asked.method, asked.body) for asked in node.asked] == [(method, b"%d" % number) for number in range(4)]


@pytest.mark.parametrize("method", WRITES)
def test_a_write_that_was_sent_is_never_sent_again(front, method):
    proxy, nodes = front(breaks_off, breaks_off)
    status, headers, body = ask(proxy, method, "/api/overrides/7/", b"1")
    assert (status, headers["Retry-After"]) == (502, None)
    assert says(headers, body) == UNKNOWN
    assert sum(len(node.asked) for node in nodes) == 1


def test_a_write_that_was_sent_at_a_later_try_is_never_sent_again(front):
    proxy, [node] = front(breaks_off, dead=1)
    for sent in (1, 2):
        status, headers, body = ask(proxy, "PUT", "/api/overrides/7/", b"1")
        assert (status, headers["Retry-After"], len(node.asked)) == (502, None, sent)
        assert says(headers, body) == UNKNOWN


def test_a_write_finds_the_one_node_that_is_left(front):
    proxy, [node] = front(fine, dead=2)
    statuses = [ask(proxy, "PUT", "/api/overrides/7/", b"1")[0] for _ in range(20)]
    assert (statuses, len(node.asked)) == ([200] * 20, 20)


def test_a_write_goes_to_the_next_node_when_a_machine_is_gone(front):
    with socket.socket() as gone, ExitStack() as queue:
        gone.bind(("127.0.0.1", 0))
        gone.listen(0)
        for _ in range(3):  # its queue is full: who connects now hears nothing
            waiting = queue.enter_context(socket.socket())
            waiting.setblocking(False)
            waiting.connect_ex(gone.getsockname())
        proxy, [node] = front(fine, gone=[gone.getsockname()])
        assert [ask(proxy, "PUT", "/x", b"1")[0] for _ in range(4)] == [200] * 4
    assert len(node.asked) == 4
    assert "upstream timed out" in proxy.log("error")


@pytest.mark.parametrize("method", ["GET", *WRITES])
def test_without_a_node_the_answer_is_503_and_when_to_come_back(front, method):
    proxy, _ = front(dead=2)
    for _ in range(5):  # at first two nodes are tried, then none
        status, headers, body = ask(proxy, method, "/api/overrides/")
        assert (status, headers["Retry-After"], says(headers, body)) == (503, "5", NOT_NOW)
    status, headers, body = ask(proxy, method, "/")
    assert (status, headers["Retry-After"], says(headers, body)) == (503, "5", f"<p>{NOT_NOW}</p>")
    until(lambda: proxy.log("access").count('path="/api/overrides/" status=503') == 5)


# Probes


def test_what_is_wrong_with_a_node_is_for_those_who_watch_it(front):
    proxy, _ = front(lambda asked: (503, b"database"))
    assert ask(proxy, "GET", "/readyz")[::2] == (503, b"database")
    nginx.replace(proxy.folder / "etc/conf.d/alports-http.conf", (r"    127\.0\.0\.1 1;\n", ""))
    proxy.reload()
    until(lambda: ask(proxy, "GET", "/readyz")[0] == 404)
    assert ask(proxy, "GET", "/healthz")[::2] == (503, b"database")


def test_a_probe_does_not_wait_for_a_node_that_is_silent(front):
    go_on = threading.Event()
    proxy, _ = front(lambda asked: go_on.wait(20) and fine(asked), fine)
    began = time.monotonic()
    assert [ask(proxy, "GET", "/healthz")[::2] for _ in range(2)] == [(200, b"fine")] * 2
    assert 2 <= time.monotonic() - began < 10
    go_on.set()


# Under a path prefix


def test_under_a_prefix_the_whole_path_is_passed_on(front):
    proxy, [node] = front(fine, locations="locations-under-prefix.conf")
    paths = ["/alports/", "/alports/api/deployments/ulm/", "/alports/static/a.css", "/alports/healthz"]
    assert [ask(proxy, "GET", path)[0] for path in paths] == [200] * 4
    assert ask(proxy, "PUT", "/alports/api/deployments/ulm/", b"1")[0] == 200
    assert [asked.path for asked in node.asked] == [*paths[:-1], "/healthz", "/alports/api/deployments/ulm/"]
    assert ask(proxy, "GET", "/elsewhere/")[0] == 404
    refused = ask(proxy, "PUT", "/alports/api/deployments/ulm/", headers={"Content-Length": "9999999"})
    assert says(*refused[1:]) == "The body is too long: at most 2.5 MB (2621440 bytes)."
