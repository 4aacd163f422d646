"""Why a configuration can't be made as it is asked for: what the refusal holds as data, and its sentence."""

import pytest

from portmatrix.firewall import PLATFORMS, HostUnknown, MarkRefused, RequestRefused, parse_mark_bit

from .support.deployments import deployment, example
from .support.firewalls import configured

pytestmark = pytest.mark.django_db


def refusal(*documents, platform="windows-netsh", **options):
    """What refuses the configuration of some documents."""
    with pytest.raises(RequestRefused) as refused:
        configured(platform, *documents, **options)
    return refused.value


def test_a_host_is_missing(catalogue):
    refused = refusal(deployment(endpoints=[("appliance", "10.0.0.1")]))
    assert (refused.field, refused.code) == ("endpoint", "missing")
    assert refused.params["unknown"].choices == ("here",)
    assert str(refused) == ("This platform is for the own firewall of one host: name its endpoint. Use one of: here.")


def test_a_host_is_misspelt(catalogue):
    refused = refusal(example("frankfurt"), endpoint="pvs1")
    assert (refused.field, refused.code, refused.params["unknown"].suggestion) == ("endpoint", "unknown", "pvs01")
    assert str(refused) == "No endpoint 'pvs1'. Did you mean 'pvs01'?"


def test_choices_are_not_listed_where_nothing_is_near(catalogue):
    assert str(refusal(example("frankfurt"), endpoint="zzz")) == "No endpoint 'zzz'."


def test_a_host_of_one_deployment_is_not_in_another(catalogue):
    refused = refusal(example("frankfurt"), example("ulm"), endpoint="pvs01")
    assert (refused.code, refused.params["value"], refused.params["deployment"]) == ("missing-in", "pvs01", "ulm")
    refused = refusal(example("frankfurt"), example("ulm"), endpoint="elm02")
    assert (refused.code, refused.params["deployment"]) == ("misspelt-in", "frankfurt")
    assert str(refused) == "No endpoint 'elm02' in frankfurt. Did you mean 'elm01'?"


def test_one_name_for_several_machines(catalogue):
    refused = refusal(example("frankfurt"), example("ulm"), endpoint="elm01")
    assert (refused.field, refused.code) == ("endpoint", "several-machines")
    assert refused.params == {
        "value": "elm01",
        "deployment": "frankfurt",
        "addresses": "10.20.0.10",
        "other_deployment": "ulm",
        "other_addresses": "10.30.0.10",
    }


def test_a_host_for_a_platform_that_is_for_none(catalogue):
    refused = refusal(example("frankfurt"), platform="pf", endpoint="elm01")
    assert isinstance(refused, HostUnknown)
    assert (refused.code, refused.params) == ("not-of-a-host", {"platform": PLATFORMS["pf"].name})


def test_a_mark_for_a_platform_that_sets_none(catalogue):
    refused = refusal(example("frankfurt"), platform="pf", mark_bit=3)
    assert isinstance(refused, MarkRefused)
    assert (refused.field, refused.code, refused.params) == (
        "mark_bit",
        "not-marked",
        {"platform": PLATFORMS["pf"].name},
    )


@pytest.mark.parametrize("text", ["32", "-1", "07", "0x1", "", "1" * 90, "\x00"])
def test_no_bit_of_the_mark(text):
    with pytest.raises(MarkRefused) as refused:
        parse_mark_bit(text)
    assert (refused.value.code, refused.value.params) == ("no-bit", {"value": text, "first": 0, "last": 31})
    assert "\x00" not in str(refused.value)
    assert len(str(refused.value)) < 150


def test_a_code_that_has_no_sentence_is_no_refusal():
    for kind in (HostUnknown, MarkRefused):
        with pytest.raises(KeyError):
            kind("odd")
