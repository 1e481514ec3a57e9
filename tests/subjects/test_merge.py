"""Two rows become one person, and nothing is lost."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied

from apps.audit.models import Entry
from apps.core import clock
from apps.core.choices import IdentifierKind
from apps.core.errors import NotPossible
from apps.core.journal import journal
from apps.subjects.models import Reveal, Subject
from apps.subjects.panels import timeline_condition
from apps.subjects.services.merge import merge, plan_merge
from apps.subjects.services.restrict import restrict
from apps.subjects.services.reveal import reveal
from tests.factories import IdentifierFactory, RecordFactory, SubjectFactory


@pytest.fixture
def two(db):
    survivor, absorbed = (IdentifierFactory().subject for _ in range(2))
    return survivor, absorbed


def test_everything_moves_and_a_tombstone_stays(officer, two):
    survivor, absorbed = two
    earlier = SubjectFactory(merged_into=absorbed)
    record = RecordFactory(subject=absorbed)
    values = {*survivor.identifiers.all(), *absorbed.identifiers.all()}
    merge(actor=officer, survivor=survivor, absorbed=absorbed, reason="same-person")
    assert set(survivor.identifiers.all()) == values
    assert len(values) == 2
    assert list(survivor.records.all()) == [record]
    for gone in (absorbed, earlier):
        gone.refresh_from_db()
        assert gone.merged_into == survivor


def test_it_is_recorded_on_both_and_the_timeline_has_both_lives(officer, two):
    survivor, absorbed = two
    reveal(actor=officer, subject=absorbed, reason="call")
    merge(actor=officer, survivor=survivor, absorbed=absorbed, reason="card")
    facts = Entry.objects.about(survivor).get().facts
    assert facts == {"person": absorbed.reference, "reason": "card", "identifiers": 1, "records": 0, "replaced": 0}
    assert Entry.objects.about(absorbed).first().facts == {"to": survivor.reference, "reason": "card"}
    timeline = Entry.objects.filter(timeline_condition(survivor)).values_list("action", flat=True)
    assert set(timeline) == {"subjects.reveal", "subjects.merge", "subjects.merged-away"}


@pytest.mark.parametrize("survivors_is_newer", [True, False])
def test_the_newer_of_two_records_is_true_and_the_older_is_kept(officer, two, survivors_is_newer):
    survivor, absorbed = two
    old, new = clock.now() - timedelta(days=9), clock.now()
    mine_at, theirs_at = (new, old) if survivors_is_newer else (old, new)
    mine = RecordFactory(subject=survivor, payload={"name": "mine"}, observed_at=mine_at)
    theirs = RecordFactory(
        subject=absorbed,
        partner=mine.partner,
        payload={"name": "theirs"},
        observed_at=theirs_at,
    )
    newer, older = (mine, theirs) if survivors_is_newer else (theirs, mine)
    plan = plan_merge(survivor, absorbed)
    assert [(clash.newer, clash.older) for clash in plan.clashes] == [(newer, older)]
    merge(actor=officer, survivor=survivor, absorbed=absorbed, reason="same-person")
    current = survivor.records.get(superseded_at=None)
    kept = survivor.records.get(superseded_at__isnull=False)
    assert (current, kept) == (newer, older)
    assert bytes(current.key) == b""
    assert {current.payload["name"], kept.payload["name"]} == {"mine", "theirs"}


def test_a_third_record_clashes_again_and_all_three_are_kept(officer, two):
    survivor, absorbed = two
    third = SubjectFactory()
    first = RecordFactory(subject=survivor)
    for subject in (absorbed, third):
        RecordFactory(subject=subject, partner=first.partner)
        merge(actor=officer, survivor=survivor, absorbed=subject, reason="same-person")
    assert survivor.records.count() == 3
    assert survivor.records.filter(superseded_at=None).count() == 1


def test_two_tokens_are_two_people_unless_one_replaced_the_other(officer, two):
    survivor, absorbed = two
    for number, subject in enumerate(two):
        IdentifierFactory(subject=subject, kind=IdentifierKind.TOKEN, value=f"token-{number}")
    assert plan_merge(survivor, absorbed).two_tokens
    with pytest.raises(NotPossible):
        merge(actor=officer, survivor=survivor, absorbed=absorbed, reason="same-person")
    absorbed.refresh_from_db()
    assert absorbed.merged_into is None
    merge(actor=officer, survivor=survivor, absorbed=absorbed, reason="card")
    assert survivor.identifiers.filter(kind=IdentifierKind.TOKEN).count() == 2


def test_blocking_of_either_holds_for_both_and_is_journalled(officer, two):
    survivor, absorbed = two
    restrict(actor=officer, subject=absorbed, reason="child")
    absorbed.refresh_from_db()
    merge(actor=officer, survivor=survivor, absorbed=absorbed, reason="same-person")
    survivor.refresh_from_db()
    assert (survivor.restricted_at, survivor.restriction_reason) == (absorbed.restricted_at, "child")
    entries = [line.entry for path in journal().files() for line in journal().read(path)]
    assert len(entries[-1].data["digests"]) == 2


def test_leave_to_see_one_is_no_leave_to_see_the_other(officer, two):
    survivor, absorbed = two
    reveal(actor=officer, subject=absorbed, reason="call")
    assert Reveal.objects.in_force(officer.pk).exists()
    merge(actor=officer, survivor=survivor, absorbed=absorbed, reason="same-person")
    assert not Reveal.objects.in_force(officer.pk).exists()
    assert Reveal.objects.get().subject == survivor


def test_what_is_no_merge(officer, agent, two):
    survivor, absorbed = two
    with pytest.raises(NotPossible):
        merge(actor=officer, survivor=survivor, absorbed=survivor, reason="same-person")
    with pytest.raises(PermissionDenied):
        merge(actor=agent, survivor=survivor, absorbed=absorbed, reason="same-person")
    merge(actor=officer, survivor=survivor, absorbed=absorbed, reason="same-person")
    with pytest.raises(NotPossible):
        merge(actor=officer, survivor=survivor, absorbed=absorbed, reason="same-person")


def test_whoever_adds_a_model_about_people_says_here_what_a_merge_does_with_it():
    moved = {"subjects.Identifier", "subjects.PersonalRecord", "subjects.Reveal", "subjects.Subject"}
    # By their own apps' followers.
    moved |= {"consents.ConsentEvent", "consents.ConsentState", "cases.Case"}
    moved |= {"imports.TouchedPerson"}  # stays: undoing a file says whom it leaves alone because they were merged
    relations = [field for field in Subject._meta.get_fields(include_hidden=True) if field.auto_created]
    assert {field.related_model._meta.label for field in relations if field.is_relation} == moved


def test_of_two_tokens_the_younger_is_the_persons_and_the_other_still_leads_to_them(officer, two):
    survivor, absorbed = two
    younger = IdentifierFactory(subject=survivor, kind=IdentifierKind.TOKEN, value="token-young")
    older = IdentifierFactory(
        subject=absorbed, kind=IdentifierKind.TOKEN, value="token-old", created_at=clock.now() - timedelta(days=9)
    )
    merge(actor=officer, survivor=survivor, absorbed=absorbed, reason="card")
    assert survivor.identifiers.get(kind=IdentifierKind.TOKEN, replaced_at=None) == younger
    assert Subject.objects.sought("token-old").get() == survivor
    older.refresh_from_db()
    assert older.replaced_at is not None
