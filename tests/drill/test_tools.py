"""The drill would notice: its ledger and its table, on data made for it."""

import pytest

from .ledger import Ledger, document, version_of
from .report import OK, Report, Sample

SLUG = "drill-0-7"


def test_a_version_is_right_from_the_last_acknowledged_to_the_last_sent():
    ledger = Ledger()
    for _ in range(2):
        ledger.acknowledge(SLUG, ledger.send(SLUG))
    assert ledger.send(SLUG) == 3
    entry = ledger.entries()[SLUG]
    assert [version for version in range(6) if entry.allows(version)] == [2, 3]
    assert ledger.acknowledged == 2


def test_a_deployment_that_was_never_acknowledged_may_be_missing():
    ledger = Ledger()
    ledger.send(SLUG)
    assert [version for version in range(3) if ledger.entries()[SLUG].allows(version)] == [0, 1]


@pytest.mark.parametrize("slug", ["drill-0-7", "drill-1-7"])
def test_a_document_tells_its_version(slug):
    assert [version_of(document(slug, version)) for version in (1, 5)] == [1, 5]


@pytest.mark.parametrize("part", ["description", "endpoints", "overrides"])
def test_a_document_of_two_versions_is_noticed(part):
    torn = document(SLUG, 2) | {part: document(SLUG, 1)[part]}
    with pytest.raises(ValueError, match="is made of versions \\[1, 2\\]"):
        version_of(torn)


@pytest.mark.parametrize("part", ["endpoints", "overrides"])
def test_a_document_with_a_part_missing_is_noticed(part):
    with pytest.raises(ValueError, match=SLUG):
        version_of(document(SLUG, 2) | {part: []})


def test_the_table_tells_what_failed_how_often_and_until_when():
    report = Report()
    with report.phase("a fault") as phase:
        start = phase.began
        report.add(Sample("read", OK, start, start + 0.5))
        report.add(Sample("read", "503", start, start + 1.25))
        report.add(Sample("write", "502", start + 1, start + 3))
        report.add(Sample("write", "502", start + 1, start + 2))
        assert report.ok_since(start) == {"read": 1}
        assert report.ok_since(start + 0.1) == {}
    with report.phase("nothing") as calm:
        report.add(Sample("read", OK, calm.began, calm.began + 1))
    assert (phase.recovery, calm.recovery, calm.slowest) == (3, 0, 1)
    assert [line.split() for line in report.lines()[1:-1]] == [
        ["a", "fault", "2", "1", "x", "503", "2", "2", "x", "502", "2.00", "s", "3.0", "s"],
        ["nothing", "1", "0", "0", "0", "1.00", "s", "0.0", "s"],
    ]
