"""Documents are added, editions begun: by whom, from what, one at a time."""

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.utils import IntegrityError, ProgrammingError
from django.utils import timezone

from apps.accounts.choices import Role
from apps.audit.models import Entry
from apps.core import clock
from apps.core.errors import NotPossible
from apps.policies.models import PolicyDocument, PolicyEdition
from apps.policies.services.begin_edition import begin_edition
from apps.policies.services.change_edition import discard_edition
from apps.policies.services.keep_documents import add_document, change_document
from tests.factories import make_user, published_edition

NOW = timezone.make_aware(timezone.datetime(2026, 6, 1, 9, 0))


def new_document(code="second"):
    return PolicyDocument(code=code, title_ky="Эрежелер", title_ru="Правила", title_en="Rules")


def test_a_lead_adds_a_document_behind_the_others(lead, document):
    added = add_document(actor=lead, document=new_document())
    assert (added.position, PolicyDocument.objects.last()) == (document.position + 1, added)
    entry = Entry.objects.get(action="policies.add-document")
    assert (entry.actor, entry.facts) == (lead, {"document": "second"})
    with pytest.raises(ValidationError):
        add_document(actor=lead, document=new_document())


@pytest.mark.parametrize("role", [Role.OFFICER, Role.COUNSEL, Role.AGENT, Role.AUDITOR])
def test_nobody_else_does(document, role):
    with pytest.raises(PermissionDenied):
        add_document(actor=make_user(role), document=new_document())
    with pytest.raises(PermissionDenied):
        change_document(actor=make_user(role), document=document, fields=["title_en"])


def test_its_titles_change_and_its_code_does_not(lead, document):
    document.title_en, document.position = "Privacy notice", 9
    changed = change_document(actor=lead, document=document, fields=["title_en", "position", "code"])
    assert (changed.title_en, changed.position) == ("Privacy notice", 0)
    assert Entry.objects.get(action="policies.change-document").facts == {"document": "privacy", "fields": ["title_en"]}


def test_no_document_is_deleted(document):
    with pytest.raises(ProgrammingError, match="Cannot delete"), transaction.atomic():
        PolicyDocument.objects.all().delete()
    assert PolicyDocument.objects.exists()


@pytest.mark.parametrize("role", [Role.OFFICER, Role.LEAD, Role.COUNSEL])
def test_the_first_edition_is_empty(document, role):
    edition = begin_edition(actor=make_user(role), document=document)
    assert (edition.number, edition.status, edition.text_ky, edition.version) == (1, "draft", "", 1)


@pytest.mark.parametrize("role", [Role.AGENT, Role.AUDITOR, Role.PARTNER_MANAGER])
def test_who_does_not_write_the_policy_begins_none(document, role):
    with pytest.raises(PermissionDenied):
        begin_edition(actor=make_user(role), document=document)


def test_the_next_is_copied_from_the_newest_published(officer, document):
    published_edition(NOW, document=document, references="Art. 73")
    published_edition(NOW + timezone.timedelta(days=900), number=2, document=document)
    edition = begin_edition(actor=officer, document=document)
    assert (edition.number, edition.text_ru) == (3, "# Общие положения\n\nТекст политики номер 2.")
    assert edition.summary_ru == ""
    facts = {"document": "privacy", "edition": 3, "copied_from": 2}
    assert Entry.objects.get(action="policies.begin-edition").facts == facts


def test_while_one_is_worked_on_no_other_is_begun(officer, lead, document):
    first = begin_edition(actor=officer, document=document)
    with pytest.raises(NotPossible, match=f"{officer} has begun edition 1 already"):
        begin_edition(actor=lead, document=document)
    with pytest.raises(IntegrityError, match="edition_one_in_work"), transaction.atomic():
        PolicyEdition.objects.create(document=document, number=2)
    discard_edition(actor=lead, edition_id=first.pk, version=1)
    assert begin_edition(actor=lead, document=document).number == 1


def test_what_is_in_force_depends_on_the_moment(document):
    day = timezone.timedelta(days=1)
    first = published_edition(NOW, document=document)
    second = published_edition(NOW + day, number=2, document=document, effective_at=NOW + 5 * day)
    third = published_edition(NOW + 2 * day, number=3, document=document, effective_at=NOW + 5 * day)
    of = PolicyEdition.objects.in_force_of
    assert of(document, NOW - day) is None
    assert [of("privacy", NOW + days * day) for days in (0, 4, 5)] == [first, first, third]
    assert list(PolicyEdition.objects.in_force_each(NOW + 4 * day)) == [first]
    with clock.standing_at(NOW + day):
        assert of(document) == first
    assert (third.before(), second.before(), first.before()) == (second, first, None)
    assert (first.after(), third.after()) == (second, None)
