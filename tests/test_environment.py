"""The environment: what is read, what is refused, and that README.md documents exactly that."""

import ipaddress
import os
import re
import stat
import subprocess
import sys

import pytest

from alports_site import databases, environment, secret_key

STRONG_KEY = "kX8vQ2mZr5Tn1bYw7LcJ4hGfD9sPaEo3uViB6xRtWqMzNyKjHg"


@pytest.fixture(autouse=True)
def clean_environment(monkeypatch):
    """Start from an environment in which alports finds nothing of its own."""
    for name in [name for name in os.environ if name.startswith("ALPORTS_") or name == "DATABASE_URL"]:
        monkeypatch.delenv(name)


def read_with(monkeypatch, **variables):
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    return environment.read()


def faults_with(monkeypatch, **variables):
    with pytest.raises(environment.EnvironmentFaults) as caught:
        read_with(monkeypatch, **variables)
    return caught.value.faults


def test_an_empty_environment_is_a_local_installation():
    assert environment.read() == environment.Environment(
        data_dir=environment.BASE_DIR / "data",
        database=None,
        bind=("127.0.0.1", 8000),
        secret_key="",
        allowed_hosts=["localhost", "127.0.0.1", "[::1]"],
        public_matrix=True,
        debug=False,
        path_prefix="",
        https=False,
        hsts_subdomains=False,
        hsts_preload=False,
        admin_username="",
        admin_password="",
        workers=min(len(os.sched_getaffinity(0)), 4),
        time_zone="UTC",
        trusted_proxies=(ipaddress.ip_network("127.0.0.1"), ipaddress.ip_network("::1")),
        trusted_origins=[],
        log_format="text",
        load_catalogue=True,
        heavy_jobs=1,
        max_body_bytes=2_621_440,
        body_timeout=30,
        queue_timeout=10,
        request_timeout=30,
        heavy_timeout=120,
        start_timeout=60,
        stop_timeout=30,
        database_timeouts=databases.Timeouts(connect=5, lock=5, statement=15),
    )


@pytest.mark.parametrize(("processors", "workers"), [(1, 1), (2, 2), (4, 4), (5, 4), (64, 4)])
def test_there_is_a_worker_for_each_processor_up_to_four(monkeypatch, processors, workers):
    monkeypatch.setattr(os, "sched_getaffinity", lambda pid: set(range(processors)))
    assert environment.read().workers == workers
    assert read_with(monkeypatch, ALPORTS_WORKERS="7").workers == 7


def test_every_variable_is_read(monkeypatch):
    found = read_with(
        monkeypatch,
        ALPORTS_DATA_DIR="/srv/alports",
        DATABASE_URL="postgresql://ann:pw@db.example.org:5433/ports",
        ALPORTS_BIND="[::1]:9000",
        ALPORTS_SECRET_KEY=STRONG_KEY,
        ALPORTS_ALLOWED_HOSTS="ports.example.org, .example.net",
        ALPORTS_PUBLIC_MATRIX="false",
        ALPORTS_DEBUG="false",
        ALPORTS_PATH_PREFIX="/tools/alports",
        ALPORTS_HTTPS="true",
        ALPORTS_HSTS_SUBDOMAINS="true",
        ALPORTS_HSTS_PRELOAD="true",
        ALPORTS_ADMIN_USERNAME="ann",
        ALPORTS_ADMIN_PASSWORD="a long enough one",
        ALPORTS_WORKERS="3",
        ALPORTS_TIME_ZONE="Europe/Berlin",
        ALPORTS_TRUSTED_PROXIES="10.0.0.5, 10.1.0.0/24,2001:db8::1",
        ALPORTS_TRUSTED_ORIGINS="https://ports.example.org:8443, https://*.example.net",
        ALPORTS_LOG_FORMAT="json",
        ALPORTS_LOAD_CATALOGUE="false",
        ALPORTS_HEAVY_JOBS="2",
        ALPORTS_MAX_BODY_BYTES="100000",
        ALPORTS_BODY_TIMEOUT="11",
        ALPORTS_QUEUE_TIMEOUT="12",
        ALPORTS_REQUEST_TIMEOUT="13",
        ALPORTS_HEAVY_TIMEOUT="14",
        ALPORTS_CONNECT_TIMEOUT="15",
        ALPORTS_LOCK_TIMEOUT="16",
        ALPORTS_STATEMENT_TIMEOUT="17",
        ALPORTS_START_TIMEOUT="18",
        ALPORTS_STOP_TIMEOUT="19",
    )
    database = found.database
    assert str(found.data_dir) == "/srv/alports"
    assert (database["ENGINE"], database["HOST"], database["PORT"]) == (
        "django.db.backends.postgresql",
        "db.example.org",
        5433,
    )
    assert (database["NAME"], database["USER"], database["PASSWORD"]) == ("ports", "ann", "pw")
    assert (database["CONN_MAX_AGE"], database["CONN_HEALTH_CHECKS"]) == (60, True)
    assert (found.bind, found.secret_key, found.workers) == (("::1", 9000), STRONG_KEY, 3)
    assert found.allowed_hosts == ["ports.example.org", ".example.net"]
    assert (found.public_matrix, found.debug, found.https) == (False, False, True)
    assert (found.path_prefix, found.hsts_subdomains, found.hsts_preload) == ("/tools/alports", True, True)
    assert (found.admin_username, found.admin_password) == ("ann", "a long enough one")
    assert found.time_zone == "Europe/Berlin"
    assert found.trusted_proxies == tuple(map(ipaddress.ip_network, ("10.0.0.5", "10.1.0.0/24", "2001:db8::1")))
    assert found.trusted_origins == ["https://ports.example.org:8443", "https://*.example.net"]
    assert (found.log_format, found.load_catalogue, found.heavy_jobs, found.max_body_bytes) == (
        "json",
        False,
        2,
        100_000,
    )
    assert (found.body_timeout, found.queue_timeout, found.request_timeout, found.heavy_timeout) == (11, 12, 13, 14)
    assert found.database_timeouts == databases.Timeouts(connect=15, lock=16, statement=17)
    assert (found.start_timeout, found.stop_timeout) == (18, 19)


def test_everything_of_postgresql_that_may_wait_has_a_time_out_and_what_a_url_says_is_kept(monkeypatch):
    url = "postgresql://ann:pw@db/ports?connect_timeout=2&options=-c%20statement_timeout%3D9s"
    database = databases.with_timeouts(read_with(monkeypatch, DATABASE_URL=url).database, databases.Timeouts(5, 6, 7))
    assert database["OPTIONS"] == {
        # PostgreSQL heeds the last of two values.
        "options": "-c lock_timeout=6s -c statement_timeout=7s -c idle_in_transaction_session_timeout=14s "
        "-c statement_timeout=9s",
        "connect_timeout": 2,
        "keepalives_idle": 10,
        "keepalives_interval": 5,
        "keepalives_count": 3,
        "tcp_user_timeout": 7000,
        "application_name": "alports",
    }


def test_a_writer_of_sqlite_waits_no_longer_than_the_time_out_for_locks():
    before = databases.sqlite("ports.sqlite3")
    assert databases.with_timeouts(before, databases.Timeouts(5, 6, 7))["OPTIONS"] == {
        **before["OPTIONS"],
        "timeout": 6,
    }


def test_a_sqlite_url_gives_the_same_careful_options_as_the_default(monkeypatch):
    database = read_with(monkeypatch, DATABASE_URL="sqlite:////srv/ports.sqlite3").database
    assert (str(database["NAME"]), database["OPTIONS"]["transaction_mode"]) == ("/srv/ports.sqlite3", "IMMEDIATE")


@pytest.mark.parametrize(
    ("name", "value", "fault"),
    [
        ("ALPORTS_HTTPS", "ture", "'ture' is neither true nor false."),
        ("ALPORTS_PUBLIC_MATRIX", "", "'' is neither true nor false."),
        ("ALPORTS_DATA_DIR", " ", "is empty: name a directory."),
        ("ALPORTS_WORKERS", "two", "'two' is not a whole number."),
        ("ALPORTS_WORKERS", "0", "'0' is less than 1."),
        ("ALPORTS_WORKERS", "65", "'65' is more than 64."),
        ("ALPORTS_MAX_BODY_BYTES", "65535", "'65535' is less than 65536."),
        ("ALPORTS_LOCK_TIMEOUT", "3601", "'3601' is more than 3600."),
        ("ALPORTS_LOG_FORMAT", "JSON", "'JSON' is neither text nor json."),
        (
            "ALPORTS_TRUSTED_PROXIES",
            "10.0.0.5/24",
            "'10.0.0.5/24' is neither an address nor a network: 10.0.0.5 or 10.0.0.0/24, separated by commas.",
        ),
        (
            "ALPORTS_TRUSTED_ORIGINS",
            "https://ports.example.org/alports",
            "'https://ports.example.org/alports' is not an origin: https://ports.example.org or "
            "https://ports.example.org:8443, without a path, separated by commas.",
        ),
        ("ALPORTS_TIME_ZONE", "Europe/Berlni", "'Europe/Berlni' is not a time zone. Did you mean Europe/Berlin?"),
        (
            "ALPORTS_ALLOWED_HOSTS",
            "https://ports.example.org",
            "'https://ports.example.org' is not a host name: names separated by commas, without scheme or port.",
        ),
        ("DATABASE_URL", "mysql://ann:pw@db/ports", "must start with sqlite:///, postgres:// or postgresql://."),
        ("DATABASE_URL", "sqlite://:memory:", "names no database: scheme://user:password@host:port/name."),
        ("DATABASE_URL", "postgres://ann:pw@db/", "names no database: scheme://user:password@host:port/name."),
        ("DATABASE_URL", "postgres://ann:pw@db:x/y", "is not a database URL: scheme://user:password@host:port/name."),
        ("ALPORTS_HTPS", "true", "is not a variable of alports. Did you mean ALPORTS_HTTPS?"),
        *(
            (
                "ALPORTS_PATH_PREFIX",
                value,
                f"'{value}' is not a path that begins with a slash and ends without one. {fix}.",
            )
            for value, fix in [
                ("/", "Write it like /alports or /tools/alports"),
                ("alports", "Write /alports"),
                ("/alports/", "Write /alports"),
                (" /a/b", "Write /a/b"),
                ("//alports", "Write /alports"),
                ("/a//b", "Write it like /alports or /tools/alports"),
                ("/..", "Write it like /alports or /tools/alports"),
                ("/a/../b", "Write it like /alports or /tools/alports"),
                ("/a b", "Write it like /alports or /tools/alports"),
                ("/a%20b", "Write it like /alports or /tools/alports"),
                ("/a?b", "Write it like /alports or /tools/alports"),
                ("/ä", "Write it like /alports or /tools/alports"),
                ("https://ports.example.org/alports", "Write it like /alports or /tools/alports"),
            ]
        ),
        (
            "ALPORTS_HSTS_SUBDOMAINS",
            "true",
            ("ALPORTS_HTTPS", "must be true when ALPORTS_HSTS_SUBDOMAINS is: HSTS is sent over TLS alone."),
        ),
        (
            "ALPORTS_HSTS_PRELOAD",
            "true",
            ("ALPORTS_HSTS_SUBDOMAINS", "must be true when ALPORTS_HSTS_PRELOAD is: the lists take no less."),
        ),
        (
            "ALPORTS_ADMIN_USERNAME",
            "ann",
            ("ALPORTS_ADMIN_PASSWORD", "is missing: the first administrator needs a name and a password."),
        ),
    ],
)
def test_a_fault_is_refused_and_named(monkeypatch, name, value, fault):
    expected = (name, fault) if isinstance(fault, str) else fault
    assert faults_with(monkeypatch, **{name: value}) == [expected]


@pytest.mark.parametrize("value", ["8000", "localhost", "localhost:0", "localhost:65536", "localhost:http", "::1:8000"])
def test_an_address_to_listen_on_is_host_and_port(monkeypatch, value):
    fault = f"'{value}' is not host:port, as in 127.0.0.1:8000, with a port from 1 to 65535."
    assert faults_with(monkeypatch, ALPORTS_BIND=value) == [("ALPORTS_BIND", fault)]


@pytest.mark.parametrize("port", [1, 65535])
def test_the_lowest_and_the_highest_port_can_be_listened_on(monkeypatch, port):
    assert read_with(monkeypatch, ALPORTS_BIND=f"localhost:{port}").bind == ("localhost", port)


@pytest.mark.parametrize(
    ("variables", "name"),
    [
        ({"ALPORTS_DEBUG": "true"}, "ALPORTS_DEBUG"),
        ({"ALPORTS_ALLOWED_HOSTS": "*"}, "ALPORTS_ALLOWED_HOSTS"),
        ({"ALPORTS_SECRET_KEY": STRONG_KEY[:49]}, "ALPORTS_SECRET_KEY"),
        ({"ALPORTS_SECRET_KEY": "change-me-" + STRONG_KEY}, "ALPORTS_SECRET_KEY"),
        ({"ALPORTS_SECRET_KEY": "abcd" * 20}, "ALPORTS_SECRET_KEY"),
    ],
)
def test_production_refuses_what_a_local_start_may_have(monkeypatch, variables, name):
    read_with(monkeypatch, **variables)
    assert [fault[0] for fault in faults_with(monkeypatch, ALPORTS_HTTPS="true", **variables)] == [name]


def start(**variables):
    """Run a command of manage.py with these variables; return what it said and how it ended."""
    command = [sys.executable, "manage.py", "check"]
    return subprocess.run(
        command, cwd=environment.BASE_DIR, env={**os.environ, **variables}, capture_output=True, text=True
    )


def test_a_start_reports_all_faults_at_once_without_a_traceback(tmp_path):
    ended = start(
        ALPORTS_DATA_DIR=str(tmp_path), ALPORTS_DEBUG="ture", ALPORTS_BIND="x", DATABASE_URL="odd://u:hush@h/d"
    )
    assert ended.returncode == 1
    assert ended.stderr.splitlines() == [
        "alports cannot start, its environment is at fault:",
        "  DATABASE_URL: must start with sqlite:///, postgres:// or postgresql://.",
        "  ALPORTS_BIND: 'x' is not host:port, as in 127.0.0.1:8000, with a port from 1 to 65535.",
        "  ALPORTS_DEBUG: 'ture' is neither true nor false.",
    ]


def test_a_data_directory_that_cannot_be_made_is_named(tmp_path):
    (tmp_path / "file").touch()
    ended = start(ALPORTS_DATA_DIR=str(tmp_path / "file" / "data"))
    assert ended.returncode == 1
    assert ended.stderr.startswith("alports cannot start, ALPORTS_DATA_DIR cannot be used:")
    assert "Traceback" not in ended.stderr


def test_a_key_is_made_once_and_only_its_owner_can_read_it(tmp_path):
    made = secret_key.key_in(tmp_path / "data")
    path = tmp_path / "data" / "secret_key"
    assert secret_key.weakness(made) is None
    assert secret_key.key_in(tmp_path / "data") == made
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert list(path.parent.iterdir()) == [path]


def test_the_readme_documents_every_variable_with_its_default():
    readme = (environment.BASE_DIR / "README.md").read_text(encoding="utf-8")
    section = readme.split("\n## Configuration\n")[1].split("\n## ")[0]
    documented = dict(re.findall(r"^\| `([A-Z_]+)` \| (?:`([^`]*)`)?[^|]* \|", section, flags=re.MULTILINE))
    assert documented == {name: _as_written(default) for name, default in environment.DEFAULTS.items()}


def _as_written(default) -> str:
    return str(default).lower() if isinstance(default, bool) else str(default)
