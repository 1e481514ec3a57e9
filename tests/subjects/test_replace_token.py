"""One person has one token (P05): a new one takes the place of the old, which still leads to them."""

import pytest
from django.core.exceptions import PermissionDenied
from django.urls import reverse

from apps.audit.models import Entry
from apps.core.choices import IdentifierKind
from apps.core.errors import NotPossible
from apps.subjects.erasure import SubjectEraser
from apps.subjects.models import Subject
from apps.subjects.services.replace_token import replace_token
from tests.factories import IdentifierFactory, SubjectFactory

TOKEN = IdentifierKind.TOKEN


@pytest.fixture
def subject(db):
    return IdentifierFactory(kind=TOKEN, value="token-1").subject


def current(subject):
    return [row.value for row in subject.identifiers.filter(kind=TOKEN, replaced_at=None)]


def test_the_new_one_is_the_persons_and_the_old_one_still_leads_to_them(officer, subject):
    replace_token(actor=officer, subject=subject, value="token-2")
    assert current(subject) == ["token-2"]
    for value in ("token-1", "token-2"):
        assert Subject.objects.sought(value).get() == subject
    assert Entry.objects.about(subject).get().action == "subjects.replace-token"


def test_back_to_one_that_was_replaced(officer, subject):
    for value in ("token-2", "token-3", "token-1"):
        replace_token(actor=officer, subject=subject, value=value)
    assert current(subject) == ["token-1"]
    assert subject.identifiers.count() == 3


def test_the_first_token_of_somebody_is_no_replacement(officer):
    with pytest.raises(NotPossible):
        replace_token(actor=officer, subject=SubjectFactory(), value="token-1")


def test_what_is_not_possible(officer, agent, subject):
    IdentifierFactory(kind=TOKEN, value="token-9")
    for value in ("token-9", "token-1"):
        with pytest.raises(NotPossible):
            replace_token(actor=officer, subject=subject, value=value)
    with pytest.raises(PermissionDenied):
        replace_token(actor=agent, subject=subject, value="token-2")
    assert current(subject) == ["token-1"]


def test_it_is_said_on_the_persons_page_and_to_the_person(officer, desk, subject):
    replace_token(actor=officer, subject=subject, value="token-2")
    assert "replaced" in desk.get(reverse("admin:subjects_subject_change", args=[subject.pk])).content.decode()
    shown = SubjectEraser().export(subject.pk)
    values = [item.texts for item in shown if item.model == "subjects.Identifier"]
    assert [("replaced" in value, value["value"]) for value in values] == [(True, "token-1"), (False, "token-2")]
