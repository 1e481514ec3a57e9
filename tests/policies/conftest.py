"""Who works on the policy, and what they work on."""

import pytest
from django.test import Client

from apps.accounts.choices import Role
from apps.accounts.models import User
from apps.policies.models import PolicyDocument, PolicyEdition
from apps.policies.services.begin_edition import begin_edition
from apps.policies.services.change_edition import change_edition
from apps.policies.services.review_edition import review_edition
from tests.factories import PolicyDocumentFactory, make_user

TEXTS = {
    "text_ky": "# Жалпы жобо\n\nБиз маалыматты сактайбыз.", "text_ru": "# Общие положения\n\nМы храним данные.",
    "text_en": "# General\n\nWe keep data.",
}  # fmt: skip
SUMMARIES = {"summary_ky": "Жаңы максат", "summary_ru": "Новая цель", "summary_en": "A new purpose"}


@pytest.fixture
def lead(db: None) -> User:
    return make_user(Role.LEAD)


@pytest.fixture
def counsel(db: None) -> User:
    return make_user(Role.COUNSEL)


@pytest.fixture
def document(db: None) -> PolicyDocument:
    return PolicyDocumentFactory()


@pytest.fixture
def draft(officer: User, document: PolicyDocument) -> PolicyEdition:
    """Prepared by the officer, complete."""
    edition = begin_edition(actor=officer, document=document)
    return change_edition(actor=officer, edition_id=edition.pk, version=1, values=TEXTS | SUMMARIES)


@pytest.fixture
def reviewed(draft: PolicyEdition, counsel: User) -> PolicyEdition:
    """Reviewed by counsel."""
    return review_edition(actor=counsel, edition_id=draft.pk, version=draft.version)


def client_of(user: User) -> Client:
    client = Client()
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return client
