"""nftables and iptables: what the programs themselves say of our files, and how the files begin and end."""

import os
import re
import shutil
import subprocess

import pytest

from portmatrix.firewall import MarkRefused

from .support.deployments import deployment, example
from .support.firewalls import configured

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

    def judge(*documents):
        text = configured(request.param, *documents).text
        done = subprocess.run(command, input=text, capture_output=True, text=True, timeout=60, check=False)
        return done.returncode, done.stdout + done.stderr

    return judge


@pytest.mark.parametrize("name", ["frankfurt", "ulm"])
def test_the_program_accepts_it(catalogue, judged, name):
    assert judged(example(name)) == (0, "")


@pytest.mark.parametrize("length", [5, 120])
def test_the_program_accepts_a_file_for_several(catalogue, judged, length):
    assert judged(*({**example("frankfurt"), "slug": end.rjust(length, "a")} for end in "xyz")) == (0, "")


def test_the_program_accepts_a_file_without_rules(catalogue, judged):
    assert judged(deployment()) == (0, "")


@pytest.mark.parametrize("name", HOSTILE)
def test_no_name_breaks_out_of_a_comment(catalogue, judged, name):
    assert judged({**example("frankfurt"), "name": name}) == (0, "")


def code(text):
    """Lines of code, and where they belong to a table or chain, without their indent."""
    return [line.strip() for line in text.splitlines() if line.strip() and not line.startswith("#")]


def test_nftables_replaces_its_own_table_and_fills_the_shared_one(catalogue):
    """The order of the lines matters: the shared table drops before an older table, which drops too, is deleted."""
    lines = code(configured("nftables", example("ulm")).text)
    tables = [line for line in lines if "table ip " in line]
    shared, own = "table ip alports_shared", "table ip alports-ulm"
    assert tables == [f"{shared} {{", f"flush {shared}", f"{shared} {{", own, f"delete {own}", f"{own} {{"]
    assert [line for line in lines if "policy" in line] == [
        "type filter hook forward priority -2; policy accept;",
        "type filter hook forward priority 0; policy drop;",
        "type filter hook forward priority -1; policy accept;",
    ]


def test_the_shared_table_is_the_same_in_every_file(catalogue):
    documents = [example("ulm"), example("frankfurt"), deployment()]
    texts = [configured("nftables", document).text for document in documents]
    texts.append(configured("nftables", *documents[:2]).text)
    assert len({text.partition("define")[2].partition("table ip alports-")[0] for text in texts}) == 1


@pytest.mark.parametrize(
    ("bit", "mark"), [(None, "0x80000000"), (0, "0x00000001"), (31, "0x80000000"), (30, "0x40000000")]
)
def test_the_bit_of_the_mark_is_chosen_in_one_place_and_stands_in_the_head(catalogue, bit, mark):
    text = configured("nftables", example("ulm"), mark_bit=bit).text
    number = 31 if bit is None else bit
    assert f"# - It uses bit {number} of the packet mark, {mark}, which stands here as ALPORTS_BIT." in text
    assert [line for line in code(text) if "0x" in line] == [f"define ALPORTS_BIT = {mark}"]


@pytest.mark.parametrize("bit", [-1, 32])
def test_there_is_no_such_bit(catalogue, bit):
    with pytest.raises(MarkRefused) as refused:
        configured("nftables", example("ulm"), mark_bit=bit)
    assert str(refused.value) == f"'{bit}' is not a bit of the packet mark. Give a whole number from 0 to 31."


def test_the_head_says_how_to_remove_a_deployment(catalogue):
    text = " ".join(configured("nftables", example("ulm")).text.replace("\n#  ", "").split())
    assert "- nft delete table ip alports-ulm takes away what it allows and nothing else." in text
    last = "nft delete table ip alports_shared, but last, after the tables of all deployments."
    assert f"Without it nothing is dropped: remove it with {last}" in text


def test_iptables_fills_a_chain_of_its_own_and_forward_alone_besides(catalogue):
    text = configured("iptables", example("ulm")).text
    lines = code(text)
    begin = ["*filter", ":FORWARD DROP [0:0]", ":ALPORTS-ulm - [0:0]", "-F FORWARD", "-A FORWARD -j ALPORTS-ulm"]
    assert lines[:5] == begin
    assert {line.split()[1] for line in lines[5:-1]} == {"ALPORTS-ulm"}


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
    allowed = [line.strip() for line in lines if re.search("(accept|ACCEPT)$", line)]
    bit = "$ALPORTS_BIT"
    expected = {
        "nftables": [
            f"meta mark and {bit} == {bit} meta mark set meta mark xor {bit} accept",
            f"ct state established,related meta mark set meta mark or {bit} accept",
        ],
        "iptables": [f"-A ALPORTS-{deployment()['slug']} -m conntrack --ctstate ESTABLISHED,RELATED -j ACCEPT"],
    }
    assert allowed == expected[platform]
