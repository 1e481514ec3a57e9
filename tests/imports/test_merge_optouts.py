"""What merging a file of opt-outs leaves beside the suppressions: its entry in the audit."""

from datetime import timedelta

import pytest

from apps.audit.models import Entry
from apps.core import identifiers
from apps.core.journal import journal
from apps.imports.choices import Kind
from apps.imports.models import StagedRow
from apps.imports.services.deciding import confirm
from apps.imports.services.merging import merge_batch
from apps.optouts.models import OptOutEvent, OptOutNote, Suppression
from apps.optouts.services import bulk
from apps.optouts.services.apply import apply_facts
from apps.optouts.services.replay import replay_journal
from apps.optouts.services.resubscribe import apply_wishes
from tests.imports.test_decide import taken_in
from tests.optouts.test_resubscribe import NOON, refusal, wish

FILE = "phone,channel\n0555123401,sms\n0555123402,sms\n"
PHONE = identifiers.digest("phone", "+996555123401")


def test_what_a_file_said_is_recorded_as_coming_from_it(partner):
    batch = taken_in(partner, FILE, kind=Kind.OPTOUTS)
    confirm(actor=None, batch_id=batch.pk)
    merge_batch(batch_id=batch.pk)
    assert OptOutEvent.objects.filter(batch=batch.pk).count() == 2
    entry = Entry.objects.get(action="optouts.from-file")
    assert entry.facts == {"events": 2, "suppressions": 2, "batch": batch.pk}
    assert not Entry.objects.filter(action="optouts.restore").exists()


@pytest.mark.parametrize("replayed_between", [False, True])
def test_a_worker_that_died_behind_the_journal_leaves_nothing_twice(partner, monkeypatch, replayed_between):
    batch = taken_in(partner, "phone,channel,reason\n0555123401,sms,хватит\n0555123402,sms,\n", kind=Kind.OPTOUTS)
    confirm(actor=None, batch_id=batch.pk)
    original = bulk.apply_facts

    def die(**kwargs: object) -> None:
        raise SystemExit

    monkeypatch.setattr(bulk, "apply_facts", die)
    with pytest.raises(SystemExit):
        merge_batch(batch_id=batch.pk)
    monkeypatch.setattr(bulk, "apply_facts", original)
    assert sum(len(path.read_bytes().splitlines()) for path in journal().files()) == 2
    if replayed_between:
        assert replay_journal().applied == 2
    merge_batch(batch_id=batch.pk)
    assert replay_journal().applied == 0
    assert (OptOutEvent.objects.count(), Suppression.objects.count()) == (2, 2)
    assert OptOutNote.objects.count() == (0 if replayed_between else 1)


@pytest.mark.parametrize(
    ("day", "verdict", "stopped"),
    [("2026-05-03", "unchanged", 0), ("2026-05-04", "new", 1), ("2026-05-05", "new", 1), ("", "new", 1)],
)
def test_a_file_does_not_undo_what_the_person_asked_for_after_the_day_it_names(partner, day, verdict, stopped):
    apply_facts(actor=None, facts=[refusal(digest=PHONE)])
    assert apply_wishes([wish(1, digest=PHONE)])  # asked for on the 4th of May
    assert Suppression.objects.count() == 0
    batch = taken_in(partner, f"phone,channel,opted out at\n0555123401,sms,{day}\n", kind=Kind.OPTOUTS)
    read = Entry.objects.get(action="imports.read").facts
    assert {name: read[name] for name in ("new", "unchanged") if read[name]} == {verdict: 1}
    confirm(actor=None, batch_id=batch.pk)
    merge_batch(batch_id=batch.pk)
    assert Suppression.objects.count() == stopped


@pytest.mark.parametrize(("named", "stopped"), [(True, {"bounce"}), (False, {"bounce", "refusal"})])
def test_of_a_row_with_two_facts_each_is_measured_by_its_own_scope(partner, named, stopped):
    """The mail's bounce stands in the row, the phone's refusal beside it."""
    apply_facts(actor=None, facts=[refusal(digest=PHONE)])
    assert apply_wishes([wish(1, digest=PHONE)])
    assert Suppression.objects.count() == 0
    titles = "email,email_status,email_availability,phone,phone_status,phone_availability,email_unsubscribed_list_ids"
    row = "a@x.kg,active,unreachable,0555123401,unsubscribed,available,"
    batch = taken_in(partner, f"{titles}\n{row}\n", kind=Kind.OPTOUTS)
    if named:
        assert StagedRow.objects.filter(batch=batch).update(occurred_at=NOON - timedelta(days=1)) == 1
    confirm(actor=None, batch_id=batch.pk)
    merge_batch(batch_id=batch.pk)
    assert set(Suppression.objects.values_list("reason", flat=True)) == stopped
