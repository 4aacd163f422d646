"""Takes the pictures in docs/screenshots/ and the one for link previews, from a server with one override and the
example of a deployment.
"""

import contextlib
import http.client
import os
import secrets
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from playwright.sync_api import Browser, sync_playwright

ROOT = Path(__file__).resolve().parent.parent
PICTURES = ROOT / "docs" / "screenshots"
CARD = ROOT / "portmatrix" / "static" / "portmatrix" / "card.png"
LAPTOP = {"viewport": {"width": 1440, "height": 900}}
PHONE = {"viewport": {"width": 390, "height": 844}, "device_scale_factor": 2}
PUBLIC = {  # name: address, window
    "matrix": ("/", LAPTOP),
    "table": ("/connections/?destination=appliance&transport=tcp", LAPTOP),
    "diagram": ("/?view=diagram", LAPTOP),
    "component": ("/components/citrix-provisioning-connector/", LAPTOP),
    "phone": ("/", PHONE),
}
PRIVATE = {  # seen by an editor
    "places": ("/deployments/example/components/", LAPTOP),
    "rules": ("/deployments/example/rules/", LAPTOP),
    "configuration": ("/deployments/example/configuration/?platform=cisco-ios", LAPTOP),
}
NAME, PASSWORD = "edith", secrets.token_urlsafe()  # of an editor whom PREPARE makes
LARGEST = {"card": 60, "picture": 250}  # KB, so that pages that show them stay light
STARTS_WITHIN = 120  # seconds
PREPARE = f"""
from django.contrib.auth.models import Group, User
from portmatrix.deployments.example import example
from portmatrix.deployments.service import create
from portmatrix.models import Port, PortOverride
from portmatrix.overrides.service import save_overrides
port = Port.objects.select_related("component__host").get(slug="citrix-provisioning-connector-tcp-3509")
save_overrides([PortOverride(port=port, number=13509, reason="CHG-1042")])
edith = User.objects.create_user({NAME!r}, password={PASSWORD!r})
edith.groups.set([Group.objects.get(name="Editors")])
create(example(), edith)
"""


def main() -> None:
    """Take all pictures; leave with a message if one is too large."""
    PICTURES.mkdir(parents=True, exist_ok=True)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=_chromium(), args=["--no-sandbox", "--disable-gpu"])
        _card(browser)  # first: the server won't start without it
        with tempfile.TemporaryDirectory(prefix="alports-screenshots-") as data_dir, _serving(Path(data_dir)) as origin:
            signed_in = _sign_in(browser, origin)
            for theme in ("light", "dark"):
                for name, (address, window) in (PUBLIC | PRIVATE).items():
                    window = {**window, "color_scheme": theme, **(signed_in if name in PRIVATE else {})}
                    _picture(browser, origin + address, PICTURES / f"{name}-{theme}.png", **window)
        browser.close()


def _chromium() -> str | None:
    """The system's Chromium; None means the one that Playwright installed."""
    return next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)


def _card(browser: Browser) -> None:
    address = (ROOT / "scripts" / "card.html").as_uri()
    _picture(browser, address, CARD, largest=LARGEST["card"], viewport={"width": 1200, "height": 630})


def _sign_in(browser: Browser, origin: str) -> dict:
    """The options of a browser window in which an editor is signed in."""
    with browser.new_context() as context:
        page = context.new_page()
        page.goto(f"{origin}/accounts/login/")
        page.fill("input[name=username]", NAME)
        page.fill("input[name=password]", PASSWORD)
        page.click("main button")
        page.wait_for_selector(".who")
        return {"storage_state": context.storage_state()}


def _picture(browser: Browser, address: str, file: Path, largest: int = LARGEST["picture"], **window: object) -> None:
    with browser.new_context(**window) as context:
        page = context.new_page()
        answer = page.goto(address)
        if answer and answer.status >= 400:
            sys.exit(f"{address} answered {answer.status}.")
        page.screenshot(path=file, animations="disabled")
    size = file.stat().st_size / 1024
    print(f"{file.relative_to(ROOT)}: {size:.0f} KB")
    if size > largest:
        sys.exit(f"{file.relative_to(ROOT)} is larger than {largest} KB.")


@contextlib.contextmanager
def _serving(data_dir: Path) -> Iterator[str]:
    """A server with a new data directory and one override; yields its origin, such as http://127.0.0.1:40001."""
    bind = f"127.0.0.1:{_free_port()}"
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("ALPORTS_", "DATABASE_URL"))}
    environment = {**kept, "ALPORTS_DATA_DIR": str(data_dir), "ALPORTS_BIND": bind}
    manage = [sys.executable, str(ROOT / "manage.py")]
    server = subprocess.Popen([*manage, "serve"], env=environment, stdout=subprocess.DEVNULL)
    try:
        _wait_for(server, bind)
        subprocess.run([*manage, "shell", "--no-imports", "-c", PREPARE], env=environment, check=True)
        yield f"http://{bind}"
    finally:
        server.terminate()
        server.wait()


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def _wait_for(server: subprocess.Popen, bind: str) -> None:
    deadline = time.monotonic() + STARTS_WITHIN
    while time.monotonic() < deadline:
        if server.poll() is not None:
            sys.exit(f"The server ended with {server.returncode}.")
        with contextlib.suppress(OSError), contextlib.closing(http.client.HTTPConnection(bind, timeout=5)) as client:
            client.request("GET", "/readyz")
            if client.getresponse().status == http.HTTPStatus.OK:
                return
        time.sleep(0.2)
    sys.exit("The server did not answer in time.")


if __name__ == "__main__":
    main()
