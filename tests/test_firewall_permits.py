"""What every platform's file permits, read back by independent readers: the rules, nothing missing and nothing more."""

import pytest

from portmatrix.firewall import PLATFORMS

from .support.deployments import example
from .support.firewall_permits import assert_faithful, hosts_of, random_document
from .support.firewall_readers import READERS
from .support.firewalls import request_for

pytestmark = pytest.mark.django_db

DOCUMENTS = 40


def test_every_platform_has_a_reader():
    assert list(READERS) == list(PLATFORMS)


@pytest.mark.parametrize("platform", PLATFORMS)
def test_a_file_permits_its_rules_and_nothing_more(catalogue, platform):
    document = example("frankfurt")
    for host in hosts_of(platform, document):
        configuration = assert_faithful(platform, request_for(document, endpoint=host))
        if not PLATFORMS[platform].per_host:
            ids = [(one.rule.destination.component.slug, one.rule.number) for one in configuration.left_out]
            names = [] if PLATFORMS[platform].takes_names else [("app-layering-web-api", 443), ("citrix-cdn", 80)]
            assert ids == [*names, ("ntp-server", 123)]


@pytest.mark.parametrize("platform", PLATFORMS)
def test_no_deployment_is_widened_or_cut_in_silence(catalogue, platform):
    for seed in range(DOCUMENTS):
        document = random_document(seed)
        for host in hosts_of(platform, document):
            assert_faithful(platform, request_for(document, endpoint=host))
