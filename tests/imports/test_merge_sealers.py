"""Big files are sealed by several processes, with the same result as by one."""

import os
import signal

import pytest

from apps.core.workers import WorkerDied, workers
from apps.imports.choices import Kind, Status
from apps.imports.engine.table import Block, Row
from apps.imports.models import StagedRow
from apps.imports.services import staging
from apps.optouts.models import OptOutNote
from tests.imports.test_decide import taken_in

MEMBERS = "token,card,phone,email,full name,birth date,points,city,address,consent at\n" + "".join(
    f"tok-{n:07d},C{n:05d},0555{n:06d},m{n}@example.kg,Ада {n} «Ө»,14.03.19{n % 90:02d},{n},Ош,Ленина {n},02.06.2026\n"
    for n in range(1500)
)
MEMBERS += "x,C1,0555000001,,,14.03.2024,,,,\n,,123,,,,,,,\n,,0555999999,нет,Бек,когда,,,,\n"
OPTOUTS = "phone,email,channel,opted out at,reason\n0555123401,,sms,02.06.2026 10:15,не хочу\n0555123402,,куда-то,,\n"
PLAIN = [
    "number", "line", "verdict", "reason", "warnings", "raw", "token", "card", "phone", "email", "nameless", "language",
    "identity_digest", "address_digest", "points_digest", "channel", "purpose", "optout_reason", "occurred_at",
    "campaign",
]  # fmt: skip


def rows_of(partner, content: str, kind: str) -> list[dict]:
    batch = taken_in(partner, content, kind=kind)
    assert batch.status == Status.READY
    return list(StagedRow.objects.filter(batch=batch).order_by("number").values(*PLAIN))


@pytest.mark.parametrize(("content", "kind", "rows"), [(MEMBERS, Kind.MEMBERS, 1503), (OPTOUTS, Kind.OPTOUTS, 2)])
def test_several_processes_stage_what_one_does(partner, monkeypatch, content, kind, rows):
    alone = rows_of(partner, content, kind)
    monkeypatch.setattr(staging, "ALONE_BYTES", 0)
    together = rows_of(partner, content, kind)
    assert len(alone) == rows
    assert together == alone


def test_what_was_sealed_opens_where_it_will_lie(partner):
    taken_in(partner, OPTOUTS, kind=Kind.OPTOUTS)
    sealed = StagedRow.objects.get(number=1).note
    assert OptOutNote._meta.get_field("text").unseal(sealed) == "не хочу"


def test_a_process_that_dies_is_noticed_and_leaves_no_other_behind(partner):
    batch = taken_in(partner, OPTOUTS, kind=Kind.OPTOUTS)
    chunk = Block(1, 2, "", [Row(2, ["0555123401", "", "sms", "", ""])], 0)
    path = f"{staging.Sealer.__module__}.Sealer"
    with workers(path, staging._reading(batch)) as pool:
        (sealed,) = pool.map([chunk])
        assert sealed.last == 1
        os.kill(pool._processes[0].pid, signal.SIGKILL)
        with pytest.raises(WorkerDied):
            list(pool.map([chunk, chunk]))
    assert not any(process.is_alive() for process in pool._processes)
