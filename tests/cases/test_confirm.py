"""Who asks is verified by their token, or by papers; what asks the same gives way to the first that is verified."""

import pytest
from django.core.exceptions import PermissionDenied
from django.test import Client
from django.urls import reverse

from apps.accounts.choices import Role
from apps.audit.models import Entry
from apps.cases.models import Case, CaseLink, Verification
from apps.cases.services.confirm import confirm_by_papers, confirm_by_token
from apps.cases.services.duplicate import close_as_duplicate
from apps.cases.services.move import move
from apps.cases.services.refuse import Grounds, refuse
from apps.cases.services.write import NewMessage, add_message
from apps.core import clock
from apps.core.errors import NotPossible
from tests.cases.conftest import at
from tests.factories import IdentifierFactory, RequestFactory, make_user

TOKEN = "tok-7f3a9c21"
COPIES = ("access", "portability")
DONE_FIRST = ("rectification", "restriction")  # and then said


@pytest.fixture
def token(case):
    return IdentifierFactory(subject=case.subject, kind="token", value=TOKEN)


@pytest.fixture
def twin(case) -> Case:
    return Case.objects.get(pk=RequestFactory(subject=case.subject, topic=case.topic).pk)


def fresh(case) -> Case:
    return Case.objects.get(pk=case.pk)


def test_by_their_token(case, token, agent):
    assert confirm_by_token(case, actor=agent, token=f" {TOKEN} ")
    assert fresh(case).verified_at
    assert Verification.objects.get().method == "token"
    assert TOKEN not in str(list(Entry.objects.values_list("facts", flat=True)))


def test_a_token_of_nobody_of_another_or_replaced_proves_nothing_and_counts(case, token, agent):
    other = IdentifierFactory(kind="token", value="tok-11111111")
    token.replaced_at = clock.now()
    token.save()
    for said in ("tok-00000000", other.value, TOKEN, "", "x"):
        assert not confirm_by_token(case, actor=agent, token=said)
    assert not fresh(case).verified_at
    assert Entry.objects.filter(action="cases.unproven", actor=agent).count() == 5
    with pytest.raises(NotPossible, match="too often"):
        confirm_by_token(case, actor=agent, token="tok-22222222")


def test_without_a_person_there_is_no_token_to_compare(agent):
    with pytest.raises(NotPossible, match="Name the person"):
        confirm_by_token(Case.objects.get(pk=RequestFactory().pk), actor=agent, token=TOKEN)


def test_by_papers_that_somebody_has_seen(case, agent):
    row = confirm_by_papers(case, actor=agent, papers="passport")
    assert row.verified_at
    assert row.version == case.version + 1
    seen = Verification.objects.get()
    assert (seen.papers, seen.done_by) == ("passport", agent)
    assert Entry.objects.get(action="cases.verify").facts == {"method": "papers", "papers": "passport"}
    since = row.verified_at
    assert confirm_by_papers(case, actor=agent, papers="proxy").verified_at == since
    with pytest.raises(PermissionDenied):
        confirm_by_papers(case, actor=make_user(Role.AUDITOR), papers="passport")


@pytest.mark.parametrize("topic", ["access", "portability", "rectification", "restriction", "erasure"])
def test_nothing_is_answered_before_that_but_refused_or_taken_back(topic, officer):
    case = Case.objects.get(pk=RequestFactory(topic=topic, subject=IdentifierFactory().subject).pk)
    add_message(case, actor=officer, message=NewMessage(direction="out", came_by="phone", text="x"))
    move(case, "start", actor=officer, seen=None)
    with pytest.raises(NotPossible, match="Verify first"):
        move(case, "answer", actor=officer, seen=None)
    move(case, "wait", actor=officer, seen=None, reason="identity")
    move(case, "resume", actor=officer, seen=None)
    letter = NewMessage(direction="out", came_by="letter", text="x")
    refuse(case, actor=officer, grounds=Grounds(reason="identity", legal_ref="Art. 1"), letter=letter, seen=None)
    move(case, "reopen", actor=officer, seen=None)
    confirm_by_papers(case, actor=officer, papers="passport")
    if topic in COPIES:  # which a message doesn't answer: what is left is its own matter
        with pytest.raises(NotPossible, match="Hand the copy over"):
            move(case, "answer", actor=officer, seen=None)
    elif topic in DONE_FIRST:
        with pytest.raises(NotPossible, match="first; a request that is not followed is refused"):
            move(case, "answer", actor=officer, seen=None)
    else:
        assert move(case, "answer", actor=officer, seen=None).closed_at


def test_what_names_nobody_is_answered_to_anybody(officer):
    case = Case.objects.get(pk=RequestFactory(topic="rectification").pk)
    add_message(case, actor=officer, message=NewMessage(direction="out", came_by="phone", text="x"))
    move(case, "start", actor=officer, seen=None)
    assert move(case, "answer", actor=officer, seen=None).closed_at


def test_a_complaint_is_answered_to_anybody(officer):
    case = Case.objects.get(pk=RequestFactory(topic="complaint").pk)
    add_message(case, actor=officer, message=NewMessage(direction="out", came_by="phone", text="x"))
    move(case, "start", actor=officer, seen=None)
    assert move(case, "answer", actor=officer, seen=None).closed_at


def test_who_speaks_for_another_shows_papers(officer):
    person = IdentifierFactory(kind="token", value=TOKEN).subject
    case = Case.objects.get(pk=RequestFactory(subject=person, topic="erasure", speaker="representative").pk)
    add_message(case, actor=officer, message=NewMessage(direction="out", came_by="phone", text="x"))
    move(case, "start", actor=officer, seen=None)
    assert confirm_by_token(case, actor=officer, token=TOKEN)
    with pytest.raises(NotPossible, match="papers"):
        move(case, "answer", actor=officer, seen=None)
    confirm_by_papers(case, actor=officer, papers="proxy")
    assert move(case, "answer", actor=officer, seen=None).closed_at


def verify(case, actor, moment: str) -> None:
    with clock.standing_at(at(moment)):
        confirm_by_papers(case, actor=actor, papers="passport")


def test_an_unverified_one_never_stands_in_the_way(case, twin, officer):
    verify(twin, officer, "2026-05-12T10:00")
    with pytest.raises(NotPossible, match="first verified"):
        close_as_duplicate(twin, actor=officer, other=case, seen=None)
    assert fresh(twin).is_open
    assert not CaseLink.objects.exists()
    closed = close_as_duplicate(case, actor=officer, other=twin, seen=fresh(case).version)
    assert (closed.status, fresh(twin).is_open) == ("duplicate", True)


def test_the_first_that_was_verified_wins(case, twin, officer):
    verify(twin, officer, "2026-05-12T10:00")
    verify(case, officer, "2026-05-12T11:00")
    with pytest.raises(NotPossible, match="first verified"):
        close_as_duplicate(twin, actor=officer, other=case, seen=None)
    assert close_as_duplicate(case, actor=officer, other=twin, seen=None).status == "duplicate"


def test_two_don_t_close_each_other(case, twin, officer):
    close_as_duplicate(case, actor=officer, other=twin, seen=None)
    with pytest.raises(NotPossible):
        close_as_duplicate(twin, actor=officer, other=case, seen=None)
    assert fresh(twin).is_open


def test_twins_are_of_one_person_or_contact_and_one_topic(case, twin):
    RequestFactory(subject=case.subject, topic="complaint")
    RequestFactory(subject=IdentifierFactory().subject)
    assert list(Case.objects.twins_of(case)) == [twin]
    digest = {"contact_kind": "phone", "contact": "+996555000001", "contact_digest": b"1" * 16}
    one, two = RequestFactory(**digest), RequestFactory(**digest)
    assert [row.pk for row in Case.objects.twins_of(Case.objects.get(pk=one.pk))] == [two.pk]


@pytest.fixture
def phone_desk(agent):
    client = Client()
    client.force_login(agent, backend="django.contrib.auth.backends.ModelBackend")
    return client


def place(name, *arguments):
    return reverse(f"admin:cases_case_{name}", args=arguments)


def test_on_the_phone(phone_desk, case, token, agent):
    phone = case.subject.identifiers.get(kind="phone")
    shown = phone_desk.get(place("change", case.pk)).content.decode()
    assert "Not verified" in shown
    assert "write nothing about the person" in shown
    assert phone.masked in shown
    assert phone.value not in shown
    answer = phone_desk.post(place("send_code", case.pk), {"send-code-address": phone.pk}, follow=True)
    assert "A code went to" in answer.content.decode()
    code = Verification.objects.get().code
    wrong = phone_desk.post(place("check_code", case.pk), {"code-code": f"{(int(code) + 1) % 10**6:06}"})
    assert "This is not the code" in wrong.content.decode()
    assert Verification.objects.get().code_tries == 1  # though the page was shown again
    done = phone_desk.post(place("check_code", case.pk), {"code-code": code}, follow=True).content.decode()
    assert "The person is verified." in done
    assert "Code to a known phone" in done
    assert "Not verified" not in done


def test_nobody_else_s_address_can_be_chosen(phone_desk, case):
    other = IdentifierFactory()
    phone_desk.post(place("send_code", case.pk), {"send-code-address": other.pk})
    assert not Verification.objects.exists()


def test_by_token_and_papers_on_the_desk(phone_desk, case, twin, token):
    wrong = phone_desk.post(place("token", case.pk), {"token-token": "tok-00000000"})
    assert "not the person&#x27;s token" in wrong.content.decode()
    assert Verification.objects.filter(state="failed").count() == 1
    phone_desk.post(place("token", case.pk), {"token-token": TOKEN})
    phone_desk.post(place("papers", twin.pk), {"papers-papers": "licence"})
    assert fresh(case).verified_at
    assert fresh(twin).verified_at


def test_the_page_shows_what_asks_the_same_and_closes_it(desk, case, twin, officer):
    verify(case, officer, "2026-05-12T10:00")
    shown = desk.get(place("change", case.pk)).content.decode()
    assert "this one was verified first" in shown
    assert place("duplicate", twin.pk, case.pk) in shown
    assert f"{case.reference} asks the same" in desk.get(place("change", twin.pk)).content.decode()
    answer = desk.post(place("duplicate", twin.pk, case.pk), {"duplicate-seen": twin.version}, follow=True)
    assert f"{twin.reference} is closed" in answer.content.decode()
    assert fresh(twin).status == "duplicate"
