"""The way back: lifts what the person refused before they asked, nothing else, in whatever order things arrive."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from django.db import DatabaseError, transaction
from hypothesis import HealthCheck, given
from hypothesis import settings as effort
from hypothesis import strategies as st

from apps.audit.models import Entry
from apps.core.journal import JournalEntry, journal
from apps.optouts.models import JournalMark, OptOutEvent, Resubscription, Suppression
from apps.optouts.services.apply import apply_facts
from apps.optouts.services.confirmations import Confirmation
from apps.optouts.services.facts import Fact
from apps.optouts.services.feed import Selection, feed
from apps.optouts.services.parts import Part
from apps.optouts.services.remembering import SeenAddress, remember_addresses
from apps.optouts.services.replay import drain_journal, replay_journal
from apps.optouts.services.resubscribe import Wish, apply_wishes
from apps.optouts.services.salted import system_owner

NOON = datetime(2026, 5, 4, 6, tzinfo=UTC)  # 12:00 in Bishkek
DIGEST = b"d" * 16
SMS = Part("sms")


def refusal(hours: float = 0, part: Part = SMS, **more: object) -> Fact:
    """Accepted so many hours after NOON."""
    moment = NOON + timedelta(hours=hours)
    values = {"kind": "phone", "digest": DIGEST, "medium": "link", "occurred": moment, "at": moment}
    return Fact(**values | {"channel": part.channel, "purpose": part.purpose, "sender": part.sender} | more)


def wish(hours: float = 1, part: Part = SMS, confirmed: float = 0.1, digest: bytes = DIGEST) -> Wish:
    """Asked for so many hours after NOON, confirmed so much later."""
    asked = NOON + timedelta(hours=hours)
    about = Confirmation(kind="phone", digest=digest, masked="", asked=asked, parts=(part,))
    return Wish(
        id=about.event_id(part), kind="phone", digest=digest, channel=part.channel, purpose=part.purpose,
        sender=part.sender, asked=asked, at=asked + timedelta(hours=confirmed),
    )  # fmt: skip


def refuse(*facts: Fact) -> None:
    apply_facts(actor=None, facts=facts)


def stopped() -> int:
    return Suppression.objects.count()


@given(
    st.builds(
        Wish,
        id=st.uuids(),
        kind=st.sampled_from(["phone", "email"]),
        digest=st.binary(min_size=16, max_size=16),
        channel=st.sampled_from(["sms", "all"]),
        purpose=st.just("advertising"),
        sender=st.sampled_from(["all", "bereke"]),
        asked=st.datetimes(timezones=st.just(UTC)),
        at=st.datetimes(timezones=st.just(UTC)),
    )
)
def test_a_wish_travels_through_the_journal_unchanged(one):
    assert Wish.from_entry(one.to_entry()) == one


@pytest.mark.django_db
def test_it_lifts_the_refusal_and_is_recorded():
    refuse(refusal())
    suppression = Suppression.objects.get()
    assert apply_wishes([wish()])
    assert stopped() == 0
    assert OptOutEvent.objects.count() == 1
    assert Resubscription.objects.get().suppression == suppression.pk
    entry = Entry.objects.get(action="optouts.resubscribe")
    assert (entry.actor, entry.target_id, entry.facts["lifted"]) == (None, suppression.pk, True)


@pytest.mark.django_db
def test_mailing_systems_are_told_what_it_lifts_and_that_it_is_refused_again():
    remember_addresses([SeenAddress("phone", DIGEST, "+996555123401")])

    def told() -> list[tuple[str, int]]:
        blocks = feed(owner=system_owner("mailer"), selection=Selection(), after=0).blocks()
        return [(line.change.event, line.change.suppression) for block in blocks for line in block]

    refuse(refusal(), refusal(part=Part("email")))
    refused = Suppression.objects.get(channel="sms").pk
    assert ("suppressed", refused) in told()
    before = len(told())
    apply_wishes([wish()])
    assert told()[before:] == [("lifted", refused)]
    refuse(refusal(0.5))
    assert told()[before + 1 :] == []  # said before they asked
    refuse(refusal(2))
    assert told()[before + 1 :] == [("suppressed", Suppression.objects.get(channel="sms").pk)]


@pytest.mark.django_db
@pytest.mark.parametrize(
    "other",
    [
        Part("all"),
        Part("call"),
        Part("sms", "advertising-news"),
        Part("sms", sender="bereke"),
    ],
)
def test_it_lifts_exactly_its_scope(other):
    refuse(refusal(part=other))
    apply_wishes([wish()])
    assert Suppression.objects.get().channel == other.channel
    assert Entry.objects.get(action="optouts.resubscribe").facts["lifted"] is False
    apply_wishes([wish(part=other)])
    assert stopped() == 0


@pytest.mark.django_db
def test_somebody_elses_refusal_stays():
    refuse(refusal(digest=b"e" * 16))
    apply_wishes([wish()])
    assert stopped() == 1


@pytest.mark.django_db
@pytest.mark.parametrize("reason", ["bounce", "complaint", "staff"])
def test_other_facts_about_the_address_stay(reason):
    refuse(refusal(), refusal(reason=reason))
    assert stopped() == 2
    apply_wishes([wish()])
    assert Suppression.objects.get().reason == reason


@pytest.mark.django_db
@pytest.mark.parametrize("hours", [1, 1.05, 2])
def test_what_was_refused_since_the_asking_stands(hours):
    refuse(refusal(0), refusal(hours))
    apply_wishes([wish(1, confirmed=5)])
    assert Suppression.objects.get().since == NOON + timedelta(hours=hours)


@pytest.mark.django_db
def test_confirming_again_after_a_new_refusal_changes_nothing():
    refuse(refusal())
    apply_wishes([wish()])
    assert stopped() == 0
    refuse(refusal(2))
    assert apply_wishes([wish(confirmed=9)]) == set()
    assert stopped() == 1
    assert Resubscription.objects.count() == 1


@pytest.mark.django_db
def test_a_known_refusal_is_not_brought_in_again_and_an_unknown_older_one_neither():
    known, unknown = refusal(0), refusal(0.5)
    refuse(known)
    apply_wishes([wish()])
    refuse(known, unknown)
    assert stopped() == 0
    assert OptOutEvent.objects.count() == 2
    told = Entry.objects.filter(action="optouts.accept").order_by("pk").values_list("target_id", "facts__stopped_now")
    assert list(told)[1] == (None, False)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("said", "stops"),
    [
        (-12.1, False),  # 23:54 of the day before the person asked at 13:00
        (-12, True),  # of the same day: the file may know no hour
        (0, True),
        (3, True),
        (48, True),  # a clock that runs ahead
    ],
)
def test_a_file_stops_unless_its_day_lies_before_the_asking(said, stops):
    refuse(refusal(-100))
    apply_wishes([wish()])
    assert stopped() == 0
    late = NOON + timedelta(hours=20)
    refuse(refusal(said, medium="file", at=late))
    assert stopped() == stops


@pytest.mark.django_db
def test_a_file_dated_in_the_future_can_be_overtaken():
    refuse(refusal(24 * 400, medium="file", at=NOON))
    apply_wishes([wish()])
    assert stopped() == 0


@pytest.mark.django_db
def test_resubscriptions_can_be_neither_changed_nor_deleted():
    apply_wishes([wish()])
    with pytest.raises(DatabaseError), transaction.atomic():
        Resubscription.objects.update(sender="x")
    with pytest.raises(DatabaseError), transaction.atomic():
        Resubscription.objects.all().delete()
    assert Resubscription.objects.get().sender == "all"


# What happens to one or two scopes, by the hour; the state in the end is known without a database.
ACTS = st.lists(
    st.tuples(
        st.sampled_from(["refuse", "file", "ask"]),
        st.sampled_from([SMS, Part("all"), Part("sms", sender="bereke")]),
        st.integers(0, 100),
    ),
    max_size=8,
)


def entry_of(act: str, part: Part, hours: int, nth: int) -> JournalEntry:
    if act == "ask":
        return wish(hours, part, confirmed=nth + 1).to_entry()
    if act == "file":
        return refusal(hours, part, medium="file", at=NOON + timedelta(hours=hours + 30 * nth)).to_entry()
    return refusal(hours, part).to_entry()


def expected(acts: list[tuple[str, Part, int]]) -> set[Part]:
    standing = set()
    for nth, (act, part, hours) in enumerate(acts):
        if act == "ask":
            continue
        moment = float(hours)
        if act == "file":
            day_ends = 12 + 24 * ((hours + 12) // 24)  # NOON is 12:00, so a day ends 12, 36 … hours after it
            moment = min(day_ends, hours + 30 * nth)
        if not any(moment < asked for other, of, asked in acts if (other, of) == ("ask", part)):
            standing.add(part)
    return standing


@pytest.mark.django_db(transaction=True)
@effort(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(acts=ACTS, dice=st.randoms(use_true_random=False), machines=st.integers(1, 3))
def test_whatever_the_order_of_arrival_the_same_holds(acts, dice, machines, tmp_path_factory, settings):
    """Several web machines with files of their own; what is in a file may have come in before."""
    settings.JOURNAL_DIR = tmp_path_factory.mktemp("journal")
    entries = [entry_of(*act, nth) for nth, act in enumerate(acts)]
    early = dice.sample(entries, k=len(entries) // 2)
    of_machine: dict[int, list[JournalEntry]] = {}
    for entry in entries:
        of_machine.setdefault(dice.randrange(machines), []).append(entry)
    for machine, own in of_machine.items():
        lines = b"".join(entry.to_line() for entry in sorted(own, key=lambda entry: entry.at))
        (settings.JOURNAL_DIR / f"machine-{machine}.journal").write_bytes(lines)
    with transaction.atomic():
        for entry in early:
            if entry.kind == "optout":
                apply_facts(actor=None, facts=[Fact.from_entry(entry)])
            else:
                apply_wishes([Wish.from_entry(entry)])
        first, second = replay_journal(), replay_journal()
        assert first.entries == second.present == len(entries)
        assert len(first.files) == len(of_machine)
        found = {Part(s.channel, s.purpose, s.sender) for s in Suppression.objects.all()}
        assert found == expected(acts)
        transaction.set_rollback(True)


@pytest.mark.django_db
def test_the_report_counts_by_kind():
    refuse(one := refusal(0))
    journal().write([one.to_entry(), refusal(0.5).to_entry(), wish().to_entry(), wish().to_entry()])
    report = replay_journal()
    tally = {kind: (t.entries, t.applied, t.present, t.refused) for kind, t in report.kinds.items()}
    assert tally == {"optout": (2, 1, 1, 0), "resubscription": (2, 1, 1, 0)}
    assert report.to_data()["kinds"]["optout"] == {"entries": 2, "applied": 1, "present": 1, "refused": 0}


@pytest.mark.django_db
def test_the_worker_brings_in_what_was_confirmed_while_the_database_was_away():
    old = NOON - timedelta(days=400)
    before = replace(refusal(), at=old, occurred=old)
    journal().write([before.to_entry()])
    assert drain_journal().applied == 1
    assert stopped() == 1
    journal().write([wish(-9000).to_entry()])
    assert drain_journal().applied == 1
    assert stopped() == 0
    assert JournalMark.objects.count() == 1
