"""Whatever is done to the record behind the application's back is found and named."""

import io
import json
from datetime import timedelta

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.db.models import F

from apps.audit import sealing, verification
from apps.audit.models import Entry, Seal
from apps.audit.sealing import seal
from apps.audit.verification import Fault, Wrong, verify
from apps.core.keyring import keyring

pytestmark = pytest.mark.django_db


@pytest.fixture
def entries(monkeypatch, officer) -> list[int]:
    """Nine entries under three seals, and one that is not sealed yet."""
    monkeypatch.setattr(sealing, "ENTRIES_A_SEAL", 3)
    facts = {"reason": "сall", "count": 2, "fields": ["phone"], "share": 0.1, "none": None}
    rows = Entry.objects.bulk_create(
        Entry(action="tests.done", target_type="a.b", target_id=n, actor=officer, facts=facts) for n in range(9)
    )
    seal()
    assert Seal.objects.count() == 3
    Entry.objects.create(action="tests.done", target_type="a.b")
    return [row.pk for row in rows]


@pytest.fixture
def superuser():
    """What somebody with the database in their hands can do: the triggers are off."""
    with connection.cursor() as cursor:

        def off():
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
            cursor.execute("ALTER TABLE audit_entry DISABLE TRIGGER USER")
            cursor.execute("ALTER TABLE audit_seal DISABLE TRIGGER USER")

        yield off


def test_an_untouched_record_is_intact(entries):
    report = verify()
    assert report.intact
    assert (report.seals, report.entries, report.unsealed) == (3, 9, 1)
    assert report.unsealed_since == Entry.objects.latest("pk").at
    assert report.head == f"3:{bytes(Seal.objects.get(number=3).hash).hex()}"


@pytest.mark.parametrize(
    "change",
    [
        {"facts": {"reason": "other"}},
        {"facts": {}},
        {"at": F("at") + timedelta(microseconds=1)},
        {"actor": None},
        {"action": "tests.undone"},
        {"target_type": "a.c"},
        {"target_id": 99},
    ],
)
def test_an_altered_entry_is_named(entries, superuser, change):
    superuser()
    assert Entry.objects.filter(pk=entries[4]).update(**change) == 1
    report = verify()
    assert report.faults == [Fault(2, Wrong.ENTRY_ALTERED, entries[4])]


def test_a_deleted_entry_is_named(entries, superuser):
    superuser()
    Entry.objects.filter(pk=entries[0]).delete()
    assert verify().faults == [Fault(1, Wrong.ENTRY_MISSING, entries[0])]


@pytest.mark.parametrize("number", [-5, 0])
def test_an_entry_with_an_old_id_is_named(entries, number):
    Entry.objects.create(pk=number, action="tests.done", target_type="a.b")
    assert verify().faults == [Fault(1, Wrong.ENTRY_ADDED, number)]


def test_an_entry_in_a_gap_is_named(monkeypatch, superuser):
    low = Entry.objects.create(action="tests.done", target_type="a.b").pk
    high = Entry.objects.create(pk=low + 10, action="tests.done", target_type="a.b").pk
    with connection.cursor() as cursor:
        cursor.execute("SELECT setval(pg_get_serial_sequence('audit_entry', 'id'), %s)", [high])
    assert seal() == 2
    Entry.objects.create(pk=low + 3, action="tests.done", target_type="a.b")
    assert verify().faults == [Fault(1, Wrong.ENTRY_ADDED, low + 3)]


def test_an_entry_that_got_another_id_is_named(entries, superuser):
    superuser()
    Entry.objects.filter(pk=entries[3]).update(id=0)
    assert verify().faults == [Fault(1, Wrong.ENTRY_ADDED, 0), Fault(2, Wrong.ENTRY_MISSING, entries[3])]


@pytest.mark.parametrize(
    "change",
    [
        {"count": 4},
        {"at": F("at") - timedelta(days=1)},
        {"hash": b"0" * 32},
        {"previous": b"0" * 32},
        {"marks": b"cut off"},
    ],
)
def test_an_altered_seal_is_named(entries, superuser, change):
    superuser()
    Seal.objects.filter(number=2).update(**change)
    report = verify()
    assert report.faults[0] == Fault(2, Wrong.SEAL_ALTERED)


def test_a_deleted_seal_is_named_and_its_entries_are_not_blamed(entries, superuser):
    superuser()
    Seal.objects.filter(number=2).delete()
    assert verify().faults == [Fault(2, Wrong.SEAL_MISSING)]


def test_a_chain_made_up_without_the_key_is_found(entries, superuser, monkeypatch):
    superuser()
    Entry.objects.filter(pk=entries[4]).update(facts={})
    Seal.objects.filter(number__gt=1).delete()
    ring = keyring()
    monkeypatch.setattr("apps.audit.chain.keyring", lambda: type(ring)(ring.encryption_keys, b"g" * 32))
    seal()
    monkeypatch.undo()
    assert Seal.objects.count() > 1
    report = verify()
    assert report.faults[0] == Fault(2, Wrong.SEAL_ALTERED)


def test_an_end_that_was_cut_off_shows_against_what_is_known(entries, superuser):
    head = verify().head
    superuser()
    Seal.objects.filter(number=3).delete()
    Entry.objects.filter(pk__gt=entries[5]).delete()
    number, _, digest = head.partition(":")
    assert verify().intact
    assert verify(known={int(number): digest}).faults == [Fault(3, Wrong.SEAL_MISSING)]
    assert verify(known={2: "00" * 32}).faults == [Fault(2, Wrong.SEAL_ALTERED)]


def test_many_faults_are_counted_and_a_few_named(entries, superuser, monkeypatch):
    monkeypatch.setattr(verification, "FAULTS_NAMED", 2)
    superuser()
    Entry.objects.all().delete()
    report = verify()
    assert (report.fault_count, report.faults) == (
        9,
        [Fault(1, Wrong.ENTRY_MISSING, entries[0]), Fault(1, Wrong.ENTRY_MISSING, entries[1])],
    )


def run(*arguments: str) -> tuple[str, str, CommandError | None]:
    out, err = io.StringIO(), io.StringIO()
    try:
        call_command("verify_audit", *arguments, stdout=out, stderr=err)
    except CommandError as error:
        return out.getvalue(), err.getvalue(), error
    return out.getvalue(), err.getvalue(), None


def test_the_command_says_what_it_checked(entries):
    out, err, failed = run()
    assert (failed, err) == (None, "")
    assert "seals 3, entries 9" in out
    assert "not sealed yet 1 since" in out


def test_the_command_fails_and_names_the_first_fault(entries, superuser):
    superuser()
    Entry.objects.filter(pk=entries[4]).update(facts={"reason": "hidden"})
    Entry.objects.filter(pk=entries[8]).delete()
    _out, err, failed = run()
    assert failed.returncode == 1
    assert f"First: seal 2: entry altered {entries[4]}." in str(failed)
    assert f"seal 3: entry missing {entries[8]}" in err
    assert "hidden" not in err + str(failed)


def test_the_command_answers_in_json(entries, superuser):
    document = json.loads(run("--json")[0])
    assert (document["intact"], document["seals"], document["entries"], document["unsealed"]) == (True, 3, 9, 1)
    head = document["head"]
    superuser()
    Seal.objects.filter(number=3).delete()
    out, _err, failed = run("--json", "--known", head)
    document = json.loads(out)
    assert (failed.returncode, document["intact"]) == (1, False)
    assert document["faults"] == [{"seal": 3, "wrong": "seal missing", "entry": None}]


def test_an_empty_record_is_intact():
    out, _err, failed = run()
    assert failed is None
    assert "seals 0, entries 0, last seal none" in out


@pytest.mark.parametrize("known", ["3", "x:00", "3:"])
def test_a_known_seal_that_reads_otherwise_is_refused(known):
    assert "NUMBER:HASH" in str(run("--known", known)[2])
