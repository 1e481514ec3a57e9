"""Every list of the desk can be taken along by whoever may, and by nobody else."""

from datetime import timedelta

import pytest
from django.contrib import admin
from django.urls import reverse

from apps.accounts.choices import Role
from apps.consents.models import ConsentEvent
from apps.core import clock, identifiers
from apps.core.admin import DeskAdmin
from apps.core.exporting import PersonalColumn
from apps.exports.models import Export
from apps.exports.services import permission_for
from apps.imports.models import Batch
from apps.optouts.models import OptOutEvent, Suppression
from apps.subjects.models import Subject
from apps.support.models import SupportRequest
from tests.exports.conftest import CSV, MASKED, PHONE, WHOLE, client_of, content, read_csv
from tests.factories import IdentifierFactory, PartnerFactory, make_user
from tests.imports.test_conflict_pages import ANNA, OTHER_TOKEN
from tests.imports.test_settle import clash

pytestmark = pytest.mark.django_db
__all__ = ["clash"]

# A case of any kind is in the inbox, and nowhere else.
IN_THE_INBOX = {SupportRequest}
PAGES = {model: page for model, page in admin.site._registry.items() if isinstance(page, DeskAdmin)}
LISTS = {model: page for model, page in PAGES.items() if model not in IN_THE_INBOX}
# Who takes what; the page itself is in the permission matrix.
VALUES = {
    "subjects.subject",
    "optouts.suppression",
    "optouts.optoutevent",
    "optouts.resubscription",
    "consents.consentstate",
}
ABOUT_PEOPLE = VALUES | {
    "consents.consentevent", "imports.conflict", "optouts.inboundmessage", "cases.case", "support.takenmail",
}  # fmt: skip
# About nobody too, in which partner managers have no part.
INSIDE = {"support.mailrun", "cases.replytemplate", "consents.consentfigure", "audit.entry"}
FIGURES = {
    "partners.partner", "partners.recipient", "partners.processing", "policies.purpose", "policies.deadlinerule",
    "policies.calendarday", "policies.policydocument", "policies.policyedition", "imports.batch", "campaigns.campaign",
}  # fmt: skip


def place(model, what):
    return reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_{what}")


@pytest.fixture
def suppressed():
    """One address that somebody known has, and one that nobody has."""
    held = IdentifierFactory(value=PHONE)
    scope = {"kind": "phone", "channel": "sms", "purpose": "advertising", "reason": "refusal"}
    when = clock.now() - timedelta(days=3)
    for n, digest in enumerate([held.digest, identifiers.digest("phone", "+996700123402")]):
        Suppression.objects.create(digest=digest, since=when, **scope, created_at=clock.now() - timedelta(hours=n))
        OptOutEvent.objects.create(digest=digest, occurred_at=when, medium="link", campaign="=spring", **scope)
    return held.subject


def test_every_list_says_what_it_exports():
    """A new list names its `export_resource`: columns in a module `resources` beside its admin."""
    assert LISTS
    assert [page for page in LISTS.values() if page.export_resource is None] == []
    resources = {model._meta.label_lower: page.export_resource() for model, page in LISTS.items()}
    assert {label for label, resource in resources.items() if resource.personal} == VALUES
    about = {label for label, resource in resources.items() if permission_for(resource) == "exports.export_people"}
    assert about == ABOUT_PEOPLE


@pytest.mark.parametrize("model", LISTS, ids=lambda model: model._meta.label)
def test_columns_are_told_apart_and_masked_where_they_are_personal(model):
    resource = LISTS[model].export_resource()
    titles = [column.title for column in resource.columns]
    assert len(titles) == len(set(titles)) > 2
    assert all(isinstance(column, PersonalColumn) == column.personal for column in resource.columns)


@pytest.mark.parametrize("model", LISTS, ids=lambda model: model._meta.label)
def test_the_list_leads_to_its_export_with_its_filters(model, admin_client):
    page = admin_client.get(place(model, "changelist") + "?o=1&p=2")
    assert f'href="{place(model, "export")}?o=1"' in page.content.decode()
    answer = admin_client.post(place(model, "export"), {**CSV, **MASKED})
    assert read_csv(content(answer)) or not model._default_manager.exists()


@pytest.mark.parametrize(
    ("role", "lists"),
    [
        (Role.AGENT, set()),
        (Role.COUNSEL, set()),
        (
            Role.AUDITOR,
            FIGURES | INSIDE | {"accounts.user", "optouts.apitoken"},
        ),
        (Role.PARTNER_MANAGER, FIGURES),
        (Role.OFFICER, ABOUT_PEOPLE | FIGURES | INSIDE),
    ],
)
def test_only_who_may_export_sees_the_way(role, lists):
    client = client_of(make_user(role))
    shown = set()
    for model in LISTS:
        answer = client.get(place(model, "changelist"))
        if answer.status_code == 200 and place(model, "export") in answer.content.decode():
            shown.add(model._meta.label_lower)
    assert shown - {"policies.datacategory", "exports.export"} == lists


def test_suppressions(export, suppressed):
    known, unknown = export("admin:optouts_suppression_export")
    assert (known["Person"], unknown["Person"]) == (suppressed.reference, "")
    assert (known["Number or address"], unknown["Number or address"]) == ("+996 ••• ••• 401", "")
    assert known["Address"] == identifiers.digest("phone", PHONE).hex()[:8]
    assert (known["Channel"], known["What for"], known["From whom"]) == ("SMS", "Advertising", "Every sender")
    assert export("admin:optouts_suppression_export", **WHOLE)[0]["Number or address"] == PHONE
    suppressed.restricted_at = clock.now()
    suppressed.save()
    assert export("admin:optouts_suppression_export", **WHOLE)[0]["Number or address"] == "+996 ••• ••• 401"


def test_opt_out_events_with_a_formula_among_them(export, suppressed):
    rows = export("admin:optouts_optoutevent_export", query="?medium__exact=link")
    assert [row["Campaign"] for row in rows] == ["'=spring", "'=spring"]
    assert {row["Came by"] for row in rows} == {"Link in a message"}
    assert export("admin:optouts_optoutevent_export", query="?medium__exact=sms") == []


def test_conflicts_are_masked_and_consents_by_reference(desk, export, clash):
    row = clash(ANNA, row=OTHER_TOKEN)
    (conflict,) = export("admin:imports_conflict_export", query="?reason=other-token")
    assert (conflict["Row"], conflict["Partner"]) == (row.reference, "Bereke")
    assert "+996 ••• ••• 401" in conflict["Identifiers"]
    assert "123401" not in ";".join(conflict.values())
    person = Subject.objects.get()
    ConsentEvent.objects.create(
        subject=person, purpose="geolocation", state="given", medium="app", occurred_at=clock.now()
    )
    (event,) = export("admin:consents_consentevent_export")
    assert event["Person"] == person.reference
    for name in ("admin:imports_conflict_export", "admin:consents_consentevent_export"):
        content(desk.post(reverse(name), {**CSV, **WHOLE}))
    assert not Export.objects.filter(whole=True).exists()


def test_files_with_their_figures(export, partner):
    Batch.objects.create(partner=partner, kind="members", status="done", rows_total=5, figures={"new": 3, "refused": 2})
    Batch.objects.create(partner=PartnerFactory(), kind="members")
    (row,) = export("admin:imports_batch_export", query=f"?partner__id__exact={partner.pk}")
    assert (row["Partner"], row["Rows"], row["New"], row["Refused"], row["Updated"]) == ("Bereke", "5", "3", "2", "0")


def test_the_audit_and_the_staff():
    lead = make_user(Role.LEAD, Role.AUDITOR)
    client = client_of(lead)
    make_user(Role.AGENT)
    (row,) = read_csv(content(client.post(reverse("admin:accounts_user_export") + "?q=lead", CSV)))
    assert (row["E-mail"], row["Roles"], row["Active"]) == (lead.email, "Lead officer, Auditor", "yes")
    rows = read_csv(content(client.post(reverse("admin:audit_entry_export"), CSV)))
    assert (rows[-1]["Code of the action"], rows[-1]["Who"]) == ("accounts.sign-in", str(lead))
    (told,) = (row["Facts"] for row in rows if row["Code of the action"] == "exports.start" and "Staff" in row["Facts"])
    assert told == "list: Staff; format: CSV; filters: q; whole values: no"


def test_a_list_that_is_not_about_people_is_exported_as_it_is(desk, partner):
    page = desk.get(reverse("admin:partners_partner_export"))
    assert "values" not in page.context["form"].fields
    content(desk.post(reverse("admin:partners_partner_export"), {**CSV, **WHOLE}))
    assert not Export.objects.get().whole


def test_filters_that_do_not_fit_lead_back_to_the_list(desk, partner):
    answer = desk.get(reverse("admin:imports_batch_export"), {"partner__id__exact": "x"})
    assert answer["Location"] == reverse("admin:imports_batch_changelist")


def test_the_list_of_exports_names_lists_and_people(desk, export, officer):
    export()
    html = desk.get(reverse("admin:exports_export_changelist"), {"list": "subjects.subject"}).content.decode()
    assert "X-" in html
    assert str(officer) in html
    shown = desk.get(reverse("admin:exports_export_changelist"), {"list": "partners.partner"})
    assert list(shown.context["cl"].result_list) == []
