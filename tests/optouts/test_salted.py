"""Addresses under other digests: remembered where they were seen, named in each owner's salt, kept so after erasure."""

import hashlib
from pathlib import Path

import pytest
from django.db import DatabaseError, connection, transaction

from apps.core import erasers, identifiers
from apps.core.identifiers import digest
from apps.optouts.models import SaltedDigest, SuppressedAddress, Suppression, SuppressionChange
from apps.optouts.services.apply import apply_facts
from apps.optouts.services.facts import Fact
from apps.optouts.services.remembering import SeenAddress, name_addresses, remember_addresses, spelled
from apps.optouts.services.salted import partner_owner, salted, salted_digests, salted_of, system_owner
from tests.factories import IdentifierFactory, PartnerFactory
from tests.optouts.conftest import SALT

pytestmark = pytest.mark.django_db

PHONE, EMAIL = "+996555123401", "aigul@mail.example"


def fact(value: str = PHONE, kind: str = "phone", **more: str) -> Fact:
    return Fact(**{"kind": kind, "digest": digest(kind, value), "channel": "sms", "medium": "link", **more})


def refuse(*facts: Fact) -> None:
    apply_facts(actor=None, facts=facts)


def by_hand(salt: str, value: str) -> bytes:
    return hashlib.sha256(salt.encode() + value.encode()).digest()


def changes() -> list[tuple[str, str]]:
    return list(SuppressionChange.objects.order_by("pk").values_list("event", "kind"))


def test_an_owner_has_one_salt_and_two_have_different_ones():
    first, second, partner = system_owner("mailer"), system_owner("sms"), partner_owner("mailer")
    assert system_owner("mailer").salt == first.salt
    assert len({first.salt, second.salt, partner.salt}) == 3
    with connection.cursor() as cursor:
        cursor.execute("SELECT string_agg(encode(salt, 'escape'), '') FROM optouts_saltowner")
        assert first.salt not in cursor.fetchone()[0]


def test_an_address_that_was_seen_has_the_documented_digest():
    owner = system_owner("mailer")
    remember_addresses([SeenAddress("phone", digest("phone", PHONE), PHONE)])
    refuse(fact(), fact(EMAIL, "email"))
    wanted = [digest("phone", PHONE), digest("email", EMAIL)]
    assert list(salted_digests(owner, wanted)) == [(wanted[0], by_hand(owner.salt, PHONE)), (wanted[1], None)]


def test_the_documentation_computes_the_same():
    document = (Path(__file__).parents[2] / "docs" / "api.md").read_text()
    for value in (PHONE, EMAIL):
        assert f"{SALT}{value}' | sha256sum\n    {salted(SALT, value).hex()}  -" in document


def test_a_person_s_address_is_known_without_anybody_saying_it():
    IdentifierFactory(value=PHONE)
    refuse(fact())
    assert SuppressedAddress.objects.get().value == PHONE
    assert changes() == [("suppressed", "phone")]


def test_an_address_that_becomes_known_later_is_told_again():
    refuse(fact(), fact(channel="call"))
    assert SuppressedAddress.objects.get().value is None
    assert len(changes()) == 2
    IdentifierFactory(value=PHONE)
    assert name_addresses() == 1
    assert SuppressedAddress.objects.get().value == PHONE
    assert len(changes()) == 4
    assert name_addresses() == 0
    remember_addresses([SeenAddress("phone", digest("phone", PHONE), "+996555000000")])
    assert SuppressedAddress.objects.get().value == PHONE
    assert len(changes()) == 4


def test_a_card_is_spelled_behind_its_partner():
    partner = PartnerFactory(code="bereke")
    card = identifiers.digest("card", "7001", "bereke")
    IdentifierFactory(kind="card", value="7001", partner=partner)
    refuse(fact(digest=card, kind="card"))
    owner = partner_owner("bereke")
    assert salted_of(owner, [card]) == {card: by_hand(owner.salt, "bereke:7001")}
    assert spelled("phone", PHONE, "bereke") == PHONE


def test_a_suppression_is_told_once_and_lifting_it_too():
    refuse(fact())
    refuse(fact())
    assert changes() == [("suppressed", "phone")]
    row = Suppression.objects.get()
    key = row.pk
    row.delete()
    assert changes() == [("suppressed", "phone"), ("lifted", "phone")]
    assert set(SuppressionChange.objects.values_list("suppression", flat=True)) == {key}


def test_changes_can_t_be_changed():
    refuse(fact())
    for act in (lambda: SuppressionChange.objects.update(event="lifted"), SuppressionChange.objects.all().delete):
        with pytest.raises(DatabaseError, match="Cannot update or delete"), transaction.atomic():
            act()


def test_after_an_erasure_the_value_is_gone_and_each_owner_still_knows_it():
    owner, other = system_owner("mailer"), partner_owner("bereke")
    phone = IdentifierFactory(value=PHONE)
    IdentifierFactory(subject=phone.subject, kind="email", value=EMAIL)
    refuse(fact())
    before = {each: salted_of(each, [digest("phone", PHONE)]) for each in (owner, other)}
    assert all(before.values())
    for eraser in erasers.registry:
        eraser.erase(phone.subject_id)
    assert SuppressedAddress.objects.get().value is None
    assert SaltedDigest.objects.count() == 2
    assert {each: salted_of(each, [digest("phone", PHONE)]) for each in (owner, other)} == before
    assert salted_of(system_owner("later"), [digest("phone", PHONE)]) == {}


def test_an_erasure_names_first_what_was_not_named_yet():
    owner = system_owner("mailer")
    refuse(fact())
    subject = IdentifierFactory(value=PHONE).subject
    for eraser in erasers.registry:
        eraser.erase(subject.pk)
    assert SuppressedAddress.objects.get().value is None
    assert salted_of(owner, [digest("phone", PHONE)])
