"""Data blocked and unblocked because of a request, and uses stopped: with every consequence, and no more."""

import pytest
from django.core.exceptions import PermissionDenied
from django.urls import reverse

from apps.audit.models import Entry
from apps.cases.models import Case
from apps.cases.services.move import move
from apps.cases.services.write import NewMessage, add_message
from apps.consents.models import ConsentEvent
from apps.core import clock
from apps.core.errors import NotPossible
from apps.optouts.models import Suppression
from apps.subjects.models import Subject
from apps.subjects.services.restrict import restrict
from apps.support.models import Blocking
from apps.support.services.block import block, lift
from apps.support.services.stop import stop
from tests.campaigns.conftest import scrub
from tests.factories import IdentifierFactory, RequestFactory
from tests.imports.conftest import import_file, write

__all__ = ["import_file", "scrub", "write"]


@pytest.fixture
def person(db) -> Subject:
    return IdentifierFactory(value="+996555123401").subject


def asked(person, **values):
    return RequestFactory(**{"topic": "restriction", "subject": person, "verified_at": clock.now(), **values})


def blocked(person) -> bool:
    return Subject.objects.get(pk=person.pk).restricted


def test_blocked_by_a_request_and_said_on_both_pages(person, officer, desk):
    request = asked(person)
    page = reverse("admin:subjects_subject_change", args=[person.pk])
    assert "Why blocked" not in desk.get(page).content.decode()
    answer = desk.post(
        reverse("admin:support_supportrequest_block", args=[request.pk]),
        {"block-seen": request.version, "block-reason": "request"},
    )
    assert answer["Location"].endswith("#done")
    assert blocked(person)
    facts = Entry.objects.get(action="support.block").facts
    assert facts == {"verified": True, "otherwise": False}
    shown = desk.get(page).content.decode()
    assert "Why blocked" in shown
    assert request.reference in shown
    assert "End the blocking" in desk.get(reverse("admin:cases_case_change", args=[request.pk])).content.decode()


def test_before_the_person_is_verified_only_for_a_reason(person, officer):
    request = asked(person, verified_at=None)
    with pytest.raises(NotPossible, match="not verified"):
        block(request, actor=officer, reason="request", seen=None)
    assert not blocked(person)
    made = block(request, actor=officer, reason="request", seen=None, unverified_because="Номери айдан бери эмес")
    assert (blocked(person), made.verified) == (True, False)
    assert "Номери айдан бери эмес" in request.notes.get().text
    assert "Номери" not in str(list(Entry.objects.values_list("facts", flat=True)))


def test_no_list_goes_to_them_and_no_file_changes_anything(person, officer, partner, scrub, import_file, write):
    members = write("Телефон,Аты\n0555123401,Айгүл\n0555123402,Айбек\n")
    before = scrub(b"phone\n0555123401\n0555123402\n", purpose="service")
    assert before["removed_file"].count(b"\n") <= 1
    block(asked(person), actor=officer, reason="request", seen=None)
    kept = scrub(b"phone\n0555123401\n0555123402\n", purpose="service")
    assert b"0555123401" in kept["removed_file"]
    assert b"0555123401" not in kept["kept_file"]
    assert b"0555123402" in kept["kept_file"]
    figures = import_file(members, partner=partner.code)
    assert (figures["new"], figures["skipped"]) == (1, 1)
    assert not person.records.exists()


def test_lifted_from_the_request(person, officer, desk):
    request = asked(person)
    block(request, actor=officer, reason="request", seen=None)
    case = Case.objects.get(pk=request.pk)
    place = reverse("admin:support_supportrequest_lift", args=[request.pk])
    told = desk.post(place, {"lift-seen": case.version, "lift-reason": "resolved"}, follow=True).content.decode()
    assert "The data is unblocked." in told
    assert not blocked(person)
    with pytest.raises(NotPossible, match="doesn't block"):
        lift(request, actor=officer, reason="resolved", seen=None)


def test_two_requests_block_until_both_are_settled(person, officer):
    first, second = asked(person), asked(person)
    block(first, actor=officer, reason="request", seen=None)
    block(second, actor=officer, reason="disputed", seen=None)
    assert not lift(first, actor=officer, reason="resolved", seen=None)
    assert blocked(person)
    assert lift(second, actor=officer, reason="resolved", seen=None)
    assert not blocked(person)


@pytest.mark.parametrize("second", [True, False])
def test_what_was_blocked_before_stays_blocked(person, officer, second):
    restrict(actor=officer, subject=person, reason="child")
    requests = [asked(person), *([asked(person)] if second else [])]
    for request in requests:
        block(request, actor=officer, reason="request", seen=None)
    for request in requests:
        assert not lift(request, actor=officer, reason="resolved", seen=None)
    assert blocked(person)
    assert Entry.objects.filter(action="support.lift").first().facts == {"still_blocked": True}


def test_it_is_not_answered_before_it_is_done(person, officer):
    request = asked(person)
    move(request, "start", actor=officer, seen=None)
    add_message(request, actor=officer, message=NewMessage(direction="out", came_by="phone", text="x"))
    with pytest.raises(NotPossible, match="Block the data first"):
        move(request, "answer", actor=officer, seen=None)
    block(request, actor=officer, reason="request", seen=None)
    assert move(request, "answer", actor=officer, seen=None).closed_at
    assert blocked(person)  # the answer ends the case, not the blocking


def test_what_stands_against_it(person, officer, agent):
    request = asked(person)
    with pytest.raises(PermissionDenied):
        block(request, actor=agent, reason="request", seen=None)
    with pytest.raises(NotPossible, match="Name the person"):
        block(asked(None), actor=officer, reason="request", seen=None)
    block(request, actor=officer, reason="request", seen=None)
    with pytest.raises(NotPossible, match="already"):
        block(request, actor=officer, reason="request", seen=None)
    assert Blocking.objects.count() == 1


def test_advertising_is_stopped_for_every_address(person, officer, desk):
    IdentifierFactory(kind="email", value="a@b.example", subject=person)
    request = asked(person, topic="objection", verified_at=None)
    place = reverse("admin:support_supportrequest_stop", args=[request.pk])
    desk.post(place, {"stop-seen": request.version, "stop-purpose": "advertising"})
    assert Suppression.objects.filter(purpose="advertising").count() == 2
    assert Entry.objects.get(action="support.stop").facts == {"purpose": "advertising"}


def test_another_use_by_the_consent(person, officer):
    request = asked(person, topic="objection", came_by="letter")
    stop(request, actor=officer, purpose="geolocation", seen=None)
    event = ConsentEvent.objects.get()
    assert (event.purpose, event.state, event.medium) == ("geolocation", "withdrawn", "letter")
    with pytest.raises(NotPossible):
        stop(request, actor=officer, purpose="provide-app", seen=None)
