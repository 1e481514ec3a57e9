"""Files of SMS replies: words refuse, other texts wait for somebody, and nothing comes in twice."""

import pytest
from django.db import connection

from apps.core.identifiers import digest
from apps.imports.models import Batch
from apps.imports.services.undoing import undoable
from apps.optouts.models import InboundMessage, OptOutEvent, OptOutNote, SuppressedAddress, Suppression

pytestmark = pytest.mark.usefixtures("partner")

FILE = (
    "received at;from;to;text\n"
    "10.11.2026 07:31;0555 123 401;4401;СТOП!\n"
    "10.11.2026 07:40;+996555123401;4401;stop\n"
    "10.11.2026 07:41;0555123402;4401;кто вы? не пишите мне\n"
    "10.11.2026 07:42;0555123402;4401;алло\n"
    ";0555123403;4401;\n"
    "10.11.2026 07:43;BEREKE;4401;стоп\n"
)


def queue() -> list[tuple[str, str, str]]:
    return sorted(InboundMessage.objects.values_list("phone", "text", "sent_to"))


def test_words_refuse_and_other_texts_wait(import_file, write):
    result = import_file(write(FILE), kind="inbound-sms")
    assert result["exit"] == 0
    assert {name: result[name] for name in ("rows", "new", "duplicate", "refused")} == {
        "rows": 6, "new": 4, "duplicate": 1, "refused": 1,
    }  # fmt: skip
    suppression = Suppression.objects.get()
    assert (bytes(suppression.digest), suppression.channel, suppression.purpose, suppression.sender) == (
        digest("phone", "+996555123401"), "sms", "advertising", "all",
    )  # fmt: skip
    assert suppression.since.isoformat() == "2026-11-10T01:31:00+00:00"
    assert SuppressedAddress.objects.get().value == "+996555123401"
    assert not OptOutNote.objects.exists()
    assert queue() == [
        ("+996555123402", "алло", "4401"), ("+996555123402", "кто вы? не пишите мне", "4401"),
        ("+996555123403", "", "4401"),
    ]  # fmt: skip
    reply = InboundMessage.objects.get(text__isnull=False, received_at="2026-11-10T01:42:00Z")
    assert (reply.state, reply.source[:2], bytes(reply.digest)) == ("open", "F-", digest("phone", "+996555123402"))


def test_the_same_texts_in_a_later_file_are_known(import_file, write):
    import_file(write(FILE), kind="inbound-sms")
    again = import_file(write(FILE + "10.11.2026 09:00;0555123404;4401;привет\n"), kind="inbound-sms")
    assert (again["new"], again["duplicate"]) == (1, 1)
    assert (InboundMessage.objects.count(), OptOutEvent.objects.count()) == (4, 1)


def test_a_file_of_replies_is_never_undone(import_file, write):
    import_file(write(FILE), kind="inbound-sms")
    batch = Batch.objects.get()
    assert batch.status == "done"
    assert not undoable(batch)


def test_texts_lie_sealed(import_file, write):
    import_file(write(FILE), kind="inbound-sms")
    with connection.cursor() as cursor:
        cursor.execute("SELECT string_agg(t::text, '') FROM optouts_inboundmessage t")
        stored = cursor.fetchone()[0]
    assert "алло".encode().hex() not in stored
    assert b"996555123402".hex() not in stored


@pytest.mark.parametrize(
    ("content", "code"),
    [
        ("from,received at\n0555123401,10.11.2026\n", "columns-missing"),
        ("text,received at\nstop,10.11.2026\n", "no-identifier-column"),
        ("from,text,IMEI\n0555123401,stop,490154203237518\n", "device-ids"),
    ],
)
def test_a_file_without_what_it_needs_waits_or_is_refused(import_file, write, content, code):
    result = import_file(write(content), kind="inbound-sms")
    assert (result["exit"], result["refused_file"]["code"]) == (2, code)
    assert not Suppression.objects.exists()


@pytest.mark.parametrize("header", ["Отправитель;Сообщение;Дата", "Кимден;Текст;Убактысы", "msisdn;body;timestamp"])
def test_titles_in_three_languages(import_file, write, header):
    result = import_file(write(f"{header}\n0555123401;токтот;2026-11-10 07:31\n"), kind="inbound-sms")
    assert (result["exit"], result["new"]) == (0, 1)
    assert Suppression.objects.get().channel == "sms"


def test_a_column_can_be_named_by_hand(import_file, write):
    content = "a;b\n0555123401;stop\n"
    assert import_file(write(content), kind="inbound-sms")["refused_file"]["asks"] == {"a": "phone"}
    half = import_file(write(content), kind="inbound-sms", map=["a=phone"])
    assert (half["exit"], "text" in half["stderr"]) == (2, True)
    assert import_file(write(content), kind="inbound-sms", map=["a=phone", "b=text"])["new"] == 1
