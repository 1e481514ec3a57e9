"""The lists of suppressions and events: no values, few queries, found by the full address."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from apps.accounts.choices import Role
from apps.core import identifiers
from apps.optouts.models import OptOutEvent, Suppression
from apps.optouts.services.apply import apply_facts
from apps.optouts.services.facts import Fact
from apps.optouts.services.take import take_optout
from tests.factories import IdentifierFactory, make_user

pytestmark = pytest.mark.django_db

LISTS = ("admin:optouts_suppression_changelist", "admin:optouts_optoutevent_changelist")
PAGES = (*LISTS, "admin:optouts_take", "admin:optouts_find")


def fact(n: int, **more: str) -> Fact:
    digest = identifiers.digest("phone", f"+996555{n:06d}")
    return Fact(**{"kind": "phone", "digest": digest, "channel": "sms", "medium": "file", **more})


@pytest.fixture
def many(db):
    apply_facts(actor=None, facts=[fact(n) for n in range(400)])
    return IdentifierFactory(value="+996555000007").subject


@pytest.mark.parametrize("name", LISTS)
def test_a_list_names_people_by_reference_and_counts_nothing(desk, many, name):
    with CaptureQueriesContext(
        connection,
    ) as queries:
        page = desk.get(reverse(name), {"p": "8"}).content.decode()
    assert len(queries) <= 20
    assert not any("COUNT(" in query["sql"] for query in queries)
    found = desk.post(reverse("admin:optouts_find"), {"typed": "0555 00 00 07"})
    assert many.reference in found.content.decode()
    assert "+996555" not in page + found.content.decode()


def test_the_address_searched_for_stands_in_no_url(desk, many):
    answer = desk.post(reverse("admin:optouts_find"), {"typed": "0555 00 00 07"})
    digest = identifiers.digest("phone", "+996555000007").hex()
    shown = f"{reverse(LISTS[0])}?address={digest}"
    assert shown in answer.content.decode()
    page = desk.get(shown).content.decode()
    assert page.count("Phone " + digest[:8]) == 1


@pytest.mark.parametrize("wrong", ["zz", "00", "00" * 17, "' OR 1=1"])
def test_a_wrong_digest_finds_nothing(desk, many, wrong):
    answer = desk.get(reverse(LISTS[0]), {"address": wrong})
    assert answer.status_code == 200
    assert "Phone " not in answer.content.decode().partition('id="result_list"')[2]


@pytest.mark.parametrize("query", [{"channel__exact": "sms"}, {"reason__exact": "refusal"}, {"since": "7"}])
def test_filters(desk, many, query):
    assert "SMS" in desk.get(reverse(LISTS[0]), query).content.decode().partition('id="result_list"')[2]


@pytest.mark.parametrize(
    ("role", "pages", "take"),
    [
        (Role.AGENT, True, True),
        (Role.OFFICER, True, True),
        (Role.LEAD, True, True),
        (Role.COUNSEL, True, False),
        (Role.AUDITOR, True, False),
        (Role.PARTNER_MANAGER, False, False),
    ],
)
def test_who_may_open_what(client, db, role, pages, take):
    subject = IdentifierFactory().subject
    client.force_login(make_user(role), backend="django.contrib.auth.backends.ModelBackend")
    for name in LISTS:
        assert client.get(reverse(name)).status_code == (200 if pages else 403)
    find = client.post(reverse("admin:optouts_find"), {"typed": "0555000007"})
    assert find.status_code == (200 if pages else 403)
    for url in (reverse("admin:optouts_take"), reverse("admin:optouts_take_from_person", args=[subject.pk])):
        for method in (client.get, client.post):
            assert method(url).status_code == (200 if take else 403)
    assert client.post(reverse("admin:optouts_take"), {"typed": "0555000007", "confirm": 1}).status_code == (
        302 if take else 403
    )
    assert OptOutEvent.objects.exists() == take


def test_nobody_is_let_in_without_signing_in(client, db):
    for name in PAGES:
        assert client.get(reverse(name)).status_code == 302
        assert client.post(reverse(name), {"typed": "0555000007", "confirm": 1}).status_code == 302
    assert not OptOutEvent.objects.exists()


def test_nothing_in_the_lists_can_be_added_changed_or_deleted(desk, many):
    for model in (Suppression, OptOutEvent):
        row, name = model.objects.first(), model._meta.model_name
        assert desk.get(reverse(f"admin:optouts_{name}_add")).status_code == 403
        assert desk.get(reverse(f"admin:optouts_{name}_change", args=[row.pk])).status_code == 200
        assert desk.post(reverse(f"admin:optouts_{name}_change", args=[row.pk]), {"channel": "x"}).status_code == 403
        assert desk.post(reverse(f"admin:optouts_{name}_delete", args=[row.pk])).status_code == 403


@pytest.mark.parametrize("name", LISTS)
def test_a_person_is_a_link_only_for_whoever_may_open_their_page(client, desk, many, name):
    page = reverse("admin:subjects_subject_change", args=[many.pk])
    address = {"address": bytes(many.identifiers.get().digest).hex()}
    assert page in desk.get(reverse(name), address).content.decode()
    client.force_login(make_user(Role.AUDITOR))
    html = client.get(reverse(name), address).content.decode()
    assert many.reference in html
    assert page not in html


@pytest.mark.parametrize("name", LISTS)
def test_no_list_tells_what_it_saw_as_a_total(desk, many, name):
    html = desk.get(reverse(name)).content.decode()
    assert "more than 250" in html
    assert "250 results" not in html
    assert "Show all" not in html


def test_a_row_leads_to_all_that_is_known_of_it(client, desk, many, officer):
    event = take_optout(actor=officer, kind="phone", digest=bytes(many.identifiers.get().digest)).fact.id
    page = reverse("admin:optouts_optoutevent_change", args=[event])
    html = desk.get(page).content.decode()
    assert reverse("admin:subjects_subject_change", args=[many.pk]) in html
    assert str(officer) in html
    assert f"/accounts/user/{officer.pk}/" not in html
    client.force_login(make_user(Role.AUDITOR))
    html = client.get(page).content.decode()
    assert many.reference in html
    assert reverse("admin:subjects_subject_change", args=[many.pk]) not in html
