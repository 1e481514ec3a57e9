"""The file of rows that did not go in: the partner's own dialect, and harmless."""

import csv
import io

import pytest
from django.core.exceptions import PermissionDenied

from apps.audit.models import Entry
from apps.core.spreadsheet import harmless
from apps.imports.services.rejecting import rejects
from tests.imports.conftest import FILES
from tests.imports.test_decide import taken_in


def _read(batch, actor, encoding, delimiter):
    data = b"".join(rejects(actor=actor, batch=batch))
    return list(csv.reader(io.StringIO(data.decode(encoding)), delimiter=delimiter))


def test_the_partner_gets_their_rows_back_with_reasons_in_their_language(partner, officer, import_file):
    import_file(FILES / "tulpar-members.csv")
    from apps.imports.models import Batch

    batch = Batch.objects.get()
    header, *rows = _read(batch, officer, "cp1251", ";")
    assert header[:3] == ["Номер карты", "Телефон", "ФИО"]
    assert len(header) == 15
    assert [(row[0], row[-3]) for row in rows] == [("UM-3", "4"), ("UM-4", "5"), ("UM-5", "6"), ("UM-8", "12")]
    assert rows[2][1] == "9,9670E+11"
    assert all(row[-1] for row in rows)


def test_children_are_not_in_it(partner, officer):
    batch = taken_in(partner, "phone,full name,birth date\n0555123401,Бектур,01.06.2022\n1,Бек,\n")
    assert batch.figures["quarantined"] == 1
    rows = _read(batch, officer, "utf-8", ",")
    assert [row[1] for row in rows] == ["full name", "Бек"]


def test_a_formula_comes_back_as_text_and_a_phone_unharmed(partner, officer):
    batch = taken_in(partner, 'phone,full name,token\n+996 0,"=HYPERLINK(""x"")",@a\n')
    (row,) = _read(batch, officer, "utf-8", ",")[1:]
    assert row[:3] == ["+996 0", '\'=HYPERLINK("x")', "'@a"]


@pytest.mark.parametrize(
    "cell", ["+996 555 123 401", "+996(555)12-34-01", "-12,50", "Иванова", "", "1+1", "-5", "+7 701 555 12 13"]
)
def test_what_is_no_formula_stays_the_same(cell):
    assert harmless(cell) == cell


@pytest.mark.parametrize("cell", ["=1+1", "+SUM(A1)", "-2+3+cmd|' /C calc'!A0", "@x", "\t=1", " =1", "\r=1", "+1+1"])
def test_what_a_spreadsheet_would_run_becomes_text(cell):
    assert harmless(cell) == "'" + cell


def test_downloading_is_recorded_and_needs_leave(partner, officer, agent):
    batch = taken_in(partner, "phone\n1\n2\n")
    with pytest.raises(PermissionDenied):
        rejects(actor=agent, batch=batch)
    assert not Entry.objects.filter(action="imports.download-rejects").exists()
    rejects(actor=officer, batch=batch)
    entry = Entry.objects.get(action="imports.download-rejects")
    assert (entry.actor, entry.facts) == (officer, {"rows": 2})


def test_conflicts_are_in_it_with_their_cells(partner, officer, import_file, write):
    filler = "".join(f",05550000{n:02d},Ада {n}\n" for n in range(30))
    content = "token,phone,full name\n" + filler + f"{'a' * 32},0555123401,Анна\n{'b' * 32},0555123401,Бек\n"
    batch = taken_in(partner, content)
    assert batch.figures["conflict"] == 1
    (row,) = _read(batch, officer, "utf-8", ",")[1:]
    assert row[2] == "Анна"
