"""Opt-outs from a pasted list: read, looked at, taken in one act."""

import pytest
from django.core.exceptions import PermissionDenied
from django.test import Client
from django.urls import reverse
from hypothesis import given, settings
from hypothesis import strategies as st

from apps.accounts.choices import Role
from apps.audit.models import Entry
from apps.core.choices import Channel
from apps.core.identifiers import digest
from apps.core.journal import journal
from apps.optouts.models import OptOutEvent, OptOutNote, Suppression
from apps.optouts.services.addresses import address_of
from apps.optouts.services.apply import apply_facts
from apps.optouts.services.facts import Fact
from apps.optouts.services.pasted import MOST_ADDRESSES, read_pasted
from apps.optouts.services.question import is_suppressed
from apps.optouts.services.resubscribe import apply_wishes
from apps.optouts.services.take import take_optout
from apps.optouts.services.take_many import LeftOut, take_many
from tests.factories import make_user
from tests.optouts.test_resubscribe import refusal, wish

MANY = "admin:optouts_many"
LIST = (
    "Асанова Айгүл\t0555 123 401\taigul@mail.example\n0555-12-34-01\n\n"
    "Бакыт Усенов;+996 700 111 222\n9,96555E+11\nno number here\nВера <vera@mail.example>, gleb@mail.example\n"
)


def masked(text: str, channel: str = Channel.ALL) -> list[str]:
    return [address.masked for address in read_pasted(text, channel=channel).addresses]


def test_cells_names_and_addresses_of_mail_programs_are_read():
    pasted = read_pasted(LIST, channel=Channel.ALL)
    assert [address.masked for address in pasted.addresses] == [
        "+996 ••• ••• 401", "a•••@m•••.example", "+996 ••• ••• 222", "v•••@m•••.example", "g•••@m•••.example",
    ]  # fmt: skip
    assert pasted.repeats == 1
    assert [(item.line, item.code) for item in pasted.unread] == [(5, "destroyed"), (6, "malformed")]
    assert [item.masked for item in pasted.unread] == ["•,••••••+••", "•• •••••• ••••"]


@pytest.mark.parametrize(
    ("text", "found", "unread"),
    [
        ("0555123401 0555123402", 2, 0),
        ("0555 123 401", 1, 0),
        ("a@mail.example b@mail.example", 2, 0),
        ("0555123401, 0555 12", 1, 1),
        ("1. Айгүл, 0555123401", 1, 0),
        ("a@", 0, 1),
        (" \n\t\n", 0, 0),
    ],
)
def test_what_a_line_holds(text, found, unread):
    pasted = read_pasted(text, channel=Channel.ALL)
    assert (len(pasted.addresses), len(pasted.unread)) == (found, unread)


def test_an_address_that_the_channel_never_reaches_is_left_out():
    pasted = read_pasted(LIST, channel=Channel.SMS)
    assert len(pasted.addresses) == 2
    assert [item.code for item in pasted.unread].count("unreached") == 3


@settings(deadline=None)
@given(st.text(max_size=400), st.sampled_from(Channel.values))
def test_whatever_is_pasted_it_is_read(text, channel):
    pasted = read_pasted(text, channel=channel)
    digests = [address.digest for address in pasted.addresses]
    assert len(digests) == len(set(digests))
    assert all(
        not any(letter.isalnum() for letter in item.masked) or item.code == "unreached" for item in pasted.unread
    )


@pytest.mark.django_db
def test_every_address_is_an_event_a_suppression_and_a_journal_entry(officer):
    known = address_of("0555 123 401")
    take_optout(actor=officer, kind=known.kind, digest=known.digest, medium="letter")
    addresses = read_pasted(LIST, channel=Channel.ALL).addresses
    entry = take_many(actor=officer, addresses=addresses, note="their list", left_out=LeftOut(1, 2))
    assert OptOutEvent.objects.count() == 6
    assert Suppression.objects.count() == 5
    assert {"events": 5, "suppressions": 4, "repeats": 1, "unread": 2}.items() <= entry.facts.items()
    assert Entry.objects.filter(action="optouts.take").count() == 6
    assert {note.text for note in OptOutNote.objects.all()} == {"their list"}
    written = [Fact.from_entry(line.entry) for line in journal().read_all({})]
    assert {fact.id for fact in written} == set(OptOutEvent.objects.values_list("pk", flat=True))
    assert is_suppressed(digest("email", "vera@mail.example"), channel="email", purpose="advertising")


@pytest.mark.django_db
def test_what_is_refused_anew_after_the_way_back_stands(officer):
    address = address_of("0555 123 401")
    apply_facts(actor=None, facts=[refusal(digest=address.digest)])
    assert apply_wishes([wish(digest=address.digest)])
    assert not Suppression.objects.exists()
    entry = take_many(actor=officer, addresses=[address], channel=Channel.SMS)
    assert entry.facts["suppressions"] == 1
    assert apply_wishes([wish(hours=2, digest=address.digest)])  # asked for before the letter came
    assert is_suppressed(address.digest, channel="sms", purpose="advertising")


@pytest.mark.django_db
def test_an_agent_takes_one_by_one(agent):
    with pytest.raises(PermissionDenied):
        take_many(actor=agent, addresses=[address_of("0555123401")])
    assert not OptOutEvent.objects.exists()


@pytest.mark.django_db
def test_at_the_desk_the_list_is_looked_at_changed_and_taken(desk, caplog):
    fields = {"pasted": LIST, "channel": "sms", "medium": "letter", "note": "Per letter"}
    shown = desk.post(reverse(MANY), fields).content.decode()
    assert not OptOutEvent.objects.exists()
    for words in ("+996 ••• ••• 401", "Stop it for 2 addresses", "Line 5", "This channel never reaches"):
        assert words in shown
    again = desk.post(reverse(MANY), {**fields, "edit": "1"}).content.decode()
    assert "0555 123 401" in again
    assert not OptOutEvent.objects.exists()
    answer = desk.post(reverse(MANY), {**fields, "confirm": "1"})
    assert sorted(OptOutEvent.objects.values_list("channel", "medium")) == [("sms", "letter")] * 2
    result = desk.get(answer.url).content.decode()
    assert "What the list came to" in result
    assert "stopped only now" in result
    for place in (answer.url, result, caplog.text, str(dict(desk.session))):
        assert not any(number in place for number in ("12-34-01", "700 111", "555123401"))


@pytest.mark.django_db
def test_at_the_desk_what_can_t_be_taken_is_explained(desk, monkeypatch):
    answer = desk.post(reverse(MANY), {"pasted": "hello", "confirm": "1"})
    assert (answer.status_code, "No usable phone or e-mail" in answer.content.decode()) == (400, True)
    crowd = "\n".join(f"0555{number:06}" for number in range(MOST_ADDRESSES + 1))
    answer = desk.post(reverse(MANY), {"pasted": crowd, "confirm": "1"})
    assert (answer.status_code, "bring them in as a file" in answer.content.decode()) == (400, True)
    assert not OptOutEvent.objects.exists()
    desk.get(reverse(MANY), {"pasted": LIST, "confirm": "1"})
    assert not OptOutEvent.objects.exists()


@pytest.mark.django_db
def test_thousands_are_taken_in_a_few_statements(desk, django_assert_max_num_queries):
    crowd = "\n".join(f"0555{number:06}" for number in range(3000))
    with django_assert_max_num_queries(40):
        answer = desk.post(reverse(MANY), {"pasted": crowd, "confirm": "1"})
    assert answer.status_code == 302
    assert Suppression.objects.count() == 3000


@pytest.mark.django_db
def test_the_result_of_something_else_is_no_page(desk, officer):
    address = address_of("0555123401")
    take_optout(actor=officer, kind=address.kind, digest=address.digest)
    other = Entry.objects.get(action="optouts.take")
    assert desk.get(reverse("admin:optouts_many_done", args=[other.pk])).status_code == 404
    client = Client()
    client.force_login(make_user(Role.AGENT), backend="django.contrib.auth.backends.ModelBackend")
    assert client.get(reverse(MANY)).status_code == 403
