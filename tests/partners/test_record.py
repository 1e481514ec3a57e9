"""The record of processing as it is read, its figures and its picture."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from apps.partners.measures import measures, uses_with_no_purpose
from apps.partners.models import Processing, Recipient, Retention
from apps.partners.record import record_of_processing
from apps.partners.risks import Risk
from apps.partners.services.keep_processing import set_retentions
from apps.partners.services.keep_recipients import change_recipient
from tests.exports.conftest import CSV, content, read_csv

pytestmark = pytest.mark.django_db
RECORD = "admin:partners_processing_record"


def section(code):
    return next(section for section in record_of_processing().sections if section.purpose.code == code)


def receiver(code):
    return next(one for one in record_of_processing().receivers if one.recipient.code == code)


def figures():
    return {str(measure.title): measure.read() for measure in measures()}


def test_purpose_by_purpose_who_uses_what():
    service = section("service")
    assert [group.title for group in service.groups[:3]] == ["The operator itself", "Google Analytics", "Tapjoy"]
    personal, asked, anonymous = service.groups[0].rows
    assert [use.category_id for use in personal.uses] == ["phone", "identity", "email", "interactions"]
    assert [use.category_id for use in asked.uses] == ["support"]  # kept for a time of its own
    assert all(use.category.anonymous for use in anonymous.uses)
    assert section("advertising").topics == ["News of the application", "Partners' offers"]
    mandatory, voluntary = section("contracts").groups[0].rows
    assert (mandatory.given, [use.category_id for use in mandatory.uses]) == ("mandatory", ["phone"])
    assert voluntary.given == "voluntary"


def test_risks_are_flagged_until_they_are_gone(lead):
    assert section("contracts").all_risks == [Risk.NO_PERIOD, Risk.NO_PERIOD]
    assert section("advertising").risks == [Risk.CONSENT_ENDLESS]
    assert Risk.ENDLESS in section("advertising").all_risks
    assert section("transfer").risks == [Risk.CONSENT_ENDLESS, Risk.CONSENT_VOID]
    period = Retention(amount=3, unit="year", counted_from="contract-end")
    set_retentions(actor=lead, uses=Processing.objects.filter(purpose="contracts"), retention=period)
    assert section("contracts").all_risks == []
    assert receiver("sms-gateway").risks == [Risk.NO_ROUTE]
    gateway = Recipient.objects.get(code="sms-gateway")
    gateway.route, gateway.contact = "letter", "Bishkek"
    change_recipient(actor=lead, recipient=gateway, fields=["route", "contact"])
    assert receiver("sms-gateway").risks == []
    gateway.categories.add("device-id")
    assert receiver("sms-gateway").risks == [Risk.COMBINED]


def test_the_figures_count_what_is_there(lead):
    assert figures() == {
        "Records outside the categories": 0, "Uses with no purpose": 0, "Recipients with no erasure route": 11,
        "Uses without an end": Processing.objects.count() - 2,
    }  # fmt: skip
    gateway = Recipient.objects.get(code="sms-gateway")
    gateway.categories.add("email")
    assert uses_with_no_purpose() == 1, "may receive it, and nobody says what for"
    Processing.objects.filter(category="support").update(retired=True)
    assert uses_with_no_purpose() == 2, "held, and nobody says what for"
    gateway.route, gateway.contact = "letter", "Bishkek"
    change_recipient(actor=lead, recipient=gateway, fields=["route", "contact"])
    assert figures()["Recipients with no erasure route"] == 10
    gateway.retired = True
    change_recipient(actor=lead, recipient=gateway, fields=["retired"])
    assert uses_with_no_purpose() == 1
    period = Retention(amount=1, unit="year", counted_from="contract-end")
    set_retentions(actor=lead, uses=Processing.objects.all(), retention=period)
    assert figures()["Uses without an end"] == 0


def test_a_figure_leads_to_the_lines_that_it_counts(desk):
    page = desk.get(reverse(RECORD))
    links = {measure["title"]: (measure["link"], measure["value"]) for measure in page.context["measures"]}
    for title in ("Recipients with no erasure route", "Uses without an end"):
        link, value = links[title]
        assert desk.get(link).context["cl"].queryset.count() == int(value) > 1


def test_the_picture_leads_from_data_over_purposes_to_recipients():
    flows = record_of_processing().flows
    data, purposes, users = flows.columns
    assert [place.key for place in purposes][:2] == ["p:provide-app", "p:contracts"]
    assert users[0].key == "r:operator"
    marks = {place.title: place.mark for column in flows.columns for place in column}
    assert (marks["Phone number"], marks["IMEI"]) == ("is-personal", "is-anonymous")
    assert (marks["AdRiver ↗"], marks["SMS gateway"]) == ("is-abroad", "is-home")
    entered = sum(flow.amount for flow in flows.flows if flow.start in {place.key for place in data})
    left = sum(flow.amount for flow in flows.flows if flow.end in {place.key for place in users})
    assert entered == left == Processing.objects.count()


def test_the_page_is_one_and_needs_few_queries(desk):
    with CaptureQueriesContext(
        connection,
    ) as captured:
        page = desk.get(reverse(RECORD))
    text = page.content.decode()
    assert len(captured) < 25
    for told in ("Providing the application", "dpv:ServiceProvision", "No retention period", "AdRiver", "Russia",
                 'role="img"', "Kept without an end", "The service needs it (P09)"):  # fmt: skip
        assert told in text
    assert reverse("admin:partners_processing_export") in text
    assert reverse("admin:partners_processing_add") not in text


def test_it_says_what_to_do_where_nothing_is_recorded(lead_desk):
    Processing.objects.update(retired=True)
    text = lead_desk.get(reverse(RECORD)).content.decode()
    assert "No use of data is recorded yet" in text
    assert 'role="img"' not in text
    assert reverse("admin:partners_processing_add") in text


def test_it_is_taken_along_line_by_line(desk):
    rows = read_csv(content(desk.post(reverse("admin:partners_processing_export"), CSV)))
    assert len(rows) == Processing.objects.count()
    sent = next(row for row in rows if (row["Recipient"], row["Data category"]) == ("AdRiver", "IMEI"))
    assert (sent["Purpose"], sent["DPV term of the purpose"]) == ("Advertising", "dpv:Advertising")
    assert (sent["Country"], sent["Data leaves the country"], sent["Anonymous"]) == ("Russia", "yes", "yes")
    assert sent["Risks"] == "No retention period, Indefinite consent, No erasure route"
    own = next(
        row for row in rows if (row["Data category"], row["Purpose"]) == ("Geolocation", "Using the exact geolocation")
    )
    assert (own["Kept"], own["The period stands on"]) == (
        "at once from the end of the consent",
        "The operator's policy · P07",
    )


def test_recipients_are_taken_along(desk):
    rows = read_csv(content(desk.post(reverse("admin:partners_recipient_export"), CSV)))
    tapjoy = next(row for row in rows if row["Code"] == "tapjoy")
    assert (tapjoy["May receive"], tapjoy["Risks"]) == (
        "Device identifier, MAC address, IMEI, IP address",
        "No erasure route",
    )


@pytest.mark.parametrize("query", ["purpose=advertising", "category=phone", "by=operator", "by=adriver", "kept=ever"])
def test_the_lines_are_narrowed(desk, query):
    page = desk.get(f"{reverse('admin:partners_processing_changelist')}?{query}")
    assert 0 < page.context["cl"].queryset.count() < Processing.objects.count()
