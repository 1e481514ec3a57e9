"""Files that are refused whole, each with its code; and those that only look so."""

import io

import pytest

from apps.imports.choices import Kind
from apps.imports.engine.refusals import FILE_REASONS, Refused, file_message
from tests.imports.looking import inspect

GOOD = "phone;full name\n+996555123401;Айгүл\n"


def _inspect(content: bytes | str, kind: str = Kind.MEMBERS, encoding: str = "utf-8"):
    data = content if isinstance(content, bytes) else content.encode(encoding)
    return inspect(lambda: io.BytesIO(data), kind)


def _refusal(content: bytes | str, kind: str = Kind.MEMBERS, encoding: str = "utf-8") -> Refused:
    with pytest.raises(Refused) as refused:
        _inspect(content, kind, encoding)
    assert file_message(refused.value.to_json())
    return refused.value


@pytest.mark.parametrize(
    ("content", "code", "params"),
    [
        ("", "empty", {}),
        ("phone;full name\n", "no-rows", {}),
        ("phone;full name\n;\n \n", "no-rows", {}),
        (b"PK\x03\x04\x00\x01[Content_Types].xml\x00", "spreadsheet", {}),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(100), "spreadsheet", {}),
        (b"PK\x03\x04" + bytes(range(256)), "not-text", {}),
        (b"%PDF-1.7\nphone", "not-text", {}),
        (b"\x1f\x8b\x08\x00rest", "not-text", {}),
        (bytes(range(256)) * 4, "not-text", {}),
        (b"phone\n\x00\x00\x01\x02\x03\x04\x05\x06\x07", "not-text", {}),
        ("phone;name\n+996555123401;Иван\n".encode() + b"\xff\x98\x81\x8d\x90\xad\x83 \x98\x98\n", "encoding", {}),
        ('phone,name\n0555123401,"Анна\n0555123402,Бек\n', "unclosed-quote", {"line": 2}),
        ('phone,name\n0555123400,"a\nb"\n0555123401,"Анна\n0555123402,Бек\n', "unclosed-quote", {"line": 4}),
        ('phone,name,city\n0555123400,"a\nb","c\n0555123401,Анна,Ош\n', "unclosed-quote", {"line": 3}),
        ('phone,name\n0555123401,"Анна"x\n', "broken-quote", {"line": 2}),
        ("phone,name\n0555123401," + "x" * 200_000 + "\n", "cell-too-long", {"line": 2, "limit": 131072}),
        ("phone" + ",x" * 600 + "\n0555123401" + "," * 600 + "\n", "too-many-columns", {"limit": 500}),
        ("phone\n" + "1" * 1_100_000, "line-too-long", {"line": 2, "limit": 1048576}),
        ("имя;город\nАйбек;Бишкек\n", "no-identifier-column", {}),
        ("0555123401;Айбек\n0555123402;Бек\n", "no-header", {}),
        ("телефон;мобильный\n0555123401;0555123402\n", "columns-twice", {"columns": ["телефон", "мобильный"]}),
    ],
)  # fmt: skip
def test_each_defect_has_its_code(content, code, params):
    refusal = _refusal(content)
    assert (refusal.code, refusal.params) == (code, params)


@pytest.mark.parametrize(
    "title",
    ["IMEI", "Mac-адрес", "GAID", "idfa", "IDFV", "ad_id", "Device ID", "IP", "IP-адрес", "Android ID",
     "Идентификатор устройства", "рекламный идентификатор", "Түзмөк ID", "жарнама идентификатору", "IP дареги"],
)  # fmt: skip
@pytest.mark.parametrize("kind", Kind.values)
def test_a_title_that_speaks_of_a_device_refuses_the_file(title, kind):
    refusal = _refusal(f"phone;channel;{title}\n0555123401;sms;\n", kind)
    assert (refusal.code, refusal.params) == ("device-ids", {"columns": [title]})


@pytest.mark.parametrize(
    "values",
    [
        ["490154203237518", "352099001761481"],
        ["49-015420-323751-8", ""],
        ["490154203237518", "это заметка"],
        ["", "00:1B:44:11:3A:B7"],
        ["001B.4411.3AB7", ""],
        ["001B44113AB7", ""],
        ["38400000-8CF0-11BD-B23E-10B96E40000D", "x"],
        ["", "192.168.1.14"],
        ["2001:db8::1", ""],
    ],
)
@pytest.mark.parametrize("title", ["ref", "Заметка", "Номер карты", "full name"])
def test_a_value_that_is_a_device_refuses_the_file_and_names_the_column(values, title):
    rows = "".join(f"055512340{i};{value}\n" for i, value in enumerate(values))
    refusal = _refusal(f"phone;{title}\n{rows}")
    assert (refusal.code, refusal.params) == ("device-ids", {"columns": [title]})


@pytest.mark.parametrize(
    "values",
    [
        ["9f1c2d3e4b5a60718293a4b5c6d7e801", "9f1c2d3e4b5a60718293a4b5c6d7e802"],  # operator's tokens: 32 hex digits
        ["490154203237519", "352099001761480"],  # 15 digits whose check digit is wrong
        ["8 10 996 555 123 404", "8 10 996 555 123 412"],  # a Kyrgyz number dialled from abroad has 15 digits
        ["BRK-000101", "02.06.2026 10:15"],
        ["2026-10-30T08:15:00+06:00", "1.2.3"],
        ["996555123404", "4000123456789017"],
        ["10:15:00", "0.555.123.401"],
        ["1 250,50", "550e8400"],
    ],
)
def test_what_only_looks_like_a_device_passes(values):
    rows = "".join(f"055512340{i};{value}\n" for i, value in enumerate(values))
    _layout, count = _inspect(f"phone;ref\n{rows}")
    assert count == 2


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "cp1251", "koi8-r"])
@pytest.mark.parametrize("delimiter", [";", ",", "\t", "|"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_encoding_delimiter_and_line_ends_are_found(encoding, delimiter, end):
    rows = [
        ["Телефон", "ФИО", "Город"],
        ["0555 123 401", "Иванова Ольга", "Ош"],
        ["0555 123 402", "Осмонов Эрлан", "Талас"],
    ]
    layout, count = _inspect(end.join(delimiter.join(row) for row in rows), encoding=encoding)
    assert count == 2
    assert (layout.delimiter, layout.fields) == (delimiter, ("phone", "full_name", "city"))
    assert layout.encoding == encoding


@pytest.mark.parametrize(
    ("header", "fields"),
    [
        ("Карта номери;Телефон номери;Аты-жөнү;Туулган күнү;Шаары", "card phone full_name birth_date city"),
        ("token,phone,email,full_name,birth_date,language", "token phone email full_name birth_date language"),
        ("№ карты;Тел.;Ф.И.О.;E-Mail;Д/р", "card phone full_name email birth_date"),
        ("Моб. ;Фамилия;Имя;Отчество", "phone last_name full_name middle_name"),
        ("Телефон номери;Туулган к?н?;Аты-ж?н?", "phone birth_date full_name"),
        ("Телефон номери;Туулган куну;Аты-жону", "phone birth_date full_name"),
    ],
)  # fmt: skip
def test_titles_are_understood_in_three_languages(header, fields):
    delimiter = "," if "," in header else ";"
    layout, _count = _inspect(header + "\n0555123401" + delimiter * header.count(delimiter) + "\n")
    assert " ".join(layout.fields) == fields


def test_a_heading_above_the_titles_is_passed_over():
    layout, count = _inspect("Отчёт за ноябрь;;\n\nТелефон;ФИО;Баллы\n0555123401;Иванова;5\n")
    assert (layout.header_line, count) == (3, 1)


@pytest.mark.parametrize(
    ("content", "code"),
    [
        ("id,телефон,имя\n1,0555123401,Айгүл\n", "ambiguous"),
        ("phone,points\n0555123401,5\n", "ambiguous"),
        ("Email Address,First Name,MEMBER_RATING,OPTIN_TIME,LEID,EUID\na@b.kg,A,5,x,1,2\n", "not-optouts"),
    ],
)
def test_a_list_that_says_nothing_of_refusals_silences_nobody(content, code):
    assert _refusal(content, Kind.OPTOUTS).code == code


def test_a_bare_list_of_addresses_is_a_list_of_refusals_when_the_officer_says_so():
    _layout, count = _inspect("phone\n0555123401\n0555123402\n", Kind.OPTOUTS)
    assert count == 2


def test_no_refusal_repeats_a_value_of_the_file():
    refusal = _refusal("Айбек Асанов;Ленина 4\nБек Осмонов;Чуй 1\n")
    assert "Айбек" not in str(refusal.params)
    assert refusal.code in FILE_REASONS
