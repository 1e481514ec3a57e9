"""The lead officer lets systems in: a token is shown once, kept as a digest, limited, and revoked once."""

import datetime as dt
import re

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.test import Client
from django.urls import reverse

from apps.accounts.choices import Role
from apps.audit.models import Entry
from apps.core import clock
from apps.core.errors import NotPossible
from apps.core.keyring import keyring
from apps.optouts.models import ApiToken
from apps.optouts.services.tokens import make_token, revoke_token
from tests.factories import PartnerFactory, make_user

pytestmark = pytest.mark.django_db

ADD, LIST = "admin:optouts_apitoken_add", "admin:optouts_apitoken_changelist"
GIVEN = {"system": "mailer", "scope": "feed", "sender": "all", "channel": "email"}


@pytest.fixture
def lead():
    return make_user(Role.LEAD)


@pytest.fixture
def client(lead) -> Client:
    client = Client()
    client.force_login(lead, backend="django.contrib.auth.backends.ModelBackend")
    return client


def page_of(token: ApiToken) -> str:
    return reverse("admin:optouts_apitoken_change", args=[token.pk])


def test_making_shows_secret_and_salt_once_and_keeps_neither_in_the_clear(client, lead):
    answer = client.post(reverse(ADD), GIVEN)
    shown = answer.content.decode()
    secret = re.search(r"amanat_[0-9a-f]{8}_[A-Za-z0-9_-]{43}", shown)[0]
    token = ApiToken.objects.get()
    assert token.owner.salt in shown
    assert "no-store" in answer["Cache-Control"]
    assert bytes(token.secret_mac) == keyring().mac("api-token", secret.encode())
    assert (token.prefix, token.made_by, token.channel, token.sender) == (secret[:15], lead, "email", "")
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT t::text || o::text FROM optouts_apitoken t JOIN optouts_saltowner o ON o.id = t.owner_id"
        )
        assert secret[16:] not in cursor.fetchone()[0]
    for page in (page_of(token), reverse(LIST)):
        later = client.get(page).content.decode()
        assert token.prefix in later
        assert secret not in later
        assert token.owner.salt not in later
    entry = Entry.objects.get(action="optouts.token-made")
    assert entry.facts == {"system": "mailer", "scope": "feed", "channel": "email", "expires_on": None}


def test_looking_makes_and_revokes_nothing(client, lead):
    client.get(reverse(ADD), GIVEN)
    assert not ApiToken.objects.exists()
    token = make_token(actor=lead, system="mailer", scope="feed").token
    assert client.get(reverse("admin:optouts_apitoken_revoke", args=[token.pk])).status_code == 404
    token.refresh_from_db()
    assert token.revoked_at is None


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"system": "Mailer 1"}, "Small Latin letters"),
        ({"system": ""}, "required"),
        ({"scope": "all"}, "not one of the available choices"),
        ({"expires_on": "2020-01-01"}, "This day is over"),
        ({"numbers": "4401 nobody"}, "the code of a partner"),
        ({"numbers": "4401"}, "the code of a partner"),
        ({"channel": "all"}, "not one of the available choices"),
    ],
)
def test_what_can_t_be_made_is_explained(client, changed, words):
    assert words in client.post(reverse(ADD), GIVEN | changed).content.decode()
    assert not ApiToken.objects.exists()


def test_numbers_name_partners_and_a_second_token_has_the_same_salt(client):
    PartnerFactory(code="bereke")
    client.post(reverse(ADD), GIVEN)
    client.post(reverse(ADD), GIVEN | {"scope": "inbound-sms", "numbers": "+4401 bereke\n\n 4402  bereke"})
    first, second = ApiToken.objects.order_by("pk")
    assert second.numbers == {"4401": "bereke", "4402": "bereke"}
    assert first.owner == second.owner


def test_revoking_is_by_post_and_the_second_is_told(client, lead):
    token = make_token(actor=lead, system="mailer", scope="feed").token
    assert "works" in client.get(page_of(token)).content.decode()
    revoke = reverse("admin:optouts_apitoken_revoke", args=[token.pk])
    assert "lets nobody in any more" in client.post(revoke, follow=True).content.decode()
    token.refresh_from_db()
    assert (token.revoked_by, token.condition) == (lead, "revoked")
    assert "revoked already" in client.post(revoke, follow=True).content.decode()
    assert Entry.objects.filter(action="optouts.token-revoked").count() == 1
    with pytest.raises(NotPossible):
        revoke_token(actor=lead, token_id=token.pk)


def test_whoever_may_not_makes_none(officer, lead):
    with pytest.raises(PermissionDenied):
        make_token(actor=officer, system="mailer", scope="feed")
    token = make_token(actor=lead, system="mailer", scope="feed", expires_on=clock.today() - dt.timedelta(days=1)).token
    with pytest.raises(PermissionDenied):
        revoke_token(actor=officer, token_id=token.pk)
    assert token.condition == "over"


def test_an_empty_list_says_so(client):
    assert client.get(reverse(LIST)).status_code == 200
