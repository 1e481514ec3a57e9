"""The status page: opened by number and secret, tells nothing of what was written, and the same about everybody."""

import re

import pytest
from django.core import mail
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from procrastinate.contrib.django.models import ProcrastinateJob

from apps.audit.models import Entry
from apps.cases.models import Case, Verification
from apps.cases.services.move import move
from apps.cases.services.send_code import deliver_code
from apps.cases.services.write import NewMessage, add_message
from apps.optouts.models import OptOutEvent, Suppression
from apps.support.models import SupportRequest
from tests.factories import IdentifierFactory
from tests.support.test_public_form import STATUS, TEXT, post, secret_in, send

EMAIL = "asel@mail.example"


@pytest.fixture
def person(db):
    return IdentifierFactory(kind="email", value=EMAIL).subject


def ask(**values) -> tuple[SupportRequest, str]:
    html = send(**{"contact": EMAIL, "topic": "access", **values}).content.decode()
    return SupportRequest.objects.latest("pk"), secret_in(html)


def look(request: SupportRequest, secret: str, act: str = "", **fields):
    given = {"reference": request.reference, "secret": secret, "act": act}
    return post(STATUS, given | fields)


def text_of(answer) -> str:
    return answer.content.decode()


def test_how_far_it_is(person, officer):
    request, secret = ask()
    page = text_of(look(request, secret))
    assert "We have received it" in page
    assert "We answer by" in page
    assert TEXT not in page
    assert EMAIL not in page
    case = move(Case.objects.get(), "start", actor=officer, seen=None)
    add_message(case, actor=officer, message=NewMessage(direction="out", came_by="phone", text="Биз карап жатабыз"))
    page = text_of(look(request, secret))
    assert "We are working on it" in page
    assert "Phone call" in page
    assert "Биз карап жатабыз" not in page


@pytest.mark.parametrize("typed", ["{}", "  {} ", "lower", "joined", "cyrillic"])
def test_a_secret_as_people_type_it(person, typed):
    request, secret = ask()
    said = {"lower": secret.lower(), "joined": secret.replace("-", "")}.get(typed, typed.format(secret))
    said = secret.translate(str.maketrans("ABCEHKMPTXY", "АВСЕНКМРТХУ")) if typed == "cyrillic" else said
    number = request.reference.replace("SR-", "sr ") if typed == "lower" else request.reference
    assert post(STATUS, {"reference": number, "secret": said}).status_code == 200


def test_without_the_secret_nothing_is_shown_and_nothing_done(person, agent):
    request, secret = ask()
    other, _own = ask(text="other")
    for reference, typed in (
        (request.reference, "AAAA-AAAA-AAAA"), (other.reference, secret), ("SR-2026-999999", secret),
        (request.reference, ""), ("nonsense", secret),
    ):  # fmt: skip
        answer = post(STATUS, {"reference": reference, "secret": typed, "act": "withdraw"})
        assert answer.status_code == 404
        assert "There is no request with this number" in text_of(answer)
    assert Case.objects.open().count() == 2


def test_what_staff_took_in_has_no_secret(person):
    request, secret = ask()
    SupportRequest.objects.update(secret_mac=None)
    assert look(request, secret).status_code == 404
    assert Client().get(f"{STATUS}&reference={request.reference}&secret={secret}").status_code == 200
    assert Entry.objects.filter(action="cases.open").exists()


def deliver() -> None:
    """As the worker does; jobs name nothing but a key."""
    for job in ProcrastinateJob.objects.filter(task_name="cases.deliver_code"):
        assert set(job.args) == {"verification_id"}
        deliver_code(**job.args)


def test_a_code_verifies_who_is_known(person):
    request, secret = ask()
    page = text_of(look(request, secret, "code"))
    assert "If we know a•••@m•••.example as yours" in page
    deliver()
    (message,) = mail.outbox
    assert message.to == [EMAIL]
    (code,) = re.findall(r"\b\d{6}\b", message.body.replace(request.reference, ""))
    page = text_of(look(request, secret, "check", code=code))
    assert "we know now that it is you" in page
    assert Case.objects.get().verified_at
    done = Verification.objects.get()
    assert (done.state, done.done_by) == ("done", None)
    assert "already" in text_of(look(request, secret, "code"))


def test_known_and_unknown_are_told_the_same_by_the_same_way(person):
    """Asking, five wrong codes, and a sixth: the same words, the same questions to the database."""
    seen = []
    for contact in (EMAIL, "nobody@mail.example"):
        request, secret = ask(contact=contact)
        told = []
        with CaptureQueriesContext(
            connection,
        ) as queries:
            told.append(look(request, secret, "code"))
        counts = [len(queries)]
        deliver()
        for number in range(6):
            with CaptureQueriesContext(connection) as queries:
                told.append(look(request, secret, "check", code=f"00000{number}x"))
            counts.append(len(queries))
        hidden = re.compile(re.escape(request.reference) + "|" + re.escape(secret) + r"|\S•••@\S•••\.example")
        pages = [(answer.status_code, hidden.sub("", text_of(answer))) for answer in told]
        seen.append((pages, counts))
    assert len(mail.outbox) == 1  # or there would be nothing to hide
    assert seen[0] == seen[1]


def test_codes_have_a_limit(person):
    request, secret = ask()
    statuses = [look(request, secret, "code") for _number in range(4)]
    assert [answer.status_code for answer in statuses] == [200, 200, 200, 429]
    assert statuses[3]["Retry-After"] == "3600"
    assert "Try again in an hour" in text_of(statuses[3])


def test_who_wants_no_advertising_gets_none_at_once(person):
    phone = IdentifierFactory(subject=person)
    request, secret = ask(topic="unsubscribe", text="")
    assert "You can stop advertising at once" in text_of(send(contact=EMAIL, topic="unsubscribe", text=""))
    look(request, secret, "code")
    code = Verification.objects.get().code
    assert not Suppression.objects.exists()
    assert "Advertising is stopped" in text_of(look(request, secret, "check", code=code))
    assert {bytes(row.digest) for row in Suppression.objects.all()} >= {bytes(phone.digest)}
    event = OptOutEvent.objects.first()
    assert (event.actor, event.medium, event.reason) == (None, "form", "refusal")
    assert Case.objects.get().status == "answered"
    assert not Case.objects.get().is_open


def test_taken_back(person):
    request, secret = ask()
    assert "You have taken the request back" in text_of(look(request, secret, "withdraw"))
    assert Case.objects.get().status == "withdrawn"
    assert "closed already" in text_of(look(request, secret, "withdraw"))
    assert Entry.objects.filter(action="cases.move", actor=None).count() == 1


def test_no_cookie_and_kept_by_nobody(person):
    request, secret = ask()
    client = Client()
    client.cookies["sessionid"] = "somebody's"
    answer = post(STATUS, {"reference": request.reference, "secret": secret}, client)
    assert answer.status_code == 200
    assert answer["Cache-Control"] == "no-store"
    assert "Set-Cookie" not in answer.headers
    assert client.put(STATUS).status_code == 405
