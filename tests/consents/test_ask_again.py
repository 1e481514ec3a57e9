"""Recording that people are asked again: everybody on the list, once, whatever stops the work."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied

from apps.audit.models import Entry
from apps.consents import tasks
from apps.consents.models import Asking, ConsentEvent, ConsentState
from apps.consents.services import ask_again
from apps.consents.services.ask_again import begin_asking, fail_asking, run_asking, take_up_asking
from apps.core import clock
from apps.core.errors import NotPossible
from apps.subjects.services.restrict import restrict
from tests.factories import PolicyDocumentFactory, published_edition


@pytest.fixture
def begin(officer, wider):
    def begin(**said):
        about = {"edition_id": wider.pk, "purpose": "advertising", "medium": "letter"}
        return begin_asking(actor=officer, **about | said)

    return begin


def asked():
    return set(ConsentEvent.objects.filter(state="requested").values_list("subject_id", "channel"))


def test_everybody_whose_consent_rests_on_an_earlier_edition_or_none(first, wider, agree, begin, officer):
    one, two = agree(90, first, channel="sms").subject, agree(90).subject
    agree(90, first, channel="email", subject=one)
    agree(5, wider)
    elsewhere = PolicyDocumentFactory(code="shop")
    agree(90, published_edition(clock.now() - timedelta(days=300), document=elsewhere))
    blocked = agree(90, first).subject
    restrict(actor=officer, subject=blocked, reason="request")
    over = agree(90, first).subject
    agree(80, subject=over, state="withdrawn")
    asking = begin()
    run_asking(asking_id=asking.pk)
    assert asked() == {(one.pk, ""), (two.pk, "")}
    event = ConsentEvent.objects.filter(state="requested").first()
    assert (event.edition, event.medium, event.occurred_at) == (wider, "letter", asking.asked_at)
    asking.refresh_from_db()
    assert (asking.status, asking.done, asking.percent) == ("done", 2, 100)
    entry = Entry.objects.get(action="consents.record-asking")
    assert entry.facts == {"purpose": "advertising", "edition": wider.pk, "people": 2}
    states = dict(ConsentState.objects.filter(subject=one).values_list("channel", "state"))
    assert states == {"sms": "given", "email": "given", "": "requested"}
    assert ConsentEvent.objects.in_force(one, "advertising", channel="sms")


def test_by_one_channel_only_who_agreed_to_it(first, wider, agree, begin):
    by_sms, by_mail = agree(90, first, channel="sms").subject, agree(90, first, channel="email").subject
    but_no_sms = agree(90, first).subject
    agree(80, subject=but_no_sms, channel="sms", state="refused")
    run_asking(asking_id=begin(channel="sms").pk)
    assert asked() == {(by_sms.pk, "sms")}
    run_asking(asking_id=begin(channel="email").pk)
    assert asked() == {(by_sms.pk, "sms"), (by_mail.pk, "email"), (but_no_sms.pk, "email")}


def test_nobody_twice_and_in_pieces(first, wider, agree, begin, monkeypatch):
    people = [agree(90, first).subject.pk for _ in range(5)]
    asking = begin()
    Asking.objects.update(reached=min(people) - 1)  # however many people other tests have made
    with monkeypatch.context() as patch:
        patch.setattr(ask_again, "KEYS_AT_ONCE", 2)
        ask_again._ask_some(asking.pk)
        assert len(asked()) < 5
        run_asking(asking_id=asking.pk)  # another worker
    assert asked() == {(pk, "") for pk in people}
    run_asking(asking_id=begin().pk)
    assert ConsentEvent.objects.filter(state="requested").count() == 5


def test_who_asks_for_what_cannot_be_asked_is_told(first, wider, agree, begin, officer, agent):
    with pytest.raises(PermissionDenied):
        begin_asking(actor=agent, edition_id=wider.pk, purpose="advertising", medium="letter")
    for wrong in ({"purpose": "transfer"}, {"edition_id": first.pk}, {"edition_id": 0},
                  {"purpose": "geolocation", "channel": "sms"}):  # fmt: skip
        with pytest.raises(NotPossible, match="nobody has to be asked"):
            begin(**wrong)
    with pytest.raises(NotPossible, match="in the future"):
        begin(asked_at=clock.now() + timedelta(hours=1))
    with pytest.raises(NotPossible, match="was not published by then"):
        begin(asked_at=clock.now() - timedelta(days=11))
    begin()
    with pytest.raises(NotPossible, match=f"{officer} is recording it just now"):
        begin(channel="sms")
    assert begin(purpose="geolocation").pk


def test_a_later_edition_that_widens_it_again_takes_its_place(first, wider, agree, begin, officer):
    agree(5, wider)
    third = published_edition(clock.now() - timedelta(days=1), number=3, widens=["advertising"])
    with pytest.raises(NotPossible):
        begin()
    run_asking(asking_id=begin(edition_id=third.pk).pk)
    assert len(asked()) == 1
    assert begin(purpose="geolocation").edition == wider


def test_what_stopped_says_so_and_can_begin_again(first, wider, agree, begin):
    agree(90, first)
    asking = begin()
    fail_asking(asking_id=asking.pk, error="OperationalError")
    run_asking(asking_id=asking.pk)
    assert (Asking.objects.get().status, asked()) == ("failed", set())
    assert Entry.objects.get(action="consents.fail-asking").facts["error"] == "OperationalError"
    run_asking(asking_id=begin().pk)
    assert len(asked()) == 1


def test_what_nobody_works_on_any_more_goes_on(first, wider, agree, begin, officer, agent):
    agree(90, first)
    asking = begin()
    assert asking.stands_still
    with pytest.raises(PermissionDenied):
        take_up_asking(actor=agent, asking_id=asking.pk)
    tasks.run_asking.defer(asking_id=take_up_asking(actor=officer, asking_id=asking.pk).pk)
    assert not Asking.objects.get().stands_still
    assert Entry.objects.get(action="consents.take-up-asking").actor == officer
    with pytest.raises(NotPossible, match="Somebody was first"):
        take_up_asking(actor=officer, asking_id=asking.pk)
    run_asking(asking_id=asking.pk)
    with pytest.raises(NotPossible, match="Somebody was first"):
        take_up_asking(actor=officer, asking_id=asking.pk)
    assert len(asked()) == 1
