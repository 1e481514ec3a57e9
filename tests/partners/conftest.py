"""Who keeps the record of processing, at the desk."""

import pytest
from django.test import Client

from apps.accounts.choices import Role
from tests.factories import make_user


def client_of(user):
    client = Client()
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return client


@pytest.fixture
def lead(db):
    return make_user(Role.LEAD)


@pytest.fixture
def lead_desk(lead):
    return client_of(lead)


@pytest.fixture
def manager(db):
    return make_user(Role.PARTNER_MANAGER)


@pytest.fixture
def at_desk(manager):
    return client_of(manager)
