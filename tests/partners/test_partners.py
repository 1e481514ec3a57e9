"""Partners are added, changed and switched off; never deleted, never renamed in code."""

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.urls import reverse

from apps.audit.models import Entry
from apps.partners.models import Partner
from apps.partners.services import add_partner, change_partner


def test_the_operator_is_a_partner_from_the_start(db):
    assert Partner.objects.get(code=Partner.OPERATOR).active


def test_a_manager_adds_one_and_it_is_recorded(at_desk, manager):
    at_desk.post(
        reverse("admin:partners_partner_add"), {"code": "bereke", "name": "Bereke", "language": "ru", "active": "on"}
    )
    partner = Partner.objects.get(code="bereke")
    entry = Entry.objects.about(partner).get()
    assert (entry.actor, entry.action, entry.facts) == (manager, "partners.add", {"code": "bereke"})


@pytest.mark.parametrize("code", ["all", "operator", "Bereke", "a b", "", "ө", "bereke\n"])
def test_codes_that_mean_something_else_or_can_not_be_typed_are_refused(at_desk, code):
    answer = at_desk.post(reverse("admin:partners_partner_add"), {"code": code, "name": "X", "language": "ru"})
    if code == "bereke\n":  # the form takes the line break away
        assert Partner.objects.filter(code="bereke").exists()
    else:
        assert answer.status_code == 200
        assert Partner.objects.count() == 1


@pytest.mark.parametrize("code", ["all", "operator", "Bereke", ""])
def test_the_service_refuses_them_too(manager, code):
    with pytest.raises(ValidationError):
        add_partner(actor=manager, partner=Partner(code=code, name="X"))
    assert Partner.objects.count() == 1


def test_the_code_stays_whatever_is_sent(at_desk, partner):
    page = reverse("admin:partners_partner_change", args=[partner.pk])
    at_desk.post(page, {"code": "other", "name": "New name", "language": "ky", "active": "on"})
    partner.refresh_from_db()
    assert (partner.code, partner.name, partner.language) == ("bereke", "New name", "ky")
    assert Entry.objects.about(partner).get().facts == {"code": "bereke", "fields": ["language", "name"]}


def test_switching_off_is_an_entry_of_its_own(manager, partner):
    partner.active = False
    change_partner(actor=manager, partner=partner, fields=["active"])
    assert not Partner.objects.get(pk=partner.pk).active
    assert Entry.objects.about(partner).get().action == "partners.switch-off"


def test_the_operator_is_never_switched_off(at_desk, manager):
    operator = Partner.objects.get(code=Partner.OPERATOR)
    page = reverse("admin:partners_partner_change", args=[operator.pk])
    assert at_desk.post(page, {"name": operator.name, "language": "ky"}).status_code == 200
    operator.active = False
    with pytest.raises(ValidationError):
        change_partner(actor=manager, partner=operator, fields=["active"])
    operator.refresh_from_db()
    assert operator.active


def test_others_may_not(officer, partner):
    with pytest.raises(PermissionDenied):
        add_partner(actor=officer, partner=Partner(code="x", name="X"))
    with pytest.raises(PermissionDenied):
        change_partner(actor=officer, partner=partner, fields=["name"])


def test_nobody_deletes_one(at_desk, partner):
    assert at_desk.post(reverse("admin:partners_partner_delete", args=[partner.pk]), {"post": "yes"}).status_code == 403
    assert Partner.objects.filter(pk=partner.pk).exists()
