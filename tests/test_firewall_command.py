"""`manage.py firewall`: what it writes where, its exit codes, and its guide."""

import json
import re
import sys
from pathlib import Path

import pytest
from django.utils import timezone

from portmatrix.firewall import PLATFORMS

from .support.commands import FullDisk, runner
from .support.deployments import FOLDER, deployment
from .support.firewalls import DATE, configured

pytestmark = pytest.mark.django_db

GUIDE = Path(__file__).parent.parent / "docs" / "firewall.md"
ULM = FOLDER / "ulm.json"
COMPLETE = {"appliance": "10.30.0.10", "admin-user": "10.9.0.0/24", "smb-file-server": "10.30.2.5"}
NO_NAMES = "Resolve prism.ulm.example.com and allow the addresses by hand, or give the endpoint its IPv4 address."
LEFT_OUT = (
    f"r-8af361be018961a4, Appliance to Prism, tcp 9440: A file for nftables holds no host names. {NO_NAMES}\n"
    "r-c51c7f5b3354e426, Appliance to NTP server, udp 123: NTP server has no address. Add an endpoint.\n"
)


@pytest.fixture
def run(monkeypatch, capsys, catalogue):
    """Run the command; return exit code, standard output and standard error."""
    monkeypatch.setattr(timezone, "localdate", lambda: DATE)
    return runner("firewall", monkeypatch, capsys)


def complete(**others):
    """A document whose rules are all resolved, as bytes."""
    return json.dumps(deployment(endpoints=COMPLETE.items(), encrypted_only=True, **others)).encode()


@pytest.mark.parametrize("platform", PLATFORMS)
def test_all_is_well(run, platform):
    host = ["--endpoint", "here"] if PLATFORMS[platform].per_host else []
    code, out, err = run("-", "--platform", platform, *host, stdin=complete())
    assert (code, err) == (0, "")
    assert "2026-07-01" in out
    assert "NOT in this file" not in out


def test_without_partial_nothing_is_written(run, tmp_path):
    path = tmp_path / "rules.nft"
    code, out, err = run(ULM, "--platform", "nftables", "--output", path)
    assert (code, out) == (1, "")
    assert err == f"{LEFT_OUT}CommandError: 2 rules left out. Nothing was written: add --partial to have the rest.\n"
    assert not path.exists()


def test_with_partial_the_rest_is_written_and_the_exit_code_still_tells(run):
    code, out, err = run(ULM, "--platform", "nftables", "--partial")
    assert (code, err) == (1, f"{LEFT_OUT}CommandError: 2 rules left out.\n")
    assert out.endswith("        jump r-57e97c98e6f975ab\n    }\n}\n")


def test_a_file_holds_what_standard_output_does(run, tmp_path):
    path = tmp_path / "rules.bat"
    arguments = ("-", "--platform", "windows-netsh", "--endpoint", "here")
    _, out, _ = run(*arguments, stdin=complete())
    assert run(*arguments, "--output", path, stdin=complete()) == (0, "", "")
    assert path.read_bytes() == out.encode()
    assert out.count("\r\n") == out.count("\n")


def test_a_file_that_can_t_be_written(run, tmp_path):
    path = tmp_path / "none" / "rules.nft"
    message = f"CommandError: {path} can't be written: No such file or directory.\n"
    assert run("-", "--platform", "nftables", "--output", path, stdin=complete()) == (2, "", message)


def test_a_standard_output_that_takes_no_more(run, monkeypatch):
    monkeypatch.setattr(sys, "stdout", FullDisk())
    code, _, err = run("-", "--platform", "nftables", stdin=complete())
    assert (code, err) == (2, "CommandError: Standard output can't be written: No space left on device.\n")


def test_a_standard_output_that_is_closed(run, monkeypatch):
    monkeypatch.setattr(sys, "stdout", None)
    code, _, err = run("-", "--platform", "nftables", stdin=complete())
    assert (code, err) == (2, "CommandError: Standard output is closed.\n")


@pytest.mark.parametrize(
    ("platform", "message"),
    [
        ("nftable", "No platform 'nftable'. Did you mean 'nftables'?"),
        ("zzz", f"No platform 'zzz'. Use one of: {', '.join(PLATFORMS)}."),
    ],
)
def test_an_unknown_platform(run, platform, message):
    assert run(ULM, "--platform", platform) == (2, "", f"CommandError: {message}\n")


def test_an_unknown_endpoint(run):
    message = "CommandError: No endpoint 'elm1'. Did you mean 'elm01'?\n"
    assert run(ULM, "--platform", "windows-netsh", "--endpoint", "elm1") == (2, "", message)


def test_a_host_based_platform_without_an_endpoint(run):
    message = "This platform is for the own firewall of one host: name its endpoint."
    expected = f"CommandError: {message} Use one of: admin LAN, elm01, prism, filer.\n"
    assert run(ULM, "--platform", "windows-powershell") == (2, "", expected)


def test_an_endpoint_for_a_platform_that_is_not_for_one_host(run):
    message = "CommandError: A file for nftables is not for one host. Leave the endpoint out.\n"
    for name in ("elm01", "nobody"):
        assert run(ULM, "--platform", "nftables", "--endpoint", name) == (2, "", message)


# Several deployments


def test_several_documents_make_one_file(run, tmp_path):
    """Whatever their order, and one of them from standard input."""
    kiel = tmp_path / "kiel.json"
    kiel.write_bytes(complete(slug="kiel", name="Kiel"))
    code, out, err = run(kiel, "-", "--platform", "nftables", stdin=complete())
    assert (code, err) == (0, "")
    documents = [json.loads(complete()), json.loads(kiel.read_text())]
    assert out == configured("nftables", *documents).text
    assert run("-", kiel, "--platform", "nftables", stdin=complete()) == (0, out, "")


def test_who_needs_what_is_left_out_is_told(run):
    code, out, err = run(ULM, "-", "--platform", "nftables", stdin=complete())
    assert (code, out) == (1, "")
    lines = [line.replace(": A", ", for ulm: A").replace(": NTP", ", for ulm: NTP") for line in LEFT_OUT.splitlines()]
    assert err.splitlines()[:2] == lines


def test_documents_of_one_slug_are_refused(run, tmp_path):
    other = tmp_path / "other.json"
    other.write_bytes(complete(slug="ulm", name="Another"))
    advice = "Give one document of each deployment.\n"
    message = f"CommandError: {ULM} and {other} have one slug, ulm. {advice}"
    assert run(ULM, other, "--platform", "nftables", "--partial") == (2, "", message)
    message = f"CommandError: {ULM} is given twice, ulm. {advice}"
    assert run(ULM, ULM, "--platform", "nftables", "--partial") == (2, "", message)


def test_standard_input_is_read_once(run):
    message = "CommandError: Standard input can be one document. Give the others as files.\n"
    assert run("-", "-", "--platform", "nftables", stdin=complete()) == (2, "", message)


def test_a_bit_of_the_packet_mark(run):
    code, out, _ = run("-", "--platform", "nftables", "--mark-bit", "3", stdin=complete())
    assert code == 0
    assert "define ALPORTS_BIT = 0x00000008\n" in out
    message = "CommandError: '32' is not a bit of the packet mark. Give a whole number from 0 to 31.\n"
    assert run("-", "--platform", "nftables", "--mark-bit", "32", stdin=complete()) == (2, "", message)
    message = "CommandError: A file for iptables sets no packet mark. Leave the bit out.\n"
    assert run("-", "--platform", "iptables", "--mark-bit", "3", stdin=complete()) == (2, "", message)


def test_a_document_that_can_t_be_used(run):
    message = "CommandError: The document is not valid JSON: Expecting value: line 1 column 1 (char 0).\n"
    assert run("-", "--platform", "nftables") == (2, "", message)


def test_the_help_lists_the_platforms(run):
    code, out, _ = run("--help")
    assert code == 0
    assert all(slug in "".join(out.split()) for slug in PLATFORMS)


# Its guide


def test_the_guide_lists_every_platform():
    listed = re.findall(r"^\| `([a-z-]+)` \| ([^|]+) \|", GUIDE.read_text(encoding="utf-8"), re.MULTILINE)
    assert listed == [(slug, platform.name) for slug, platform in PLATFORMS.items()]


def test_the_guide_says_of_every_platform_how_files_of_several_deployments_get_along():
    rows = re.findall(r"^\| (stand beside|cut each other off)[^|]* \| (`[^|]+`) \|$", GUIDE.read_text(), re.MULTILINE)
    listed = [(slug, words == "stand beside") for words, slugs in rows for slug in re.findall(r"`([a-z-]+)`", slugs)]
    assert sorted(listed) == sorted((slug, platform.beside) for slug, platform in PLATFORMS.items())


def test_every_platform_says_what_has_to_be_known():
    assert all(platform.limits for platform in PLATFORMS.values())
    assert all(limit.endswith(".") for platform in PLATFORMS.values() for limit in platform.limits)
