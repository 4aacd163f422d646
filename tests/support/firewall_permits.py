"""What a file has to permit: straight from the rules, to be compared with what independent readers find in it."""

import random
from itertools import pairwise

from portmatrix.firewall import PLATFORMS, render

from .deployments import deployment
from .firewall_readers import READERS
from .one_by_one import COMPONENTS, PORTS

PLACES = sorted(slug for slug, row in COMPONENTS.items() if "host" not in row)
STATELESS = {"cisco-ios", "cisco-nxos", "cisco-iosxr", "arista-eos", "juniper-mx", "openconfig"}
BY_GROUP = {"aws-security-groups", "google-cloud"}


def random_document(seed):
    """A document with all kinds of addresses: touching, overlapping, shared, and names."""
    chance = random.Random(seed)
    endpoints = {}
    for _ in range(chance.randint(0, 25)):
        slug, base = chance.choice(PLACES), f"10.{chance.randint(0, 5)}.{chance.randint(0, 1)}"
        kinds = [
            f"{base}.{chance.randint(0, 255)}",
            f"{base}.0/24",
            f"{base}.{16 * chance.randint(0, 15)}/28",
            f"{base}.{chance.randint(0, 99)}-{base}.{chance.randint(100, 255)}",
            f"10.{chance.randint(0, 5)}.0.200-10.{chance.randint(6, 9)}.1.7",
            f"{slug}-{chance.randint(0, 9)}.example.com",
        ]
        kind = chance.choices(kinds, weights=[6, 2, 3, 3, 1, 1])[0]
        if not kind.startswith("10.") or "-" not in kind or len(set(kind.split("-"))) == 2:
            endpoints[slug, kind] = f"host {chance.randint(0, 3)}"
    moved = chance.sample(sorted(PORTS), chance.randint(0, 6))
    document = deployment(
        *chance.sample(sorted(COMPONENTS), chance.randint(0, 15)),
        endpoints=list(endpoints),
        overrides=[(slug, 20_000 + number) for number, slug in enumerate(moved)],
        encrypted_only=chance.random() < 0.3,
    )
    for endpoint, name in zip(document["endpoints"], endpoints.values(), strict=True):
        endpoint["name"] = name
    return document


def end(address):
    return ("name", address.text) if address.first is None else ("net", address.first, address.last)


def expected(configuration, request, platform, deployments=None):
    """What the rules that were written permit, straight from their addresses; of some `deployments` of the request
    alone, should they be given.
    """
    permits = []
    for rule in configuration.written:
        ends = [[end(address) for address in side.addresses] for side in (rule.source, rule.destination)]
        slugs = [side.component.slug for side in (rule.source, rule.destination)]
        if platform in BY_GROUP:
            views = []
            for deployment in deployments_with(request, rule, deployments):
                tags = [("tag", f"{deployment.slug} {slug}" if request.is_for_several else slug) for slug in slugs]
                views += [(ends[0], [tags[1]]), ([tags[0]], ends[1])]
        elif PLATFORMS[platform].per_host:
            endpoints = [
                endpoint
                for deployment in deployments_with(request, rule, deployments)
                for endpoint in deployment.endpoints
            ]
            mine = {(slug, end(address)) for slug, name, address in endpoints if name == request.endpoint}
            own = [[one for one in side if (slug, one) in mine] for side, slug in zip(ends, slugs, strict=True)]
            views = [(own[0], ends[1]), (ends[0], own[1])]
        else:
            views = [ends]
        permits += [
            (one, two, rule.transport, rule.number) for sources, targets in views for one in sources for two in targets
        ]
    return permits


def deployments_with(request, rule, deployments=None):
    """Those deployments of a request, or of some of them, that have a rule which permits the same."""
    return [
        deployment
        for deployment in deployments or request.deployments
        if any(own.id == rule.id for own in deployment.rules.rules)
    ]


def cells(*lists):
    """Each list of permits as a set of its smallest parts, cut at the borders of all lists: equal sets permit the same.

    A part is (source, destination, transport, number) with whole networks cut to (first, last).
    """
    borders = set()
    for permits in lists:
        for permit in permits:
            for one in permit[:2]:
                borders |= {one[1], one[2] + 1} if one[0] == "net" else set()
    parts = list(pairwise(sorted(borders)))

    def cut(one):
        return [part for part in parts if one[1] <= part[0] and part[1] <= one[2] + 1] if one[0] == "net" else [one]

    return [
        {(one, two, *permit[2:]) for permit in permits for one in cut(permit[0]) for two in cut(permit[1])}
        for permits in lists
    ]


def hosts_of(platform, document):
    names = dict.fromkeys(endpoint["name"] for endpoint in document["endpoints"])
    return list(names) if PLATFORMS[platform].per_host else [None]


def assert_faithful(platform, request):
    """The file permits what its rules permit, every rule is written or left out with a reason."""
    configuration = render(PLATFORMS[platform], request)
    permits, answers = READERS[platform](configuration.text, request.slug)
    wanted = expected(configuration, request, platform)
    found, right = cells(permits, wanted)
    assert found == right
    back = [(two, one, *port) for one, two, *port in answers]
    found, right = cells(back, wanted if platform in STATELESS else [])
    assert found == right
    left_out = [one.rule.id for one in configuration.left_out]
    told = [*(rule.id for rule in configuration.written), *left_out]
    assert len(told) == len(set(told))
    everything = {rule.id for rule in [*request.rules.rules, *request.rules.unresolved]}
    assert set(told) <= everything if PLATFORMS[platform].per_host else set(told) == everything
    assert all(rule.is_resolved for rule in configuration.written)
    assert all(one.why.endswith(".") for one in configuration.left_out)
    return configuration
