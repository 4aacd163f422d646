"""A bad night: nodes are killed, frozen and restarted, PostgreSQL crashes, a thousand clients do nothing.

Through all of it clients write and read. In the end nothing that was acknowledged is lost, no answer was wrong, and
each fault cost what the table at the end of the run says, within the bounds that are asserted here.
"""

import random
import resource
import signal
import tempfile
import time
from pathlib import Path

import pytest

from tests.support import nginx

from .nodes import Node, Postgres, listed, shared_environment
from .slow import slow_clients
from .traffic import Client, Traffic

SLOW_CLIENTS = 1000
# Two files a slow client at the most, and those of everybody else.
FILES = 2 * SLOW_CLIENTS + 500
PROMPT = 2.0  # seconds in which pages and probes answer while the slow clients are there
UNAVAILABLE = {"502", "503", "504"}

pytestmark = [
    pytest.mark.process,
    pytest.mark.timeout(600),
    pytest.mark.skipif(bool(nginx.missing()), reason=f"not installed: {nginx.missing()}"),
]


@pytest.fixture
def files():
    """Enough open files for this process."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (min(max(soft, FILES), hard), hard))
    yield
    resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))


@pytest.fixture
def postgres():
    """A server. Its user has to reach its directory, which it can't below pytest's own."""
    with tempfile.TemporaryDirectory(prefix="alports-drill-") as folder:
        server = Postgres(Path(folder) / "postgres")
        yield server
        server.close()


@pytest.fixture
def nodes(tmp_path, postgres):
    """Two nodes, not started yet."""
    shared = shared_environment(postgres.url, nginx.NAME)
    nodes = [Node(name, tmp_path, port, shared) for name, port in zip("ab", nginx.free_ports(2), strict=True)]
    yield nodes
    for node in nodes:
        node.kill()


def test_a_bad_night(tmp_path, files, report, postgres, nodes):
    with report.phase("both nodes start at once on an empty database") as phase:
        for node in nodes:
            node.start()
        for node in nodes:
            node.wait_until_ready()
        phase.note = f"ready after {time.monotonic() - phase.began:.1f} s"
    token = nodes[0].manage("create_token", "drill").strip()
    addresses = [node.address for node in nodes]
    with nginx.Nginx(tmp_path / "nginx", addresses) as proxy:
        with Traffic(Client(proxy, token), report) as traffic:
            nothing_happens(report)
            a_node_is_killed(report, nodes[0])
            postgres_crashes(report, postgres, nodes, traffic)
            a_node_freezes(report, nodes[1])
            nginx_reloads(report, proxy)
            a_node_is_restarted(report, nodes[0])
            a_thousand_clients_do_nothing(report, proxy, traffic)
        everything_is_there(traffic, nodes, token)
    report.sum = f"{traffic.ledger.acknowledged} writes acknowledged, none lost, no wrong answer"
    for node in nodes:
        assert "Traceback" not in node.log()


def nothing_happens(report):
    with report.phase("none") as phase:
        time.sleep(4)
    assert failures(phase) == ({}, {})
    assert len(phase.of("write")) > 5


def a_node_is_killed(report, node):
    with report.phase("a node is killed (-9) and started again") as phase:
        node.kill()
        time.sleep(2)  # as the unit does
        started = time.monotonic()
        node.start()
        node.wait_until_ready()
        phase.note = f"ready {time.monotonic() - started:.1f} s after its start"
        time.sleep(2)
    reads, writes = failures(phase)
    assert reads == {}
    assert set(writes) <= {"502"}  # writes that the node was carrying out
    assert sum(writes.values()) <= 3
    assert phase.recovery < 2


def postgres_crashes(report, postgres, nodes, traffic):
    with report.phase("PostgreSQL crashes, is away for 3 s") as phase:
        postgres.crash()
        time.sleep(1)
        assert [traffic.client.ask("GET", "/healthz")[0] for _ in range(10)] == [200] * 10
        time.sleep(2)
        postgres.start()
        back = time.monotonic()
        for node in nodes:
            node.wait_until_ready()
        phase.note = f"both nodes ready {time.monotonic() - back:.1f} s after its start"
        wait_until(lambda: report.ok_since(back)["write"] > 5 and report.ok_since(back)["read"] > 5)
        time.sleep(3)
    assert set(phase.failed("read") + phase.failed("write")) <= UNAVAILABLE
    assert phase.failed("write")  # else it was no fault
    assert phase.recovery < back - phase.began + 3


def a_node_freezes(report, node):
    with report.phase("a node freezes for 8 s") as phase:
        node.signal(signal.SIGSTOP)
        time.sleep(8)
        well = report.ok_since(phase.began)
        node.signal(signal.SIGCONT)
        node.wait_until_ready()
        phase.note = f"{sum(well.values())} requests answered meanwhile"
        time.sleep(2)
    assert failures(phase) == ({}, {})  # the few that the node had wait for it
    assert sum(well.values()) >= 20


def nginx_reloads(report, proxy):
    with report.phase("nginx reads its files anew") as phase:
        proxy.reload()
        time.sleep(2)
    assert failures(phase) == ({}, {})


def a_node_is_restarted(report, node):
    with report.phase("a node is stopped and started, as in an upgrade") as phase:
        node.stop()
        phase.note = f"stopped in {time.monotonic() - phase.began:.1f} s"
        node.start()
        node.wait_until_ready()
        time.sleep(1)
    reads, writes = failures(phase)
    assert reads == {}
    assert writes in ({}, {"502": 1})  # one may be on its way over a connection that the node closes


def a_thousand_clients_do_nothing(report, proxy, traffic):
    with report.phase(f"{SLOW_CLIENTS} slow and silent clients") as phase:
        with slow_clients(proxy, SLOW_CLIENTS) as held:
            probes = []
            until = time.monotonic() + 5
            while time.monotonic() < until:
                began = time.monotonic()
                statuses = [traffic.client.ask("GET", path)[0] for path in ("/healthz", "/readyz")]
                probes.append((statuses, (time.monotonic() - began) / 2))
        phase.note = f"{held} held; slowest probe {max(seconds for _, seconds in probes):.2f} s"
    assert held > SLOW_CLIENTS / 2
    assert failures(phase) == ({}, {})
    assert {tuple(statuses) for statuses, _ in probes} == {(200, 404)}
    assert max(seconds for _, seconds in probes) <= PROMPT
    pages = sorted(sample.seconds for sample in phase.samples)
    assert pages[len(pages) * 95 // 100] <= PROMPT  # a busy machine alone makes one in a hundred late


def everything_is_there(traffic, nodes, token):
    """Nothing acknowledged is lost, whichever node is asked, and no answer was wrong."""
    entries = traffic.ledger.entries()
    assert traffic.ledger.acknowledged > 50
    for node in nodes:
        found = {slug: int(text.removeprefix("version ")) for slug, text in listed(node, token).items()}
        wrong = {
            slug: (found.get(slug, 0), entry) for slug, entry in entries.items() if not entry.allows(found.get(slug, 0))
        }
        assert wrong == {}
        assert set(found) <= set(entries)
    for slug in entries:
        traffic.check_deployment(random.Random(), slug)
    assert traffic.wrong == []


def failures(phase):
    return dict(phase.failed("read")), dict(phase.failed("write"))


def wait_until(condition):
    deadline = time.monotonic() + 60
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.1)
