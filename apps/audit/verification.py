"""Verifying the audit record against its seals, in memory that does not grow with it."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from django.db.models import Count, Min, TextChoices

from apps.audit.chain import SEALED_FIELDS, hash_of, mark_of, unpack_marks
from apps.audit.models import Entry, Seal
from apps.audit.sealing import BEFORE_ALL_IDS

SEALS_AT_ONCE = 20
FAULTS_NAMED = 100


class Wrong(TextChoices):
    """What can be wrong. Not shown on any page, so not translated."""

    SEAL_MISSING = "seal missing"
    SEAL_ALTERED = "seal altered"
    ENTRY_MISSING = "entry missing"
    ENTRY_ALTERED = "entry altered"
    ENTRY_ADDED = "entry added"


@dataclass(frozen=True)
class Fault:
    """What is wrong under which seal, and with which entry where it is one."""

    seal: int
    wrong: Wrong
    entry: int | None = None

    def __str__(self) -> str:
        return f"seal {self.seal}: {self.wrong}" + (f" {self.entry}" if self.entry is not None else "")


@dataclass
class Report:
    """What was found. `faults` names the first FAULTS_NAMED in the chain's order, `fault_count` counts all."""

    seals: int = 0
    entries: int = 0
    head: str = ""
    unsealed: int = 0
    unsealed_since: datetime | None = None
    fault_count: int = 0
    faults: list[Fault] = field(default_factory=list)

    @property
    def intact(self) -> bool:
        """Whether the record is what was sealed."""
        return self.fault_count == 0

    def add(self, fault: Fault) -> None:
        """Count a fault, and name it while there are few."""
        self.fault_count += 1
        if len(self.faults) < FAULTS_NAMED:
            self.faults.append(fault)


def verify(*, known: Mapping[int, str] | None = None) -> Report:
    """Check every seal and every entry under one.

    `known` are hashes (hex) of seals by number, noted earlier and kept elsewhere: they show a chain whose end was cut
    off, which is whole in itself.
    """
    report = Report()
    missed = dict(known or {})
    last: Seal | None = None
    for seal in _seals():
        for fault in (*_seal_faults(seal, last, missed.pop(seal.number, None)), *_entry_faults(seal, last)):
            report.add(fault)
        report.seals += 1
        report.entries += seal.count
        last = seal
    for number in sorted(missed):
        report.add(Fault(number, Wrong.SEAL_MISSING))
    report.head = f"{last.number}:{bytes(last.hash).hex()}" if last else ""
    _count_unsealed(report, last)
    return report


def _seals() -> Iterator[Seal]:
    number = -1
    while page := list(Seal.objects.filter(number__gt=number).order_by("number")[:SEALS_AT_ONCE]):
        yield from page
        number = page[-1].number


def _seal_faults(seal: Seal, last: Seal | None, known: str | None) -> Iterator[Fault]:
    expected = last.number + 1 if last else 1
    if seal.number != expected:
        yield Fault(expected, Wrong.SEAL_MISSING)
    follows = seal.number != expected or bytes(seal.previous) == (bytes(last.hash) if last else b"")
    stored = bytes(seal.hash)
    if not follows or stored != hash_of(seal) or (known is not None and stored.hex() != known):
        yield Fault(seal.number, Wrong.SEAL_ALTERED)


def _entry_faults(seal: Seal, last: Seal | None) -> Iterator[Fault]:
    marks = dict(unpack_marks(bytes(seal.marks)))
    found = Entry.objects.filter(pk__gt=_floor(seal, last, marks), pk__lte=seal.last_id).order_by("pk")
    for row in found.values_list(*SEALED_FIELDS).iterator(chunk_size=1000):
        mark = marks.pop(row[0], None)
        if mark is None:
            yield Fault(seal.number, Wrong.ENTRY_ADDED, row[0])
        elif mark != mark_of(row):
            yield Fault(seal.number, Wrong.ENTRY_ALTERED, row[0])
    for number in marks:
        yield Fault(seal.number, Wrong.ENTRY_MISSING, number)


def _floor(seal: Seal, last: Seal | None, marks: Mapping[int, bytes]) -> int:
    """The id above which the seal's entries begin; behind a missing seal, so that its entries don't count as added."""
    if seal.number == (last.number + 1 if last else 1):
        return last.last_id if last else BEFORE_ALL_IDS
    return min(marks, default=seal.last_id) - 1


def _count_unsealed(report: Report, last: Seal | None) -> None:
    unsealed = Entry.objects.filter(pk__gt=last.last_id if last else BEFORE_ALL_IDS)
    figures = unsealed.aggregate(count=Count("pk"), since=Min("at"))
    report.unsealed, report.unsealed_since = figures["count"], figures["since"]
