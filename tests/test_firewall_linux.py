"""nftables and iptables: what the programs themselves say of our files, and how the files begin and end."""

import os
import re
import shutil
import subprocess

import pytest

from .deployments import deployment, example
from .firewalls import configured

pytestmark = pytest.mark.django_db

COMMANDS = {"nftables": ["nft", "-c", "-f", "-"], "iptables": ["iptables-restore", "--test", "--noflush"]}
HOSTILE = ['x" ; flush ruleset #', "*/ } --> ]]>", "$(reboot)", "& del", "`reboot`", "-j ACCEPT'", "Zürich ☃"]


@pytest.fixture(params=COMMANDS)
def judged(request):
    """Have a platform's own program read a document's configuration; return what it says."""
    command = COMMANDS[request.param]
    if not shutil.which(command[0]):
        pytest.skip(f"{command[0]} is not installed")
    if os.geteuid():
        pytest.skip(f"{command[0]} asks for root")

    def judge(data):
        text = configured(request.param, data).text
        done = subprocess.run(command, input=text, capture_output=True, text=True, timeout=60, check=False)
        return done.returncode, done.stdout + done.stderr

    return judge


@pytest.mark.parametrize("name", ["frankfurt", "ulm"])
def test_the_program_accepts_it(catalogue, judged, name):
    assert judged(example(name)) == (0, "")


def test_the_program_accepts_a_file_without_rules(catalogue, judged):
    assert judged(deployment()) == (0, "")


@pytest.mark.parametrize("name", HOSTILE)
def test_no_name_breaks_out_of_a_comment(catalogue, judged, name):
    assert judged({**example("frankfurt"), "name": name}) == (0, "")


def test_nftables_replaces_its_own_table_and_no_other(catalogue):
    text = configured("nftables", example("ulm")).text
    code = [line for line in text.splitlines() if line and not line.startswith("#")]
    assert code[:3] == ["table ip alports-ulm", "delete table ip alports-ulm", "table ip alports-ulm {"]
    assert text.count("table ip") == 3
    assert "policy drop;" in text


def test_iptables_fills_a_chain_of_its_own_and_forward_alone_besides(catalogue):
    text = configured("iptables", example("ulm")).text
    code = [line for line in text.splitlines() if line and not line.startswith("#")]
    begin = ["*filter", ":FORWARD DROP [0:0]", ":ALPORTS-ulm - [0:0]", "-F FORWARD", "-A FORWARD -j ALPORTS-ulm"]
    assert code[:5] == begin
    assert {line.split()[1] for line in code[5:-1]} == {"ALPORTS-ulm"}


@pytest.mark.parametrize(
    ("slug", "begin"),
    [
        ("a" * 20, "ALPORTS-" + "a" * 20),
        ("a" * 21, "ALPORTS-aaaaaaaaaaa-"),
        ("1-" * 15 + "1", "ALPORTS-1-1-1-1-1-1-"),
    ],
)
def test_a_chain_has_a_name_that_iptables_takes(catalogue, judged, slug, begin):
    document = {**example("ulm"), "slug": slug}
    [chain] = re.findall(r"^:(ALPORTS\S+) ", configured("iptables", document).text, re.MULTILINE)
    assert chain.startswith(begin)
    assert len(chain) <= 28
    assert judged(document) == (0, "")


@pytest.mark.parametrize("platform", COMMANDS)
def test_without_rules_everything_but_answers_is_dropped(catalogue, platform):
    lines = configured(platform, deployment()).text.splitlines()
    allowed = [line.strip() for line in lines if "accept" in line.lower()]
    expected = {
        "nftables": ["ct state established,related accept"],
        "iptables": [f"-A ALPORTS-{deployment()['slug']} -m conntrack --ctstate ESTABLISHED,RELATED -j ACCEPT"],
    }
    assert allowed == expected[platform]
