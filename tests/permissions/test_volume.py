"""Lists stay quick however long they grow: few queries, nothing counted, no big table read from end to end."""

import re
from datetime import timedelta

import pytest
from django.contrib import admin
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from apps.audit.models import Entry
from apps.campaigns.models import Campaign, Send
from apps.cases.models import Case, Message, Note
from apps.consents.models import ConsentEvent, ConsentFigure, ConsentState
from apps.core import clock, identifiers
from apps.exports.models import Export
from apps.imports.models import Batch, StagedRow
from apps.optouts.models import InboundMessage, OptOutEvent, Resubscription, Suppression
from apps.policies.models import PolicyEdition
from apps.subjects.models import Identifier, PersonalRecord, Subject
from apps.support.models import MailRun, SupportRequest, TakenMail
from tests.factories import PartnerFactory, make_user, published_edition

ROWS = 50_000
PHONE = "+996555123401"
BIG = (
    Subject, Identifier, PersonalRecord, Suppression, OptOutEvent, Resubscription, InboundMessage, Entry, Batch,
    ConsentEvent, ConsentState, ConsentFigure, StagedRow, Export, Campaign, Send, Case, Note, Message, SupportRequest,
    MailRun, TakenMail,
)  # fmt: skip
MOST_QUERIES = 28  # a person's page asks every app that has a panel on it, a case's everything that was done
LAYOUT = (
    """'{"encoding": "utf-8", "delimiter": ",", "header_line": 1, "titles": ["phone"], "fields": ["phone"]}'::jsonb"""
)


def fill(model, **columns):
    """ROWS rows in one statement: `columns` are SQL over `i`, every other field has its default."""
    names, expressions, values = [], [], []
    for field in model._meta.local_concrete_fields:
        given = columns.get(field.column)
        if field.generated:
            continue
        if given is None and (field.has_db_default() or (field.primary_key and not field.has_default())):
            continue
        names.append(f'"{field.column}"')
        expressions.append(given or "%s")
        if given is None:
            values.append(field.get_db_prep_save(field.get_default(), connection))
    sql = f"INSERT INTO {model._meta.db_table} ({', '.join(names)}) SELECT {', '.join(expressions)}"
    with connection.cursor() as cursor:
        cursor.execute(f"{sql} FROM generate_series(1, {ROWS}) AS i", values)
        cursor.execute(f"ANALYZE {model._meta.db_table}")


def hexed(data):
    return f"'\\x{bytes(data).hex()}'::bytea"


@pytest.fixture
def crowd(officer):
    """A desk with 50,000 of everything."""
    digest = hexed(identifiers.digest("phone", PHONE))
    nth = "decode(md5(i::text), 'hex')"
    nth_or_known = f"CASE WHEN i = 7 THEN {digest} ELSE {nth} END"
    place = "(SELECT min(id) FROM subjects_subject) + i - 1"
    partner = str(PartnerFactory().pk)
    sealed = hexed(Identifier._meta.get_field("value").seal(PHONE))
    payload = hexed(PersonalRecord._meta.get_field("payload").seal({"name": "Асанова Айгүл"}))
    when = "now() - i * interval '1 minute'"
    fill(Subject, created_at=when, restricted_at=f"CASE WHEN i %% 1000 = 0 THEN {when} END")
    fill(Identifier, subject_id=place, kind="'phone'", digest=nth_or_known, value=sealed, created_at=when)
    fill(
        PersonalRecord, subject_id=place, category_id="'identity'", partner_id=partner, source="'partner'",
        observed_at=when, payload=payload, payload_digest=nth, recorded_at=when,
    )  # fmt: skip
    scope = {
        "kind": "'phone'",
        "digest": nth_or_known,
        "channel": "'sms'",
        "purpose": "'advertising'",
        "reason": "'refusal'",
    }
    fill(Suppression, **scope, since=when, created_at=when)
    fill(OptOutEvent, id="gen_random_uuid()", **scope, medium="'phone'", occurred_at=when, recorded_at=when)
    del scope["reason"]
    fill(Resubscription, id="gen_random_uuid()", **scope, asked_at=when, confirmed_at=when, recorded_at=when)
    fill(
        ConsentEvent, subject_id=place, purpose="'geolocation'", state="'given'",
        medium="'app'", occurred_at=when, recorded_at=when,
    )  # fmt: skip
    fill_states(place, when)
    reply = hexed(InboundMessage._meta.get_field("phone").seal(PHONE))
    fill(
        InboundMessage, key="gen_random_uuid()", digest=nth_or_known, phone=reply, source="'gateway'",
        received_at=when, recorded_at=when, state="CASE WHEN i %% 100 = 0 THEN 'open' ELSE 'nothing' END",
    )  # fmt: skip
    target = {"target_type": "'subjects.subject'", "target_id": place, "facts": "'{}'::jsonb"}
    fill(Entry, at=when, actor_id=str(officer.pk), action="'subjects.reveal'", **target)
    fill(Batch, partner_id=partner, kind="'members'", created_at=when, status="'done'", layout=LAYOUT)
    file = "(SELECT max(id) FROM imports_batch) - i / 100"
    cells = hexed(StagedRow._meta.get_field("raw").seal(["0555123401"]))
    verdict = "CASE WHEN i %% 5 = 0 THEN 'conflict' ELSE 'refused' END"
    fill(StagedRow, batch_id=file, number="i", line="i", verdict=verdict, reason="'other-token'", raw=cells)
    fill(Export, actor_id=str(officer.pk), exported="'subjects.subject'", file_format="'csv'", created_at=when)
    scrubbed = {"channel": "'sms'", "purpose": "'advertising'", "sender": "'operator'", "status": "'done'"}
    fill(Campaign, **scrubbed, title="'x'", created_at=when, as_of=when)
    campaign = "(SELECT min(id) FROM campaigns_campaign) + i - 1"
    fill_cases(officer, place, when)
    fill_mail(when)
    fill(Send, campaign_id=campaign, sent_at=when, late="CASE WHEN i %% 5000 = 0 THEN 1 ELSE 0 END")


def fill_states(place, when):
    """Two editions; most agreed under the first, a hundredth under none."""
    first, second = (published_edition(clock.now() - timedelta(days=days), number=number, widens=widens)
                     for number, days, widens in ((1, 400, []), (2, 10, ["geolocation"])))  # fmt: skip
    event = "(SELECT min(id) FROM consents_consentevent) + i - 1"
    edition = f"CASE WHEN i %% 100 = 0 THEN NULL WHEN i %% 3 = 0 THEN {second.pk} ELSE {first.pk} END"
    fill(
        ConsentState, subject_id=place, purpose="'geolocation'", channel="''", state="'given'", since=when,
        event_id=event, edition_id=edition,
    )  # fmt: skip
    fill(
        ConsentFigure, day="current_date - i / 100", measure="'in-force'", purpose="'geolocation'", number="i",
        channel="(i %% 100)::text", counted_at=when, edition_id=str(first.pk),
    )  # fmt: skip


def fill_cases(officer, place, when):
    """Every third is open, and every kind of box has some."""
    fill(
        Case, reference="'SR-2026-' || i", kind="'support'", topic="'access'", came_by="'phone'",
        status="CASE WHEN i %% 3 > 0 THEN 'answered' WHEN i %% 30 = 0 THEN 'waiting' ELSE 'in-work' END",
        received_at=when, opened_at=when, closed_at=f"CASE WHEN i %% 3 > 0 THEN {when} + interval '1 hour' END",
        due_at=f"CASE WHEN i %% 30 > 0 THEN {when} + interval '9 days' END",
        paused_at=f"CASE WHEN i %% 30 = 0 THEN {when} END", subject_id=place,
        assignee_id=f"CASE WHEN i %% 7 = 0 THEN {officer.pk} END",
    )  # fmt: skip
    case = "(SELECT min(id) FROM cases_case) + i - 1"
    fill(SupportRequest, case_ptr_id=case)
    text = hexed(Note._meta.get_field("text").seal("called twice"))
    fill(Note, case_id=case, text=text, written_at=when)
    said = hexed(Message._meta.get_field("text").seal("called twice"))
    fill(
        Message, case_id=case, direction="'in'", came_by="'phone'", text=said, happened_at=when, key="gen_random_uuid()"
    )


def fill_mail(when):
    """Letters of a few runs."""
    fill(MailRun, source="'imap'", begun_at=when, finished_at=when)
    run = "(SELECT min(id) FROM support_mailrun) + i / 100"
    outcome = "CASE WHEN i %% 1000 = 0 THEN 'aside' WHEN i %% 3 = 0 THEN 'automatic' ELSE 'request' END"
    case = "(SELECT min(id) FROM cases_case) + i - 1"
    fill(TakenMail, digest="decode(md5(i::text), 'hex')", run_id=run, outcome=outcome, taken_at=when, case_id=case)


PAGES = [
    ("admin:support_mailrun_changelist", "?p=3"),
    ("admin:support_takenmail_changelist", ""),
    ("admin:support_takenmail_changelist", "?outcome__exact=aside"),
    ("admin:support_takenmail_changelist", "?run__id__exact=7"),
    ("admin:cases_case_emptied", ""),
    *(
        ("admin:cases_case_changelist", f"?box={box}")
        for box in ("open", "mine", "unassigned", "today", "overdue", "waiting", "taken", "closed")
    ),
    ("admin:cases_case_changelist", "?p=3"),
    ("admin:cases_case_changelist", "?about=support.access"),
    ("admin:cases_case_changelist", "?box=overdue&status=support.in-work"),
    ("admin:cases_case_changelist", "?priority=1"),
    ("admin:cases_case_changelist", "?box=closed&about=support.access&outcome=answered&late=yes"),
    ("admin:cases_case_export", "?box=overdue"),
    ("admin:subjects_subject_changelist", ""),
    ("admin:subjects_subject_changelist", "?p=3"),
    ("admin:subjects_subject_changelist", "?p=900"),
    ("admin:subjects_subject_changelist", "?blocked=yes"),
    ("admin:subjects_subject_changelist", "?since=7"),
    ("admin:subjects_subject_changelist", "?_facets=True"),
    ("admin:optouts_suppression_changelist", ""),
    ("admin:optouts_suppression_changelist", "?p=3"),
    ("admin:optouts_optoutevent_changelist", ""),
    ("admin:optouts_resubscription_changelist", ""),
    ("admin:consents_consentevent_changelist", ""),
    ("admin:consents_consentevent_changelist", "?p=3"),
    ("admin:consents_consentevent_changelist", "?since=7"),
    ("admin:consents_consentstate_changelist", ""),
    ("admin:consents_consentstate_changelist", "?ask={edition}.geolocation."),
    ("admin:consents_consentstate_changelist", "?ask={edition}.geolocation.&asked=no&p=3"),
    ("admin:consents_consentfigure_changelist", ""),
    ("admin:consents_consentfigure_changelist", "?since=7&measure__exact=in-force"),
    ("admin:consents_reconsent", ""),
    ("admin:consents_figures", "?period=12m"),
    ("admin:optouts_inboundmessage_changelist", ""),
    ("admin:optouts_inboundmessage_changelist", "?p=3"),
    ("admin:optouts_inboundmessage_changelist", "?state__exact=open"),
    ("admin:audit_entry_changelist", ""),
    ("admin:audit_entry_changelist", "?p=3"),
    ("admin:audit_entry_changelist", "?action=subjects.reveal"),
    ("admin:audit_entry_changelist", "?since=30"),
    ("admin:exports_export_changelist", ""),
    ("admin:exports_export_changelist", "?list=partners.partner"),
    ("admin:exports_export_changelist", "?whole__exact=1"),
    ("admin:exports_export_changelist", "?since=7"),
    ("admin:subjects_subject_export", "?blocked=yes"),
    ("admin:audit_entry_export", "?since=30"),
    ("admin:campaigns_campaign_changelist", ""),
    ("admin:campaigns_campaign_changelist", "?p=3"),
    ("admin:campaigns_campaign_changelist", "?alarm=yes"),
    *([("admin:imports_batch_changelist", "")] if admin.site.is_registered(Batch) else []),
    ("admin:imports_conflict_changelist", ""),
    ("admin:imports_conflict_changelist", "?p=3"),
    ("admin:imports_conflict_changelist", "?reason=two-people"),
    ("admin:imports_conflict_changelist", "?reason=other-token&partner=nobody"),
    ("admin:imports_conflict_changelist", "?file=1"),
]


def scanned(sql):
    """Big tables that a statement reads from end to end."""
    with connection.cursor() as cursor:
        cursor.execute("EXPLAIN " + sql)
        plan = "\n".join(row[0] for row in cursor.fetchall())
    return [model._meta.db_table for model in BIG if re.search(rf"Seq Scan on {model._meta.db_table}\b", plan)]


def assert_quick(queries):
    statements = [query["sql"] for query in queries]
    assert len(statements) <= MOST_QUERIES, "\n".join(statements)
    assert not [sql for sql in statements if "COUNT(" in sql.upper()]
    selects = [sql for sql in statements if sql.startswith("SELECT")]
    assert selects
    assert not [(tables, sql) for sql in selects if (tables := scanned(sql))]


def test_lists_searches_and_pages_of_a_crowd(crowd, desk):
    desk.get(reverse("admin:index"))
    wider = str(PolicyEdition.objects.get(number=2).pk)
    for name, query in PAGES:
        with CaptureQueriesContext(
            connection,
        ) as queries:
            answer = desk.get(reverse(name) + query.replace("{edition}", wider))
        assert answer.status_code == 200, name
        assert_quick(queries.captured_queries)
    with CaptureQueriesContext(connection) as queries:
        answer = desk.post(reverse("admin:subjects_find"), {"typed": "0555 123 401"})
    known = Subject.objects.order_by("pk")[6]
    assert answer["Location"] == reverse("admin:subjects_subject_change", args=[known.pk])
    assert_quick(queries.captured_queries)
    with CaptureQueriesContext(connection) as queries:
        html = desk.get(answer["Location"]).content.decode()
    assert "+996 ••• ••• 401" in html
    assert_quick(queries.captured_queries)
    page = reverse("admin:cases_case_change", args=[Case.objects.overdue().earliest("pk").pk])
    with CaptureQueriesContext(connection) as queries:
        assert desk.get(page).status_code == 200
    assert_quick(queries.captured_queries)
    client = Client()
    client.force_login(make_user("agent"), backend="django.contrib.auth.backends.ModelBackend")
    with CaptureQueriesContext(connection) as queries:
        assert client.get(reverse("admin:subjects_subject_changelist")).status_code == 200
    assert_quick(queries.captured_queries)


def test_the_measure_would_notice_a_count_and_a_scan(db):
    with CaptureQueriesContext(connection) as counted:
        Subject.objects.count()
    with pytest.raises(AssertionError):
        assert_quick(counted.captured_queries)
    with CaptureQueriesContext(connection) as read:
        list(Subject.objects.filter(language="xx")[:10])
    with pytest.raises(AssertionError):
        assert_quick(read.captured_queries)
