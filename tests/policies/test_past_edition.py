"""An edition that people were shown before Amanat: entered with its true moment, marked, reviewed like any other."""

from datetime import timedelta

import pytest
from django.db import transaction
from django.db.utils import IntegrityError
from django.test import Client
from django.urls import reverse

from apps.audit.models import Entry
from apps.core import clock
from apps.core.errors import NotPossible
from apps.policies.models import PolicyEdition
from apps.policies.services.begin_edition import begin_edition
from apps.policies.services.change_edition import change_edition
from apps.policies.services.publish_edition import publish_edition
from apps.policies.services.review_edition import review_edition
from tests.factories import published_edition
from tests.policies.conftest import TEXTS, client_of


@pytest.fixture
def long_ago():
    return clock.now() - timedelta(days=700)


@pytest.fixture
def present(document):
    """What was published here, a month ago."""
    return published_edition(clock.now() - timedelta(days=30), document=document)


@pytest.fixture
def past(officer, counsel, lead, document, present, long_ago):
    edition = begin_edition(actor=officer, document=document, past=long_ago)
    old = {name: f"{text}\n\nOld words." for name, text in TEXTS.items()}
    edition = change_edition(actor=officer, edition_id=edition.pk, version=1, values=old)
    review_edition(actor=counsel, edition_id=edition.pk, version=2)
    return publish_edition(actor=lead, edition_id=edition.pk, version=2)


def test_it_takes_its_place_in_time(past, present, long_ago):
    assert (past.number, past.past, past.effective_at) == (2, True, long_ago)
    assert past.published_at > present.published_at
    in_force_of = PolicyEdition.objects.in_force_of
    assert in_force_of("privacy", long_ago - timedelta(seconds=1)) is None
    assert in_force_of("privacy", long_ago) == past
    assert in_force_of("privacy") == present
    assert (past.before(), past.after(), present.before(), present.after()) == (None, present, past, None)
    begun = Entry.objects.get(action="policies.begin-edition")
    assert begun.facts["effective_at"] == long_ago.isoformat()


def test_everybody_sees_it_in_its_place_and_marked(past, present):
    everybody = Client()
    assert "Text of the policy number 1" in everybody.get("/policy/privacy/?lang=en").content.decode()
    shown = everybody.get("/policy/privacy/2/?lang=en").content.decode()
    assert "Old words." in shown
    assert "This edition is no longer in force." in shown
    assert "Published before it was entered here" in shown
    history = everybody.get("/policy/privacy/history/?lang=en").content.decode()
    assert history.index("Edition 1<") < history.index("Edition 2<")
    assert "Published before it was entered here" in history
    changes = everybody.get("/policy/privacy/1/changes/?lang=en").content.decode()
    assert "what edition 1 changed" in changes
    assert "<del>" in changes
    assert everybody.get("/policy/privacy/2/changes/").status_code == 302


def test_the_next_edition_follows_what_is_in_force(officer, document, past, present):
    following = begin_edition(actor=officer, document=document)
    assert (following.number, following.text_en, following.before()) == (3, present.text_en, present)


def test_nobody_reviews_their_own(officer, lead, document, long_ago):
    edition = begin_edition(actor=lead, document=document, past=long_ago)
    edition = change_edition(actor=lead, edition_id=edition.pk, version=1, values=TEXTS)
    with pytest.raises(NotPossible, match="somebody else has to review it"):
        review_edition(actor=lead, edition_id=edition.pk, version=2)
    with pytest.raises(NotPossible, match="Somebody else has to review"):
        publish_edition(actor=lead, edition_id=edition.pk, version=2)


def test_its_moment_is_over(officer, document, draft, long_ago):
    for moment in (clock.now() + timedelta(days=1), clock.now()):
        with clock.standing_at(clock.now()), pytest.raises(NotPossible):
            begin_edition(actor=officer, document=document, past=moment)
    PolicyEdition.objects.all().delete()
    edition = begin_edition(actor=officer, document=document, past=long_ago)
    later = {"effective_at": clock.now() + timedelta(hours=1)}
    with pytest.raises(NotPossible, match="This moment is not over"):
        change_edition(actor=officer, edition_id=edition.pk, version=1, values=later)
    other = long_ago + timedelta(days=3)
    changed = change_edition(actor=officer, edition_id=edition.pk, version=1, values={"effective_at": other})
    assert (changed.effective_at, changed.version) == (other, 2)
    with pytest.raises(IntegrityError, match="edition_in_force_after_published"), transaction.atomic():
        published_edition(clock.now(), number=9, past=True, effective_at=clock.now() + timedelta(days=1))


def test_it_is_entered_on_the_documents_page(officer, document, present):
    desk = client_of(officer)
    place = reverse("admin:policies_policydocument_change", args=["privacy"])
    assert "Enter a past edition" in desk.get(place).content.decode()
    begin = reverse("admin:policies_policydocument_begin_past", args=["privacy"])
    assert desk.get(begin).status_code == 404
    assert desk.post(begin, {"effective_at": ""}, follow=True).redirect_chain[-1][0] == place
    assert PolicyEdition.objects.count() == 1
    answer = desk.post(begin, {"effective_at": "2024-03-01T09:00"})
    edition = PolicyEdition.objects.get(past=True)
    assert answer["Location"] == reverse("admin:policies_policyedition_edit", args=[edition.pk])
    assert 'value="2024-03-01T09:00"' in desk.get(answer["Location"]).content.decode()
    stored = {**TEXTS, "version": 1, "effective_at": "2024-02-01T09:00"}
    desk.post(answer["Location"], stored)
    edition.refresh_from_db()
    assert f"{edition.effective_at:%Y-%m-%d %H:%M}" == "2024-02-01 03:00"
    assert "entered afterwards" in desk.get(place).content.decode()
