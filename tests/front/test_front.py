"""What slow, silent, huge and many clients do to each other: next to nothing. A real server, over real connections."""

import contextlib
import http.client
import json
import re
import sqlite3
import subprocess
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from ..support.front import (
    LARGE,
    PASSWORD,
    assert_small_answers_come_soon,
    connect,
    document,
    head,
    heavy_processes,
    put,
    sign_in,
)
from ..support.server import ask, log_of, manage, serving, wait_for, wait_for_exit

pytestmark = [pytest.mark.timeout(300), pytest.mark.process]


def test_slow_and_silent_clients_hold_nobody_up_and_are_cut_off(data_dir, port):
    with serving(data_dir, port, ALPORTS_BODY_TIMEOUT="3"), contextlib.ExitStack() as stack:
        slow = [
            stack.enter_context(connect(port, head("POST", "/accounts/login/", "Content-Length: 99"), b"a"))
            for _ in range(64)
        ]
        silent = [stack.enter_context(connect(port)) for _ in range(64)]
        begun = stack.enter_context(connect(port, b"GET / HT"))
        assert_small_answers_come_soon(port)
        for connection in slow:
            connection.settimeout(20)
            assert connection.recv(12) == b"HTTP/1.1 408"
        for connection in [*silent, begun]:
            connection.settimeout(30)
            assert connection.recv(100) in (b"", b"HTTP/1.1 408 Request Timeout")[:1]


@pytest.mark.parametrize("more", [0, 1])
def test_a_body_beyond_the_limit_is_refused_before_it_is_kept(data_dir, port, tmp_path, more):
    """Announced, announced beyond all measure, and of unknown length."""
    limit = 65_536
    with serving(data_dir, port, ALPORTS_MAX_BODY_BYTES=str(limit), TMPDIR=str(tmp_path)):
        body, page = b"x" * (limit + more), "/accounts/login/"
        expected = 413 if more else 403  # a form without its token
        assert ask(port, page, "POST", body).status == expected
        assert ask(port, page, "POST", iter([body[:1000], body[1000:]])).status == expected
        answer = ask(port, "/api/overrides/", "POST", b"x" * (limit + 1))
        detail = "What was sent is too long. Send at most 65,536 bytes."
        assert (answer.status, answer.json()) == (413, {"detail": detail})
        with connect(port, head("POST", page, "Content-Length: 300000000"), b"x" * 100) as huge:
            assert huge.recv(12) == b"HTTP/1.1 413"
        with connect(port, head("POST", page, "Content-Length: 300000000", "Expect: 100-continue")) as asking:
            assert asking.recv(12) == b"HTTP/1.1 413"
        assert list(tmp_path.iterdir()) == []


def test_half_a_body_is_no_request(data_dir, port, headers):
    body = json.dumps(document("half")).encode()
    lines = [f"{name}: {value}" for name, value in headers.items()]
    with serving(data_dir, port):
        connect(port, head("PUT", "/api/deployments/half/", *lines, f"Content-Length: {len(body) + 1}"), body).close()
        chunked = head("PUT", "/api/deployments/half/", *lines, "Transfer-Encoding: chunked")
        connect(port, chunked, b"%x\r\n%s\r\n" % (len(body), body)).close()  # and no last chunk
        with connect(port, chunked, b"no chunk at all\r\n") as broken:
            assert broken.recv(12) == b"HTTP/1.1 400"
        time.sleep(0.5)
        assert ask(port, "/api/deployments/half/", headers=headers).status == 404


@contextlib.contextmanager
def write_lock(data_dir):
    """Somebody else's transaction, which keeps every writer waiting."""
    with contextlib.closing(sqlite3.connect(data_dir / "alports.sqlite3", isolation_level=None)) as database:
        database.execute("BEGIN IMMEDIATE")
        yield
        database.execute("ROLLBACK")


def test_writers_that_wait_for_a_lock_hold_up_nobody_who_reads_and_get_503(data_dir, port, headers):
    with serving(data_dir, port, ALPORTS_LOCK_TIMEOUT="3", ALPORTS_QUEUE_TIMEOUT="4") as process:
        with ThreadPoolExecutor(8) as writers, write_lock(data_dir):
            sent = [writers.submit(put, port, f"d{number}", headers) for number in range(8)]
            time.sleep(0.3)
            assert_small_answers_come_soon(port)
            answers = [future.result() for future in sent]
        assert {answer.status for answer in answers} == {503}
        for answer in answers:
            assert 1 <= int(answer.headers["Retry-After"]) <= 60
            assert answer.json()["detail"] in (
                "The database is busy: another change took too long. Try again in 2 seconds.",
                "The server is busy. Try again in 5 seconds.",
            )
        assert put(port, "d1", headers).status == 201
        page = ask(port, "/accounts/login/")
        assert page.status == 200
        assert "Traceback" not in log_of(process)
        assert " PUT /api/deployments/d" in log_of(process)


def test_a_page_that_waits_too_long_says_so(data_dir, port):
    """A form of a browser, which gets a page rather than JSON."""
    with serving(data_dir, port, ALPORTS_LOCK_TIMEOUT="1"):
        with write_lock(data_dir):
            answer = sign_in(port, PASSWORD)
        assert answer.status == 503
        assert b"The database is busy: another change took too long." in answer.body
        assert b"Try again in 2 seconds." in answer.body
        assert sign_in(port, PASSWORD).status == 302


def test_a_stop_lets_running_requests_end_and_takes_no_new_ones(data_dir, port, headers):
    with serving(data_dir, port, ALPORTS_LOCK_TIMEOUT="10") as process, ThreadPoolExecutor(1) as writer:
        idle = connect(port)
        with write_lock(data_dir):
            running = writer.submit(put, port, "running", headers)
            time.sleep(0.5)
            process.terminate()
            time.sleep(1)
            with pytest.raises(OSError, match="refused"):
                connect(port)
        assert running.result().status == 201
        begun = time.monotonic()
        code, said = wait_for_exit(process)
        assert (code, time.monotonic() - begun < 5) == (0, True)
        assert " path=/api/deployments/running/ status=201 " in said
        idle.close()


def test_a_stop_waits_no_longer_than_it_was_told(data_dir, port, headers):
    limits = {"ALPORTS_LOCK_TIMEOUT": "20", "ALPORTS_STOP_TIMEOUT": "2"}
    with serving(data_dir, port, **limits) as process, write_lock(data_dir), ThreadPoolExecutor(1) as writer:
        stuck = writer.submit(put, port, "stuck", headers)
        time.sleep(0.5)
        process.terminate()
        wait_for_exit(process, within=10)
        with pytest.raises((OSError, http.client.HTTPException)):
            stuck.result()


def lines_of(process, event):
    return [json.loads(line) for line in log_of(process).splitlines() if f'"event": "{event}"' in line]


def test_every_request_and_every_sign_in_has_its_line(data_dir, port, headers):
    with serving(data_dir, port, ALPORTS_LOG_FORMAT="json") as process:
        proxied = {"X-Forwarded-For": "203.0.113.9:5050", "X-Request-ID": "from-the-proxy.1"}
        assert ask(port, "/api/deployments/nowhere/", headers={**headers, **proxied}).status == 404
        assert ask(port, "/components/?q=hush", headers={"X-Request-ID": "not an id"}).status == 200
        assert sign_in(port, "wrong-hush", **proxied).status == 200
        assert sign_in(port, PASSWORD, **proxied).status == 302
        assert ask(port, "/api/components/", headers={"Authorization": "Token hush"}).status == 401
        time.sleep(0.3)
        lines = [line for line in lines_of(process, "request") if line["path"] != "/readyz"]
        sign_ins = lines_of(process, "sign-in")
        said = log_of(process)
    first = lines[0]
    assert first.pop("time").endswith("Z")
    assert 0 < first.pop("ms") < 60_000
    assert first == {
        "event": "request",
        "id": "from-the-proxy.1",
        "address": "203.0.113.9",
        "user": "ann",
        "method": "GET",
        "path": "/api/deployments/nowhere/",
        "status": 404,
    }
    assert (lines[1]["path"], lines[1]["user"], lines[1]["address"]) == ("/components/", "", "127.0.0.1")
    assert len(lines[1]["id"]) == 16
    assert (lines[-1]["path"], lines[-1]["status"]) == ("/api/components/", 401)
    for line in sign_ins:
        assert line.pop("time").endswith("Z")
    assert sign_ins == [
        {"event": "sign-in", "id": "from-the-proxy.1", "address": "203.0.113.9", "user": "ann", "result": "refused"},
        {"event": "sign-in", "id": "from-the-proxy.1", "address": "203.0.113.9", "user": "ann", "result": "accepted"},
    ]
    assert "hush" not in said


def test_a_header_in_two_lines_is_read_as_one(data_dir, port):
    """What the client made up comes in a line of its own before the proxy's."""
    lines = ("X-Forwarded-For: 198.51.100.7", "X-Forwarded-For: 203.0.113.9, 127.0.0.1", "Connection: close")
    with serving(data_dir, port) as process, connect(port, head("GET", "/components/", *lines)) as client:
        assert client.recv(12) == b"HTTP/1.1 200"
        wait_for(lambda: " address=203.0.113.9 " in log_of(process))


def test_an_answer_carries_the_id_of_its_request(data_dir, port):
    with serving(data_dir, port):
        for path in ("/", "/healthz", "/nowhere"):
            assert ask(port, path, headers={"X-Request-ID": "abc-1"}).headers["X-Request-ID"] == "abc-1"
        made = ask(port, "/").headers["X-Request-ID"]
        assert made != ask(port, "/").headers["X-Request-ID"]


def test_probes_take_get_and_head_alone(data_dir, port):
    with serving(data_dir, port):
        for path in ("/healthz", "/readyz"):
            assert [ask(port, path, method).status for method in ("GET", "HEAD", "POST")] == [200, 200, 405]


def test_heavy_work_holds_up_nobody_and_gives_the_same_file(data_dir, port, headers):
    path = "/api/deployments/large/firewall/nftables/"
    with serving(data_dir, port, ALPORTS_HEAVY_JOBS="1", ALPORTS_REQUEST_TIMEOUT="60") as process:
        assert put(port, "large", headers, LARGE).status in (200, 201)
        with ThreadPoolExecutor(4) as exports:
            sent = [exports.submit(ask, port, path, headers=headers) for _ in range(4)]
            time.sleep(0.2)
            assert_small_answers_come_soon(port)
            answers = [future.result() for future in sent]
        assert {answer.status for answer in answers} == {200}
        assert len({answer.body for answer in answers}) == 1
        assert f"user=ann method=GET path={path} status=200" in log_of(process)
    (data_dir / "large.json").write_text(json.dumps({"slug": "large", **document("large", LARGE)}))
    by_command = manage(data_dir, "firewall", str(data_dir / "large.json"), "--platform", "nftables")
    assert answers[0].body.decode() == by_command


def memory_of(group):
    """MiB of all processes of a group, what they share counted once (the kernel's proportional set size)."""
    found = subprocess.run(["pgrep", "-g", str(group)], capture_output=True, text=True, check=True).stdout.split()
    texts = [Path(f"/proc/{pid}/smaps_rollup").read_text() for pid in found]
    return sum(int(re.search(r"^Pss: +(\d+) kB", text, re.M)[1]) for text in texts) / 1024


def test_it_needs_little_memory_and_gives_back_what_large_exports_took(data_dir, port, headers):
    with serving(data_dir, port) as process:
        for path in ("/", "/?view=table", "/?view=diagram", "/components/appliance/", "/ports/", "/api/connections/"):
            for _ in range(3):
                assert ask(port, path).status == 200
        assert memory_of(process.pid) <= 100
        put(port, "large", headers, LARGE)
        for platform in ("nftables", "iptables", "palo-alto"):
            assert ask(port, f"/api/deployments/large/firewall/{platform}/?partial=true", headers=headers).status == 200
        wait_for(lambda: not heavy_processes(process.pid))
        assert memory_of(process.pid) <= 130


def test_heavy_work_beyond_what_is_done_at_a_time_waits_or_gets_503(data_dir, port, headers):
    path = "/api/deployments/large/firewall/nftables/"
    with serving(data_dir, port, ALPORTS_REQUEST_TIMEOUT="1", ALPORTS_HEAVY_TIMEOUT="60"):
        put(port, "large", headers, LARGE)
        with ThreadPoolExecutor(24) as exports:
            answers = list(exports.map(lambda _: ask(port, path, headers=headers), range(24)))
    statuses = [answer.status for answer in answers]
    assert set(statuses) == {200, 503}
    refused = answers[statuses.index(503)]
    assert (refused.headers["Retry-After"], refused.json()) == (
        "5",
        {"detail": "The server is busy. Try again in 5 seconds."},
    )


def test_nobody_who_is_not_signed_in_gets_a_process_for_heavy_work(data_dir, port):
    with serving(data_dir, port) as process:
        for headers in ({}, {"Authorization": f"Token {'0' * 64}"}, {"Cookie": "sessionid=x"}):
            body = json.dumps(document("large", LARGE))
            answer = ask(port, "/api/deployments/x/", "PUT", body, {"Content-Type": "application/json", **headers})
            assert answer.status in (401, 404)
        assert not heavy_processes(process.pid)


def test_answers_from_before_django_tell_browsers_the_same(data_dir, port):
    with serving(data_dir, port):
        for answer in (ask(port, "/healthz"), ask(port, "/accounts/login/", "POST", b"x" * 2_700_000)):
            headers = answer.headers
            assert headers["X-Content-Type-Options"] == "nosniff"
            assert headers["Cross-Origin-Resource-Policy"] == "same-origin"
            assert headers["Content-Security-Policy"].startswith("default-src 'none'; style-src 'self'")
            assert "no-store" in headers["Cache-Control"]


def test_probes_answer_below_a_path_and_beside_it(data_dir, port):
    with serving(data_dir, port, ALPORTS_PATH_PREFIX="/tools/alports"):
        paths = ["/healthz", "/readyz", "/tools/alports/healthz", "/tools/alports/readyz", "/toolshealthz"]
        assert [ask(port, path).status for path in paths] == [200, 200, 200, 200, 404]


def test_of_a_change_that_was_broken_off_nobody_claims_to_know(data_dir, port, headers):
    limits = {"ALPORTS_LOCK_TIMEOUT": "20", "ALPORTS_REQUEST_TIMEOUT": "1"}
    with serving(data_dir, port, **limits):
        with write_lock(data_dir):
            answer = put(port, "late", headers)
        assert (answer.status, answer.headers["Retry-After"]) == (503, "5")
        assert answer.json()["detail"] == (
            "The answer took too long to make. Whether the change was made is not known: look before you send it again."
        )
