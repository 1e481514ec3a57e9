"""Closed cases lose what was written in them after their time; an open one, or one that is needed, never does."""

import html
import random
from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.db.models import Q
from django.urls import reverse

from apps.accounts.choices import Role
from apps.audit.models import Entry
from apps.cases import keeping
from apps.cases.models import Attachment, Case, CaseLink, Message, Note, Verification
from apps.cases.services.attach import attach
from apps.cases.services.link import link_cases
from apps.cases.services.move import move
from apps.cases.services.strip import kept_because, needed, over, strip_old
from apps.cases.services.write import NewMessage, add_message, add_note
from apps.cases.tasks import strip_closed
from apps.core import clock, files
from apps.core.errors import NotPossible
from apps.partners.models import Processing, Retention
from apps.partners.services.keep_processing import set_retention
from apps.support.models import AccessLink, AccessPackage, Blocking, Rectification, SupportRequest, Telling
from tests import factories
from tests.cases.conftest import at

THEN, NOW = at("2022-03-01T10:00"), at("2026-04-29T10:00")
TOPICS = ("access", "erasure", "question")


@pytest.fixture(autouse=True)
def today():
    with clock.standing_at(NOW):
        yield


def made(actor, moment=THEN, *, closed=True, **values) -> Case:
    """A request with something of everything, closed a day later."""
    phone = factories.IdentifierFactory()
    given = {
        "subject": phone.subject, "contact": phone.value, "contact_digest": phone.digest, "contact_kind": "phone",
        "speaker_name": "Асанова Айгүл", "topic": "access", **values,
    }  # fmt: skip
    with clock.standing_at(moment):
        case = Case.objects.get(pk=factories.RequestFactory(received_at=moment, **given).pk)
        add_message(case, actor=None, message=NewMessage(direction="in", came_by="phone", text="Мен жөнүндө?"))
        add_note(case, actor=actor, text="called twice")
        attach(case, actor=actor, name="card.txt", data=b"hello")
        Rectification.objects.create(request_id=case.pk, made_by=actor, fields=["email"], changes=[{"field": "email"}])
    if closed:
        with clock.standing_at(moment + timedelta(days=1)):
            move(case, "withdraw", actor=actor, seen=None)
    return Case.objects.get(pk=case.pk)


def contents(case) -> tuple:
    row = SupportRequest.objects.get(pk=case.pk)
    written = (row.messages.count(), row.notes.count(), row.attachments.count())
    digest = row.contact_digest and bytes(row.contact_digest)
    corrected = [made.changes for made in row.rectifications.all()]
    return (*written, row.subject_id, row.contact, digest, row.speaker_name, corrected)


EMPTY = (0, 0, 0, None, None, None, None, [None])


def test_it_loses_everything_but_its_figures(officer, django_capture_on_commit_callbacks):
    old, young = made(officer), made(officer, NOW - timedelta(days=40))
    before = contents(young)
    path = files.path_of(Attachment.objects.get(case=old).file)
    assert path.exists()
    with django_capture_on_commit_callbacks(execute=True):
        strip_closed(0)
    assert contents(old) == EMPTY
    assert contents(young) == before
    assert not path.exists()
    left = Case.objects.get(pk=old.pk)
    for name in ("reference", "kind", "topic", "status", "received_at", "closed_at", "due_at", "came_by", "opened_at"):
        assert getattr(left, name) == getattr(old, name)
    assert left.stripped_at == NOW
    facts = Entry.objects.get(action="cases.strip").facts
    assert {name: facts[name] for name in ("cases", "messages", "notes", "files")} == {
        "cases": 1, "messages": 1, "notes": 1, "files": 1,
    }  # fmt: skip
    assert strip_old() == 0  # once is enough


def test_what_else_said_who_it_was_goes_too(officer):
    case = made(officer)
    request = SupportRequest.objects.get(pk=case.pk)
    SupportRequest.objects.filter(pk=case.pk).update(secret_mac=b"s" * 32)
    Verification.objects.create(case=case, method="papers", papers="passport")
    copy = AccessPackage.objects.create(
        request=request, person=case.subject_id, state="handed", language="ky", handed_to="сестра"
    )
    AccessLink.objects.create(
        package=copy, kind="phone", digest=bytes(16), secret_mac=bytes(32), made_by=officer, expires_at=THEN
    )
    assert strip_old() == 1
    copy.refresh_from_db()
    request.refresh_from_db()
    assert (copy.person, copy.handed_to, copy.state, request.secret_mac) == (None, None, "handed", None)
    assert not AccessLink.objects.exists()
    assert not Verification.objects.exists()


def test_many_go_in_chunks_each_with_its_entry(officer, monkeypatch):
    monkeypatch.setattr("apps.cases.services.strip.CHUNK", 2)
    for _number in range(5):
        made(officer)
    assert strip_old() == 5
    assert sorted(entry.facts["cases"] for entry in Entry.objects.filter(action="cases.strip")) == [1, 2, 2]


def keep_linked(case, officer):
    link_cases(made(officer, closed=False), actor=officer, other=case, kind="related")


def keep_unsent(case, officer):
    Message.objects.filter(case=case).update(delivery="queued")


def keep_paused(case, officer):
    case.pauses.create(reason="identity", started_at=THEN)


def keep_again(case, officer):
    made(officer, closed=False, subject=case.subject, contact=None, contact_digest=None)


def keep_contact(case, officer):
    digest = SupportRequest.objects.get(pk=case.pk).contact_digest
    made(officer, closed=False, subject=None, contact_digest=digest)


def keep_telling(case, officer):
    Telling.objects.create(rectification=Rectification.objects.get(request=case.pk), partner=factories.PartnerFactory())


def keep_copy(case, officer):
    AccessPackage.objects.create(request_id=case.pk, person=case.subject_id, state="handed", language="ky", file="x")


def keep_blocking(case, officer):
    Blocking.objects.create(request_id=case.pk, verified=True)


@pytest.mark.parametrize(
    ("keep", "code"),
    [
        (keep_linked, "linked"), (keep_unsent, "unsent"), (keep_paused, "paused"), (keep_again, "again"),
        (keep_contact, "contact"), (keep_telling, "telling"), (keep_blocking, "blocking"), (keep_copy, "copy"),
    ],
)  # fmt: skip
def test_what_is_needed_is_kept_and_said(officer, desk, keep, code):
    case, other = made(officer), made(officer)
    before = contents(case)
    keep(case, officer)
    (kept,) = [kept for kept in kept_because(list(over())) if kept.case == case]
    assert kept.reasons == [str(keeper.title) for keeper in keeping.keepers() if keeper.code == code]
    strip_old()
    assert contents(case) == before
    assert contents(other) == EMPTY
    page = html.unescape(desk.get(reverse("admin:cases_case_emptied")).content.decode())
    assert case.reference in page
    assert kept.reasons[0] in page
    assert "Closed cases emptied" in page


def test_somebody_above_may_say_keep(officer, monkeypatch):
    """A legal hold, for example."""
    monkeypatch.setattr(keeping, "_keepers", dict(keeping._keepers))
    held, free = made(officer), made(officer)
    keeper = keeping.Keeper("hold", "A hold", lambda: Q(pk=held.pk))
    keeping.register_keeper(keeper)
    with pytest.raises(ValueError, match="registered already"):
        keeping.register_keeper(keeper)
    strip_old()
    assert Note.objects.filter(case=held).exists()
    assert not Note.objects.filter(case=free).exists()


def test_without_a_period_nothing_goes(officer, desk):
    case, lead = made(officer), factories.make_user(Role.LEAD)
    line = Processing.objects.get(category="support", purpose="service", recipient=None)
    set_retention(actor=lead, use=line, retention=Retention(endless=True))
    assert strip_old() == 0
    assert Note.objects.filter(case=case).exists()
    assert "says no period" in desk.get(reverse("admin:cases_case_emptied")).content.decode()
    set_retention(actor=lead, use=line, retention=Retention(amount=4, unit="year", counted_from="request-closed"))
    assert strip_old() == 1  # since 02.03.2022 it is more than four years


def test_a_period_reaches_back_by_days_months_and_years():
    kept = Retention(amount=1, unit="month")
    assert kept.reaches_back(at("2026-03-31T10:00")) == at("2026-02-28T10:00")
    kept.amount, kept.unit = 2, "year"
    assert kept.reaches_back(at("2024-02-29T10:00")) == at("2022-02-28T10:00")
    kept.amount, kept.unit = 10, "day"
    assert kept.reaches_back(at("2026-03-05T10:00")) == at("2026-02-23T10:00")


def test_nothing_is_added_to_an_empty_case_and_it_is_not_opened_again(officer):
    case = made(officer)
    strip_old()
    for act in (
        lambda: add_note(case, actor=officer, text="x"),
        lambda: attach(case, actor=officer, name="x.txt", data=b"x"),
        lambda: add_message(case, actor=officer, message=NewMessage(direction="in", came_by="phone", text="x")),
        lambda: move(case, "reopen", actor=officer, seen=None),
    ):
        with pytest.raises(NotPossible, match="is gone"):
            act()


@pytest.mark.parametrize("seed", range(6))
def test_an_open_case_never_loses_anything(officer, seed):
    """Whatever there is of open and closed, linked and unsent, young and old."""
    dice = random.Random(seed)  # noqa: S311
    people = [factories.IdentifierFactory().subject for _number in range(3)]
    cases = [
        made(
            officer, THEN + timedelta(days=dice.randrange(1500)), closed=dice.random() < 0.6,
            topic=dice.choice(TOPICS), subject=dice.choice([*people, None]),
        )
        for _number in range(12)
    ]  # fmt: skip
    for _number in range(4):
        first, second = dice.sample(cases, 2)
        if not CaseLink.objects.of(first).filter(Q(first=second) | Q(second=second)).exists():
            link_cases(first, actor=officer, other=second, kind="related")
    Message.objects.filter(case=dice.choice(cases)).update(delivery="queued")
    kept = {case.pk for case in cases} - set(over().exclude(needed()).values_list("pk", flat=True))
    still_open = {case.pk for case in cases if case.is_open}
    assert still_open <= kept
    before = {case.pk: contents(case) for case in cases}
    strip_old()
    for case in cases:
        assert contents(case) == (before[case.pk] if case.pk in kept else EMPTY)
    assert not Case.objects.filter(pk__in=still_open, stripped_at__isnull=False).exists()


def test_the_database_itself_refuses(officer):
    case = made(officer, closed=False)
    with pytest.raises(IntegrityError), transaction.atomic():
        Case.objects.filter(pk=case.pk).update(stripped_at=NOW, subject=None)
