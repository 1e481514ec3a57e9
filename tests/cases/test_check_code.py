"""The code that is said: five tries, ten minutes, one at a time; right is only what went to the person."""

import threading

import pytest
from django.db import connections

from apps.audit.models import Entry
from apps.cases.models import Case, Verification
from apps.cases.services.check_code import check_code
from apps.cases.services.send_code import ask_code, send_code
from apps.core import clock, codes, identifiers
from apps.core.codes import Answer
from apps.core.errors import NotPossible
from tests.cases.conftest import at
from tests.factories import IdentifierFactory, RequestFactory

PHONE = "+996555123401"


@pytest.fixture
def phone(case):
    return IdentifierFactory(subject=case.subject, value=PHONE)


def other_than(code: str) -> str:
    return f"{(int(code) + 1) % 1_000_000:06}"


def test_right(case, phone, agent):
    made = send_code(case, actor=agent, address=phone)
    assert check_code(case, actor=agent, code=f" {made.code[:3]} {made.code[3:]}") == Answer.RIGHT
    row = Case.objects.get()
    assert row.verified_at
    assert row.version == case.version + 1
    made.refresh_from_db()
    assert (made.state, made.done_by, made.done_at) == ("done", agent, row.verified_at)
    entry = Entry.objects.get(action="cases.verify")
    assert (entry.actor, entry.facts) == (agent, {"method": "phone"})
    with pytest.raises(NotPossible, match="already"):
        check_code(case, actor=agent, code=made.code)


def test_five_wrong_ones_and_the_right_one_counts_no_more(case, phone, agent):
    made = send_code(case, actor=agent, address=phone)
    said = [check_code(case, actor=agent, code=other_than(made.code)) for _try in range(5)]
    assert said == [Answer.WRONG] * 4 + [Answer.GONE]
    assert check_code(case, actor=agent, code=made.code) == Answer.GONE
    assert not Case.objects.get().verified_at
    assert list(Entry.objects.filter(action="cases.wrong-code").values_list("facts__tries", flat=True)) == [
        5,
        4,
        3,
        2,
        1,
    ]


def test_the_fifth_try_may_be_right(case, phone, agent):
    made = send_code(case, actor=agent, address=phone)
    for _try in range(4):
        check_code(case, actor=agent, code=other_than(made.code))
    assert check_code(case, actor=agent, code=made.code) == Answer.RIGHT


@pytest.mark.parametrize(("moment", "checked"), [("10:09:59", Answer.RIGHT), ("10:10:00", Answer.GONE)])
def test_ten_minutes(case, phone, agent, moment, checked):
    with clock.standing_at(at("2026-05-12T10:00")):
        made = send_code(case, actor=agent, address=phone)
    with clock.standing_at(at(f"2026-05-12T{moment}")):
        assert check_code(case, actor=agent, code=made.code) == checked


@pytest.mark.parametrize("code", ["", "abc", "12345", "١٢", "\x00"])
def test_what_is_no_code_is_wrong(case, phone, agent, code):
    send_code(case, actor=agent, address=phone)
    assert check_code(case, actor=agent, code=code) == Answer.WRONG


def test_the_code_of_another_case_is_wrong(case, phone, agent):
    other = Case.objects.get(pk=RequestFactory(subject=case.subject).pk)
    made = send_code(other, actor=agent, address=phone)
    assert check_code(case, actor=agent, code=made.code) == Answer.GONE


def test_a_guess_about_an_unknown_address_is_wrong_even_when_it_is_right(db):
    case = Case.objects.get(pk=RequestFactory().pk)
    made = ask_code(case, kind="phone", digest=identifiers.digest("phone", PHONE), language="en")
    assert check_code(case, actor=None, code=made.code) == Answer.WRONG
    assert not Case.objects.get().verified_at


def test_a_number_that_went_to_somebody_else_meanwhile_proves_nothing(case, phone, agent):
    made = send_code(case, actor=agent, address=phone)
    phone.subject = IdentifierFactory().subject
    phone.save()
    assert check_code(case, actor=agent, code=made.code) == Answer.WRONG


@pytest.mark.django_db(transaction=True)
def test_parallel_guesses_get_five_tries(monkeypatch):
    person = IdentifierFactory(value=PHONE)
    case = Case.objects.get(pk=RequestFactory(subject=person.subject).pk)
    monkeypatch.setattr(codes.secrets, "randbelow", lambda _most: 999_999)
    ask_code(case, kind="phone", digest=bytes(person.digest), language="en")
    together, said = threading.Barrier(12), []

    def guess(number: int) -> None:
        together.wait(60)
        try:
            said.append(check_code(case, actor=None, code=f"{number:06}"))
        finally:
            connections.close_all()

    threads = [threading.Thread(target=guess, args=(number,)) for number in range(12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert sorted(answer.value for answer in said) == ["gone"] * 8 + ["wrong"] * 4
    assert Verification.objects.get().code_tries == 5
    assert check_code(case, actor=None, code="999999") == Answer.GONE
