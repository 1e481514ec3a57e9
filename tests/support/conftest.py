"""Somebody who asks what is held about them."""

import pytest

from apps.core.choices import IdentifierKind
from tests.factories import IdentifierFactory, RecordFactory

PHONE, EMAIL, NAME = "+996555123401", "aigul@example.kg", "Асанова Айгүл"


@pytest.fixture
def somebody(partner):
    """A person with a phone, an e-mail and records of three categories."""
    subject = IdentifierFactory(value=PHONE).subject
    IdentifierFactory(subject=subject, kind=IdentifierKind.EMAIL, value=EMAIL)
    RecordFactory(subject=subject, partner=partner, payload={"full_name": NAME, "gender": "female"})
    RecordFactory(subject=subject, partner=partner, category_id="points", payload={"points": "120"})
    for nth in range(3):
        payload = {"item": f"=чай {nth}", "amount": f"{nth}.50", "occurred_at": "2026-05-04T09:00:00+06:00"}
        key = bytes([nth]) * 16
        RecordFactory(subject=subject, partner=partner, category_id="purchases", key=key, payload=payload)
    return subject
