"""Refusing: a coded reason, a legal reference and a letter, or the case stays open."""

import pytest
from django.core.exceptions import PermissionDenied
from django.urls import reverse

from apps.accounts.choices import Role
from apps.audit.models import Entry
from apps.cases.erasure import CaseEraser
from apps.cases.justifications import NAMESPACE, RefusalReason
from apps.cases.models import Case, Message, Refusal
from apps.cases.services.link import read
from apps.cases.services.move import move
from apps.cases.services.refuse import Grounds, refuse
from apps.cases.services.set_template import seed_templates
from apps.cases.services.taking_hold import Overtaken
from apps.cases.services.write import NewMessage
from apps.core.errors import NotPossible
from tests import factories
from tests.factories import make_user

CODE = "Digital Code of the Kyrgyz Republic (No. 178 of 31.07.2025)"
GROUNDS = Grounds(reason="contract", legal_ref=f"{CODE}, Art. 84", status="assumed")
LETTER = NewMessage(direction="out", came_by="letter", heading="{reference}", text="{reason}; {legal_reference}")


@pytest.fixture
def at_work(case, officer) -> Case:
    seed_templates()
    return move(case, "start", actor=officer, seen=1)


def filled_in(case, **values):
    given = {
        "seen": case.version, "reason": "contract", "source": CODE, "article": "84", "status": "assumed",
        "came_by": "letter", "heading": "About {reference}", "text": "Because {reason} ({legal_reference}).",
    }  # fmt: skip
    return {f"refuse-{name}": value for name, value in {**given, **values}.items()}


def test_letter_reason_step_and_entry_come_together(at_work, officer):
    refusal = refuse(at_work, actor=officer, grounds=GROUNDS, letter=LETTER, seen=at_work.version)
    case = Case.objects.get(pk=at_work.pk)
    assert (case.status, case.closed_at is not None) == ("refused", True)
    # In the person's language, whatever that of who writes.
    assert refusal.letter.text.startswith("Маалымат")
    assert refusal.letter.text.endswith("84-берене")
    assert refusal.letter.heading == case.reference
    assert refusal.term == f"{NAMESPACE}ContractPerformanceNecessity"
    said = list(Entry.objects.about(case).values_list("action", flat=True))
    assert said[:3] == ["cases.move", "cases.refuse", "cases.message-out"]
    assert CODE not in str(list(Entry.objects.values_list("facts", flat=True)))


@pytest.mark.parametrize(
    ("grounds", "letter", "told"),
    [
        (Grounds(reason="", legal_ref="Art. 1"), LETTER, "choose a reason"),
        (Grounds(reason="because", legal_ref="Art. 1"), LETTER, "choose a reason"),
        (Grounds(reason="contract", legal_ref=" "), LETTER, "Name the law"),
        (GROUNDS, NewMessage(direction="out", came_by="phone", text="No."), "A refusal is written"),
        (GROUNDS, NewMessage(direction="out", came_by="letter", text=" "), "no text"),
        (GROUNDS, NewMessage(direction="out", came_by="letter", text="{nonsense}"), "no placeholder {nonsense}"),
        (GROUNDS, NewMessage(direction="out", came_by="letter", text="{days}"), "{days} has no value"),
        (GROUNDS, NewMessage(direction="out", came_by="email", text="No."), "No such address"),
    ],
)
def test_without_one_of_them_nothing_happens(at_work, officer, grounds, letter, told):
    with pytest.raises(NotPossible, match=told.replace("{", r"\{")):
        refuse(at_work, actor=officer, grounds=grounds, letter=letter, seen=at_work.version)
    case = Case.objects.get(pk=at_work.pk)
    assert (case.status, case.version) == ("in-work", at_work.version)
    assert not Message.objects.exists()
    assert not Refusal.objects.exists()


def test_the_step_alone_refuses_nobody(at_work, officer):
    with pytest.raises(NotPossible, match="its reason, its legal reference and its letter"):
        move(at_work, "refuse", actor=officer, seen=at_work.version)
    assert Case.objects.get(pk=at_work.pk).is_open


def test_the_second_is_told_and_an_agent_refuses_nobody(at_work, officer, lead, agent):
    with pytest.raises(PermissionDenied):
        refuse(at_work, actor=agent, grounds=GROUNDS, letter=LETTER, seen=at_work.version)
    refuse(at_work, actor=officer, grounds=GROUNDS, letter=LETTER, seen=at_work.version)
    with pytest.raises(Overtaken, match="was first"):
        refuse(at_work, actor=lead, grounds=GROUNDS, letter=LETTER, seen=at_work.version)
    assert Refusal.objects.count() == Message.objects.count() == 1


def test_opened_again_it_takes_a_refusal_of_its_own(at_work, officer):
    refuse(at_work, actor=officer, grounds=GROUNDS, letter=LETTER, seen=None)
    case = move(at_work, "reopen", actor=officer, seen=None)
    assert not case.refusals.standing().exists()
    with pytest.raises(NotPossible, match="its letter"):
        move(case, "refuse", actor=officer, seen=case.version)
    refuse(case, actor=officer, grounds=GROUNDS, letter=LETTER, seen=case.version)
    assert Refusal.objects.count() == 2
    assert Refusal.objects.standing().count() == 1


def test_the_letter_goes_with_the_person_the_reason_stays(at_work, officer):
    refuse(at_work, actor=officer, grounds=GROUNDS, letter=LETTER, seen=None)
    assert Message.objects.filter(case=at_work).exists()
    CaseEraser().erase(at_work.subject_id)
    assert not Message.objects.exists()
    kept = Refusal.objects.get()
    assert (kept.reason, kept.letter) == ("contract", None)


def test_the_page_begins_with_the_template_and_shows_the_letter_first(at_work, desk):
    place = reverse("admin:cases_case_refuse", args=[at_work.pk])
    page = desk.get(place).content.decode()
    assert at_work.reference in page
    assert "{reason}" in page
    shown = desk.post(place, {**filled_in(at_work), "preview": "1"}).content.decode()
    assert f"About {at_work.reference}" in shown
    assert not Refusal.objects.exists()
    answer = desk.post(place, filled_in(at_work))
    assert answer["Location"] == reverse("admin:cases_case_change", args=[at_work.pk])
    refusal = Refusal.objects.get()
    assert refusal.legal_ref == f"{CODE}, Art. 84"
    case_page = desk.get(answer["Location"]).content.decode()
    assert str(RefusalReason.CONTRACT.label) in case_page
    assert "Art. 84" in case_page
    assert "Assumed, to be checked" in case_page


@pytest.mark.parametrize(
    ("values", "told"),
    [
        ({"article": "somewhere"}, "Give the number of the article"),
        ({"reason": ""}, "This field is required"),
        ({"source": ""}, "This field is required"),
        ({"text": "Dear {nobody}"}, "There is no placeholder {nobody}"),
    ],
)
def test_what_is_wrong_is_said_beside_it(at_work, desk, values, told):
    answer = desk.post(reverse("admin:cases_case_refuse", args=[at_work.pk]), filled_in(at_work, **values))
    assert told in answer.content.decode()
    assert not Refusal.objects.exists()


def test_the_person_s_name_is_covered_until_the_texts_are_shown(at_work, desk, officer):
    factories.RecordFactory(subject=at_work.subject, payload={"full_name": "Асанова Айгүл"})
    place = reverse("admin:cases_case_refuse", args=[at_work.pk])
    asked = {**filled_in(at_work, text="{name}, no."), "preview": "1"}
    covered = desk.post(place, asked).content.decode()
    assert "•••, no." in covered
    assert "Асанова" not in covered
    read(at_work, actor=officer)
    assert "Асанова Айгүл, no." in desk.post(place, asked).content.decode()
    desk.post(place, filled_in(at_work, text="{name}, no."))
    assert Refusal.objects.get().letter.text == "Асанова Айгүл, no."


def test_the_letter_is_printed_by_whoever_has_leave_to_read(at_work, desk, officer):
    refusal = refuse(at_work, actor=officer, grounds=GROUNDS, letter=LETTER, seen=None)
    place = reverse("admin:cases_case_letter", args=[at_work.pk, refusal.letter.pk])
    assert refusal.letter.text not in desk.get(place).content.decode()
    assert desk.post(place)["Location"] == place
    assert refusal.letter.text in desk.get(place).content.decode()
    assert Entry.objects.filter(action="cases.read").count() == 1


def test_a_case_that_is_not_at_work_leads_back(case, desk):
    answer = desk.get(reverse("admin:cases_case_refuse", args=[case.pk]))
    assert answer["Location"] == reverse("admin:cases_case_change", args=[case.pk])


def test_every_reason_has_its_term():
    terms = {reason.term for reason in RefusalReason}
    assert len(terms) == len(RefusalReason.values)
    assert all(term.startswith(NAMESPACE) for term in terms)


def test_counsel_refuses(at_work):
    refuse(at_work, actor=make_user(Role.COUNSEL), grounds=GROUNDS, letter=LETTER, seen=None)
    assert Refusal.objects.get().case_id == at_work.pk
