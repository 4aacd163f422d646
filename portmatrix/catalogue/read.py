"""Read the fixtures' YAML files into entries. Nothing is judged here but what YAML itself has to be."""

import hashlib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from .faults import CatalogueFaults, Fault

FILES = ("components", "ports", "assumptions", "connections", "statements")


@dataclass(frozen=True)
class Entry:
    """One item of a file: `data` is whatever stands there, a mapping if all is well."""

    file: str
    position: int
    line: int
    data: object

    def __str__(self) -> str:
        return f"entry {self.position} (line {self.line})"

    def fault(self, field: str, value: object, fix: str) -> Fault:
        """A fault of this entry."""
        return Fault(self.file, str(self), field, value, fix)


class DuplicateKey(yaml.MarkedYAMLError):
    """A mapping names a field twice; plain YAML would keep the last one in silence."""


class StrictLoader(yaml.SafeLoader):
    """YAML that refuses a field given twice."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:
        seen = set()
        for key_node, _ in node.value:
            if key_node.value in seen:
                raise DuplicateKey(None, None, f"the field “{key_node.value}” stands twice", key_node.start_mark)
            seen.add(key_node.value)
        return super().construct_mapping(node, deep)


def read(folder: Path) -> dict[str, list[Entry]]:
    """Read every file of the catalogue, by its stem. Raises `CatalogueFaults`."""
    entries: dict[str, list[Entry]] = {}
    faults: list[Fault] = []
    for stem in FILES:
        try:
            entries[stem] = _read_file(folder / f"{stem}.yaml")
        except CatalogueFaults as refused:
            faults += refused.faults
    if faults:
        raise CatalogueFaults(faults)
    return entries


def digest_of(folder: Path) -> str:
    """SHA-256 of the catalogue's files in a folder, as hexadecimal digits. Raises `OSError`."""
    digest = hashlib.sha256()
    for stem in FILES:
        content = (folder / f"{stem}.yaml").read_bytes()
        digest.update(b"%s %d\n%s" % (stem.encode(), len(content), content))
    return digest.hexdigest()


def _read_file(path: Path) -> list[Entry]:
    try:
        text = path.read_text(encoding="utf-8")
        loader = StrictLoader(text)
        root = loader.get_single_node()
        if not isinstance(root, yaml.SequenceNode):
            raise CatalogueFaults([Fault(path.name, "", "", None, "Write a list of entries that start with “- ”.")])
        nodes = enumerate(root.value, start=1)
        return [
            Entry(path.name, position, node.start_mark.line + 1, loader.construct_object(node, deep=True))
            for position, node in nodes
        ]
    except OSError as error:
        raise CatalogueFaults([Fault(path.name, "", "", None, f"Can't be read: {error.strerror}.")]) from error
    except UnicodeDecodeError as error:
        raise CatalogueFaults([Fault(path.name, "", "", None, "Save it as UTF-8.")]) from error
    except yaml.YAMLError as error:
        raise CatalogueFaults([Fault(path.name, "", "", None, f"Not valid YAML: {_problem(error)}.")]) from error


def _problem(error: yaml.YAMLError) -> str:
    mark = getattr(error, "problem_mark", None)
    place = f" in line {mark.line + 1}, column {mark.column + 1}" if mark else ""
    return f"{getattr(error, 'problem', None) or error}{place}"
