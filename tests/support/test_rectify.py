"""Values of a person corrected for a request: all or none, with before and after; whoever had the old one is told."""

import pytest
from django.core.exceptions import PermissionDenied
from django.urls import reverse

from apps.audit.models import Entry
from apps.cases.models import Case
from apps.cases.services.link import read
from apps.cases.services.move import move
from apps.cases.services.taking_hold import Overtaken
from apps.cases.services.write import NewMessage, add_message
from apps.core import clock, identifiers
from apps.core.errors import NotPossible
from apps.optouts.models import Suppression
from apps.optouts.services.take_from_person import take_from_person
from apps.partners.models import Partner, Recipient
from apps.subjects.models import Identifier, PersonalRecord
from apps.subjects.services.bulk import payload_digester
from apps.subjects.services.correct import Correction
from apps.subjects.services.restrict import restrict
from apps.support.models import Rectification, SupportRequest, Telling
from apps.support.services.rectify import rectify, tell
from tests.factories import IdentifierFactory, RecordFactory, RequestFactory

PHONE, RIGHT = "+996555123401", "+996555123409"


@pytest.fixture
def asked(db) -> SupportRequest:
    """A verified request for rectification of a known person."""
    subject = IdentifierFactory(value=PHONE).subject
    return RequestFactory(topic="rectification", subject=subject, verified_at=clock.now())


def record(asked, partner=None, **payload):
    more = {"partner": partner} if partner else {}
    return RecordFactory(subject=asked.subject, payload=payload, **more)


def rename(asked, officer, held):
    """Айгул is Айгүл."""
    new = [Correction(record_id=held.pk, name="first_name", value="Айгүл")]
    return rectify(asked, actor=officer, corrections=new, seen=None)


def test_a_name_with_before_and_after(asked, officer):
    held = record(asked, first_name="Айгул", last_name="Асанова")
    new = [Correction(record_id=held.pk, name="first_name", value=" Айгүл ")]
    made = rectify(asked, actor=officer, corrections=new, seen=asked.version)
    before = held.observed_at
    held.refresh_from_db()
    assert held.payload == {"first_name": "Айгүл", "last_name": "Асанова"}
    assert held.observed_at > before
    made.refresh_from_db()
    assert made.changes == [{"field": "first_name", "origin": held.partner.code, "before": "Айгул", "after": "Айгүл"}]
    assert [telling.partner for telling in made.tellings.filter(partner__isnull=False)] == [held.partner]
    entry = Entry.objects.get(action="support.rectify")
    assert (entry.target_id, entry.facts, entry.actor) == (asked.pk, {"fields": ["first_name"]}, officer)
    assert "Айг" not in str(list(Entry.objects.values_list("facts", flat=True)))


def test_a_corrected_record_is_as_if_a_file_had_brought_it(asked, officer):
    """Its digest is the one that an import compares, so that the right value in a file changes nothing."""
    held = record(asked, first_name="Айгул")
    rectify(
        asked, actor=officer, corrections=[Correction(record_id=held.pk, name="first_name", value="Айгүл")], seen=None
    )
    held.refresh_from_db()
    assert bytes(held.payload_digest) == payload_digester()('{"first_name":"Айгүл"}'.encode())


def test_a_phone_and_what_was_refused_under_the_wrong_one(asked, officer):
    take_from_person(actor=officer, subject=asked.subject, purpose="advertising")
    phone = Identifier.objects.get(value__isnull=False, subject=asked.subject)
    rectify(asked, actor=officer, corrections=[Correction(identifier_id=phone.pk, value="0555 123 409")], seen=None)
    phone.refresh_from_db()
    assert (phone.value, bytes(phone.digest)) == (RIGHT, identifiers.digest("phone", RIGHT))
    assert Suppression.objects.of([identifiers.digest("phone", RIGHT)]).exists()
    told = Rectification.objects.get().tellings.filter(recipient__isnull=False)
    assert {telling.recipient.code for telling in told} == {"partners", "sms-gateway"}


def test_whoever_is_blocked_stays_so_under_the_right_phone(asked, officer):
    restrict(actor=officer, subject=asked.subject, reason="disputed")
    phone = Identifier.objects.get(subject=asked.subject)
    rectify(asked, actor=officer, corrections=[Correction(identifier_id=phone.pk, value=RIGHT)], seen=None)
    asked.subject.refresh_from_db()
    assert asked.subject.restriction_reason == "disputed"


def test_what_nobody_said_yet_goes_to_the_operator_s_own_record(asked, officer):
    rectify(asked, actor=officer, corrections=[Correction(name="birth_date", value="1990-05-04")], seen=None)
    own = PersonalRecord.objects.get(subject=asked.subject)
    assert (own.partner.code, own.source, own.payload) == (Partner.OPERATOR, "support", {"birth_date": "1990-05-04"})
    assert not Telling.objects.filter(partner__isnull=False).exists()


def test_all_or_none(asked, officer):
    IdentifierFactory(value=RIGHT)
    held, phone = record(asked, first_name="Айгул"), Identifier.objects.get(subject=asked.subject)
    new = [
        Correction(record_id=held.pk, name="first_name", value="Айгүл"),
        Correction(identifier_id=phone.pk, value=RIGHT),
    ]
    with pytest.raises(NotPossible, match="belongs to"):
        rectify(asked, actor=officer, corrections=new, seen=None)
    held.refresh_from_db()
    assert held.payload == {"first_name": "Айгул"}
    assert not Rectification.objects.exists()


def test_what_stands_against_it(asked, officer, agent):
    held = record(asked, first_name="Айгул")
    new = [Correction(record_id=held.pk, name="first_name", value="Айгүл")]
    strange = record(RequestFactory(subject=IdentifierFactory().subject), first_name="x")
    for person, values, seen, error in (
        (agent, new, None, PermissionDenied),
        (officer, new, asked.version + 1, Overtaken),
        (officer, [Correction(record_id=held.pk, name="first_name", value="Айгул")], None, NotPossible),
        (officer, [Correction(record_id=strange.pk, name="first_name", value="y")], None, NotPossible),
    ):
        with pytest.raises(error):
            rectify(asked, actor=person, corrections=values, seen=seen)
    Case.objects.filter(pk=asked.pk).update(verified_at=None)
    with pytest.raises(NotPossible, match="who they say"):
        rectify(asked, actor=officer, corrections=new, seen=None)
    Case.objects.filter(pk=asked.pk).update(subject=None, verified_at=clock.now())
    with pytest.raises(NotPossible, match="Name the person"):
        rectify(asked, actor=officer, corrections=new, seen=None)


def test_it_is_not_answered_before_it_is_done(asked, officer):
    move(asked, "start", actor=officer, seen=None)
    add_message(asked, actor=officer, message=NewMessage(direction="out", came_by="phone", text="x"))
    with pytest.raises(NotPossible, match="Correct the values first"):
        move(asked, "answer", actor=officer, seen=None)
    rectify(asked, actor=officer, corrections=[Correction(name="first_name", value="Айгүл")], seen=None)
    assert move(asked, "answer", actor=officer, seen=None).status == "answered"


def test_the_checklist_of_who_was_told(asked, officer, desk):
    held = record(asked, first_name="Айгул")
    rectify(
        asked, actor=officer, corrections=[Correction(record_id=held.pk, name="first_name", value="Айгүл")], seen=None
    )
    telling = Telling.objects.get(partner=held.partner)
    page = reverse("admin:cases_case_change", args=[asked.pk])
    assert "to be told" in desk.get(page).content.decode()
    desk.post(reverse("admin:support_supportrequest_tell", args=[asked.pk, telling.pk]), {"tell-way": "email"})
    telling.refresh_from_db()
    assert (telling.told_by, telling.way, telling.told_at is not None) == (officer, "email", True)
    assert Entry.objects.get(action="support.tell").facts == {"recipient": held.partner.code, "way": "email"}
    with pytest.raises(NotPossible, match="already"):
        tell(telling, actor=officer, way="email")


def test_before_and_after_are_read_as_messages_are(asked, officer, desk):
    held = record(asked, first_name="Айгул")
    rectify(
        asked, actor=officer, corrections=[Correction(record_id=held.pk, name="first_name", value="Айгүл")], seen=None
    )
    page = reverse("admin:cases_case_change", args=[asked.pk])
    covered = desk.get(page).content.decode()
    assert "first name" in covered
    assert "Айгүл" not in covered
    read(Case.objects.get(pk=asked.pk), actor=officer)
    shown = desk.get(page).content.decode()
    assert "Айгул" in shown
    assert "Айгүл" in shown


def test_on_its_page(asked, desk):
    held = record(asked, first_name="Айгул", birth_date="1990-05-04")
    page = reverse("admin:support_supportrequest_rectify", args=[asked.pk])
    form = desk.get(page).content.decode()
    assert "+996 ••• ••• 401" in form
    assert "Айгул" not in form
    empty = desk.post(page, {"seen": asked.version}).content.decode()
    assert "Fill in what it should be" in empty
    values = {"seen": asked.version, f"record-{held.pk}-birth_date": "1991-05-04"}
    assert desk.post(page, values)["Location"].endswith("#done")
    held.refresh_from_db()
    assert held.payload["birth_date"] == "1991-05-04"
    late = desk.post(page, values, follow=True).content.decode()
    assert "was first" in late


def test_recipients_that_are_retired_are_not_told(asked, officer):
    Recipient.objects.filter(code="sms-gateway").update(retired=True)
    phone = Identifier.objects.get(subject=asked.subject)
    rectify(asked, actor=officer, corrections=[Correction(identifier_id=phone.pk, value=RIGHT)], seen=None)
    assert [telling.recipient.code for telling in Telling.objects.all()] == ["partners"]


def test_a_value_that_is_a_code_is_chosen_and_no_other_name_is_asked_for(asked, desk):
    held = record(asked, full_name="Асанова Айгул", gender="male")
    page = reverse("admin:support_supportrequest_rectify", args=[asked.pk])
    form = desk.get(page).content.decode()
    assert f"record-{held.pk}-full_name" in form
    assert "own-first_name" not in form
    assert '<option value="female">' in form
    values = {"seen": asked.version, f"record-{held.pk}-gender": "whatever"}
    assert "Select a valid choice" in desk.post(page, values).content.decode()
    desk.post(page, {**values, f"record-{held.pk}-gender": "female"})
    held.refresh_from_db()
    assert held.payload["gender"] == "female"
