"""Undoing a file that told of consents: the ledger keeps what was told, marked as recorded wrongly."""

import pytest
from django.urls import reverse

from apps.audit.models import Entry
from apps.consents.models import ConsentEvent, ConsentState
from apps.consents.services.record_consent import record_consent
from apps.core import clock
from apps.imports.choices import Kind
from apps.imports.services import judging
from apps.imports.services.undoing import undoable
from apps.optouts.models import Suppression
from apps.subjects.models import Identifier, Subject
from apps.subjects.services.restrict import restrict
from tests.consents.test_record_consent import located
from tests.factories import IdentifierFactory
from tests.imports.test_undo import merged, undone

pytestmark = pytest.mark.usefixtures("partner")

HEAD = "phone,purpose,channel,state,date\n"
MEMBERS = "phone;ФИО;Согласие на рассылку;Дата согласия\n"


@pytest.fixture
def person(partner) -> Subject:
    return IdentifierFactory(value="+996555123401").subject


def consents(partner, *rows: str):
    return merged(partner, HEAD + "".join(f"0555123401,{row}\n" for row in rows), Kind.CONSENTS)


def test_what_a_file_told_counts_no_more_and_stays_to_be_seen(partner, officer, person, monkeypatch):
    monkeypatch.setattr(judging, "CHUNK_ROWS", 1)
    consents(partner, "advertising,sms,given,2026-03-01")
    before = list(ConsentState.objects.values_list("channel", "state", "since"))
    batch = consents(partner, "advertising,sms,refused,2026-04-01", "transfer,,given,2026-04-01")
    assert ConsentState.objects.filter(state="refused").count() == 1
    assert undoable(batch)
    assert undone(officer, batch) == {"consents_corrected": 2}
    assert list(ConsentState.objects.values_list("channel", "state", "since")) == before
    told = ConsentEvent.objects.filter(batch=batch.pk, corrects=None)
    assert told.count() == 2
    assert not told.filter(counts=True).exists()
    corrections = ConsentEvent.objects.filter(corrects__in=told)
    assert {(c.state, c.actor, c.medium, c.batch) for c in corrections} == {("invalidated", officer, "file", batch.pk)}
    assert Entry.objects.filter(action="consents.correct-file").count() == 2
    assert Suppression.objects.filter(channel="sms").count() == 1, "only the person lifts an opt-out"


def test_what_was_undone_may_be_told_again(partner, officer, person):
    row = "advertising,sms,given,2026-03-01"
    undone(officer, consents(partner, row))
    assert not ConsentEvent.objects.in_force(person, "advertising", channel="sms")
    assert consents(partner, row).figures["new"] == 1
    assert ConsentEvent.objects.in_force(person, "advertising", channel="sms")
    assert consents(partner, row).figures["unchanged"] == 1


def test_topics_that_ended_with_it_are_as_before(partner, officer, person, agent):
    record_consent(
        actor=agent, subject=person, purpose="advertising-news", state="given", medium="phone",
        occurred_at=clock.now().replace(month=3),
    )  # fmt: skip
    batch = consents(partner, "advertising,,withdrawn,2026-04-01")
    assert not ConsentEvent.objects.in_force(person, "advertising-news")
    assert undone(officer, batch) == {"consents_corrected": 2}
    assert ConsentEvent.objects.in_force(person, "advertising-news")


def test_what_rested_on_a_permission_that_is_undone_goes(partner, officer, person):
    batch = consents(partner, "geolocation,,given,2026-03-01")
    located(person, clock.now().replace(month=5))
    assert person.records.exists()
    assert undone(officer, batch) == {"consents_corrected": 1}
    assert not person.records.exists()


def test_blocked_people_are_left_as_they_are(partner, officer, person):
    batch = consents(partner, "transfer,,given,2026-03-01")
    restrict(actor=officer, subject=person, reason="request")
    assert undone(officer, batch) == {"blocked": 1}
    assert ConsentEvent.objects.in_force(person, "transfer")


def test_whoever_only_a_members_file_brought_goes_with_what_it_said_of_them(partner, officer):
    known = IdentifierFactory(value="+996555123402").subject
    batch = merged(partner, MEMBERS + "0555123401;Ада;да;01.03.2026\n0555123402;Бек;нет;02.03.2026\n")
    assert ConsentEvent.objects.count() == 2
    assert undone(officer, batch) == {
        "people_gone": 1, "identifiers_gone": 1, "records_gone": 2, "consents_corrected": 1
    }  # fmt: skip
    assert [*Subject.objects.all()] == [known]
    assert Identifier.objects.count() == 1
    assert {event.subject for event in ConsentEvent.objects.all()} == {known}
    assert not ConsentState.objects.exists()


def test_somebody_who_has_spoken_since_stays(partner, officer, agent):
    batch = merged(partner, MEMBERS + "0555123401;Ада;да;01.03.2026\n")
    person = Subject.objects.get()
    record_consent(actor=agent, subject=person, purpose="transfer", state="given", medium="phone")
    assert undone(officer, batch) == {"people_stay": 1, "records_gone": 1, "consents_corrected": 1}
    assert ConsentEvent.objects.in_force(person, "transfer")
    assert not ConsentEvent.objects.in_force(person, "advertising")


def test_the_page_shows_what_the_ledger_has_from_the_file(client, partner, officer, person):
    client.force_login(officer, backend="django.contrib.auth.backends.ModelBackend")
    IdentifierFactory(value="+996555123402")
    rows = "".join(f"055512340{n},transfer,,given,2026-03-0{day}\n" for n in (1, 2) for day in (1, 2, 3))
    batch = merged(partner, HEAD + rows, Kind.CONSENTS)
    assert ConsentEvent.objects.told_by_file(batch.pk) == [("transfer", "given", True, 6)]
    page = client.get(reverse("admin:imports_batch_change", args=[batch.pk]))
    assert [told[2:] for told in page.context["consents"]] == [(True, 6)]
    assert "In the ledger of consents" in page.content.decode()


def test_the_page_says_what_undoing_can_and_cannot(client, partner, officer, person):
    client.force_login(officer, backend="django.contrib.auth.backends.ModelBackend")
    batch = consents(partner, "transfer,,given,2026-03-01")
    page = client.get(reverse("admin:imports_batch_change", args=[batch.pk])).content.decode()
    assert "each marked as recorded wrongly" in page
    plain = merged(partner, "phone,full name\n0555123409,Ада\n")
    page = client.get(reverse("admin:imports_batch_change", args=[plain.pk])).content.decode()
    assert "Whoever only this file brought is removed" in page
    assert "recorded wrongly" not in page
    undone(officer, batch)
    page = client.get(reverse("admin:imports_batch_change", args=[batch.pk])).content.decode()
    assert "consents marked as recorded wrongly" in page
