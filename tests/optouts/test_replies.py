"""SMS replies that are more than a word: read by somebody, settled by one of two, destroyed after their term."""

import datetime as dt
from uuid import uuid4

import pytest
from django.core.exceptions import PermissionDenied
from django.urls import reverse

from apps.accounts.choices import Role
from apps.audit.models import Entry
from apps.core import clock, erasers
from apps.core.errors import NotPossible
from apps.core.identifiers import digest
from apps.optouts.models import InboundMessage, OptOutEvent, SuppressedAddress, Suppression
from apps.optouts.services.replies import (
    Reply,
    forget_settled_replies,
    queue_replies,
    read_reply,
    reply_key,
    take_reply,
)
from tests.factories import IdentifierFactory, make_user

pytestmark = pytest.mark.django_db

PHONE, MASKED, TEXT = "+996555123401", "+996 ••• ••• 401", "хватит слать, я на Чуй 4"
LIST = "admin:optouts_inboundmessage_changelist"


def queue(phone: str = "0555 12-34-01", text: str = TEXT, **more: object) -> InboundMessage:
    moment = clock.now() - dt.timedelta(hours=2)
    reply = Reply(**{"phone": phone, "text": text, "received_at": moment, "source": "gateway", "key": uuid4(), **more})
    queue_replies([reply, reply])
    return InboundMessage.objects.get(key=reply.key)


def at(name: str, reply: InboundMessage) -> str:
    return reverse(f"admin:optouts_inboundmessage_{name}", args=[reply.pk])


def test_the_list_names_the_reply_masks_the_number_and_keeps_the_text_to_itself(desk):
    subject = IdentifierFactory(value=PHONE).subject
    reply = queue()
    page = desk.get(reverse(LIST), {"state__exact": "open"}).content.decode()
    for words in (str(reply), MASKED, subject.reference, "gateway"):
        assert words in page
    for secret in (TEXT, "555123401"):
        assert secret not in page


def test_a_text_is_shown_to_whoever_says_that_they_read_it(desk, officer):
    reply = queue()
    before = desk.get(at("change", reply)).content.decode()
    assert MASKED in before
    assert TEXT not in before
    assert not Entry.objects.filter(action="optouts.reply-read").exists()
    shown = desk.post(at("change", reply)).content.decode()
    assert TEXT in shown
    assert "Take it as an opt-out" in shown
    entry = Entry.objects.get(action="optouts.reply-read")
    assert (entry.actor, entry.target_id, entry.facts) == (officer, reply.pk, {})


def test_taking_it_stops_what_was_chosen_since_it_was_received(desk, officer):
    reply = queue()
    answer = desk.post(at("take", reply), {"channel": "all", "purpose": "advertising", "sender": "all"}, follow=True)
    assert "is taken as an opt-out" in answer.content.decode()
    event = OptOutEvent.objects.get()
    assert (event.channel, event.medium, event.actor, event.occurred_at) == ("all", "sms", officer, reply.received_at)
    assert bytes(Suppression.objects.get().digest) == digest("phone", PHONE)
    assert SuppressedAddress.objects.get().value == PHONE
    reply.refresh_from_db()
    assert (reply.state, reply.handled_by) == ("taken", officer)
    assert Entry.objects.get(action="optouts.reply-taken").facts["channel"] == "all"


def test_a_channel_that_reaches_no_phone_is_not_taken(desk):
    reply = queue()
    page = desk.post(
        at("take", reply), {"channel": "email", "purpose": "advertising", "sender": "all"}
    ).content.decode()
    assert "does not reach such an address" in page
    assert not OptOutEvent.objects.exists()


def test_of_two_people_the_second_is_told_and_nothing_is_done_twice(desk, officer, agent):
    reply = queue()
    take_reply(actor=agent, reply_id=reply.pk)
    scope = {"channel": "sms", "purpose": "advertising", "sender": "all"}
    for act in ("take", "settle"):
        told = desk.post(at(act, reply), scope, follow=True).content.decode()
        assert f"{agent} has settled this reply" in told
    assert OptOutEvent.objects.count() == 1
    with pytest.raises(NotPossible):
        take_reply(actor=officer, reply_id=reply.pk)


def test_what_needs_nothing_leads_on_to_the_one_that_waits_longest(desk):
    reply, older = queue(), queue(received_at=clock.now() - dt.timedelta(days=1))
    assert desk.post(at("settle", reply)).url == at("change", older)
    assert desk.post(at("settle", older)).url == reverse(LIST)
    assert not OptOutEvent.objects.exists()
    assert Entry.objects.filter(action="optouts.reply-settled").count() == 2


def test_looking_settles_nothing(desk):
    reply = queue()
    for act in ("take", "settle"):
        assert desk.get(at(act, reply)).status_code == 404
    reply.refresh_from_db()
    assert reply.state == "open"


def test_what_no_phone_sent_can_only_be_read(desk, officer):
    reply = queue(phone="BEREKE")
    assert "nothing that could be stopped" in desk.post(at("change", reply)).content.decode()
    with pytest.raises(NotPossible):
        take_reply(actor=officer, reply_id=reply.pk)
    reply.refresh_from_db()
    assert reply.state == "open"


def test_whoever_may_not_reads_nothing():
    reply = queue()
    for role in (Role.AUDITOR, Role.COUNSEL, Role.PARTNER_MANAGER):
        with pytest.raises(PermissionDenied):
            read_reply(actor=make_user(role), reply_id=reply.pk)
    assert not Entry.objects.filter(action="optouts.reply-read").exists()


def test_number_and_text_are_destroyed_after_their_term_and_it_doesn_t_come_back(desk, officer):
    reply, waiting = queue(), queue()
    take_reply(actor=officer, reply_id=reply.pk)
    assert forget_settled_replies() == 0
    with clock.standing_at(clock.now() + dt.timedelta(days=31)):
        assert forget_settled_replies() == 1
    reply.refresh_from_db()
    assert (reply.phone, reply.text) == (None, None)
    waiting.refresh_from_db()
    assert waiting.text == TEXT
    queue_replies([Reply(phone=PHONE, text=TEXT, received_at=clock.now(), source="gateway", key=reply.key)])
    assert InboundMessage.objects.count() == 2
    assert "were destroyed" in desk.get(at("change", reply)).content.decode()


def test_an_erasure_destroys_the_person_s_replies_and_nobody_else_s():
    subject = IdentifierFactory(value=PHONE).subject
    queue()
    other = queue(phone="0555 99 99 99")
    shown = [item for eraser in erasers.registry for item in eraser.export(subject.pk)]
    assert any(TEXT in item.texts.values() for item in shown)
    for eraser in erasers.registry:
        eraser.erase(subject.pk)
    assert list(InboundMessage.objects.all()) == [other]


def test_a_key_is_the_same_for_the_same_message_only():
    assert reply_key("a", "1") == reply_key("a", "1")
    assert len({reply_key("a", "1"), reply_key("b", "1"), reply_key("a", "2"), reply_key("a"), reply_key("a")}) == 5
