"""What was counted in the drill, fault by fault, as a table."""

import threading
import time
from collections import Counter
from contextlib import contextmanager
from dataclasses import dataclass, field

OK = "ok"


@dataclass(frozen=True)
class Sample:
    """A request: `read` or `write`, how it went (`ok`, a status, an exception's name), when it began and ended."""

    kind: str
    outcome: str
    began: float
    ended: float

    @property
    def seconds(self) -> float:
        return self.ended - self.began


@dataclass
class Phase:
    """What happened during one fault, from `began` on."""

    name: str
    began: float
    samples: list[Sample] = field(default_factory=list)
    note: str = ""

    def of(self, kind: str) -> list[Sample]:
        """The samples of reads or of writes."""
        return [sample for sample in self.samples if sample.kind == kind]

    def failed(self, kind: str) -> Counter:
        """How often reads or writes failed, by how."""
        return Counter(sample.outcome for sample in self.of(kind) if sample.outcome != OK)

    @property
    def recovery(self) -> float:
        """Seconds from the fault to the end of the last request that failed because of it, 0 if none did."""
        return max((sample.ended - self.began for sample in self.samples if sample.outcome != OK), default=0.0)

    @property
    def slowest(self) -> float:
        """Seconds of the slowest request."""
        return max((sample.seconds for sample in self.samples), default=0.0)


class Report:
    """All samples, the phases into which they fall, and a sentence of what it came to."""

    def __init__(self) -> None:
        self.phases: list[Phase] = []
        self.sum = "The drill was not finished."
        self._samples: list[Sample] = []
        self._lock = threading.Lock()

    def add(self, sample: Sample) -> None:
        """Take a sample, from any thread."""
        with self._lock:
            self._samples.append(sample)

    @contextmanager
    def phase(self, name: str):
        """A fault, and the time until it is over: what ends in it belongs to it."""
        phase = Phase(name, time.monotonic())
        self.phases.append(phase)
        with self._lock:
            self._samples.clear()
        yield phase
        with self._lock:
            phase.samples = list(self._samples)

    def ok_since(self, moment: float) -> Counter:
        """How many reads and writes went well of those that began after a moment of this phase."""
        with self._lock:
            return Counter(sample.kind for sample in self._samples if sample.outcome == OK and sample.began >= moment)

    def lines(self) -> list[str]:
        """The table."""
        head = ("fault", "reads", "failed", "writes", "failed", "slowest", "errors end after", "")
        rows = [head, *(_row(phase) for phase in self.phases)]
        widths = [max(len(row[column]) for row in rows) for column in range(len(head))]
        lines = ["  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in rows]
        return [*lines, self.sum]


def _row(phase):
    cells = [phase.name]
    for kind in ("read", "write"):
        failed = phase.failed(kind)
        how = ", ".join(f"{count} x {outcome}" for outcome, count in sorted(failed.items()))
        cells += [str(len(phase.of(kind))), how or "0"]
    return (*cells, f"{phase.slowest:.2f} s", f"{phase.recovery:.1f} s", phase.note)
