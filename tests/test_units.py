"""The shipped units of systemd, and the scripts that they run."""

import configparser
import contextlib
import os
import re
import shutil
import sqlite3
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from alports_site import environment

ROOT = environment.BASE_DIR
UNITS = ROOT / "deploy" / "systemd"
SERVICES = sorted(UNITS.glob("*.service"))
MOST_EXPOSED = 20  # tenths, as `systemd-analyze security` counts: 100 is a service that may do anything

needs_systemd = pytest.mark.skipif(not shutil.which("systemd-analyze"), reason="not installed: systemd-analyze")


def unit(path):
    """A unit's sections; a key that is given several times has its last value."""
    parser = configparser.ConfigParser(interpolation=None, strict=False)
    parser.optionxform = str
    parser.read_string(path.read_text())
    return parser


# The units


@needs_systemd
def test_systemd_understands_the_units(tmp_path):
    """In the places that a test has: systemd looks whether a program is there."""
    for path in UNITS.glob("*.[st]*"):
        text = path.read_text().replace("/opt/alports/.venv/bin/python", sys.executable)
        (tmp_path / path.name).write_text(text)
    files = [str(path) for path in sorted(tmp_path.iterdir()) if path.suffix in (".service", ".timer")]
    assert len(files) == 5
    done = subprocess.run(["systemd-analyze", "verify", "--man=no", *files], capture_output=True, text=True)
    assert (done.returncode, done.stderr) == (0, "")


@needs_systemd
@pytest.mark.parametrize("path", SERVICES, ids=lambda path: path.name)
def test_services_may_do_little(path):
    command = ["systemd-analyze", "security", "--offline=true", f"--threshold={MOST_EXPOSED}", str(path)]
    done = subprocess.run(command, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout


def test_all_services_are_kept_in_the_same_bounds():
    own = {"ExecStart", "Type", "Restart", "RestartSec", "KillMode", "TimeoutStopSec", "TimeoutStartSec", "LimitNOFILE"}
    own |= {"Nice", "StateDirectory"}
    bounds = [{key: value for key, value in unit(path)["Service"].items() if key not in own} for path in SERVICES]
    assert len(bounds) == 3
    assert bounds[0] == bounds[1] == bounds[2]
    assert {name: bounds[0][name] for name in ("User", "ProtectSystem", "UMask", "StateDirectoryMode")} == {
        "User": "alports",
        "ProtectSystem": "strict",
        "UMask": "0077",
        "StateDirectoryMode": "0700",
    }


def test_the_service_starts_again_and_stops_after_its_requests():
    service = unit(UNITS / "alports.service")["Service"]
    assert (service["Restart"], service["KillMode"]) == ("always", "mixed")
    assert int(service["TimeoutStopSec"]) > environment.DEFAULTS["ALPORTS_STOP_TIMEOUT"]


def test_each_timer_has_its_service():
    timers = {path.stem for path in UNITS.glob("*.timer")}
    assert timers == {path.stem for path in SERVICES} - {"alports"}


# The example of the settings


def example_settings(*optional):
    """The variables of the example; `optional` ones are in it as comments."""
    text = (UNITS / "alports.env.example").read_text()
    found = dict(re.findall(r"^([A-Z_]+)=(.*)$", text, flags=re.MULTILINE))
    commented = dict(re.findall(r"^#([A-Z_]+)=(.*)$", text, flags=re.MULTILINE))
    return found | {name: commented[name] for name in optional}


def test_the_example_of_the_settings_is_understood(monkeypatch):
    for name in [name for name in os.environ if name.startswith("ALPORTS_") or name == "DATABASE_URL"]:
        monkeypatch.delenv(name)
    for name, value in example_settings("DATABASE_URL").items():
        monkeypatch.setenv(name, value)
    found = environment.read()
    assert (found.https, found.allowed_hosts, str(found.data_dir)) == (True, ["ports.example.org"], "/var/lib/alports")
    assert found.database["HOST"] == "db.example.org"
    assert set(example_settings("ALPORTS_SECRET_KEY")) <= set(environment.DEFAULTS)


# The backup


def backup(folder, count="2", program=None, **variables):
    """Run the script. `program` is the text of a pg_dump to find."""
    if program is not None:
        path = folder.parent / "bin" / "pg_dump"
        path.parent.mkdir(exist_ok=True)
        path.write_text(f"#!/bin/sh\n{program}\n")
        path.chmod(0o755)
        variables["PATH"] = f"{path.parent}:{os.environ['PATH']}"
    command = [sys.executable, "deploy/bin/backup.py", str(folder), count]
    return subprocess.run(command, cwd=ROOT, env={**os.environ, **variables}, capture_output=True, text=True)


@pytest.fixture
def folder(tmp_path):
    folder = tmp_path / "backups"
    folder.mkdir()
    return folder


POSTGRES = "postgresql://ann:s%40crt@db.example.org:5433/ports?sslmode=require"
DUMP = 'echo "$@" "password=$PGPASSWORD"; for a; do case $a in --file=*) echo data >"${a#--file=}";; esac; done'


def test_postgres_is_dumped_without_the_password_on_the_command_line(folder):
    done = backup(folder, program=DUMP, DATABASE_URL=POSTGRES)
    assert (done.returncode, done.stderr) == (0, "")
    [path] = folder.iterdir()
    assert re.fullmatch(r"alports-\d{8}T\d{6}Z\.dump", path.name)
    assert (path.read_text(), stat.S_IMODE(path.stat().st_mode)) == ("data\n", 0o600)
    assert done.stdout.splitlines() == [
        f"--format=custom --no-owner --file={path}.part "
        "--dbname=postgresql://ann@db.example.org:5433/ports?sslmode=require password=s@crt",
        f"Backed up to {path}, 5 bytes.",
    ]


def test_sqlite_is_backed_up_whole(folder, tmp_path):
    data = tmp_path / "data"
    data.mkdir(mode=0o700)
    with contextlib.closing(sqlite3.connect(data / "alports.sqlite3")) as database:
        database.execute("CREATE TABLE written (number)")
        database.execute("INSERT INTO written VALUES (42)")
        database.commit()
    done = backup(folder, DATABASE_URL="", ALPORTS_DATA_DIR=str(data))
    assert (done.returncode, done.stderr) == (0, "")
    [path] = folder.iterdir()
    assert re.fullmatch(r"alports-\d{8}T\d{6}Z\.sqlite3", path.name)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    with contextlib.closing(sqlite3.connect(path)) as copy:
        assert copy.execute("SELECT number FROM written").fetchall() == [(42,)]


def test_the_newest_backups_are_kept_and_what_is_not_ours(folder):
    old = [f"alports-2026010{day}T023000Z.dump" for day in (1, 2, 3)]
    for name in [*old, "alports-20260104T023000Z.dump.part", "notes.txt", "alports-before-upgrade.dump"]:
        (folder / name).touch()
    assert backup(folder, "2", program=DUMP, DATABASE_URL=POSTGRES).returncode == 0
    left = {path.name for path in folder.iterdir()}
    assert left > {old[2], "notes.txt", "alports-before-upgrade.dump"}
    assert len(left) == 4


@pytest.mark.parametrize("program", ["exit 3", 'echo half >"${3#--file=}"; exit 1'])
def test_a_backup_that_fails_leaves_the_older_ones(folder, program):
    (folder / "alports-20260101T023000Z.dump").touch()
    done = backup(folder, "1", program=program, DATABASE_URL=POSTGRES)
    assert done.returncode == 1
    assert done.stderr.startswith("No backup was made: pg_dump ended with ")
    assert [path.name for path in folder.iterdir()] == ["alports-20260101T023000Z.dump"]


def test_a_missing_pg_dump_is_named(folder):
    done = backup(folder, PATH=str(folder), DATABASE_URL=POSTGRES)
    assert done.returncode == 1
    assert done.stderr.startswith("pg_dump is not installed. It comes with PostgreSQL's client programs.\n")


@pytest.mark.parametrize("arguments", [[], ["x"], ["x", "0"], ["x", "-1"], ["x", "many"], ["x", "1", "y"]])
def test_wrong_arguments_are_refused(arguments):
    command = [sys.executable, str(ROOT / "deploy/bin/backup.py"), *arguments]
    done = subprocess.run(command, capture_output=True, text=True)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith("usage: backup.py FOLDER COUNT")


def test_commands_are_run_as_the_service_runs():
    script = Path(ROOT / "deploy/bin/alports-manage").read_text()
    service = unit(UNITS / "alports.service")["Service"]
    for key in ("User", "Group", "UMask", "EnvironmentFile", "WorkingDirectory"):
        assert f"--property={key}={service[key]} " in script
    assert subprocess.run(["sh", "-n", ROOT / "deploy/bin/alports-manage"]).returncode == 0
