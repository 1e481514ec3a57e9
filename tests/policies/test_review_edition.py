"""A second person approves, or sends back: never the one who wrote it."""

import pytest
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.utils import IntegrityError

from apps.accounts.choices import Role
from apps.audit.models import Entry
from apps.core.errors import NotPossible
from apps.policies.choices import EditionStatus
from apps.policies.models import PolicyEdition
from apps.policies.services.begin_edition import begin_edition
from apps.policies.services.change_edition import change_edition
from apps.policies.services.locking import ChangedMeanwhile
from apps.policies.services.review_edition import review_edition, send_back_edition
from tests.factories import make_user
from tests.policies.conftest import TEXTS


def test_a_second_person_approves(draft, counsel):
    reviewed = review_edition(actor=counsel, edition_id=draft.pk, version=2)
    assert (reviewed.status, reviewed.reviewed_by) == (EditionStatus.REVIEWED, counsel)
    assert Entry.objects.get(action="policies.review-edition").facts == {"document": "privacy", "edition": 1}


def test_not_who_prepared_it(lead, document):
    edition = begin_edition(actor=lead, document=document)
    edition = change_edition(actor=make_user(Role.OFFICER), edition_id=edition.pk, version=1, values=TEXTS)
    with pytest.raises(NotPossible, match="somebody else has to review it"):
        review_edition(actor=lead, edition_id=edition.pk, version=2)
    with pytest.raises(IntegrityError, match="edition_reviewed_by_second"), transaction.atomic():
        PolicyEdition.objects.update(reviewed_by=lead)


def test_not_who_changed_it_last(draft, counsel, lead):
    change_edition(actor=counsel, edition_id=draft.pk, version=2, values={"text_en": "Counsel's words"})
    with pytest.raises(NotPossible, match="somebody else has to review it"):
        review_edition(actor=counsel, edition_id=draft.pk, version=3)
    with pytest.raises(NotPossible, match="somebody else has to review it"):
        send_back_edition(actor=counsel, edition_id=draft.pk, version=3, remark="No")
    with pytest.raises(IntegrityError, match="edition_reviewed_by_no_editor"), transaction.atomic():
        PolicyEdition.objects.update(reviewed_by=counsel)
    assert review_edition(actor=lead, edition_id=draft.pk, version=3).reviewed_by == lead


@pytest.mark.parametrize("role", [Role.OFFICER, Role.AGENT, Role.AUDITOR, Role.PARTNER_MANAGER])
def test_only_by_lead_and_counsel(draft, role):
    with pytest.raises(PermissionDenied):
        review_edition(actor=make_user(role), edition_id=draft.pk, version=2)
    with pytest.raises(PermissionDenied):
        send_back_edition(actor=make_user(role), edition_id=draft.pk, version=2, remark="x")


def test_only_what_they_have_read(draft, officer, counsel):
    change_edition(actor=officer, edition_id=draft.pk, version=2, values={"text_ky": "Башка сөздөр"})
    with pytest.raises(ChangedMeanwhile):
        review_edition(actor=counsel, edition_id=draft.pk, version=2)
    assert PolicyEdition.objects.get().status == EditionStatus.DRAFT


def test_only_once(reviewed, lead, counsel):
    with pytest.raises(NotPossible, match=f"{counsel} has reviewed it already"):
        review_edition(actor=lead, edition_id=reviewed.pk, version=2)


def test_only_what_is_complete(officer, counsel, draft):
    change_edition(actor=officer, edition_id=draft.pk, version=2, values={"text_ru": "", "text_en": " "})
    with pytest.raises(NotPossible, match="text in Russian, text in English"):
        review_edition(actor=counsel, edition_id=draft.pk, version=3)


def test_what_is_sent_back_is_a_draft_with_a_remark_until_it_is_reviewed(reviewed, officer, counsel, lead):
    back = send_back_edition(actor=lead, edition_id=reviewed.pk, version=2, remark=" Name the law. ")
    assert (back.status, back.reviewed_by, back.remark, back.remarked_by) == ("draft", None, "Name the law.", lead)
    entry = Entry.objects.get(action="policies.send-back-edition")
    assert "Name the law" not in str(entry.facts)
    changed = change_edition(actor=officer, edition_id=back.pk, version=2, values={"references": "Art. 73"})
    assert changed.remark == "Name the law."
    again = review_edition(actor=counsel, edition_id=back.pk, version=3)
    assert (again.remark, again.remarked_by) == ("", None)


def test_without_a_remark_nothing_is_sent_back(draft, counsel):
    with pytest.raises(NotPossible, match="Say what has to be changed"):
        send_back_edition(actor=counsel, edition_id=draft.pk, version=2, remark="  ")
