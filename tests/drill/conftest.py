"""Prints what the drill counted at the end of the run."""

from .report import Report

REPORTS: list[Report] = []


def pytest_terminal_summary(terminalreporter):
    for report in REPORTS:
        terminalreporter.section("the drill: two nodes on PostgreSQL behind nginx, under load")
        for line in report.lines():
            terminalreporter.line(line)
