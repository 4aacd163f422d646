"""Whether the lock files fit requirements*.txt, without a network: `python -m scripts.locks`."""

import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path

from packaging.markers import Marker
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from packaging.version import Version

ROOT = Path(__file__).resolve().parent.parent
NAMES = ("requirements", "requirements-build", "requirements-dev")
SHA256 = r"--hash=sha256:[0-9a-f]{64}"


@dataclass(frozen=True)
class Entry:
    """One package of a lock: what is installed where `marker` holds (None: everywhere)."""

    name: str
    version: Version
    marker: Marker | None


def main() -> int:
    """Print what is wrong with the lock files; return 1 if anything is."""
    faults = [fault for name in NAMES for fault in faults_of(ROOT / f"{name}.txt", ROOT / f"{name}.lock")]
    faults += disagreements([ROOT / f"{name}.lock" for name in NAMES])
    for fault in faults:
        print(fault, file=sys.stderr)
    if faults:
        print("`make lock` writes the lock files anew.", file=sys.stderr)
    return 1 if faults else 0


def faults_of(requirements: Path, lock: Path) -> list[str]:
    """Return what is wrong with a lock: an entry without hashes or an exact version, a requirement that it does not
    meet, a package that nothing requires. What packages require in turn is read from the installed ones.
    """
    entries, faults = read_lock(lock)
    faults += [f"{lock.name}: {fault}" for fault in _unmet(list(read_requirements(requirements)), entries)]
    reached = _reached(read_requirements(requirements))
    return faults + [f"{lock.name}: nothing requires {e.name}." for e in entries if e.name not in reached]


def read_requirements(path: Path) -> Iterator[Requirement]:
    """Yield the requirements of a file and of those that it includes with `-r`."""
    for line in path.read_text(encoding="utf-8").splitlines():
        text = line.partition("#")[0].strip()
        if text.startswith("-r "):
            yield from read_requirements(path.parent / text.removeprefix("-r ").strip())
        elif text:
            yield Requirement(text)


def read_lock(path: Path) -> tuple[list[Entry], list[str]]:
    """Return the entries of a lock, and what is wrong with its lines."""
    entries, faults = [], []
    text = "\n".join(line.partition("#")[0].rstrip() for line in path.read_text(encoding="utf-8").splitlines())
    for line in filter(None, (" ".join(part.split()) for part in text.replace("\\\n", " ").splitlines())):
        match = re.fullmatch(rf"([\w.-]+)==([\w.+!]+)(?: ; (.+?))?((?: {SHA256})*)", line)
        if not match or not match[4]:
            wanted = "exact version" if not match else "hash"
            faults.append(f"{path.name}: no {wanted} in '{line[:60]}'.")
            continue
        marker = Marker(match[3]) if match[3] else None
        entries.append(Entry(canonicalize_name(match[1]), Version(match[2]), marker))
    return entries, faults


def disagreements(locks: list[Path]) -> list[str]:
    """Return the packages for which two locks name different versions: the tests would not test what runs."""
    faults = []
    *others, widest = [(lock.name, _versions(read_lock(lock)[0])) for lock in locks]
    for name, versions in others:
        for package, version in sorted(versions.items()):
            if widest[1].get(package) != version:
                faults.append(f"{widest[0]}: {package} is not as in {name}.")
    return faults


def _versions(entries: list[Entry]) -> dict[str, list[tuple[str, str]]]:
    found: dict[str, list[tuple[str, str]]] = {}
    for entry in entries:
        found.setdefault(entry.name, []).append((str(entry.version), str(entry.marker)))
    return found


def _unmet(requirements: list[Requirement], entries: list[Entry]) -> Iterator[str]:
    """Yield what is required on this machine, at once or in turn, and locked in no version that will do."""
    here = {entry.name: entry.version for entry in entries if not entry.marker or entry.marker.evaluate()}
    seen = set()
    waiting = [(requirement, "") for requirement in requirements]
    while waiting:
        requirement, by = waiting.pop()
        name = canonicalize_name(requirement.name)
        if (text := f"{requirement}{by}") in seen:
            continue
        seen.add(text)
        if name not in here or not requirement.specifier.contains(here[name], prereleases=True):
            yield f"{requirement}{by} is not met, {here.get(name) or 'nothing'} is locked."
            continue
        waiting += [(needed, f" (of {name})") for needed in _needs(name) if _asked_for(needed, requirement.extras)]


def _reached(requirements: Iterator[Requirement]) -> set[str]:
    """Return every name that is required, at once or in turn, on whatever machine."""
    reached: set[str] = set()
    waiting = [(canonicalize_name(requirement.name), tuple(requirement.extras)) for requirement in requirements]
    done = set()
    while waiting:
        item = waiting.pop()
        if item in done:
            continue
        done.add(item)
        name, extras = item
        reached.add(name)
        waiting += [
            (canonicalize_name(needed.name), tuple(sorted(needed.extras)))
            for needed in _needs(name)
            if _optional(needed) <= set(extras)
        ]
    return reached


def _needs(name: str) -> list[Requirement]:
    """Return what an installed package requires; of one that is not installed here nothing is known."""
    try:
        return [Requirement(text) for text in metadata.requires(name) or []]
    except metadata.PackageNotFoundError:
        return []


def _asked_for(requirement: Requirement, extras: set[str]) -> bool:
    marker = requirement.marker
    return not marker or any(marker.evaluate({"extra": extra}) for extra in extras or {""})


def _optional(requirement: Requirement) -> set[str]:
    """Return the extras that a requirement belongs to."""
    return set(re.findall(r"""extra == ["']([^"']+)["']""", str(requirement.marker or "")))


if __name__ == "__main__":
    sys.exit(main())
