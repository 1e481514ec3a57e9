"""Whom a row is about: what matches, what contradicts, what the file itself overrules."""

from uuid import uuid4

import pytest

from apps.core import clock, identifiers
from apps.core.choices import IdentifierKind
from apps.imports.models import Batch, StagedRow
from apps.subjects.models import AwaitedRestriction, Identifier, Subject
from apps.subjects.services.restrict import restrict
from tests.factories import IdentifierFactory

pytestmark = pytest.mark.usefixtures("partner", "alatoo")

HEAD = "token,card,phone,email,full name,points\n"
T1, T2 = "a" * 31 + "1", "a" * 31 + "2"


@pytest.fixture
def take(import_file, write):
    """Import rows of HEAD; gives the figures that are not zero, and the reasons of rows that wait."""

    def take(*rows: str, partner: str = "bereke") -> dict:
        result = import_file(write(HEAD + "\n".join(rows) + "\n"), partner)
        return {key: value for key, value in result.items() if value and key not in {"rows", "exit"}}

    return take


def _reasons() -> list[str]:
    return sorted(StagedRow.objects.values_list("reason", flat=True))


def _kinds(subject: Subject) -> list[str]:
    return sorted(subject.identifiers.values_list("kind", flat=True))


def test_one_person_at_two_partners_is_one_person(take):
    assert take(",C-1001,0555123401,,А Б,1") == {"new": 1}
    assert take(f"{T1},C-1001,0555123401,,А Б,2", partner="alatoo-coffee") == {"updated": 1}
    person = Subject.objects.get()
    assert _kinds(person) == ["card", "card", "phone", "token"]
    assert {r.partner.code: r.payload for r in person.records.filter(category="points")} == {
        "bereke": {"points": "1"}, "alatoo-coffee": {"points": "2"}
    }  # fmt: skip


def test_the_same_card_number_of_another_partner_is_another_card(take):
    assert take(",C-1001,,,А Б,1") == {"new": 1}
    assert take(",C-1001,,,В Г,1", partner="alatoo-coffee") == {"new": 1}
    assert Subject.objects.count() == 2


def test_identifiers_of_different_people_in_one_row_are_a_conflict(take):
    take(",C-1001,0555123401,,А Б,1", ",C-1002,0555123402,,В Г,1")
    assert take(",C-1001,0555123402,,А Б,9") == {"conflict": 1}
    assert _reasons() == ["two-people"]
    assert not Identifier.objects.filter(subject__records__payload_digest=b"").exists()
    assert {r.payload["points"] for s in Subject.objects.all() for r in s.records.filter(category="points")} == {"1"}


def test_a_known_phone_under_another_token_is_a_conflict(take):
    take(f"{T1},,0555123401,,А Б,1")
    assert take(f"{T2},,0555123401,,В Г,9") == {"conflict": 1}
    assert _reasons() == ["other-token"]
    assert Identifier.objects.filter(kind="token").count() == 1


def test_a_new_phone_under_a_known_token_is_the_same_person(take):
    take(f"{T1},,0555123401,,А Б,1")
    assert take(f"{T1},,0555123402,,А Б,1") == {"updated": 1}
    assert _kinds(Subject.objects.get()) == ["phone", "phone", "token"]


def test_an_email_alone_leads_to_the_person_who_has_nothing_stronger_against_it(take):
    take(",,,family@example.kg,А Б,1")
    assert take(",,0555123401,family@example.kg,А Б,1") == {"updated": 1}
    assert Subject.objects.count() == 1


@pytest.mark.parametrize("strong", [",,0555123402", f"{T2},,", ",C-1002,"])
def test_an_email_that_families_share_does_not_join_two_people(take, strong):
    take(f"{T1},C-1001,0555123401,family@example.kg,А Б,1")
    assert take(f"{strong},family@example.kg,В Г,1") == {"conflict": 1}
    assert Subject.objects.count() == 1


def test_an_email_of_somebody_else_is_left_out_where_the_phone_decides(take):
    take(",,0555123401,family@example.kg,А Б,1", ",,0555123402,,В Г,1")
    assert take(",,0555123402,family@example.kg,В Г,2") == {"updated": 1, "warnings": 1}
    owner = Identifier.objects.get(kind=IdentifierKind.EMAIL).subject
    assert owner.identifiers.get(kind="phone").value == "+996555123401"
    assert take(",,0555123402,family@example.kg,В Г,2") == {"unchanged": 1, "warnings": 1}


def test_rows_of_blocked_people_are_passed_over(take, officer):
    take(",,0555123401,,А Б,1")
    restrict(actor=officer, subject=Subject.objects.get(), reason="request")
    assert take(",,0555123401,,А Б,2") == {"skipped": 1}
    assert Subject.objects.get().records.get(category="points").payload == {"points": "1"}


@pytest.mark.parametrize(
    ("rows", "figures"),
    [
        ([",C-1001,0555123401,,А,1", ",C-1001,0555123401,,А,2"], {"new": 1, "duplicate": 1}),
        ([",C-1001,0555123401,,А,1", ",C-1001,0555123402,,А,2"], {"new": 1, "duplicate": 1}),
        ([",,0555123401,,А,1", ",C-1001,0555123401,,А,2"], {"new": 1, "duplicate": 1}),
        ([",C-1001,0555123401,,А,1", ",C-1002,0555123401,,Б,2"], {"new": 1, "conflict": 1}),
        ([f"{T1},,0555123401,,А,1", f"{T2},,0555123401,,Б,2"], {"new": 1, "conflict": 1}),
        ([",,0555123401,f@example.kg,А,1", ",,0555123402,f@example.kg,Б,2"], {"new": 1, "conflict": 1}),
        ([",,,f@example.kg,А,1", ",,0555123402,f@example.kg,Б,2"], {"new": 1, "duplicate": 1}),
        ([",C-1001,,,А,1"] * 5, {"new": 1, "duplicate": 4}),
    ],
)
def test_in_one_file_the_last_row_wins_and_contradictions_wait(take, rows, figures):
    assert take(*rows) == figures
    assert Subject.objects.get().records.get(category="points").payload["points"] == rows[-1][-1]
    again = {**{k: v for k, v in figures.items() if k != "new"}, "unchanged": 1}
    assert take(*rows) == again


def test_two_rows_that_lead_to_one_known_person_by_different_ways(take):
    take(f"{T1},,0555123401,,А,1")
    rows = (f"{T1},,,,А,5", ",,0555123401,,А,6")
    assert take(*rows) == {"updated": 1, "duplicate": 1}
    assert take(*rows) == {"unchanged": 1, "duplicate": 1}
    assert Subject.objects.get().records.get(category="points").payload == {"points": "6"}


def test_a_conflict_further_down_does_not_overrule_a_good_row(take):
    take(",C-1001,0555123401,,А,1", ",C-1002,0555123402,,Б,1")
    assert take(",,0555123401,,А,5", f"{T1},C-1001,0555123402,,Б,9") == {"updated": 1, "conflict": 1}


def test_a_card_alone_counts_when_it_is_known(take):
    assert take(",C-1009,,,,") == {"refused": 1}
    take(",C-1009,,,А Б,")
    assert take(",C-1009,,,,77") == {"updated": 1}


def test_a_known_person_without_a_row_of_their_own_is_left_alone(take):
    other = IdentifierFactory(value="+996555000001")
    take(",,0555123401,,А,1")
    assert other.subject.records.count() == 0
    assert Subject.objects.count() == 2


def _await(kind: str, value: str) -> None:
    digest = identifiers.digest(kind, value)
    AwaitedRestriction.objects.create(digest=digest, entry=uuid4(), reason="disputed", since=clock.now())


def test_somebody_whom_only_the_journal_knows_as_blocked_does_not_come_in(take):
    _await("phone", "+996555123401")
    assert take(",C-1001,0555123401,,А Б,1", ",C-1002,0555123402,,В Г,1") == {"new": 1, "skipped": 1}
    assert [code for code in Batch.objects.get().reasons if "restricted" in code]
    assert Subject.objects.count() == 1


def test_a_shared_mail_address_that_was_blocked_keeps_out_only_who_has_nothing_else(take):
    _await("email", "family@example.kg")
    assert take(",C-1001,,family@example.kg,А Б,1") == {"new": 1}
    assert take(",,,family@example.kg,В Г,1") == {"skipped": 1}
