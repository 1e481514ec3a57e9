"""Drafts change, nobody overwrites unseen, and what is published stays: whoever asks, however they ask."""

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import connection, transaction
from django.db.utils import ProgrammingError

from apps.accounts.choices import Role
from apps.audit.models import Entry
from apps.core import clock
from apps.policies.choices import EditionStatus
from apps.policies.models import PolicyEdition
from apps.policies.services.change_edition import change_edition, discard_edition
from apps.policies.services.locking import ChangedMeanwhile, Published
from tests.factories import make_user, published_edition


def test_a_change_is_counted_and_recorded_by_the_names_of_its_fields(draft, lead):
    changed = change_edition(
        actor=lead, edition_id=draft.pk, version=2, values={"text_en": "New.\r\nLine.", "text_ru": draft.text_ru}
    )
    assert (changed.text_en, changed.version, changed.edited_by) == ("New.\nLine.", 3, lead)
    entry = Entry.objects.filter(action="policies.change-edition").latest("pk")
    assert entry.facts == {"document": "privacy", "edition": 1, "fields": ["text_en"]}


def test_storing_the_same_changes_nothing(draft, lead):
    before = Entry.objects.count()
    same = change_edition(actor=lead, edition_id=draft.pk, version=2, values={"text_en": draft.text_en})
    assert (same.version, same.edited_by, Entry.objects.count()) == (2, draft.edited_by, before)


def test_a_reviewed_edition_is_a_draft_again_with_any_change(reviewed, lead):
    changed = change_edition(actor=lead, edition_id=reviewed.pk, version=2, values={"summary_en": "Other words"})
    assert (changed.status, changed.reviewed_by, changed.reviewed_at) == (EditionStatus.DRAFT, None, None)


def test_of_two_at_one_draft_the_second_is_told_who_was_first(draft, lead, counsel):
    change_edition(actor=lead, edition_id=draft.pk, version=2, values={"text_en": "The lead's words"})
    with pytest.raises(ChangedMeanwhile, match=f"{lead} changed this edition") as refused:
        change_edition(actor=counsel, edition_id=draft.pk, version=2, values={"text_en": "Counsel's words"})
    assert refused.value.version == 3
    assert PolicyEdition.objects.get().text_en == "The lead's words"


@pytest.mark.parametrize("role", [Role.AGENT, Role.AUDITOR, Role.PARTNER_MANAGER])
def test_who_does_not_write_the_policy_changes_nothing(draft, role):
    for verb in (discard_edition, lambda **who: change_edition(values={"text_en": "x"}, **who)):
        with pytest.raises(PermissionDenied):
            verb(actor=make_user(role), edition_id=draft.pk, version=2)
    assert PolicyEdition.objects.get().text_en == draft.text_en


def test_only_texts_are_changed_so(draft, lead):
    with pytest.raises(ValidationError):
        change_edition(actor=lead, edition_id=draft.pk, version=2, values={"status": "published"})


def test_a_discarded_draft_is_gone_and_recorded(draft, lead):
    discard_edition(actor=lead, edition_id=draft.pk, version=2)
    assert not PolicyEdition.objects.exists()
    assert Entry.objects.get(action="policies.discard-edition").facts == {"document": "privacy", "edition": 1}


@pytest.fixture
def published(document):
    return published_edition(clock.now(), document=document)


def test_no_service_changes_what_is_published(published, lead):
    superuser = make_user(is_superuser=True)
    for actor in (lead, superuser):
        with pytest.raises(Published, match="it never changes, whoever asks"):
            change_edition(actor=actor, edition_id=published.pk, version=1, values={"text_en": "x"})
        with pytest.raises(Published):
            discard_edition(actor=actor, edition_id=published.pk, version=1)


def test_nor_does_the_application_s_own_code(published):
    published.text_en = "Rewritten"
    for attempt in (published.save, published.delete, PolicyEdition.objects.all().delete):
        with pytest.raises(ProgrammingError, match="Cannot update or delete"), transaction.atomic():
            attempt()
    with pytest.raises(ProgrammingError, match="Cannot update or delete"), transaction.atomic():
        PolicyEdition.objects.update(status="draft")
    assert PolicyEdition.objects.get().text_en == "# General provisions\n\nText of the policy number 1."


@pytest.mark.parametrize(
    "sql",
    [
        "UPDATE policies_policyedition SET text_ky = ''",
        "UPDATE policies_policyedition SET status = 'draft'",
        "UPDATE policies_policyedition SET effective_at = effective_at - interval '1 year'",
        "DELETE FROM policies_policyedition",
    ],
)
def test_nor_does_sql_as_the_application_s_user(published, sql):
    with pytest.raises(ProgrammingError, match="Cannot update or delete"), transaction.atomic():
        connection.cursor().execute(sql)
    same = PolicyEdition.objects.get()
    assert (same.text_ky, same.status, same.effective_at) == (
        published.text_ky,
        EditionStatus.PUBLISHED,
        published.effective_at,
    )


def test_nor_is_the_table_emptied(published):
    connection.cursor().execute("SET CONSTRAINTS ALL IMMEDIATE")
    with pytest.raises(ProgrammingError, match="Cannot truncate"), transaction.atomic():
        connection.cursor().execute("TRUNCATE policies_policyedition CASCADE")
    assert PolicyEdition.objects.get() == published
