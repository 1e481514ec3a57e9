"""Fixtures that every test may use."""

import gc
import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from django.conf import settings
from django.core.cache import cache
from django.db import connection
from django.test import Client
from hypothesis import settings as hypothesis_settings

from apps.accounts.choices import Role
from apps.accounts.models import User
from apps.core import journal
from apps.core.keyring import keyring
from apps.partners.models import Partner
from tests import database, factories, keys
from tests.gateway import Gateway, running_gateway
from tests.servers import Home, WebServer, copy_migrated, own_home, web_server
from tests.warming import wake

# No test asserts a time: machines are slow, and stop.
hypothesis_settings.register_profile("amanat", deadline=None)
hypothesis_settings.load_profile("amanat")


def pytest_collection_finish() -> None:
    """What is loaded by now stays: the collector need not go through it again and again."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(10_000, 20, 20)


SAMPLES = Path(__file__).resolve().parents[2] / "shared" / "samples"


@pytest.fixture(scope="session")
def django_db_modify_db_settings(django_db_modify_db_settings) -> None:
    """The tests' database begins as a copy of one that is migrated already."""
    if settings.EMBEDDED_DATABASE:
        copy_migrated(Path(settings.DATABASES["default"]["HOST"]), durable=False)
        settings.DATABASES["default"]["TEST"]["TEMPLATE"] = settings.DATABASES["default"]["NAME"]


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup, django_db_blocker) -> Iterator[None]:
    """Before the database goes, end what servers and workers in threads of this process still hold open."""
    with django_db_blocker.unblock():
        database.remember()
    yield
    with django_db_blocker.unblock(), connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )


@pytest.fixture(autouse=True)
def own_files(settings, tmp_path: Path) -> None:
    """Every test has a journal, a media folder and a cache of its own, and one language."""
    settings.JOURNAL_DIR = tmp_path / "journal"
    settings.MEDIA_ROOT = tmp_path / "media"
    settings.LANGUAGE_CODE = "en"
    settings.PASSWORD_HASHERS = ["tests.hashers.OneRoundHasher"]
    journal._journals.clear()
    cache.clear()  # limits are counted there, and figures kept


@pytest.fixture(scope="session")
def mailbox(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder into which the running installation writes its mail."""
    return tmp_path_factory.mktemp("mail")


@pytest.fixture(scope="session")
def home(mailbox: Path) -> Iterator[Home]:
    """One running installation for tests that need real HTTP: they use addresses of their own, and leave it running."""
    # Its links are sealed by a newer key than that of the test run: every link a test makes is one of an old key.
    link_keys = f"{keys.NEW_LINK_KEY},{os.environ['AMANAT_LINK_KEYS']}"
    with own_home(durable=False, AMANAT_LINK_KEYS=link_keys, EMAIL_URL=f"filemail:///{mailbox}") as home:
        yield home


@pytest.fixture(scope="session")
def web(home: Home) -> Iterator[WebServer]:
    with web_server(home) as web:
        wake(web)
        yield web


@pytest.fixture
def officer(db: None) -> User:
    return factories.make_user(Role.OFFICER)


@pytest.fixture
def agent(db: None) -> User:
    return factories.make_user(Role.AGENT)


@pytest.fixture
def desk(officer: User) -> Client:
    """A browserless client, signed in as a privacy officer."""
    client = Client()
    client.force_login(officer, backend="django.contrib.auth.backends.ModelBackend")
    return client


@pytest.fixture
def gateway(settings) -> Iterator[Gateway]:
    """The SMS gateway of this installation, as a server that really listens."""
    with running_gateway() as server:
        settings.SMS_GATEWAY_URL = server.url
        settings.SMS_GATEWAY_TOKEN = "secret-of-the-gateway"
        settings.SMS_SENDER_NAME = "Amanat"
        yield server


@pytest.fixture
def partner(db: None) -> Partner:
    return factories.PartnerFactory(code="bereke", name="Bereke")


@pytest.fixture
def sample() -> Iterator[object]:
    """Path of one of the sample files beside the project; skips the test where they are not there."""

    def path(name: str) -> Path:
        if not SAMPLES.is_dir():
            pytest.skip("the sample files are not beside the project")
        return SAMPLES / name

    return path


@pytest.fixture
def use_keys(settings) -> Iterator[Callable[..., None]]:
    """Change the encryption keys as the test goes; it begins with `keys.OLD` alone."""

    def use(*given: str) -> None:
        settings.AMANAT_ENCRYPTION_KEYS = list(given)
        keyring.cache_clear()

    before = settings.AMANAT_ENCRYPTION_KEYS
    use(keys.OLD)
    yield use
    use(*before)
