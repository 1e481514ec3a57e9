"""Whatever is done to a file: a figure for every row or a coded refusal, never a traceback, nothing half done."""

import io

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from apps.core.identifiers import Unusable
from apps.core.spreadsheet import harmless
from apps.imports.choices import Kind
from apps.imports.engine import encodings, values
from apps.imports.engine.readers import READERS
from apps.imports.engine.refusals import FILE_REASONS, ROW_REASONS, WARNINGS, Refused, file_message
from tests.imports.conftest import FILES
from tests.imports.looking import in_blocks, inspect

KINDS = {
    "tulpar-members.csv": Kind.MEMBERS, "sary-ozon-members.csv": Kind.MEMBERS, "tulpar-optouts.csv": Kind.OPTOUTS,
    "tulpar-activity.csv": Kind.ACTIVITY,
}  # fmt: skip
GOOD = [(FILES / name).read_bytes() for name in KINDS]
QUICK = settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])


def must_go_through(data: bytes, kind: str) -> int:
    """Read a file as far as staging goes; gives how many rows came out. Refusals must be known ones."""
    refused = None
    try:
        layout, count = inspect(lambda: io.BytesIO(data), kind)
        reader = READERS[kind](layout, batch_id=1, partner_code="bereke")
        staged = [reader.stage(n, row) for n, row in in_blocks(lambda: io.BytesIO(data), layout)]
    except Refused as refusal:
        refused = refusal
    if refused is not None:
        assert refused.code in FILE_REASONS
        assert file_message(refused.to_json())
        return 0
    assert len(staged) == count > 0
    for row in staged:
        assert not row.reason or row.reason in ROW_REASONS
        assert all(code in WARNINGS for _field, code in row.warnings if code != "empty")
        assert row.verdict or row.token or row.card or row.phone or row.email
    return count


@pytest.mark.parametrize("name", KINDS)
def test_the_files_to_be_damaged_are_sound(name):
    assert must_go_through((FILES / name).read_bytes(), KINDS[name]) > 0


@QUICK
@given(
    data=st.sampled_from(GOOD), kind=st.sampled_from(Kind.values), cut=st.integers(0, 1200),
    flips=st.lists(st.tuples(st.integers(0, 1200), st.integers(0, 255)), max_size=12),
    extra=st.sampled_from([b"", b'"', b"\x00", b"\r", b";;;;", b'""', b"\xff\xfe", b"\xef\xbb\xbf", b"\x98", b"\xd0"]),
)  # fmt: skip
def test_cut_flipped_and_mixed_files(data, kind, cut, flips, extra):
    damaged = bytearray(data[: max(cut, 1)] if cut % 3 else data)
    for position, byte in flips:
        damaged[position % len(damaged)] = byte
    middle = cut % len(damaged)
    must_go_through(bytes(damaged[:middle] + extra + damaged[middle:]), kind)


@QUICK
@given(data=st.binary(max_size=600), kind=st.sampled_from(Kind.values))
def test_any_bytes(data, kind):
    must_go_through(data, kind)


@QUICK
@given(text=st.text(max_size=300), kind=st.sampled_from(Kind.values), encoding=st.sampled_from(["utf-8", "utf-16"]))
@example(text='"\n', kind="members", encoding="utf-8")
@example(text="0\r", kind="optouts", encoding="utf-16")
def test_any_text_below_a_header(text, kind, encoding):
    data = ("phone;email;channel;full name;birth date;amount;lat;lon;date\n" + text).encode(encoding, "surrogatepass")
    must_go_through(data, kind)


@QUICK
@given(text=st.text(max_size=60))
@example("1" * 60)
@example("٣٣.١٢.١٩٩٠")
@example("²")
@example("99999999999")
@example("0001-01-01T00:00:00+14:00")
@example("9999-12-31T23:59:59-14:00")
def test_parsers_give_a_value_or_a_code(text):
    for parse in (
        values.text, values.decimal, values.birth_date, values.moment, values.gender, values.answer, values.currency,
        values.latitude, values.longitude, values.coordinates, values.place,
    ):  # fmt: skip
        try:
            code, value = "malformed", parse(text)
        except Unusable as problem:
            code, value = problem.code, ""
        assert isinstance(value, str)
        assert code in WARNINGS


WORDS = [
    "Иванова",
    "Осмонов",
    "Бишкек",
    "улица",
    "Каракол",
    "Причина",
    "отказа",
    "рассылки",
    "бонусы",
    "Талас",
    "Токтогула",
    "дом",
    "квартира",
]


@QUICK
@given(
    words=st.lists(st.sampled_from(WORDS), min_size=1, max_size=30),
    header=st.sampled_from(["Телефон;ФИО", "НОМЕР КАРТЫ;ТЕЛЕФОН", "телефон;адрес", "Телефон номери;Аты-жону"]),
    encoding=st.sampled_from(["cp1251", "koi8-r", "cp866", "utf-8"]),
    case=st.sampled_from([str, str.lower, str.upper]),
)
def test_a_header_says_in_which_encoding_a_file_is(words, header, encoding, case):
    data = f"{header}\n0555123401;{case(' '.join(words))}\n".encode(encoding)
    layout, _count = inspect(lambda: io.BytesIO(data), Kind.MEMBERS)
    assert layout.encoding == encoding


@QUICK
@given(
    words=st.lists(st.sampled_from(WORDS), min_size=4, max_size=30, unique=True),
    encoding=st.sampled_from(["cp1251", "koi8-r", "cp866", "utf-8"]),
)
def test_words_alone_say_it_too(words, encoding):
    assert encodings.detect([" ".join(words).encode(encoding)]) == encoding


@QUICK
@given(cell=st.text(max_size=40))
def test_no_cell_leaves_as_a_formula(cell):
    out = harmless(cell)
    assert out in {cell, "'" + cell}
    assert not out.lstrip().startswith(("=", "@"))


def test_a_cell_of_ten_megabytes_and_five_thousand_columns():
    assert must_go_through(b"phone;name\n0555123401;" + b"x" * 10_000_000, Kind.MEMBERS) == 0
    assert must_go_through(b"phone" + b";x" * 5000 + b"\n1" + b";" * 5000, Kind.MEMBERS) == 0
    assert must_go_through(b'phone;name\n0555123401;"' + b"x\n" * 5_000_000, Kind.MEMBERS) == 0
