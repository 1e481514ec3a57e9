"""Every page of the desk × every role, against the table in pages.py."""

from uuid import uuid4

import pytest
from django.contrib import admin
from django.contrib.auth.models import Group
from django.db import connection
from django.test import Client
from django.urls import URLResolver, reverse

from apps.accounts.choices import Role
from apps.accounts.models import User
from apps.audit.actions import SIGN_IN
from apps.audit.services import record
from apps.campaigns.models import Campaign
from apps.cases.models import Case, CaseLink, ReplyTemplate
from apps.cases.services.attach import attach
from apps.cases.services.move import move
from apps.cases.services.write import NewMessage, add_message
from apps.consents.models import Asking, ConsentEvent, ConsentFigure, ConsentState
from apps.core import clock
from apps.core.erasers import Item, Value
from apps.exports.models import Export
from apps.imports.engine.layout import Layout
from apps.imports.models import Batch
from apps.optouts.actions import TAKEN_MANY
from apps.optouts.models import (
    ApiToken,
    InboundMessage,
    OptOutEvent,
    OptOutNote,
    Resubscription,
    Suppression,
)  # fmt: skip
from apps.optouts.services.salted import system_owner
from apps.partners.models import Processing, Recipient
from apps.policies.models import CalendarDay, DeadlineRule, PolicyDocument, PolicyEdition
from apps.support.access.staging import Stage
from apps.support.models import AccessPackage, MailRun, Rectification, TakenMail, Telling
from apps.support.services.set_aside import keep_aside
from tests.factories import IdentifierFactory, PartnerFactory, RequestFactory
from tests.permissions.pages import PAGES

LETTERS = {
    "A": Role.AGENT,
    "O": Role.OFFICER,
    "L": Role.LEAD,
    "C": Role.COUNSEL,
    "P": Role.PARTNER_MANAGER,
    "D": Role.AUDITOR,
    "N": None,
    "X": None,
}
# Addresses without a name: a model's bare key, which leads on to its page, and what nothing else matched.
UNNAMED = ("<path:object_id>/", "(?P<url>.*)$")


def walk(patterns, route=""):
    for pattern in patterns:
        here = route + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            yield from walk(pattern.url_patterns, here)
        else:
            yield pattern.name, here, list(pattern.pattern.converters) or list(pattern.pattern.regex.groupindex)


ADDRESSES = [(name, route, kwargs) for name, route, kwargs in walk(admin.site.get_urls())]


def a_job():
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO procrastinate_jobs (queue_name, task_name, args) VALUES ('x', 'x', '{}') RETURNING id"
        )
        return cursor.fetchone()[0]


def a_consent(person):
    about = {"purpose": "geolocation", "state": "given", "medium": "phone", "occurred_at": clock.now()}
    return ConsentEvent.objects.create(subject=person, **about)


@pytest.fixture
def things(db):
    """One row of everything that has a page, and what the addresses of custom pages name."""
    person, other = IdentifierFactory().subject, IdentifierFactory().subject
    identifier = person.identifiers.get()
    partner = PartnerFactory()
    user = User.objects.create(email="somebody@staff.example")
    scope = {
        "kind": "phone",
        "digest": bytes(identifier.digest),
        "channel": "sms",
        "purpose": "advertising",
        "reason": "refusal",
    }
    event = OptOutEvent.objects.create(**scope, medium="phone", occurred_at=clock.now())
    OptOutNote.objects.create(event=event, text="enough")
    listed = record(
        user, TAKEN_MANY, Suppression, events=2, suppressions=2, repeats=0, unread=0, channel="sms",
        purpose="advertising", sender="all", medium="letter",
    )  # fmt: skip
    layout = Layout(encoding="utf-8", delimiter=",", header_line=1, titles=("phone",), fields=("phone",))
    request, linked = RequestFactory(), RequestFactory()
    case = Case.objects.get(pk=request.pk)
    told = move_to_work(case)
    mail = TakenMail.objects.create(run=MailRun.objects.create(source="file"), digest=b"m" * 16, outcome="aside")
    keep_aside(mail, b"hello")
    made = Rectification.objects.create(request=request, made_by=user)
    rows = {
        "cases_case": request.pk,
        "cases_replytemplate": ReplyTemplate.objects.first().pk,
        "support_supportrequest": request.pk,
        "support_mailrun": mail.run_id,
        "support_takenmail": mail.pk,
        "policies_deadlinerule": DeadlineRule.objects.earliest("pk").pk,
        "policies_calendarday": CalendarDay.objects.create(date="2026-05-27", note="Kurman Ait").pk,
        "subjects_subject": person.pk,
        "partners_partner": partner.pk,
        "partners_recipient": Recipient.objects.get(code="tapjoy").pk,
        "partners_processing": Processing.objects.first().pk,
        "accounts_user": user.pk,
        "audit_entry": record(user, SIGN_IN, user).pk,
        "exports_export": Export.objects.create(actor=user, exported="partners.partner", file_format="csv").pk,
        "policies_datacategory": "phone",
        "policies_purpose": "advertising",
        "policies_policydocument": "privacy",
        "policies_policyedition": (edition := an_edition()).pk,
        "optouts_suppression": Suppression.objects.create(**scope, since=clock.now()).pk,
        "optouts_optoutevent": event.pk,
        "optouts_resubscription": a_way_back(scope).pk,
        "consents_consentevent": (said := a_consent(person)).pk,
        "consents_consentstate": ConsentState.objects.create(
            subject=person, purpose="geolocation", state="given", since=clock.now(), event=said
        ).pk,
        "consents_take": Asking.objects.create(
            edition=edition, purpose="advertising", medium="letter", asked_at=clock.now(), until=0
        ).pk,
        "consents_consentfigure": ConsentFigure.objects.create(
            day=clock.today(), measure="in-force", purpose="geolocation", number=1, counted_at=clock.now()
        ).pk,
        "optouts_inboundmessage": InboundMessage.objects.create(key=uuid4(), source="x", received_at=clock.now()).pk,
        "optouts_apitoken": ApiToken.objects.create(owner=system_owner("x"), scope="feed", prefix="x").pk,
        "optouts_note": event.pk,
        "optouts_many": listed.pk,
        "procrastinate_procrastinatejob": a_job(),
        "imports_batch": Batch.objects.create(partner=partner, kind="members", layout=layout.to_json()).pk,
        "campaigns_campaign": Campaign.objects.create(channel="sms", purpose="advertising", sender="operator").pk,
    }
    return rows, {
        "pk": person.pk,
        "identifier": identifier.pk,
        "other": other.pk,
        "part": "kept",
        "send": 1,
        "partner": partner.pk,
        "id": user.pk,
        "app_label": "subjects",
        "content_type_id": 1,
        "object_id": 1,
        "number": 1,
        "decision": "moved",
        "step": "start",
        "message": told.pk,
        "template": ReplyTemplate.objects.in_force().get(occasion="receipt", language="en").pk,
        "attachment": attach(case, actor=None, name="x.txt", data=b"hello").pk,
        "telling": Telling.objects.create(rectification=made, partner=partner).pk,
        "link": CaseLink.objects.create(first=case, second_id=linked.pk).pk,
        "other_case": linked.pk,
        "purpose": "advertising",
        "event": rows["consents_consentevent"],
        **a_copy(request, person),
        "code": "privacy",
    }


def a_copy(request, person):
    """A copy of somebody's data that waits to be looked through, with one entry."""
    stage = Stage()
    with stage:
        stage.add(Item("x.X", "phone", "Phone", (Value("value", "value", "+996555123401"),)))
    contents = [section.to_json() for section in stage.sections.values()]
    package = AccessPackage.objects.create(
        request=request, person=person.pk, state="ready", language="ky", contents=contents, items=1
    )
    return {"copy": package.pk, "section": "phone", "redaction": 1}


def move_to_work(case):
    """The case as it may be refused, with something that the person was told."""
    move(case, "start", actor=None, seen=None)
    return add_message(case, actor=None, message=NewMessage(direction="out", came_by="letter", text="x"))


def a_way_back(scope):
    covered = {name: scope[name] for name in ("kind", "digest", "channel", "purpose")}
    return Resubscription.objects.create(id=uuid4(), **covered, asked_at=clock.now(), confirmed_at=clock.now())


def an_edition():
    document = PolicyDocument.objects.create(code="privacy", title_en="Policy", title_ru="Политика", title_ky="Саясат")
    return PolicyEdition.objects.create(document=document, number=1)


def address(name, kwargs, things):
    """The page's address with arguments that exist: pages of one model get a row of that model as `pk`."""
    rows, arguments = things
    if name == "cases_case_duplicate":
        arguments = arguments | {"other": arguments["other_case"]}
    model = next((key for key in rows if name.startswith(f"{key}_")), None)
    own = {"object_id": rows[model], "pk": rows[model], "batch": rows.get("imports_batch")} if model else {}
    if name.startswith("imports_"):
        own |= {"pk": rows["imports_batch"], "object_id": rows["imports_batch"]}
    return reverse(f"admin:{name}", kwargs={key: {**arguments, **own}[key] for key in kwargs})


def client_of(letter):
    client = Client()
    if letter != "X":
        user = User.objects.create(email=f"{letter}@staff.example", first_name=letter)
        user.groups.set(Group.objects.filter(name=LETTERS[letter] or ""))
        client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return client


def is_open(answer):
    refused = answer.status_code in {403, 404, 405} or "/login/" in answer.headers.get("Location", "")
    assert answer.status_code < 500
    return not refused


def opens(client, place):
    """By GET, or by POST where an address takes nothing else."""
    answer = client.get(place)
    return is_open(client.post(place) if answer.status_code in {404, 405} else answer)


def test_every_page_has_its_line_and_every_line_its_page():
    assert {name for name, _route, _kwargs in ADDRESSES if name} == set(PAGES)


def test_what_has_no_name_is_known():
    assert {route.split("/", 2)[-1] for name, route, _kwargs in ADDRESSES if not name} <= set(UNNAMED)


@pytest.mark.parametrize("letter", LETTERS)
def test_a_role_opens_exactly_its_pages(letter, things):
    client = client_of(letter)
    opened = set()
    for name, _route, kwargs in ADDRESSES:
        if name and name != "logout" and opens(client, address(name, kwargs, things)):
            opened.add(name)
    assert opened == {name for name, letters in PAGES.items() if letter in letters} - {"logout"}


@pytest.mark.parametrize("letter", LETTERS)
def test_what_a_role_may_not_open_it_may_not_post_to(letter, things):
    client = client_of(letter)
    refused = [(name, kwargs) for name, _route, kwargs in ADDRESSES if name and letter not in PAGES.get(name, "")]
    posted = {name for name, kwargs in refused if is_open(client.post(address(name, kwargs, things), {"post": "yes"}))}
    assert posted - {"login", "logout"} == set()


def test_the_matrix_would_notice_an_open_door(things, monkeypatch):
    """Proof that the comparison can fail: with every permission granted, an agent opens more than the table says."""
    monkeypatch.setattr(User, "has_perm", lambda self, perm, obj=None: True)
    client = client_of("A")
    assert is_open(client.get(reverse("admin:audit_entry_changelist")))
    assert "A" not in PAGES["audit_entry_changelist"]
