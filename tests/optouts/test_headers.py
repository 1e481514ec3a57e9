"""Rules 1 to 6: the headers of a message as a mail provider reads them, down to its request to our server."""

import re
from email import message_from_bytes, policy
from email.message import EmailMessage
from urllib.parse import urlsplit

import pytest

from apps.optouts.services.mint import Mailing, mint
from tests.optouts.conftest import stopped
from tests.optouts.test_public_page import FORM

pytestmark = pytest.mark.embedded

# RFC 2369 §2 and RFC 8058 §3.1, read by nothing of ours: URIs in angle brackets, separated by commas, comments between.
COMMENT = rb"(?:\s|\([^()]*\))*"
URI_CHARACTERS = rb"[A-Za-z0-9\-._~:/?#\[\]@!$&'()*+,;=%]+"
LIST_HEADER = re.compile(
    rb"%s<(%s)>(?:%s,%s<(%s)>)*%s" % (COMMENT, URI_CHARACTERS, COMMENT, COMMENT, URI_CHARACTERS, COMMENT)
)


def header_lines(raw: bytes) -> dict[bytes, list[bytes]]:
    """Header fields by lower-case name, unfolded (RFC 5322 §2.2.3), every occurrence."""
    head = raw.partition(b"\r\n\r\n")[0]
    fields: dict[bytes, list[bytes]] = {}
    for line in re.sub(rb"\r\n[ \t]+", b" ", head).split(b"\r\n"):
        name, colon, value = line.partition(b":")
        assert colon, line
        fields.setdefault(name.lower(), []).append(value.strip())
    return fields


def one_click_uri(raw: bytes) -> str:
    """What a provider may POST to, by RFC 8058 §3.1 and §4; fails the test where there is no such thing."""
    fields = header_lines(raw)
    (listed,) = fields[b"list-unsubscribe"]
    assert fields[b"list-unsubscribe-post"] == [b"List-Unsubscribe=One-Click"]
    assert LIST_HEADER.fullmatch(listed), listed
    https = [uri for uri in re.findall(rb"<([^>]*)>", listed) if uri.startswith(b"https://")]
    assert len(https) == 1
    return https[0].decode("ascii")


def sent(address: str, **mailing: str) -> bytes:
    """A message as it goes over the wire, its headers made by us."""
    minted = mint(mailing=Mailing(channel="email", **mailing), raw=address)
    message = EmailMessage(policy=policy.SMTP.clone(max_line_length=998))
    message["From"], message["To"], message["Subject"] = "shop@mail.example", address, "Жарнама"
    for name, value in (
        ("List-Unsubscribe", minted.list_unsubscribe),
        ("List-Unsubscribe-Post", minted.list_unsubscribe_post),
    ):
        if value:
            message[name] = value
    message.set_content("Салам")
    return message.as_bytes()


@pytest.mark.parametrize(
    "mailing",
    [
        {},
        {"campaign": "жаз-26", "language": "ky"},
        {"sender": "ala-too", "purpose": "advertising-offers", "campaign": "x" * 60},
    ],
)
def test_what_we_emit_is_what_a_provider_posts_to(web, home, link, address, settings, mailing):
    settings.PUBLIC_BASE_URL = "https://amanat.example"
    raw = sent(address, **mailing)
    uri = one_click_uri(raw)
    by_python = message_from_bytes(raw, policy=policy.default)
    assert by_python["List-Unsubscribe"] == f"<{uri}>"
    assert by_python["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert address.partition("@")[0] not in uri
    parts = urlsplit(uri)
    assert (parts.query, parts.fragment) == ("", "")
    answer = web.request("POST", parts.path, b"List-Unsubscribe=One-Click", Content_Type=FORM)
    assert (answer.status, answer.headers["Location"]) == (200, None)
    scope = f"email/{mailing.get('purpose', 'advertising')}/{mailing.get('sender', 'all')}"
    assert stopped(home, link) == [scope]


def test_a_service_message_carries_neither(address, settings):
    settings.PUBLIC_BASE_URL = "https://amanat.example"
    assert b"list-unsubscribe" in header_lines(sent(address))
    fields = header_lines(sent(address, purpose="service"))
    assert not {b"list-unsubscribe", b"list-unsubscribe-post"} & fields.keys()
