"""The secret key: made at the first start if none is given, and whether one is good enough."""

import os
import secrets
from pathlib import Path

MINIMUM_LENGTH = 50


def key_in(data_dir: Path) -> str:
    """Return the key in `data_dir`. Make the directory and the key if they do not exist.

    Raises `OSError` if the directory can't be written.
    """
    path = data_dir / "secret_key"
    if not path.exists():
        _create(path)
    return path.read_text(encoding="ascii").strip()


def _create(path: Path) -> None:
    """Write a new key so that no process reads half of it. Of several processes, the first one's key is kept."""
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(f"{path.name}.{os.getpid()}")
    draft.unlink(missing_ok=True)
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="ascii") as file:
        file.write(secrets.token_urlsafe(MINIMUM_LENGTH) + "\n")
    try:
        os.link(draft, path)  # unlike a rename, a link never replaces a key that another process has made
    except FileExistsError:
        pass
    finally:
        draft.unlink()


def weakness(key: str) -> str | None:
    """Return why a key is too weak to sign cookies in production, or None if it is not."""
    if any(word in key.lower() for word in ("insecure", "change", "placeholder", "example")):
        return "is a placeholder"
    if len(key) < MINIMUM_LENGTH:
        return f"has {len(key)} characters, fewer than {MINIMUM_LENGTH}"
    if len(set(key)) < 5:
        return "repeats the same few characters"
    return None
