"""docs/operations.md says what the code, the settings and the shipped files say."""

import re

import pytest
from django.core.management import get_commands

from alports_site import environment, server
from alports_site.front import app, bodies, heavy, threads
from portmatrix import health
from portmatrix.utils import db

ROOT = environment.BASE_DIR
TEXT = (ROOT / "docs" / "operations.md").read_text(encoding="utf-8")


def section(title):
    return TEXT.split(f"\n## {title}\n")[1].split("\n## ")[0]


def rows(title):
    """The rows of a section's tables, each a list of cells."""
    lines = re.findall(r"^\| (.*) \|$", section(title), flags=re.MULTILINE)
    return [re.split(r"(?<!\\) \| ", line) for line in lines]


def as_written(default):
    return str(default).lower() if isinstance(default, bool) else str(default)


def test_every_setting_is_documented_with_its_default_and_when_to_change_it():
    table = [row for row in rows("Settings") if row[0].startswith("`")]
    assert {len(row) for row in table} == {4}
    assert all(row[2] and row[3] for row in table)
    defaults = {row[0].strip("`"): row[1].strip("`") if row[1].startswith("`") else "" for row in table}
    assert defaults == {name: as_written(default) for name, default in environment.DEFAULTS.items()}


def test_no_other_variable_is_named():
    named = set(re.findall(r"\b(ALPORTS_[A-Z_]*[A-Z])\b", TEXT))
    assert named <= set(environment.DEFAULTS)


def test_limits_are_those_of_the_code():
    limits = {row[0].split(" (")[0]: row[1] for row in rows("Limits")}
    default = environment.DEFAULTS
    assert limits["body of a request"].startswith(f"{default['ALPORTS_MAX_BODY_BYTES']:,} bytes")
    together, small = bodies.Bodies(1, 1).most_together // 2**20, bodies.ALWAYS_ROOM // 2**10
    held = f"{together} MiB together, but for those up to {small} KiB"
    assert limits["bodies that a worker holds at the same time"] == held
    assert limits["time for a request's head"] == f"10 s in nginx, {server.HEADER_TIMEOUT} s in a node"
    assert limits["time for a body"].endswith(f"{default['ALPORTS_BODY_TIMEOUT']} s in all in a node")
    assert limits["connections of a worker"] == str(server.MOST_CONNECTIONS)
    wait = f"and {threads.MOST_WAITING} that wait, {default['ALPORTS_QUEUE_TIMEOUT']} s at most"
    assert limits["reads at the same time in a worker"] == f"{app.THREADS_READING}, {wait}"
    assert limits["writes at the same time in a worker"] == f"{app.THREADS_WRITING}, {wait}"
    jobs, seconds = default["ALPORTS_HEAVY_JOBS"], default["ALPORTS_REQUEST_TIMEOUT"]
    assert limits["heavy requests at the same time in a worker"] == (
        f"{jobs} (`ALPORTS_HEAVY_JOBS`), and {heavy.MOST_WAITING} that wait, {seconds} s at most"
    )


def test_limits_are_those_of_nginx():
    limits = {row[0].split(" (")[0]: row[1] for row in rows("Limits")}
    files = "".join(path.read_text() for path in sorted((ROOT / "deploy" / "nginx").rglob("*.conf")))

    def value(name):
        [found] = set(re.findall(rf"^\s*{name} ([^;]+);", files, flags=re.MULTILINE))
        return found

    assert limits["time for a request's head"].startswith(f"{value('client_header_timeout')[:-1]} s in nginx")
    assert limits["time for a body"].startswith(f"{value('client_body_timeout')[:-1]} s between two reads in nginx")
    assert limits["connections of nginx"] == f"{value('worker_connections')} a process of nginx"
    requests = value("limit_conn").removeprefix("alports_address ")
    assert limits["requests of one address at the same time"] == f"{requests} in nginx (`limit_conn`)"


def test_the_connections_of_a_worker_are_counted_as_they_are():
    threads = app.THREADS_READING + app.THREADS_WRITING + app.THREADS_PROBING
    assert f"opens at most {threads} + `ALPORTS_HEAVY_JOBS` connections" in TEXT
    [connections] = re.findall(r"nodes . ALPORTS_WORKERS . (\d+)  \+  10", TEXT)
    assert int(connections) == threads + environment.DEFAULTS["ALPORTS_HEAVY_JOBS"]


@pytest.mark.parametrize(
    "trouble", [db.BUSY, db.SLOW, db.AWAY, db.FULL, db.DAMAGED, db.READ_ONLY], ids=lambda t: t.code
)
def test_each_trouble_of_the_database_has_its_advice(trouble):
    assert any(trouble.sentence in row[0] and row[1] for row in rows("Probes"))


def test_the_answers_of_probes_are_those_of_the_code():
    checks = dict.fromkeys(("database", "catalogue", "disk"), health.OK)
    body, status = health.answer_of(checks)
    assert status == 200
    assert str(body).replace("'", '"') in section("Probes")
    assert f"{app.PROBE_TIMEOUT} s at most" in section("Probes")


def test_files_that_are_named_are_shipped():
    named = {name.rstrip("/.") for name in re.findall(r"(?<![\w])deploy/[\w./-]*", TEXT)} - {"deploy"}
    assert "deploy/systemd/alports.env.example" in named
    assert [name for name in named if not (ROOT / name).exists()] == []
    for name in re.findall(r"(?:alports|conf\.d)/[\w-]+\.conf|alports-[\w]+\.conf|alports-[a-z]+\.timer", TEXT):
        assert list((ROOT / "deploy").rglob(name.split("/")[-1])), name


def test_links_lead_somewhere():
    titles = re.findall(r"^#+ (.+)$", TEXT, flags=re.MULTILINE)
    anchors = {re.sub(r"[^\w -]", "", title.lower()).replace(" ", "-") for title in titles}
    assert set(re.findall(r"\]\(#([^)]+)\)", TEXT)) <= anchors


def test_commands_that_are_named_exist():
    named = set(re.findall(r"(?:alports-manage|manage\.py) ([a-z_]+)", TEXT)) - {"as", "runs"}
    assert {"createsuperuser", "backup", "restore", "serve"} <= named <= set(get_commands())
