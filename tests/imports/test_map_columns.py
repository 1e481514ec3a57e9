"""A file whose columns nobody can tell waits; what somebody says of them is kept for the partner's next file."""

import io
import itertools

import pytest
from django.core.exceptions import PermissionDenied
from django.urls import reverse

from apps.audit.models import Entry
from apps.core.errors import NotPossible
from apps.core.files import path_of
from apps.imports.choices import Kind, Status
from apps.imports.engine.layout import Layout
from apps.imports.engine.refusals import Refused
from apps.imports.engine.styles import OPEN, date_style, number_style, restyler
from apps.imports.engine.table import Row
from apps.imports.engine.understanding import CELL_LETTERS, MOST_CELLS, Unmapped, first_cells
from apps.imports.models import Batch, Profile, StagedRow
from apps.imports.services.deciding import cancel, confirm
from apps.imports.services.mapping import map_columns
from apps.imports.services.merging import merge_batch
from apps.imports.services.reading import read_batch
from apps.subjects.models import Identifier, PersonalRecord, Subject
from tests.factories import PartnerFactory
from tests.imports.looking import inspect
from tests.imports.test_decide import taken_in

UNKNOWN = "Как звать;Связь;Сколько\nАйгүл Асанова;0555 123 408;5\nБек Осмонов;0700 123 402;7\n"
SLASHED = "phone,full name,birth date,points\n0555123401,Анна,04/05/1990,1.234\n0555123402,Бек,06/07/1985,12\n"
MAPPED = (["full_name", "phone", ""], ["", "", ""])


def merged(batch: Batch) -> Batch:
    confirm(actor=None, batch_id=batch.pk)
    return merge_batch(batch_id=batch.pk)


@pytest.mark.parametrize(
    ("content", "code", "asks"),
    [
        (UNKNOWN, "columns-unnamed", {"Связь": "phone"}),
        ("card;Контакт\nA-1;a@b.kg\n", "columns-unknown", {"Контакт": "email"}),
        ("name;код\nАнна;BRK-000101\n", "columns-unnamed", {"код": "card"}),
        (f"name;код\nАнна;{'ab12' * 8}\n", "columns-unnamed", {"код": "token"}),
        ("телефон;мобильный\n0555123401;0555123402\n", "columns-twice", {"телефон": "twice", "мобильный": "twice"}),
        ('"Кто","Связь"\n"Анна","0555123401"\n', "columns-unnamed", {"Связь": "phone"}),
        (SLASHED, "styles-open", {"birth date": "style", "points": "style"}),
    ],
)
def test_what_can_not_be_told_waits_for_somebody(partner, content, code, asks):
    batch = taken_in(partner, content)
    assert (batch.status, batch.refusal["code"], batch.refusal["asks"]) == (Status.MAPPING, code, asks)
    assert path_of(batch.file).exists()
    assert not StagedRow.objects.exists()
    assert Entry.objects.get(action="imports.ask").facts == {"code": code, "columns": len(asks)}


@pytest.mark.parametrize(
    ("content", "code"),
    [
        ("имя;город\nАйбек;Бишкек\n", "no-identifier-column"),
        ("Связь;IMEI\n0555123401;1\n", "device-ids"),
        ("Связь;ref\n0555123401;490154203237518\n0555123402;352099001761481\n", "device-ids"),
    ],
)
def test_what_nobody_s_word_could_mend_is_refused(partner, content, code):
    batch = taken_in(partner, content)
    assert (batch.status, batch.refusal["code"], batch.file) == (Status.REFUSED, code, "")


def test_an_answer_lets_the_file_in_and_serves_the_next_one(partner, officer):
    batch = taken_in(partner, UNKNOWN)
    map_columns(actor=officer, batch_id=batch.pk, fields=MAPPED[0], styles=MAPPED[1])
    batch = merged(read_batch(batch_id=batch.pk))
    assert (batch.status, batch.figures["new"], batch.profile.made_by) == (Status.DONE, 2, officer)
    names = {record.payload["full_name"] for record in PersonalRecord.objects.all()}
    assert names == {"Айгүл Асанова", "Бек Осмонов"}
    assert Entry.objects.get(action="imports.map").facts == {"columns": 2, "ignored": 1}

    again = taken_in(partner, UNKNOWN.replace("408", "403"))
    assert (again.status, again.profile) == (Status.READY, batch.profile)
    assert taken_in(PartnerFactory(code="other"), UNKNOWN).status == Status.MAPPING
    assert taken_in(partner, UNKNOWN.replace("Сколько", "Баллы")).status == Status.MAPPING


def test_a_later_answer_replaces_the_earlier_one(partner, officer):
    for fields in (MAPPED[0], ["last_name", "phone", "points"]):
        batch = taken_in(partner, UNKNOWN)
        map_columns(actor=officer, batch_id=batch.pk, fields=fields, styles=["", "", ""])
    assert Profile.objects.get().mapping["fields"] == ["last_name", "phone", "points"]
    assert Layout.from_json(read_batch(batch_id=batch.pk).layout).fields == ("last_name", "phone", "points")


def test_device_identifiers_are_refused_whatever_was_said_of_the_column(partner, officer):
    batch = taken_in(partner, UNKNOWN)
    map_columns(actor=officer, batch_id=batch.pk, fields=MAPPED[0], styles=MAPPED[1])
    devices = "Как звать;Связь;Сколько\nАнна;0555123401;490154203237518\nБек;0555123402;352099001761481\n"
    batch = taken_in(partner, devices)
    assert (batch.status, batch.refusal["code"]) == (Status.REFUSED, "device-ids")
    assert not Subject.objects.exists()


@pytest.mark.parametrize(
    ("fields", "styles", "code"),
    [
        (["full_name", "", ""], ["", "", ""], "no-identifier-column"),
        (["phone", "phone", ""], ["", "", ""], "columns-twice"),
        (["phone", ""], ["", ""], "columns-changed"),
        (["phone", "digest", ""], ["", "", ""], "columns-changed"),
        (["phone", "", ""], ["sideways", "", ""], "columns-changed"),
    ],
)
def test_an_answer_without_sense_changes_nothing(partner, officer, fields, styles, code):
    batch = taken_in(partner, UNKNOWN)
    with pytest.raises(Refused) as refused:
        map_columns(actor=officer, batch_id=batch.pk, fields=fields, styles=styles)
    assert refused.value.code == code
    batch.refresh_from_db()
    assert batch.status == Status.MAPPING
    assert not Profile.objects.exists()


def test_a_list_of_people_does_not_become_one_of_refusals(partner, officer):
    batch = taken_in(partner, "Связь;Имя клиента\n0555123401;Анна\n", kind=Kind.OPTOUTS)
    assert batch.status == Status.MAPPING
    with pytest.raises(Refused) as refused:
        map_columns(actor=officer, batch_id=batch.pk, fields=["phone", ""], styles=["", ""])
    assert refused.value.code == "ambiguous"


def test_who_may_answer_and_when(partner, officer, agent):
    batch = taken_in(partner, UNKNOWN)
    with pytest.raises(PermissionDenied):
        map_columns(actor=agent, batch_id=batch.pk, fields=MAPPED[0], styles=MAPPED[1])
    cancel(actor=officer, batch_id=batch.pk)
    with pytest.raises(NotPossible):
        map_columns(actor=officer, batch_id=batch.pk, fields=MAPPED[0], styles=MAPPED[1])
    batch.refresh_from_db()
    assert (batch.status, batch.file) == (Status.CANCELLED, "")


@pytest.mark.parametrize(
    ("style", "number", "born", "points"),
    [("day-first", "comma", "1990-05-04", "1234"), ("month-first", "point", "1990-04-05", "1.234")],
)
def test_styles_decide_how_cells_are_read(partner, officer, style, number, born, points):
    batch = taken_in(partner, SLASHED)
    map_columns(
        actor=officer, batch_id=batch.pk,
        fields=["phone", "full_name", "birth_date", "points"], styles=["", "", style, number],
    )  # fmt: skip
    batch = merged(read_batch(batch_id=batch.pk))
    assert (batch.status, batch.figures["warnings"]) == (Status.DONE, 0)
    records = {record.category_id: record.payload for record in PersonalRecord.objects.order_by("-pk")}
    assert (records["identity"]["birth_date"], records["points"]["points"]) == (born, points)


def test_a_day_above_twelve_says_how_the_column_writes(partner):
    batch = taken_in(partner, SLASHED.replace("06/07/1985", "26/07/1985").replace("1.234", "5"))
    assert (batch.status, batch.layout["styles"][2]) == (Status.READY, "day-first")


@pytest.mark.parametrize(
    ("cells", "style"),
    [
        (["04/05/1990", "13/12/1990"], "day-first"), (["04/05/1990", "12/13/1990"], "month-first"),
        (["04/05/1990", "06/07/1990"], OPEN), (["05/05/1990"], ""), (["13/12/1990", "12/13/1990", "1/2/1990"], ""),
        (["04/05/1990", "14.03.1988", "1988-03-14"], ""), ([], ""), (["04-05-1990 10:15", ""], OPEN),
    ],
)  # fmt: skip
def test_date_styles(cells, style):
    assert date_style(cells) == style


@pytest.mark.parametrize(
    ("cells", "style"),
    [
        (["1.234"], OPEN), (["1,234", "5"], OPEN), (["1.234", "12,50"], "comma"), (["1.234", "0.5"], "point"),
        (["1.234.567", "1.234"], "comma"), (["0,250"], ""), (["1 250,50"], ""), (["12", "x"], ""),
        (["1,234", "1,234.50"], "point"), (["1.234", "1,5", "1.5"], ""),
    ],
)  # fmt: skip
def test_number_styles(cells, style):
    assert number_style(cells) == style


def test_cells_that_contradict_their_column_s_style_are_not_turned_about():
    restyle = restyler(("day-first", "month-first", "", "comma", "comma", "point"))
    cells = ["12/25/1990", "12/25/1990", "a", "1.234,5", "12.5", "1,234.50"]
    assert restyle(cells) == ["1990-25-12", "1990-12-25", "a", "1234.5", "12.5", "1234.50"]


def test_only_so_much_of_a_file_is_held_for_a_look():
    rows = (Row(number, ["x" * 10_000] * 500) for number in range(10_000))
    columns = first_cells(rows, 500)
    assert len(columns) == 500
    assert sum(map(len, itertools.chain.from_iterable(columns))) <= MOST_CELLS * CELL_LETTERS


def test_the_command_line_refuses_and_says_how_to_name_columns(partner, import_file, write):
    refused = import_file(write(UNKNOWN))
    assert (refused["exit"], refused["refused_file"]["code"]) == (2, "columns-unnamed")
    assert refused["refused_file"]["asks"] == {"Связь": "phone"}
    assert "--map" in refused["refused_file"]["message"]
    named = import_file(write(UNKNOWN), map=["Связь=phone", "Как звать=full_name"])
    assert (named["exit"], named["new"]) == (0, 2)
    assert (Profile.objects.get().made_by, Identifier.objects.count()) == (None, 2)
    assert import_file(write(UNKNOWN))["unchanged"] == 2


@pytest.mark.parametrize("mapped", ["Нет=phone", "Связь=full_name", "Связь=nothing"])
def test_a_wrong_name_on_the_command_line_is_told_and_leaves_nothing(partner, import_file, write, settings, mapped):
    refused = import_file(write(UNKNOWN), map=[mapped])
    assert refused["exit"] == 2
    assert refused["stderr"]
    assert Batch.objects.get().status == Status.CANCELLED
    assert [path for path in settings.MEDIA_ROOT.rglob("*") if path.is_file()] == []


def test_unmapped_is_a_refusal_that_names_the_columns():
    with pytest.raises(Unmapped) as unmapped:
        inspect(lambda: io.BytesIO(SLASHED.encode()), Kind.MEMBERS)
    assert unmapped.value.params == {"columns": ["birth date", "points"]}


def test_the_page_shows_values_masked_and_takes_the_answer(desk, partner, officer, monkeypatch):
    from apps.imports import tasks

    queued: list[int] = []
    monkeypatch.setattr(tasks.read_batch, "defer", lambda batch_id: queued.append(batch_id))
    batch = taken_in(partner, UNKNOWN)
    page = reverse("admin:imports_batch_map", args=[batch.pk])
    assert page in desk.get(reverse("admin:imports_batch_change", args=[batch.pk])).content.decode()
    html = desk.get(page).content.decode()
    assert "Looks like phone numbers" in html
    assert "••• 408" in html
    assert "Айгүл" not in html
    assert "Асанова" not in html
    assert "123 408" not in html
    wrong = desk.post(page, {"field": ["full_name", "", ""], "style": ["", "", ""]})
    assert wrong.status_code == 400
    assert '<option value="full_name" selected>' in wrong.content.decode()
    assert queued == []
    assert desk.post(page, {"field": MAPPED[0], "style": MAPPED[1]}).status_code == 302
    assert queued == [batch.pk]
    read_batch(batch_id=batch.pk)
    shown = desk.get(reverse("admin:imports_batch_change", args=[batch.pk])).content.decode()
    assert "Read by the columns that" in shown
    assert "Change the columns" in shown
    assert desk.get(page).status_code == 200


def test_the_page_asks_how_a_column_writes_and_shows_no_year(desk, partner):
    batch = taken_in(partner, SLASHED)
    html = desk.get(reverse("admin:imports_batch_map", args=[batch.pk])).content.decode()
    assert "04/05/••••" in html
    assert "1990" not in html
    assert html.count('aria-label="How ') == 2


@pytest.mark.parametrize("status", [Status.UPLOADED, Status.MERGING, Status.DONE, Status.REFUSED])
def test_a_file_in_another_state_has_no_such_page(desk, partner, status):
    batch = taken_in(partner, UNKNOWN)
    Batch.objects.update(status=status)
    answer = desk.get(reverse("admin:imports_batch_map", args=[batch.pk]))
    assert (answer.status_code, answer.url) == (302, reverse("admin:imports_batch_change", args=[batch.pk]))


@pytest.mark.parametrize("damage", [lambda path: path.unlink(), lambda path: path.write_bytes(path.read_bytes()[:-9])])
def test_a_stored_file_that_was_damaged_is_told(desk, partner, damage):
    batch = taken_in(partner, UNKNOWN)
    damage(path_of(batch.file))
    answer = desk.get(reverse("admin:imports_batch_map", args=[batch.pk]), follow=True)
    assert answer.status_code == 200
    assert "The stored file was damaged" in answer.content.decode()


def test_files_that_wait_for_their_columns_are_in_the_list_that_the_start_page_leads_to(desk, partner):
    waiting, ready = taken_in(partner, UNKNOWN), taken_in(partner, "phone\n0555123401\n")
    cancel(actor=None, batch_id=(gone := taken_in(partner, UNKNOWN)).pk)
    page = reverse("admin:imports_batch_changelist")
    assert f"{page}?status__in=ready,mapping" in desk.get(reverse("admin:index")).content.decode()
    html = desk.get(f"{page}?status__in=ready,mapping").content.decode()
    assert waiting.reference in html
    assert ready.reference in html
    assert gone.reference not in html
