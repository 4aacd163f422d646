"""Prints what the drill counted at the end of the run."""

import pytest

from .report import Report

REPORTS: list[Report] = []


@pytest.fixture
def report():
    """What a test counts; printed at the end of the run."""
    report = Report()
    REPORTS.append(report)
    return report


def pytest_terminal_summary(terminalreporter):
    for report in REPORTS:
        terminalreporter.section("the drill: two nodes on PostgreSQL behind nginx, under load")
        for line in report.lines():
            terminalreporter.line(line)
