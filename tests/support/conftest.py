"""Somebody who asks what is held about them."""

import pytest
from django.conf import settings
from django.test import Client

from apps.core.choices import IdentifierKind
from apps.support.services.access.handover import make_link
from tests.factories import IdentifierFactory, RecordFactory
from tests.support.copies import released

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


@pytest.fixture
def package(officer, somebody):
    """A copy that can be handed over."""
    return released(officer, somebody)


@pytest.fixture
def made(officer, package, somebody):
    """A link to it, whose code goes to the e-mail."""
    return make_link(package=package, actor=officer, identifier=somebody.identifiers.get(kind="email"))


@pytest.fixture
def path(made):
    """Where the link leads, on this server."""
    return made.url.removeprefix(settings.PUBLIC_BASE_URL)


@pytest.fixture
def public():
    """Somebody outside."""
    return Client(enforce_csrf_checks=True, HTTP_ACCEPT_LANGUAGE="en")
