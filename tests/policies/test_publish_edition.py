"""Publishing: what a second person has seen, once, in force now or later and never before."""

from datetime import timedelta
from threading import Barrier, Thread

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connections, transaction
from django.db.utils import IntegrityError

from apps.accounts.choices import Role
from apps.audit.models import Entry
from apps.core import clock
from apps.core.errors import NotPossible
from apps.policies.choices import EditionStatus
from apps.policies.models import PolicyEdition
from apps.policies.services.begin_edition import begin_edition
from apps.policies.services.change_edition import change_edition
from apps.policies.services.locking import Published
from apps.policies.services.publish_edition import publish_edition
from apps.policies.services.review_edition import review_edition
from tests.factories import PolicyDocumentFactory, make_user, published_edition
from tests.policies.conftest import SUMMARIES, TEXTS


def test_by_default_it_is_in_force_from_publication(reviewed, lead):
    with clock.standing_at(clock.now()):
        published = publish_edition(actor=lead, edition_id=reviewed.pk, version=2)
        assert published.published_at == published.effective_at == clock.now()
    assert (published.status, published.published_by) == (EditionStatus.PUBLISHED, lead)
    facts = Entry.objects.get(action="policies.publish-edition").facts
    assert facts == {"document": "privacy", "edition": 1, "effective_at": published.effective_at.isoformat()}


def test_or_from_a_later_moment(reviewed, lead):
    later = clock.now() + timedelta(days=14)
    published = publish_edition(actor=lead, edition_id=reviewed.pk, version=2, effective_at=later)
    assert published.effective_at == later > published.published_at
    assert PolicyEdition.objects.in_force_of("privacy") is None
    assert PolicyEdition.objects.in_force_of("privacy", later) == published


def test_but_never_before(reviewed, lead, document):
    with pytest.raises(NotPossible, match="can't be in force before it is published"):
        publish_edition(actor=lead, edition_id=reviewed.pk, version=2, effective_at=clock.now() - timedelta(minutes=1))
    with pytest.raises(IntegrityError, match="edition_in_force_after_published"), transaction.atomic():
        published_edition(clock.now(), number=9, effective_at=clock.now() - timedelta(days=1))


def test_nor_before_an_edition_that_awaits_its_day(officer, counsel, lead, document):
    published_edition(clock.now(), document=document, effective_at=clock.now() + timedelta(days=7))
    edition = begin_edition(actor=officer, document=document)
    change_edition(actor=officer, edition_id=edition.pk, version=1, values=SUMMARIES)
    review_edition(actor=counsel, edition_id=edition.pk, version=2)
    with pytest.raises(NotPossible, match="Edition 1 comes into force only on"):
        publish_edition(actor=lead, edition_id=edition.pk, version=2)
    later = clock.now() + timedelta(days=8)
    assert publish_edition(actor=lead, edition_id=edition.pk, version=2, effective_at=later).effective_at == later


def test_a_draft_is_not_published(draft, lead):
    with pytest.raises(NotPossible, match="Somebody else has to review"):
        publish_edition(actor=lead, edition_id=draft.pk, version=2)
    with pytest.raises(IntegrityError, match="edition_published_was_reviewed"), transaction.atomic():
        PolicyEdition.objects.update(status=EditionStatus.PUBLISHED, published_at=clock.now(), effective_at=clock.now())


@pytest.mark.parametrize("role", [Role.OFFICER, Role.COUNSEL, Role.AGENT, Role.AUDITOR, Role.PARTNER_MANAGER])
def test_only_a_lead_publishes(reviewed, role):
    with pytest.raises(PermissionDenied):
        publish_edition(actor=make_user(role), edition_id=reviewed.pk, version=2)


@pytest.mark.django_db(transaction=True)
def test_of_two_who_publish_at_once_one_is_told():
    officer, counsel, leads = make_user(Role.OFFICER), make_user(Role.COUNSEL), [make_user(Role.LEAD) for _ in range(2)]
    edition = begin_edition(actor=officer, document=PolicyDocumentFactory())
    change_edition(actor=officer, edition_id=edition.pk, version=1, values=TEXTS)
    review_edition(actor=counsel, edition_id=edition.pk, version=2)
    together, told = Barrier(2), []

    def publish(actor):
        together.wait(timeout=60)
        try:
            publish_edition(actor=actor, edition_id=edition.pk, version=2)
        except Published as error:
            told.append(str(error.message))
        finally:
            connections.close_all()

    threads = [Thread(target=publish, args=(lead,)) for lead in leads]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    assert len(told) == 1
    assert PolicyEdition.objects.get().status == EditionStatus.PUBLISHED
    assert Entry.objects.filter(action="policies.publish-edition").count() == 1
