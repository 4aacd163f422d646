"""What stands where: which modules import which, where import-linter's contracts in pyproject.toml don't reach."""

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
TESTS = [path for path in sorted(ROOT.glob("tests/**/*.py")) if path.name.startswith(("test_", "conftest"))]
OURS = [
    path
    for folder in ("portmatrix", "alports_site", "scripts")
    for path in sorted((ROOT / folder).rglob("*.py"))
    if "migrations" not in path.parts
]


def relative(path):
    return str(path.relative_to(ROOT))


def imported_modules(path):
    """The full names that a module imports: of modules, and of what it takes from them."""
    package = path.relative_to(ROOT).with_suffix("").parts[:-1]
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = ".".join(package[: len(package) - node.level + 1]) if node.level else ""
            module = ".".join(filter(None, [base, node.module]))
            yield from (f"{module}.{alias.name}" for alias in node.names)


@pytest.mark.parametrize("path", TESTS, ids=relative)
def test_no_test_module_imports_another(path):
    """What several need is in tests/support/, or a fixture in a conftest.py."""
    modules = {".".join(other.relative_to(ROOT).with_suffix("").parts) for other in TESTS}
    names = [*imported_modules(path)]
    assert [name for name in names if name in modules or name.rpartition(".")[0] in modules] == []


# A look-up by name hides an import from those who read the code and from import-linter.
BY_NAME = {"get_model", "import_module", "import_string", "__import__"}
ALLOWED = {
    "alports_site/apps.py: import_module",  # of a library, without what it would load besides
}


def called_name(call):
    return call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")


def test_nothing_is_imported_by_name():
    calls = {
        f"{relative(path)}: {called_name(node)}"
        for path in OURS
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call) and called_name(node) in BY_NAME
    }
    assert calls == ALLOWED
