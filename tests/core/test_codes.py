"""Codes that are sent to people: guessed rightly once, wrongly a few times, and by nobody after that."""

from datetime import UTC, datetime, timedelta

import pytest
from django.apps import apps
from django.db import connection

from apps.core import clock, codes
from apps.core.codes import CODE_FIELDS, POSTED_FIELDS, Answer, PostedCode, TooMany, TooSoon, check_code

START = datetime(2026, 5, 4, 9, tzinfo=UTC)
WRONG = "no code"


@pytest.fixture
def model(db):
    """A model that waits for codes, with its table."""

    class Waiting(PostedCode):
        class Meta:
            app_label = "core"

        def __str__(self):
            return "waiting"

    with connection.schema_editor() as editor:
        editor.create_model(Waiting)
    yield Waiting
    del apps.all_models["core"]["waiting"]


@pytest.fixture(autouse=True)
def at_nine():
    with clock.standing_at(START):
        yield


@pytest.fixture
def row(model):
    return model.objects.create()


def sent(row):
    code = row.issue()
    row.save(update_fields=CODE_FIELDS)
    return code


def guess(row, typed):
    return check_code(type(row), row.pk, typed)


def test_six_digits_that_fit_once(row):
    code = sent(row)
    assert len(code) == 6
    assert code.isdecimal()
    assert guess(row, code) == Answer.RIGHT
    assert guess(row, code) == Answer.GONE


def test_codes_differ(model, monkeypatch):
    drawn = iter([7, 123456])
    monkeypatch.setattr(codes.secrets, "randbelow", lambda most: next(drawn))
    assert [sent(model.objects.create()) for _nth in range(2)] == ["000007", "123456"]


@pytest.mark.parametrize("between", [" ", "-", "–", "\u00a0"])
def test_it_may_be_typed_in_parts(row, between):
    code = sent(row)
    assert guess(row, f" {code[:3]}{between}{code[3:]}\n") == Answer.RIGHT


def test_only_its_keyed_hash_is_kept(row, use_keys):
    code = sent(row)
    with connection.cursor() as cursor:
        cursor.execute("SELECT core_waiting::text FROM core_waiting")
        assert code not in cursor.fetchone()[0].replace(str(row.pk), "", 1)
    assert len(row.code_mac) == 32


def test_a_hash_fits_only_its_own_row(model, row):
    code = sent(row)
    other = model.objects.create(code_mac=row.code_mac, code_sent_at=START)
    assert guess(other, code) == Answer.WRONG
    assert guess(row, code) == Answer.RIGHT


def test_after_five_wrong_ones_the_right_one_is_in_vain(row):
    code = sent(row)
    assert [guess(row, WRONG) for _nth in range(5)] == [Answer.WRONG] * 4 + [Answer.GONE]
    assert guess(row, code) == Answer.GONE


def test_the_fifth_guess_may_be_right(row):
    code = sent(row)
    for _nth in range(4):
        guess(row, WRONG)
    row.refresh_from_db()
    assert row.tries_left == 1
    assert guess(row, code) == Answer.RIGHT


def test_it_is_good_for_ten_minutes(row):
    code = sent(row)
    with clock.standing_at(START + timedelta(minutes=10)):
        assert not row.waits_for_code
        assert guess(row, code) == Answer.GONE
    with clock.standing_at(START + timedelta(minutes=9, seconds=59)):
        assert guess(row, code) == Answer.RIGHT


def test_a_new_one_replaces_the_old_one(row, monkeypatch):
    drawn = iter([111111, 222222])
    monkeypatch.setattr(codes.secrets, "randbelow", lambda most: next(drawn))
    first = sent(row)
    for _nth in range(5):
        guess(row, WRONG)
    row.refresh_from_db()
    with clock.standing_at(START + timedelta(minutes=1)):
        second = sent(row)
        assert guess(row, first) == Answer.WRONG
        assert guess(row, second) == Answer.RIGHT


def test_not_one_after_the_other(row):
    sent(row)
    with clock.standing_at(START + timedelta(seconds=59)), pytest.raises(TooSoon):
        row.issue()


def test_not_without_end(row):
    for minute in range(10):
        with clock.standing_at(START + timedelta(minutes=minute)):
            sent(row)
    with clock.standing_at(START + timedelta(hours=5)), pytest.raises(TooMany):
        row.issue()


def test_without_a_code_nothing_fits(model, row):
    assert guess(row, "") == Answer.GONE
    assert check_code(model, row.pk + 1, "123456") == Answer.GONE


def test_a_row_that_is_not_saved_has_none(model):
    with pytest.raises(ValueError, match="saved"):
        model().issue()


def test_many_guesses_at_once_wait_for_each_other(row, django_assert_num_queries):
    sent(row)
    with django_assert_num_queries(4) as made:
        guess(row, WRONG)
    assert "FOR UPDATE" in made.captured_queries[1]["sql"]


def test_the_minute_of_the_next_one(row):
    assert row.next_code_at is None
    with clock.standing_at(START + timedelta(seconds=1)):
        sent(row)
        assert row.next_code_at == START + timedelta(minutes=2)
    with clock.standing_at(START + timedelta(seconds=61)):
        assert row.next_code_at is None


def test_one_that_was_taken_back_counts_only_if_somebody_guessed_at_it(row):
    sent(row)
    row.take_back()
    assert (row.codes_sent, row.waits_for_code, row.next_code_at) == (0, False, None)
    sent(row)
    guess(row, WRONG)
    row.refresh_from_db()
    row.take_back()
    assert row.codes_sent == 1


def test_a_posted_one_lies_encrypted_under_a_name_of_its_own(row, use_keys):
    row.post()
    row.save(update_fields=POSTED_FIELDS)
    first = (row.code, row.key)
    with connection.cursor() as cursor:
        cursor.execute("SELECT code FROM core_waiting")
        assert first[0].encode() not in bytes(cursor.fetchone()[0])
    row.refresh_from_db()
    assert (row.code, row.key) == first
    with clock.standing_at(START + timedelta(minutes=1)):
        row.post()
    assert row.codes_sent == 1
    assert row.key != first[1]
