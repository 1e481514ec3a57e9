"""Deadline rules as they are delivered, and kept on the desk."""

from datetime import date

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.test import Client
from django.urls import reverse
from procrastinate.contrib.django.models import ProcrastinateJob

from apps.accounts.choices import Role
from apps.audit.models import Entry
from apps.cases.models import Case
from apps.cases.services.due import recount
from apps.policies.models import CalendarDay, DeadlineRule
from apps.policies.services.seed_deadlines import seed_deadlines
from apps.policies.services.set_day import set_day, unset_day
from apps.policies.services.set_deadline import add_version, change_version, verify_version
from tests.cases.conftest import at
from tests.factories import RequestFactory, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def lead():
    return make_user(Role.LEAD)


def new(**values):
    given = {"code": "access", "length": 5, "counting": "working", "status": "assumed", "valid_from": date(2099, 1, 1)}
    return DeadlineRule(**{**given, **values})


@pytest.mark.parametrize(
    ("code", "term", "status"),
    [
        ("access", "7 working days", "law"), ("objection", "7 working days", "law"),
        ("rectification", "7 working days", "policy"), ("portability", "7 working days", "policy"),
        ("erasure", "7 working days", "policy"), ("restriction", "7 working days", "policy"),
        ("complaint", "5 working days", "law"), ("withdrawal", "1 hour", "policy"),
        ("child-destruction", "1 hour", "policy"), ("child-decision", "the same working day", "policy"),
        ("regulator", "7 calendar days", "assumed"), ("authority", "as the document says", "law"),
        ("breach-inside", "24 hours", "policy"), ("breach-regulator", "72 hours", "policy"),
        ("consent-record", "3 years", "law"),
    ],
)  # fmt: skip
def test_what_is_delivered(code, term, status):
    rule = DeadlineRule.objects.on(code, at("2026-04-29T10:00"))
    assert (rule.term, rule.status, rule.verified_on) == (term, status, None)


def test_before_the_code_it_was_a_week():
    rule = DeadlineRule.objects.on("access", at("2026-01-31T10:00"))
    assert (rule.term, rule.legal_ref) == ("7 calendar days", "Law No. 58 of 14.04.2008")
    assert DeadlineRule.objects.in_force(date(2026, 1, 31)).get(code="access") == rule


def test_seeding_again_leaves_what_was_changed(lead):
    rule = DeadlineRule.objects.get(code="question")
    rule.legal_ref = "Art. 1"
    change_version(actor=lead, rule=rule, fields=["legal_ref"])
    before = DeadlineRule.objects.count()
    seed_deadlines()
    assert DeadlineRule.objects.count() == before
    assert DeadlineRule.objects.get(code="question").legal_ref == "Art. 1"


def test_a_new_version_holds_from_its_day(lead):
    add_version(actor=lead, rule=new(valid_from=date(2026, 6, 1)))
    assert DeadlineRule.objects.on("access", at("2026-05-31T23:59")).length == 7
    assert DeadlineRule.objects.on("access", at("2026-06-01T00:00")).length == 5
    assert Entry.objects.filter(action="policies.add-deadline", actor=lead).count() == 1
    with pytest.raises(ValidationError, match="from that day on"):
        add_version(actor=lead, rule=new(valid_from=date(2026, 6, 1)))


def test_a_term_that_holds_stays_and_one_to_come_may_change(lead):
    held = DeadlineRule.objects.on("access", at("2026-04-29T10:00"))
    held.length = 9
    with pytest.raises(ValidationError, match="holds already"):
        change_version(actor=lead, rule=held, fields=["length"])
    later = add_version(actor=lead, rule=new())
    later.length = 9
    assert change_version(actor=lead, rule=later, fields=["length"]).length == 9


def test_what_is_law_names_its_article_and_an_assumption_is_never_shown_as_law(lead):
    with pytest.raises(ValidationError, match="names its article"):
        add_version(actor=lead, rule=new(status="law"))
    client = Client()
    client.force_login(lead, backend="django.contrib.auth.backends.ModelBackend")
    page = client.get(reverse("admin:policies_deadlinerule_changelist") + "?status__exact=assumed").content.decode()
    assert "Assumed, to be checked" in page
    assert "not checked yet" in page


def test_checked_until_it_is_changed(lead):
    counsel = make_user(Role.COUNSEL)
    rule = verify_version(actor=counsel, rule=DeadlineRule.objects.get(code="question"))
    assert rule.verified_by == counsel
    rule.legal_ref = "Art. 2"
    assert change_version(actor=lead, rule=rule, fields=["legal_ref"]).verified_by is None


def test_an_officer_changes_no_rule(officer):
    for act, values in ((add_version, new()), (verify_version, DeadlineRule.objects.get(code="question"))):
        with pytest.raises(PermissionDenied):
            act(actor=officer, rule=values)
    with pytest.raises(PermissionDenied):
        set_day(actor=officer, day=CalendarDay(date=date(2026, 5, 14), note="x"))


def test_a_feast_moves_what_is_open_and_taking_it_back_moves_it_again(lead):
    case = RequestFactory(received_at=at("2026-04-29T10:00"))
    day = set_day(actor=lead, day=CalendarDay(date=date(2026, 5, 14), note="Feast"))
    assert recount() == 1
    assert Case.objects.get(pk=case.pk).due_at == at("2026-05-19T23:59:59")
    assert recount() == 0
    unset_day(actor=lead, day=day)
    assert recount() == 1
    assert Case.objects.get(pk=case.pk).due_at == at("2026-05-18T23:59:59")
    said = Entry.objects.filter(action__startswith="policies.").values_list("action", flat=True)
    assert list(said.order_by("pk")) == ["policies.set-day", "policies.unset-day"]


def test_the_page_of_a_day_has_terms_counted_anew(lead):
    client = Client()
    client.force_login(lead, backend="django.contrib.auth.backends.ModelBackend")
    asked = {"date": "27.05.2027", "kind": "holiday", "note": "Kurman Ait"}
    answer = client.post(reverse("admin:policies_calendarday_add"), asked)
    assert answer.status_code == 302, answer.context["errors"]
    assert CalendarDay.objects.calendar().overrides == {date(2027, 5, 27): False}
    assert ProcrastinateJob.objects.filter(task_name="cases.recount").count() == 1
    day = CalendarDay.objects.get()
    client.post(reverse("admin:policies_calendarday_delete", args=[day.pk]), {"post": "yes"})
    assert not CalendarDay.objects.exists()
    assert ProcrastinateJob.objects.filter(task_name="cases.recount").count() == 2


def test_the_page_of_a_rule(lead):
    client = Client()
    client.force_login(lead, backend="django.contrib.auth.backends.ModelBackend")
    rule = DeadlineRule.objects.get(code="question")
    place = reverse("admin:policies_deadlinerule_change", args=[rule.pk])
    assert "Nobody has checked this" in client.get(place).content.decode()
    answer = client.post(place, {"legal_ref": "Art. 3", "status": "policy"})
    assert answer.status_code == 302
    client.post(reverse("admin:policies_deadlinerule_verify", args=[rule.pk]))
    rule.refresh_from_db()
    assert (rule.legal_ref, rule.status, rule.length, rule.verified_by) == ("Art. 3", "policy", 7, lead)
    added = {
        "code": "access",
        "length": "6",
        "counting": "working",
        "legal_ref": "",
        "status": "assumed",
        "valid_from": "01.01.2099",
    }
    assert client.post(reverse("admin:policies_deadlinerule_add"), added).status_code == 302
    twice = client.post(reverse("admin:policies_deadlinerule_add"), added)
    assert "There is a version of this rule from that day on." in twice.content.decode()
