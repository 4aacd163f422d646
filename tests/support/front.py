"""Clients of a real server: deployments that they store, connections that they hold open, a form that they send."""

import json
import socket
import subprocess

from .server import ask

SOON = 2  # seconds within which small answers come, whatever others do
LARGE = 3000  # endpoints

PASSWORD = "orchard-lantern-42"


def document(name="Ulm", endpoints=1):
    """A deployment: users of a network each, and an appliance."""
    rows = [
        {"component": "admin-user", "name": f"user {number}", "address": f"10.{number >> 7}.{number * 2 & 255}.0/24"}
        for number in range(endpoints)  # of which no two are neighbours, so that none are merged
    ]
    rows.append({"component": "appliance", "name": "elm", "address": "192.0.2.10"})
    return {"name": name, "components": ["admin-user", "appliance"], "endpoints": rows}


def put(port, slug, headers, endpoints=1, **options):
    body = json.dumps(document(slug, endpoints))
    return ask(port, f"/api/deployments/{slug}/", "PUT", body, headers, **options)


def connect(port, *data):
    """A connection that has sent so much and keeps silent from then on."""
    connection = socket.create_connection(("127.0.0.1", port))
    for part in data:
        connection.sendall(part)
    return connection


def head(method, path, *lines):
    return "\r\n".join([f"{method} {path} HTTP/1.1", "Host: localhost", *lines, "", ""]).encode()


def assert_small_answers_come_soon(port, rounds=5):
    for _ in range(rounds):
        for path in ("/healthz", "/readyz", "/", "/api/components/"):
            answer = ask(port, path, timeout=20)
            assert (answer.status, answer.seconds < SOON) == (200, True), (path, answer.seconds)


def sign_in(port, password, **headers):
    page = ask(port, "/accounts/login/")
    cookie = page.headers["Set-Cookie"].split(";")[0]
    token = page.body.split(b'name="csrfmiddlewaretoken" value="')[1].split(b'"')[0].decode()
    body = f"csrfmiddlewaretoken={token}&username=ann&password={password}"
    form = {"Cookie": cookie, "Content-Type": "application/x-www-form-urlencoded", **headers}
    return ask(port, "/accounts/login/", "POST", body, form)


def heavy_processes(group):
    found = subprocess.run(["pgrep", "-g", str(group), "-f", "front.child"], capture_output=True, text=True)
    return found.stdout.split()
