"""Two chunks at once over two connections: the same result as one after the other, whichever of them fails."""

import pytest
from django.db import OperationalError

from apps.audit.models import Entry
from apps.imports.choices import Status
from apps.imports.services import judging, merging
from apps.imports.services.deciding import confirm
from apps.imports.services.merging import merge_batch
from apps.subjects.models import Identifier, Subject
from tests.factories import PartnerFactory
from tests.imports.test_decide import taken_in
from tests.imports.test_merge import _members, _state

pytestmark = pytest.mark.usefixtures("transactional_db")


@pytest.fixture
def batch(transactional_db, monkeypatch):
    monkeypatch.setattr(judging, "CHUNK_ROWS", 7)
    return confirm(actor=None, batch_id=taken_in(PartnerFactory(), _members(0, 30)).pk)


def through(batch) -> None:
    done = merge_batch(batch_id=batch.pk)
    assert (done.status, done.figures["new"], done.rows_done) == (Status.DONE, 30, 30)
    assert (Subject.objects.count(), Identifier.objects.count()) == (30, 90)
    assert len(_state()) == 150
    chunks = Entry.objects.filter(action="imports.merge-chunk").order_by("pk")
    bounds = sorted((entry.facts["first"], entry.facts["last"]) for entry in chunks)
    assert bounds == [(1, 7), (8, 14), (15, 21), (22, 28), (29, 30)]


def counted(monkeypatch, name: str, fail_at: int) -> list[int]:
    """Count the calls of a step, and let one of them fail when its work is done."""
    calls, original = [], getattr(merging, name)

    def step(*arguments: object) -> object:
        calls.append(len(calls))
        result = original(*arguments)
        if len(calls) == fail_at:
            raise OperationalError
        return result

    monkeypatch.setattr(merging, name, step)
    return calls


@pytest.mark.parametrize("fail_at", [0, 1, 2])
def test_two_lanes_do_every_row_once(batch, monkeypatch, fail_at):
    calls = counted(monkeypatch, "_merge_second", fail_at)
    through(batch)
    assert len(calls) == 2


def test_when_the_first_of_two_fails_neither_is_kept(batch, monkeypatch):
    clearings = counted(monkeypatch, "clear", 1)
    through(batch)
    assert len(clearings) > 5
