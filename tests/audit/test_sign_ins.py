"""Who came, who left, and that somebody was refused: recorded without what they typed."""

import pytest
from django.core.cache import cache
from django.test import Client
from django.urls import reverse

from apps.audit.models import Entry
from tests.factories import PASSWORD


@pytest.fixture(autouse=True)
def no_earlier_attempts():
    cache.clear()


def actions():
    return list(Entry.objects.order_by("pk").values_list("action", "actor"))


def sign_in(client, email, password):
    return client.post(reverse("account_login"), {"login": email, "password": password})


def test_coming_and_leaving_are_recorded(officer):
    client = Client()
    sign_in(client, officer.email.upper(), PASSWORD)
    client.post(reverse("account_logout"))
    assert actions() == [("accounts.sign-in", officer.pk), ("accounts.sign-out", officer.pk)]


@pytest.mark.parametrize("known", [True, False])
def test_a_refusal_is_recorded_without_the_address(officer, known):
    email = officer.email if known else "stranger@example.kg"
    answer = sign_in(Client(), email, "wrong")
    assert answer.status_code == 200
    entry = Entry.objects.get()
    assert (entry.action, entry.actor, entry.target_id, entry.facts) == ("accounts.sign-in-failed", None, None, {})
