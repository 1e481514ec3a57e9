"""Facts go in once, whoever brings them, in whatever order."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from hypothesis import given
from hypothesis import strategies as st
from procrastinate.contrib.django import app as jobs

from apps.audit.models import Entry
from apps.core import clock
from apps.core.journal import JournalEntry, journal, register_handler
from apps.optouts.models import JournalMark, OptOutEvent, Suppression
from apps.optouts.services.apply import apply_facts
from apps.optouts.services.facts import Fact
from apps.optouts.services.replay import GRACE, drain_journal, replay_journal

DAY = datetime(2026, 5, 1, tzinfo=UTC)


def fact(n: int = 1, **more: object) -> Fact:
    values = {"kind": "phone", "digest": bytes([n]) * 16, "channel": "sms", "medium": "link", "occurred": DAY}
    return Fact(**values | {"at": clock.now() - 2 * GRACE} | more)


@given(
    st.builds(
        Fact,
        kind=st.sampled_from(["phone", "email"]),
        digest=st.binary(min_size=16, max_size=16),
        channel=st.sampled_from(["sms", "all"]),
        medium=st.sampled_from(["link", "file"]),
        campaign=st.text(max_size=60),
        occurred=st.datetimes(timezones=st.just(UTC)),
        at=st.datetimes(timezones=st.just(UTC)),
    )
)
def test_a_fact_travels_through_the_journal_unchanged(one):
    assert Fact.from_entry(one.to_entry()) == one


@pytest.mark.django_db
def test_the_same_facts_again_change_nothing():
    facts = [fact(n) for n in range(5)]
    first, second = apply_facts(actor=None, facts=facts), apply_facts(actor=None, facts=facts + facts[:2])
    assert (len(first.events), len(second.events)) == (5, 0)
    assert (OptOutEvent.objects.count(), Suppression.objects.count(), Entry.objects.count()) == (5, 5, 5)


@pytest.mark.django_db
def test_many_facts_of_one_scope_make_one_suppression_since_the_earliest():
    facts = [fact(occurred=DAY + timedelta(days=n)) for n in (2, 0, 1)]
    apply_facts(actor=None, facts=facts)
    assert Suppression.objects.get().since == DAY
    apply_facts(actor=None, facts=[fact(occurred=DAY - timedelta(days=1))])
    assert Suppression.objects.get().since == DAY - timedelta(days=1)
    apply_facts(actor=None, facts=[fact(occurred=DAY + timedelta(days=9))])
    assert Suppression.objects.get().since == DAY - timedelta(days=1)


@pytest.mark.django_db
def test_a_replay_does_not_bring_back_what_is_no_longer_in_force():
    one = fact()
    apply_facts(actor=None, facts=[one])
    Suppression.objects.all().delete()
    assert apply_facts(actor=None, facts=[one]).suppressions == {}
    assert not Suppression.objects.exists()


@pytest.mark.django_db
def test_a_partner_who_is_not_known_any_more_does_not_lose_the_fact(partner):
    apply_facts(actor=None, facts=[fact(partner="gone"), fact(2, partner=partner.code)])
    assert set(OptOutEvent.objects.values_list("partner__code", flat=True)) == {None, partner.code}


@pytest.mark.django_db
def test_nothing_to_apply_is_fine():
    assert apply_facts(actor=None, facts=[]).events == set()


@pytest.mark.django_db
def test_replay_brings_in_everything_once_and_says_so():
    facts = [fact(n) for n in range(3)]
    journal().write([one.to_entry() for one in facts])
    apply_facts(actor=None, facts=facts[:1])
    report = replay_journal()
    assert (report.entries, report.applied, report.present, report.damaged) == (3, 2, 1, 0)
    assert Suppression.objects.count() == 3
    assert replay_journal().applied == 0


@pytest.mark.django_db
def test_replay_begins_at_the_beginning_whatever_the_marks_say():
    journal().write([fact(n).to_entry() for n in range(3)])
    assert drain_journal().applied == 3
    assert replay_journal().present == 3


@pytest.mark.django_db
def test_the_drain_goes_on_where_it_stopped_and_waits_for_what_is_young():
    journal().write([fact(1).to_entry(), fact(2).to_entry()])
    assert drain_journal().applied == 2
    young = fact(3, at=clock.now())
    journal().write([young.to_entry()])
    assert drain_journal().entries == 0
    assert JournalMark.objects.count() == 1
    replay_journal()
    assert Suppression.objects.count() == 3


@pytest.mark.django_db
def test_the_drain_takes_a_young_entry_later():
    young = fact(3, at=clock.now())
    journal().write([young.to_entry()])
    assert drain_journal().entries == 0
    with time_machine.travel(clock.now() + 2 * GRACE):
        assert drain_journal().applied == 1
        assert drain_journal().entries == 0


@pytest.mark.django_db
def test_damaged_lines_and_unknown_kinds_are_told_and_stop_nothing(caplog):
    first, last = fact(1), fact(2)
    strange = JournalEntry(last.id, first.at, "prophecy", {})
    path = journal().folder / "a.journal"
    path.parent.mkdir(parents=True)
    path.write_bytes(first.to_entry().to_line() + b"secret\n" + strange.to_line() + last.to_entry().to_line())
    report = drain_journal()
    assert (report.applied, report.damaged, report.unknown) == (2, 1, {"prophecy": 1})
    assert not report.complete
    assert "secret" not in caplog.text
    assert drain_journal().entries == 0


@pytest.mark.django_db
def test_an_entry_that_the_database_refuses_does_not_hold_up_the_others():
    bad = replace(fact(9), campaign="x" * 200)
    journal().write([fact(1).to_entry(), bad.to_entry(), fact(2).to_entry()])
    report = replay_journal()
    assert (report.applied, report.refused) == (2, 1)
    assert Suppression.objects.count() == 2


@pytest.mark.django_db
def test_entries_of_other_kinds_go_to_their_handlers_in_order_of_time(monkeypatch):
    monkeypatch.setattr("apps.core.journal._handlers", {})
    seen: list[str] = []

    def handler(entries: list[JournalEntry]) -> int:
        seen.extend(entry.data["n"] for entry in entries)
        return len(entries)

    for kind in ("block", "unblock"):
        register_handler(kind, handler)
    folder = journal().folder
    folder.mkdir(parents=True)
    for part in range(3):
        lines = [
            JournalEntry(fact().id, DAY + timedelta(minutes=n), "block" if n % 2 else "unblock", {"n": n}).to_line()
            for n in range(part, 30, 3)
        ]
        (folder / f"{part}.journal").write_bytes(b"".join(lines))
    assert replay_journal().applied == 30
    assert seen == list(range(30))


@pytest.mark.django_db
def test_the_worker_drains_every_minute():
    journal().write([fact(1).to_entry()])
    assert jobs.periodic_registry.periodic_tasks["optouts.drain_journal", ""].cron == "* * * * *"
    jobs.tasks["optouts.drain_journal"].func(timestamp=0)
    assert Suppression.objects.count() == 1
