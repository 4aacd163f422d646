"""nginx with the configuration that deploy/nginx/ ships, on loopback ports, from a directory that goes away again.

Only names, ports and places are replaced, and each has to be found: everything else runs as shipped.
"""

import contextlib
import os
import re
import shutil
import socket
import subprocess
import sys
import time
from pathlib import Path

SHIPPED = Path(__file__).resolve().parents[2] / "deploy" / "nginx"
NAME = "ports.example.org"  # what the shipped files call the site
STARTS_WITHIN = 10  # seconds


def missing() -> str:
    """What is needed and not there, separated by commas. On Linux clients have addresses of their own on loopback."""
    programs = [name for name in ("nginx", "openssl") if not program(name)]
    return ", ".join(programs if sys.platform == "linux" else ["Linux", *programs])


def program(name: str) -> str | None:
    """Where a program is; Debian keeps nginx where only root looks."""
    return shutil.which(name, path=os.pathsep.join([os.environ.get("PATH", ""), "/usr/sbin", "/usr/local/sbin"]))


def free_ports(count: int) -> list[int]:
    """Ports of loopback that nobody listens on, all different."""
    with contextlib.ExitStack() as held:
        probes = [held.enter_context(socket.socket()) for _ in range(count)]
        for probe in probes:
            probe.bind(("127.0.0.1", 0))
        return [probe.getsockname()[1] for probe in probes]


def certificate(folder: Path) -> tuple[Path, Path]:
    """A certificate that signs itself, for the site's name, and its key."""
    chain, key = folder / "site.pem", folder / "site.key"
    subject = ["-subj", f"/CN={NAME}", "-addext", f"subjectAltName=DNS:{NAME}"]
    curve = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2"]
    command = [program("openssl"), "req", "-x509", *curve, *subject, "-keyout", str(key), "-out", str(chain)]
    subprocess.run(command, check=True, capture_output=True)
    return chain, key


class Nginx:
    """A running nginx before nodes at (host, port) addresses.

    `http` and `https` are its ports on 127.0.0.1, `chain` the certificate that clients trust, `folder` its files.
    """

    def __init__(self, folder: Path, nodes: list[tuple[str, int]], locations: str = "locations.conf") -> None:
        self.folder = folder
        self.http, self.https = free_ports(2)
        folder.mkdir(parents=True)
        self.chain, key = certificate(folder)
        shutil.copytree(SHIPPED, folder / "etc")
        shutil.copy("/etc/nginx/mime.types", folder / "etc")
        self._edit(nodes, key, locations)
        self._process: subprocess.Popen | None = None

    def _edit(self, nodes, key, locations):
        """Do what an operator edits, and move ports and files to where a test may have them."""
        etc, logs = self.folder / "etc", self.folder
        listens = [(r"listen \[::\]:\S+( ssl)?( default_server)?;", "")]
        listens += [
            (r"listen 80\b", f"listen 127.0.0.1:{self.http}"),
            (r"listen 443\b", f"listen 127.0.0.1:{self.https}"),
        ]
        user = [(r"user www-data;", "user root;" if os.geteuid() == 0 else "")]
        temporary = "".join(f"{kind}_temp_path {self.folder}/{kind};" for kind in ("client_body", "proxy"))
        replace(
            etc / "nginx.conf",
            *user,
            *listens,
            (r"pid /run/nginx.pid;", f"pid {self.folder}/pid;"),
            (r"/var/log/nginx/error.log", f"{logs}/error.log"),
            (r"http \{", f"http {{ {temporary}"),
        )
        replace(
            etc / "conf.d" / "alports-site.conf",
            *listens,
            (r"/etc/ssl/certs/ports.example.org.pem", str(self.chain)),
            (r"/etc/ssl/private/ports.example.org.key", str(key)),
            (r"alports/locations\.conf", f"alports/{locations}"),
            (r"/var/log/nginx/alports.log", f"{logs}/access.log"),
        )
        lines = "\n".join(f"server {host}:{port} max_fails=3 fail_timeout=3s;" for host, port in nodes)
        replace(etc / "alports" / "nodes.conf", (r"server 127\.0\.0\.1:8000 max_fails=3 fail_timeout=3s;", lines))

    def command(self, *arguments: str) -> list[str]:
        """The command line of nginx with these files."""
        etc = self.folder / "etc"
        return [
            program("nginx"),
            "-p",
            str(etc),
            "-c",
            str(etc / "nginx.conf"),
            "-e",
            str(self.folder / "error.log"),
            *arguments,
        ]

    def test(self) -> str:
        """What `nginx -t` says. Raises CalledProcessError when it refuses the files."""
        return subprocess.run(self.command("-t"), check=True, capture_output=True, text=True).stderr

    def reload(self) -> None:
        """Read the files anew, as after a new certificate."""
        subprocess.run(self.command("-s", "reload"), check=True, capture_output=True)

    def __enter__(self):
        self._process = subprocess.Popen(self.command("-g", "daemon off;"), stderr=subprocess.DEVNULL)
        deadline = time.monotonic() + STARTS_WITHIN
        while True:
            with contextlib.suppress(OSError):
                socket.create_connection(("127.0.0.1", self.https)).close()
                return self
            if self._process.poll() is not None or time.monotonic() > deadline:
                self.__exit__()
                raise RuntimeError(f"nginx did not start: {self.log('error')}")
            time.sleep(0.05)

    def __exit__(self, *_):
        self._process.terminate()
        self._process.wait(timeout=10)

    def log(self, name: str) -> str:
        """The text of a log: `access` or `error`."""
        path = self.folder / f"{name}.log"
        return path.read_text() if path.exists() else ""


def replace(path: Path, *pairs: tuple[str, str]) -> None:
    """Replace regular expressions in a file. Raises ValueError when one is not found."""
    text = path.read_text()
    for pattern, replacement in pairs:
        text, count = re.subn(pattern, lambda _, new=replacement: new, text)
        if not count:
            raise ValueError(f"{path.name} has nothing like {pattern}")
    path.write_text(text)
