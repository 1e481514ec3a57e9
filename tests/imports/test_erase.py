"""What waits in files is found for a person, and destroyed; what nobody decides about has a term."""

from datetime import timedelta

import time_machine

from apps.core import clock
from apps.core.files import path_of
from apps.imports.choices import Status
from apps.imports.erasure import ImportEraser
from apps.imports.models import StagedRow
from apps.imports.services.deciding import confirm
from apps.imports.services.keeping import KEEP_DAYS, let_go_of_old
from apps.imports.services.merging import merge_batch
from apps.subjects.models import Identifier
from tests.factories import IdentifierFactory
from tests.imports.test_decide import taken_in

CONTENT = (
    "token,phone,email,full name,birth date\n"
    f"{'b' * 32},0555123401,,Анна,01.01.1990\n"
    ",0555123402,broken@,Бек,\n"
    ",0555123403,,Бектур,01.01.2022\n"
    ",0555123404,,Ада,\n"
)


def _counts(subject) -> int:
    counts = {holding.model: holding.count for holding in ImportEraser().find(subject.pk)}
    return counts[StagedRow._meta.label]


def test_rows_of_a_file_that_waits_are_the_persons(partner):
    person = IdentifierFactory(value="+996555123404").subject
    stranger = IdentifierFactory(value="+996555123409").subject
    taken_in(partner, CONTENT)
    assert (_counts(person), _counts(stranger)) == (1, 0)
    ImportEraser().erase(person.pk)
    ImportEraser().erase(person.pk)
    assert _counts(person) == 0
    assert StagedRow.objects.count() == 3


def test_rows_that_stay_after_the_merge_are_the_persons(partner):
    person = IdentifierFactory(value="+996555123401").subject
    IdentifierFactory(subject=person, kind="token", value="a" * 32)
    batch = taken_in(partner, CONTENT)
    confirm(actor=None, batch_id=batch.pk)
    assert merge_batch(batch_id=batch.pk).figures["conflict"] == 1
    warned = next(i for i in Identifier.objects.filter(kind="phone") if i.value == "+996555123402")
    assert (_counts(person), _counts(warned.subject)) == (1, 1)
    ImportEraser().erase(person.pk)
    assert _counts(person) == 0
    assert StagedRow.objects.filter(verdict="quarantined").exists()


def test_what_nobody_decided_about_is_destroyed(partner, django_capture_on_commit_callbacks):
    waiting, merged = taken_in(partner), taken_in(partner, CONTENT)
    confirm(actor=None, batch_id=merged.pk)
    merge_batch(batch_id=merged.pk)
    stored = path_of(waiting.file)
    assert stored.exists()
    assert let_go_of_old() == 0
    with (
        time_machine.travel(clock.now() + timedelta(days=KEEP_DAYS + 1)),
        django_capture_on_commit_callbacks(execute=True),
    ):
        assert let_go_of_old() == 1
    waiting.refresh_from_db()
    assert waiting.status == Status.CANCELLED
    assert not stored.exists()
    assert list(StagedRow.objects.values_list("verdict", flat=True)) == ["quarantined"]
