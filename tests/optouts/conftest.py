"""Links and addresses of the running installation, of which every test uses its own."""

from collections.abc import Iterator
from email import message_from_bytes, policy
from itertools import count
from pathlib import Path

import pytest

from apps.core import identifiers
from apps.core.keyring import keyring
from apps.optouts.models import SaltOwner
from apps.optouts.services.links import Link, seal
from tests.servers import Home, WebServer, web_server

_numbers = count(100_000)


@pytest.fixture(scope="session")
def web_behind_tls(home: Home) -> Iterator[WebServer]:
    """The same installation behind a proxy that ends TLS and says so in X-Forwarded-Proto."""
    proxy = {"PUBLIC_BASE_URL": "https://amanat.example", "SECURE_PROXY_SSL_HEADER": "HTTP_X_FORWARDED_PROTO,https"}
    with web_server(home, ALLOWED_HOSTS="amanat.example,127.0.0.1", **proxy) as web:
        yield web


@pytest.fixture
def address() -> str:
    """An e-mail address that no other test uses."""
    return f"asel{next(_numbers)}@mail.example"


@pytest.fixture
def link(address: str) -> Link:
    return link_of(address)


@pytest.fixture
def path(link: Link) -> str:
    return f"/u/{seal(link)}"


def link_of(value: str, kind: str = "email", channel: str = "email", **more: str) -> Link:
    """The link of a normalised address."""
    masked = identifiers.mask(kind, value)
    return Link(kind=kind, digest=identifiers.digest(kind, value), channel=channel, masked=masked, **more)


def suppressions(home: Home, link: Link) -> int:
    return home.value("SELECT count(*) FROM optouts_suppression WHERE digest = %s", link.digest)


def events(home: Home, link: Link) -> int:
    return home.value("SELECT count(*) FROM optouts_optoutevent WHERE digest = %s", link.digest)


def stopped(home: Home, link: Link) -> list[str]:
    """Channel, purpose and sender of every refusal in force, as a page's forms write them."""
    found = (
        "SELECT coalesce(array_agg(channel || '/' || purpose || '/' || sender ORDER BY 1), '{}')"
        " FROM optouts_suppression WHERE digest = %s AND reason = 'refusal'"
    )
    return home.value(found, link.digest)


def mails_to(mailbox: Path, address: str) -> list[str]:
    """The texts of all mail to an address, decoded, oldest first."""
    messages = [message_from_bytes(file.read_bytes(), policy=policy.default) for file in sorted(mailbox.iterdir())]
    return [message.get_content() for message in messages if message["To"] == address]


SALT = "00112233445566778899aabbccddeeff"


def let_in(home: Home, scope: str, system: str = "mailer", **columns: object) -> str:
    """A token of a running installation, put into its database; gives its secret."""
    prefix = f"amanat_{next(_numbers):08x}"
    secret = f"{prefix}_{'s' * 43}"
    values = {
        "scope": scope, "channel": "", "sender": "", "numbers": "{}", "prefix": prefix,
        "secret_mac": keyring().mac("api-token", secret.encode()), "made_at": "now", **columns,
    }  # fmt: skip
    names, marks = ", ".join(values), ", ".join(["%s"] * len(values))
    sealed = SaltOwner._meta.get_field("salt").seal(SALT)
    with home.connection() as connection:
        owner = "INSERT INTO optouts_saltowner (code, salt, created_at) VALUES (%s, %s, now()) ON CONFLICT DO NOTHING"
        connection.execute(owner, [f"system:{system}", sealed])
        token = f"INSERT INTO optouts_apitoken (owner_id, {names}) SELECT id, {marks} FROM optouts_saltowner"
        connection.execute(f"{token} WHERE code = %s", [*values.values(), f"system:{system}"])
    return secret
