"""The standard form of templates: `python -m scripts.templates`, with `--check` to look only. Runs djangofmt."""

import argparse
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
LONGEST = 160  # characters of a line; the formatters aim at 120 and leave what they can't break


def main(arguments: list[str] | None = None) -> int:
    """Format the templates in place, or with `--check` name those that are not formatted. Name the lines that are too
    long, in style sheets, scripts and drawings too. Return 1 if anything is wrong.
    """
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true", help="change nothing, name what is not in its standard form")
    check = parser.parse_args(arguments).check
    faults = []
    for path in sorted((ROOT / "templates").rglob("*.html")):
        before = path.read_text(encoding="utf-8")
        after = formatted(before)
        if check and after != before:
            faults.append(f"{path.relative_to(ROOT)}: not in its standard form; `make format` puts it in.")
        elif after != before:
            path.write_text(after, encoding="utf-8")
    for folder in ("templates", "portmatrix/static"):
        for path in sorted((ROOT / folder).rglob("*.*")):
            if path.suffix in {".html", ".svg", ".css", ".js"}:
                faults += long_lines(path)
    for fault in faults:
        print(fault, file=sys.stderr)
    return 1 if faults else 0


def formatted(text: str) -> str:
    """Return a template in its standard form; exit where it can't be read.

    A template that is included within a line of text has no newline at its end, and gets none: browsers would show it
    as a space.
    """
    command = [Path(sys.executable).with_name("djangofmt"), "--stdin-filename=template.html", "-"]
    done = subprocess.run(command, input=text, capture_output=True, text=True, encoding="utf-8", cwd=ROOT)
    if done.returncode:
        raise SystemExit(f"{done.stderr.strip()}\n{text}")
    return done.stdout if text.endswith("\n") else done.stdout.removesuffix("\n")


def long_lines(path: Path) -> list[str]:
    """Return a sentence for each line of a file that is too long."""
    lines = path.read_text(encoding="utf-8").splitlines()
    return [
        f"{path.relative_to(ROOT)}:{number}: {len(line)} characters; at most {LONGEST}."
        for number, line in enumerate(lines, 1)
        if len(line) > LONGEST
    ]


if __name__ == "__main__":
    sys.exit(main())
