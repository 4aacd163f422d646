"""Objects that two files give one name mean the same: else the later file would change what the earlier one meant, or
be refused and mean what the earlier one did.
"""

import json
import re
from xml.etree import ElementTree

import pytest

from portmatrix.firewall import PLATFORMS

from .support.deployments import example
from .support.firewall_ends import code_lines
from .support.firewall_readers import braces
from .support.firewalls import FRANKFURT, ULM, configured

pytestmark = pytest.mark.django_db


def entries(node, path=""):
    """Every named entry of a configuration in XML, by its path."""
    found = {}
    for child in node:
        here = f"{path}/{child.tag}[{child.get('name', '')}]"
        if child.tag == "entry" and not child.findall(".//entry"):
            found[here] = ElementTree.tostring(child)
        found |= entries(child, here)
    return found


def leaves(nodes, path=()):
    """Every innermost block of Juniper's language, by its path."""
    found = {}
    for words, inner in nodes:
        here = (*path, *words)
        if inner is None or all(deeper is None for _, deeper in inner):
            found[here] = str(inner)
        else:
            found |= leaves(inner, here)
    return found


def fortigate_objects(text):
    found, table, name = {}, "", ""
    for line in code_lines(text, "#"):
        if line.startswith("config"):
            table = line
        elif line.lstrip().startswith("edit"):
            name = line
        elif "set name" in line:
            found[table, line] = found.pop((table, name), "")
            name = line
        else:
            found[table, name] = found.get((table, name), "") + line
    return found


def objects(platform, text):
    """What a firewall knows by its name: a dict of names to definitions, as far as a file makes such objects.

    What has no name of its own belongs to the list, table or chain that it stands in.
    """
    match platform:
        case "google-cloud":
            return {one["name"]: one for one in json.loads(text)["items"]}
        case "aws-security-groups":
            groups = json.loads(text)["Resources"].values()
            return {one["Properties"]["Tags"][0]["Value"]: one for one in groups}
        case "azure-nsg":
            content = json.loads(text)
            return {content["parameters"]["name"]["defaultValue"]: content["resources"]}
        case "openconfig":
            [acl] = json.loads(text)["openconfig-acl:acl-set"]
            return {acl["name"]: acl["acl-entries"]}
        case "palo-alto":
            return entries(ElementTree.fromstring(text))
        case "juniper-srx" | "juniper-mx":
            return leaves(braces(text))
        case "fortigate":
            return fortigate_objects(text)
        case "nftables":
            shared, own, rest = text.partition("define")[2].partition("table ip alports-")
            return {"shared": shared, rest.split()[0]: own + rest}
        case "windows-powershell":
            return {tuple(re.findall(r"\$group = '(.+)'", text)): text}
        case "windows-netsh":
            return {tuple(re.findall(r'delete rule name="(.+)"', text)): text}
        case "pf":
            return {"": code_lines(text, "#")}
        case _:
            names = re.findall(r"(?:access-list (?:extended )?|^:)((?:alports|ALPORTS)-[\w-]+)", text, re.MULTILINE)
            return {tuple(dict.fromkeys(names)): text}


@pytest.mark.parametrize("platform", PLATFORMS)
def test_one_document_under_two_slugs_makes_no_object_that_is_called_the_same_and_means_another(catalogue, platform):
    document = example("frankfurt")
    host = "elm01" if PLATFORMS[platform].per_host else None
    one, other = (
        objects(platform, configured(platform, document | {"slug": slug}, endpoint=host).text)
        for slug in ("blue", "green")
    )
    assert one
    assert {name for name in one.keys() & other.keys() if one[name] != other[name]} == set()


@pytest.mark.parametrize("platform", ["google-cloud", "juniper-srx", "palo-alto", "fortigate"])
def test_two_documents_make_no_object_that_is_called_the_same_and_means_another(catalogue, platform):
    one, other = (objects(platform, configured(platform, document).text) for document in (FRANKFURT, ULM))
    assert one.keys() - other.keys()
    assert {name for name in one.keys() & other.keys() if one[name] != other[name]} == set()


def test_a_file_for_several_of_google_makes_the_objects_of_the_single_ones(catalogue):
    single = [objects("google-cloud", configured("google-cloud", document).text) for document in (FRANKFURT, ULM)]
    assert not single[0].keys() & single[1].keys()
    assert objects("google-cloud", configured("google-cloud", FRANKFURT, ULM).text) == single[0] | single[1]


def test_each_deployment_has_groups_of_its_own_at_aws(catalogue):
    single = [json.loads(configured("aws-security-groups", one).text)["Resources"].values() for one in (FRANKFURT, ULM)]
    both = json.loads(configured("aws-security-groups", FRANKFURT, ULM).text)["Resources"]
    assert sorted(map(json.dumps, both.values())) == sorted(json.dumps(one) for each in single for one in each)


def test_groups_of_slugs_that_read_alike_without_hyphens_are_told_apart_at_aws(catalogue):
    documents = [FRANKFURT | {"slug": slug} for slug in ("1-2", "12", "on-12")]
    groups = json.loads(configured("aws-security-groups", *documents).text)["Resources"]
    assert len(groups) == 3 * 4
    assert all(name.isalnum() and len(name) <= 255 for name in groups)
