"""The lock files: what is installed is named by version and hash, and is what requirements*.txt ask for."""

import re

import pytest
from django.conf import settings

from scripts import locks

HASH = f"--hash=sha256:{'0' * 64}"


@pytest.fixture
def written(tmp_path):
    """A function that writes requirements and their lock, and returns what is wrong with the lock."""

    def write(requirements, lock):
        (tmp_path / "r.txt").write_text(requirements)
        (tmp_path / "r.lock").write_text(lock)
        return locks.faults_of(tmp_path / "r.txt", tmp_path / "r.lock")

    return write


def test_the_locks_of_this_repository_fit_its_requirements(capsys):
    assert (locks.main(), capsys.readouterr().err) == (0, "")


def test_a_lock_that_fits_has_no_faults(written):
    assert written("iniconfig==2.3.1  # a comment\n", f"# by\niniconfig==2.3.1 \\\n    {HASH} \\\n    {HASH}\n") == []


@pytest.mark.parametrize(
    ("requirements", "lock", "faults"),
    [
        ("iniconfig==2.3.1", "iniconfig==2.3.1", ["no hash in 'iniconfig==2.3.1'.", "nothing is locked"]),
        ("iniconfig==2.3.1", f"iniconfig>=2.3.1 {HASH}", ["no exact version in", "nothing is locked"]),
        ("iniconfig==2.3.1", f"iniconfig==2.3.1 {HASH[:-1]}", ["no exact version in", "nothing is locked"]),
        ("iniconfig==2.4.0", f"iniconfig==2.3.1 {HASH}", ["iniconfig==2.4.0 is not met, 2.3.1 is locked."]),
        ("iniconfig==2.3.1", "", ["iniconfig==2.3.1 is not met, nothing is locked."]),
        ("", f"iniconfig==2.3.1 {HASH}", ["nothing requires iniconfig."]),
        ("referencing==0.37.0", f"referencing==0.37.0 {HASH}", ["(of referencing) is not met"] * 3),
        ("iniconfig==2.3.1", f"iniconfig==2.3.1 ; python_version < '3' {HASH}", ["nothing is locked"]),
    ],
)
def test_a_lock_that_does_not_fit_is_at_fault(written, requirements, lock, faults):
    found = written(requirements, lock)
    assert len(found) == len(faults)
    assert all(said in fault for fault, said in zip(found, faults, strict=True))


def test_a_package_of_an_extra_is_required_with_the_extra_alone(written):
    names = ("psycopg==3.3.9", "psycopg-binary==3.3.9", "typing-extensions==4.16.0", "tzdata==2026.6")
    lock = "".join(f"{name} {HASH}\n" for name in names)
    assert written("psycopg[binary]==3.3.9", lock) == []
    assert written("psycopg==3.3.9", lock) == ["r.lock: nothing requires psycopg-binary."]


def test_locks_that_name_different_versions_are_at_fault(tmp_path):
    (tmp_path / "run.lock").write_text(f"iniconfig==2.3.1 {HASH}")
    (tmp_path / "dev.lock").write_text(f"iniconfig==2.3.0 {HASH}")
    found = locks.disagreements([tmp_path / "run.lock", tmp_path / "dev.lock"])
    assert found == ["dev.lock: iniconfig is not as in run.lock."]


def test_no_lock_names_where_packages_come_from():
    for name in locks.NAMES:
        text = (settings.BASE_DIR / f"{name}.lock").read_text()
        assert not re.search(r"://|index|find-links", text)


def test_make_installs_by_hash_alone():
    recipes = [line for line in (settings.BASE_DIR / "Makefile").read_text().splitlines() if line.startswith("\t")]
    assert not [line for line in recipes if "pip install" in line]
    [install] = [
        line for line in (settings.BASE_DIR / "Makefile").read_text().splitlines() if line.startswith("INSTALL")
    ]
    assert "--require-hashes --only-binary :all:" in install
