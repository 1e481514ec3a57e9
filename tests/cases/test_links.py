"""Links, the person of a case, merging people, and leave to see the texts."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from apps.audit.models import Entry
from apps.cases.models import Case, CaseLink, Reading
from apps.cases.services.link import concern, link_cases, read, unlink
from apps.cases.services.write import add_note
from apps.core import clock
from apps.core.errors import NotPossible
from apps.subjects.services.merge import merge
from tests.factories import IdentifierFactory, RequestFactory

SECRET = "Ал Манас көчөсүндө жашайт"


@pytest.fixture
def other(db):
    return Case.objects.get(pk=RequestFactory().pk)


def test_two_cases_are_linked_once_and_both_say_so(case, other, officer):
    link = link_cases(case, actor=officer, other=other, kind="duplicate")
    for row in (case, other):
        assert list(CaseLink.objects.of(row)) == [link]
        assert Entry.objects.about(row).filter(action="cases.link").exists()
    with pytest.raises(NotPossible):
        link_cases(other, actor=officer, other=case, kind="related")
    with pytest.raises(NotPossible):
        link_cases(case, actor=officer, other=case, kind="related")
    unlink(actor=officer, link=link)
    assert not CaseLink.objects.exists()


def test_a_case_is_asked_twice_only_when_the_other_is_named(case, other, officer, desk):
    page = desk.get(reverse("admin:cases_case_change", args=[case.pk])).content.decode()
    assert "Link it with the request that came first." in page
    link_cases(case, actor=officer, other=other, kind="duplicate")
    desk.post(reverse("admin:cases_case_step", args=[case.pk, "duplicate"]), {"duplicate-seen": 1})
    case.refresh_from_db()
    assert case.status == "duplicate"


def test_the_person_is_named_later(other, officer):
    person = IdentifierFactory().subject
    concern(other, actor=officer, subject=person, seen=1)
    assert Case.objects.get(pk=other.pk).subject == person


def test_cases_go_along_when_two_people_are_one(case, officer):
    survivor = IdentifierFactory().subject
    merge(actor=officer, survivor=survivor, absorbed=case.subject, reason="same-person")
    case.refresh_from_db()
    assert (case.subject, case.version) == (survivor, 2)
    assert Entry.objects.about(survivor).filter(action="cases.follow", facts__cases=1).exists()


def test_texts_are_seen_after_a_word_for_the_record_and_for_some_minutes(case, officer, desk):
    add_note(case, actor=officer, text=SECRET)
    place = reverse("admin:cases_case_change", args=[case.pk])
    assert SECRET not in desk.get(place).content.decode()
    desk.post(reverse("admin:cases_case_read", args=[case.pk]))
    assert SECRET in desk.get(place).content.decode()
    assert Entry.objects.about(case).filter(action="cases.read", actor=officer).count() == 1
    Reading.objects.update(until=clock.now() - timedelta(seconds=1))
    assert SECRET not in desk.get(place).content.decode()


def test_another_person_s_leave_is_no_leave(case, officer, lead, desk):
    add_note(case, actor=officer, text=SECRET)
    read(case, actor=lead)
    assert SECRET not in desk.get(reverse("admin:cases_case_change", args=[case.pk])).content.decode()


def test_an_agent_sees_how_it_stands_and_no_text(case, agent, officer):
    add_note(case, actor=officer, text=SECRET)
    client = Client()
    client.force_login(agent, backend="django.contrib.auth.backends.ModelBackend")
    page = client.get(reverse("admin:cases_case_change", args=[case.pk])).content.decode()
    assert "New" in page
    assert "7 working days left" in page
    assert SECRET not in page
    assert "Show the texts" not in page
