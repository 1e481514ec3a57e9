"""Links for a campaign's list: its own bytes stay, three columns come."""

import csv
import email.message
import email.policy
import re
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from apps.audit.models import Entry
from apps.core.identifiers import Unusable, digest
from apps.optouts.services.links import unseal
from apps.optouts.services.mint import Mailing, mint

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def base(settings):
    settings.PUBLIC_BASE_URL = "https://amanat.example"


def run(tmp_path: Path, content: bytes, **options: str) -> tuple[bytes, str]:
    source, target = tmp_path / "in.csv", tmp_path / "out.csv"
    source.write_bytes(content)
    out = tmp_path / "said"
    with out.open("w") as said:
        call_command("mint_links", source, target, **{"channel": "email", "column": "email", **options}, stdout=said)
    return target.read_bytes(), out.read_text()


def test_headers_are_those_of_rfc_8058():
    minted = mint(mailing=Mailing(channel="email"), raw=" Asel@Mail.example ")
    message = email.message.EmailMessage(policy=email.policy.SMTP.clone(max_line_length=998))
    message["List-Unsubscribe"] = minted.list_unsubscribe
    message["List-Unsubscribe-Post"] = minted.list_unsubscribe_post
    parsed = email.message_from_bytes(message.as_bytes(), policy=email.policy.default)
    uri = parsed["List-Unsubscribe"]
    assert uri == f"<{minted.unsubscribe_url}>"
    assert uri.startswith("<https://amanat.example/u/")
    assert uri.count("<") == uri.count(">") == 1
    assert parsed["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert b"=?" not in message.as_bytes()


def test_the_address_is_not_in_the_link():
    minted = mint(mailing=Mailing(channel="email"), raw="asel@mail.example")
    link = unseal(minted.unsubscribe_url.removeprefix("https://amanat.example/u/"))
    assert link.digest == digest("email", "asel@mail.example")
    assert "asel" not in minted.unsubscribe_url
    assert link.masked == "a•••@m•••.example"


@pytest.mark.parametrize("mailing", [Mailing(channel="sms"), Mailing(channel="email", purpose="service")])
def test_service_messages_and_other_channels_carry_no_headers(mailing):
    minted = mint(mailing=mailing, raw="0555123401" if mailing.channel == "sms" else "a@mail.example")
    assert minted.unsubscribe_url
    assert (minted.list_unsubscribe, minted.list_unsubscribe_post) == ("", "")


def test_a_link_in_a_service_message_stops_advertising_not_service():
    minted = mint(mailing=Mailing(channel="email", purpose="service"), raw="a@mail.example")
    assert unseal(minted.unsubscribe_url.rpartition("/")[2]).purpose == "advertising"


@pytest.mark.parametrize(("channel", "raw"), [("email", "0555123401"), ("sms", "a@mail.example"), ("all", "x y")])
def test_a_value_that_is_no_address_of_the_channel_has_no_link(channel, raw):
    with pytest.raises(Unusable):
        mint(mailing=Mailing(channel=channel), raw=raw)


# What was added to a row, the padding of a short one included.
ADDED = re.compile(
    rb"[,;\t]+(?:unsubscribe_url.list_unsubscribe.list_unsubscribe_post"
    rb"|https://[^,;\t]*[,;\t]<https://[^>]*>[,;\t]List-Unsubscribe=One-Click)(?=\r?\n|\Z)|[,;\t]{3}(?=\r?\n|\Z)"
)

CASES = {
    "plain": b"email,name\na@mail.example,A\n",
    "crlf, semicolons, cp1251": "имя;email\r\nАсель;a@mail.example\r\n".encode("cp1251"),
    "bom, tabs": b"\xef\xbb\xbfemail\tname\na@mail.example\tA\n",
    "quotes, a line break in a cell": b'name,email\n"A ""B""\r\nC, D",a@mail.example\n',
    "a stray quote": b'name,email\n5" pipe,a@mail.example\nx,y\n',
    "no last line end": b"email\na@mail.example",
    "a byte that is no text": b"email,name\na@mail.example,\x98\xff\n",
    "short and long rows": b"name,email,city\nA,a@mail.example\nB,b@mail.example,C,more\n",
    "formulas, spaces": b"email , name\na@mail.example,=1+1\n b@mail.example ,  x \n",
    "blank lines": b"email\n\na@mail.example\n\n",
}


@pytest.mark.parametrize("content", CASES.values(), ids=CASES)
def test_kept_cells_are_the_same_bytes(tmp_path, content):
    made, _said = run(tmp_path, content)
    assert b"https://amanat.example/u/" in made
    assert ADDED.sub(b"", made).removesuffix(b"\n") == content.removesuffix(b"\n")


def test_rows_line_up_with_the_header(tmp_path):
    made, said = run(tmp_path, CASES["short and long rows"])
    rows = list(csv.reader(made.decode().splitlines()))
    assert rows[0][3:] == ["unsubscribe_url", "list_unsubscribe", "list_unsubscribe_post"]
    assert rows[1][2] == ""
    assert rows[1][3].startswith("https://")
    assert "rows 2, links 2, no link 0" in said


def test_unusable_rows_have_empty_links_and_are_counted(tmp_path):
    made, said = run(tmp_path, b'phone\n0555123401\n"9,96555E+11"\n""\nabc\n', channel="sms", column="PHONE")
    rows = list(csv.reader(made.decode().splitlines()))
    assert [bool(row[1]) for row in rows[1:]] == [True, False, False, False]
    assert "rows 4, links 1, no link 3, destroyed 1, empty 1, malformed 1" in said
    entry = Entry.objects.get(action="optouts.mint")
    assert (entry.facts["links"], entry.facts["unusable"], entry.actor) == (1, 3, None)


def test_the_scope_is_in_the_links(tmp_path, partner):
    options = {"purpose": "advertising-news", "sender": partner.code, "campaign": "spring", "language": "ru"}
    made, _said = run(tmp_path, CASES["plain"], **options)
    link = unseal(made.decode().split("/u/")[1].split(",")[0])
    assert (link.purpose, link.sender, link.campaign, link.language) == tuple(options.values())


@pytest.mark.parametrize(
    ("content", "options", "words"),
    [
        (CASES["plain"], {"column": "phone"}, "no column “phone”. It has: email, name"),
        (CASES["plain"], {"channel": "fax"}, "Unknown channel 'fax'. Known: email"),
        (CASES["plain"], {"purpose": "spam"}, "Unknown purpose"),
        (CASES["plain"], {"sender": "nobody"}, "Unknown sender"),
        (CASES["plain"], {"language": "de"}, "Unknown language"),
        (CASES["plain"], {"campaign": "x" * 61}, "at most 60"),
        (b"", {}, "empty"),
        (b"PK\x03\x04\0\0", {}, "not a text file"),
        (b'email\n"a@mail.example\nb\n', {}, "quote that opens in line 2 never closes"),
        (b"email,email\n", {}, "more than one column"),
        (b"email,unsubscribe_url\n", {}, "has links already"),
    ],
)
def test_what_can_t_be_done_is_said_and_leaves_no_file(tmp_path, content, options, words):
    with pytest.raises(CommandError) as said:
        run(tmp_path, content, **options)
    assert words in str(said.value)
    assert sorted(path.name for path in tmp_path.iterdir() if path.is_file() and path.name != "said") == ["in.csv"]


def test_a_file_that_is_not_there_is_said(tmp_path):
    with pytest.raises(CommandError, match="can't be read"):
        call_command("mint_links", tmp_path / "none.csv", tmp_path / "out.csv", channel="sms", column="phone")
    (tmp_path / "in.csv").write_bytes(CASES["plain"])
    with pytest.raises(CommandError, match="can't be written"):
        call_command("mint_links", tmp_path / "in.csv", tmp_path / "no" / "out.csv", channel="email", column="email")
