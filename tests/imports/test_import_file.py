"""The command: what it says of good files, and how it takes everything else."""

import json

import pytest
from django.core.management import CommandError, call_command

from apps.audit.models import Entry
from apps.core import journal
from apps.imports.choices import Status
from apps.imports.models import Batch, StagedRow
from apps.optouts.models import OptOutEvent, OptOutNote, Suppression
from apps.subjects.models import Identifier, PersonalRecord, Subject
from tests.imports.conftest import FILES

pytestmark = pytest.mark.usefixtures("partner", "alatoo")

KEYS = ("rows", "new", "updated", "unchanged", "duplicate", "refused", "quarantined", "conflict", "skipped", "warnings")
REGISTERS = (Subject, Identifier, PersonalRecord, OptOutEvent, OptOutNote, Suppression)
OWN_FILES = [
    ("tulpar-members.csv", "bereke", "members",
     {"rows": 9, "new": 4, "duplicate": 1, "refused": 3, "quarantined": 1, "warnings": 3}),
    ("sary-ozon-members.csv", "alatoo-coffee", "members", {"rows": 3, "updated": 1, "new": 2}),
    ("tulpar-optouts.csv", "bereke", "optouts", {"rows": 5, "new": 3, "duplicate": 1, "refused": 1}),
]  # fmt: skip


def _figures(result: dict) -> dict:
    return {key: result[key] for key in KEYS}


def _counts() -> dict:
    return {model.__name__: model.objects.count() for model in REGISTERS}


def test_messy_files_give_their_figures_and_nothing_new_the_second_time(import_file):
    for name, partner, kind, expected in OWN_FILES:
        assert _figures(import_file(FILES / name, partner, kind)) == dict.fromkeys(KEYS, 0) | expected, name
    counts, records = _counts(), sorted(map(bytes, PersonalRecord.objects.values_list("payload_digest", flat=True)))
    assert all(counts.values())
    for name, partner, kind, expected in OWN_FILES:
        again = import_file(FILES / name, partner, kind)
        accepted = expected.get("new", 0) + expected.get("updated", 0)
        unchanged = {**expected, "new": 0, "updated": 0, "unchanged": accepted}
        assert _figures(again) == dict.fromkeys(KEYS, 0) | unchanged, name
    assert _counts() == counts
    assert sorted(map(bytes, PersonalRecord.objects.values_list("payload_digest", flat=True))) == records


def test_what_a_row_said_is_stored_by_category(import_file):
    import_file(FILES / "tulpar-members.csv")
    card = next(card for card in Identifier.objects.filter(kind="card") if card.value == "UM-1")
    person = card.subject
    assert card.partner.code == "bereke"
    records = {record.category_id: record for record in person.records.all()}
    assert records["identity"].payload == {
        "full_name": "Садыкова Бегимай Асановна", "birth_date": "1990-04-12", "gender": "female", "city": "Бишкек",
    }  # fmt: skip
    assert records["address"].payload == {"address": "пр. Манаса 5"}
    assert records["points"].payload == {"points": "90"}
    assert {i.kind: i.value for i in person.identifiers.all()} == {
        "card": "UM-1", "phone": "+996700111201", "email": "begimai@example.kg"
    }  # fmt: skip
    assert {record.source for record in records.values()} == {"partner"}


def test_nothing_of_a_child_is_stored_but_the_row_that_waits(import_file):
    import_file(FILES / "tulpar-members.csv")
    waiting = StagedRow.objects.get(verdict="quarantined")
    assert "0700 111 206" in waiting.raw
    assert waiting.phone is not None
    assert waiting.phone_value is None
    assert waiting.identity is None
    assert not Identifier.objects.filter(digest=waiting.phone).exists()


def test_a_dry_run_says_the_same_and_stores_nothing(import_file, settings):
    dry = import_file(FILES / "tulpar-members.csv", dry_run=True)
    assert _figures(dry) == dict.fromkeys(KEYS, 0) | OWN_FILES[0][3]
    assert not any(_counts().values())
    assert not Batch.objects.exists()
    assert not StagedRow.objects.exists()
    assert not Entry.objects.filter(action__startswith="imports.").exists()
    assert [path for path in settings.MEDIA_ROOT.rglob("*") if path.is_file()] == []
    assert not journal.journal().files()


def test_a_refused_file_leaves_a_batch_that_says_why_and_nothing_else(import_file, write, settings):
    result = import_file(write("phone,IMEI\n+996555123401,490154203237518\n"))
    assert result["exit"] == 2
    assert result["refused_file"]["reason"] == "device-ids"
    assert "IMEI" in result["refused_file"]["message"]
    batch = Batch.objects.get()
    assert (batch.status, batch.refusal["code"], batch.file) == (Status.REFUSED, "device-ids", "")
    assert not StagedRow.objects.exists()
    assert not any(_counts().values())
    assert [path for path in settings.MEDIA_ROOT.rglob("*") if path.is_file()] == []


@pytest.mark.parametrize(("content", "code"), [(b"", "empty"), (b"phone\n" + b"x" * 2000, "too-big")])
def test_a_file_of_no_size_or_too_much_is_refused_before_anything_is_kept(import_file, write, settings, content, code):
    settings.IMPORT_MAX_BYTES = 1000
    result = import_file(write(content))
    assert (result["exit"], result["refused_file"]["reason"]) == (2, code)
    assert result["rows"] == 0
    assert not Batch.objects.exists()
    assert [path for path in settings.MEDIA_ROOT.rglob("*") if path.is_file()] == []


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"partner": "nobody"}, "nobody"),
        ({"kind": "cats"}, "cats"),
        ({"path": "/no/such/file.csv"}, "can't be read"),
        ({"path": str(FILES)}, "folder"),
    ],
)
def test_what_is_not_there_is_named(write, options, words, db):
    asked = {"path": str(write("phone\n0555123401\n")), "partner": "bereke", "kind": "members", **options}
    with pytest.raises(CommandError) as stopped:
        call_command("import_file", asked.pop("path"), **asked)
    assert stopped.value.returncode == 2
    assert words in str(stopped.value)
    assert not Batch.objects.exists()


def test_the_stored_file_is_gone_when_the_batch_is_done(import_file, settings):
    import_file(FILES / "tulpar-members.csv")
    batch = Batch.objects.get()
    assert (batch.status, batch.file) == (Status.DONE, "")
    assert [path for path in settings.MEDIA_ROOT.rglob("*") if path.is_file()] == []


def test_every_step_is_recorded_without_a_value(import_file):
    import_file(FILES / "tulpar-members.csv")
    steps = [e.action for e in Entry.objects.filter(target_type="imports.batch").order_by("pk")]
    assert steps == ["imports.upload", "imports.read", "imports.confirm", "imports.merge-chunk", "imports.done"]
    facts = json.dumps([e.facts for e in Entry.objects.all()], ensure_ascii=False)
    assert "Садыкова" not in facts
    assert "111201" not in facts


def test_only_rows_that_wait_or_warn_stay_staged(import_file):
    import_file(FILES / "tulpar-members.csv")
    stay = {row.number: row for row in StagedRow.objects.all()}
    assert sorted((row.verdict, row.reason) for row in stay.values()) == [
        ("", ""), ("quarantined", "under-12"),
        ("refused", "cells"), ("refused", "names-nobody"), ("refused", "phone-destroyed"),
    ]  # fmt: skip
    assert all(row.raw for row in stay.values())
    assert not any(row.identity or row.phone_value for row in stay.values())
