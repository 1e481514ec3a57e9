"""What a proof says that people had seen: where everybody can read it, and nothing that nobody knows."""

from datetime import timedelta

import pytest

from apps.consents.services.proof import make_proof
from apps.core import clock
from tests.factories import PolicyDocumentFactory, published_edition

BASE = "https://amanat.example"


@pytest.fixture
def notices(officer, settings):
    settings.PUBLIC_BASE_URL = BASE

    def notices(person, at=None):
        made = make_proof(actor=officer, subject=person, purpose="advertising", at=at or clock.now())
        return made["dpv:hasNotice"], [act.get("dpv:hasNotice") for act in made["dpv:hasConsentStatus"]]

    return notices


def test_an_edition_is_named_by_its_public_address(first, wider, agree, notices, client):
    (notice,), acts = notices(agree(100, first, language="ky").subject)
    assert (notice["@id"], acts) == (f"{BASE}/policy/privacy/1/", [f"{BASE}/policy/privacy/1/"])
    assert (notice["@type"], notice["dct:language"]) == ("dpv:ConsentNotice", "ky")
    assert client.get(notice["@id"].removeprefix(BASE)).status_code == 200


def test_where_nothing_was_recorded_it_names_what_was_in_force_then_and_claims_no_more(first, wider, agree, notices):
    (notice,), acts = notices(agree(100).subject)
    assert notice["@id"] == f"{BASE}/policy/privacy/1/"
    assert notice["dct:description"] == "In force then; whether it was seen is not recorded."
    assert (notice["@type"], notice["dct:language"], acts) == ("dpv:PrivacyNotice", "und", [None])
    (later,), _acts = notices(agree(2).subject)
    assert later["@id"] == f"{BASE}/policy/privacy/2/"


def test_before_the_first_edition_and_among_several_documents_it_can_not_be_told(first, agree, notices):
    unknown = {"@type": "dpv:PrivacyNotice", "dct:description": "Not recorded.", "dct:language": "und"}
    assert notices(agree(500).subject)[0] == [unknown]
    published_edition(clock.now() - timedelta(days=300), document=PolicyDocumentFactory(code="shop"))
    assert notices(agree(100).subject)[0] == [unknown]
    assert notices(agree(350).subject)[0][0]["@id"] == f"{BASE}/policy/privacy/1/"


def test_each_consent_has_its_notice_and_a_withdrawal_asks_for_none(first, wider, agree, notices):
    person = agree(100, first, channel="sms").subject
    agree(50, subject=person, channel="sms", state="withdrawn")
    agree(3, wider, subject=person, channel="sms")
    found, _acts = notices(person)
    assert [notice["@id"] for notice in found] == [f"{BASE}/policy/privacy/1/", f"{BASE}/policy/privacy/2/"]
