"""The first record of processing is there after every migrate, assumed, and never overwrites what staff did."""

import pytest

from apps.partners.choices import ErasureRoute
from apps.partners.models import Processing, Recipient, Retention
from apps.partners.services.ensure_register import ensure_register
from apps.partners.services.keep_processing import change_use, set_retention
from apps.partners.services.keep_recipients import change_recipient
from apps.partners.shipped import RECIPIENTS, USES
from apps.policies.registry import ANONYMOUS_CODES, CATEGORY_CODES, PURPOSE_BY_CODE

pytestmark = pytest.mark.django_db


def test_what_is_shipped_fits_together():
    receive = {recipient.code: set(recipient.categories) for recipient in RECIPIENTS}
    for use in USES:
        assert use.purpose in PURPOSE_BY_CODE
        assert set(use.categories) <= CATEGORY_CODES | ANONYMOUS_CODES
        assert set(use.mandatory) <= set(use.categories)
        assert not use.recipient or set(use.categories) <= receive[use.recipient]


def test_the_policys_recipients_are_there_and_no_route_is_claimed():
    assert {"google-analytics", "tapjoy", "appsflyer", "facebook-plugins", "adriver", "social-networks"} <= set(
        Recipient.objects.values_list("code", flat=True)
    )
    assert Recipient.objects.count() == len(RECIPIENTS)
    assert set(Recipient.objects.values_list("route", flat=True)) == {ErasureRoute.NONE}
    adriver = Recipient.objects.get(code="adriver")
    assert (adriver.country, adriver.cross_border) == ("RU", True)
    assert "imei" in adriver.categories.values_list("code", flat=True)


def test_uses_are_assumed_and_only_the_policys_own_periods_are_set():
    assert Processing.objects.count() == sum(len(use.categories) for use in USES)
    assert set(Processing.objects.values_list("status", flat=True)) == {"assumed"}
    phone = Processing.objects.get(category="phone", purpose="provide-app", recipient=None)
    assert phone.mandatory
    assert phone.retention is None
    advertising = Processing.objects.get(category="phone", purpose="advertising", recipient=None)
    assert (advertising.mandatory, advertising.retention.endless, advertising.retention.reference) == (
        False,
        True,
        "P08",
    )
    geolocation = Processing.objects.get(category="geolocation")
    assert (geolocation.retention.amount, geolocation.retention.counted_from) == (0, "consent-end")
    assert {retention.set_by for retention in Retention.objects.all()} == {None}


def test_again_it_changes_nothing_that_staff_did(lead):
    recipient = Recipient.objects.get(code="tapjoy")
    recipient.route, recipient.contact, recipient.retired = "email", "privacy@tapjoy.example", True
    change_recipient(actor=lead, recipient=recipient, fields=["route", "contact", "retired"])
    use = Processing.objects.get(category="phone", purpose="contracts", recipient=None)
    use.retired, use.mandatory = True, False
    change_use(actor=lead, use=use, fields=["retired", "mandatory"])
    other = Processing.objects.get(category="phone", purpose="advertising", recipient=None)
    period = Retention(amount=2, unit="year", counted_from="consent-end", status="law", reference="x")
    set_retention(actor=lead, use=other, retention=period)
    before = list(Processing.objects.order_by("pk").values()), list(Recipient.objects.order_by("pk").values())
    ensure_register()
    assert before == (list(Processing.objects.order_by("pk").values()), list(Recipient.objects.order_by("pk").values()))
    assert other.retentions.count() == 2


def test_what_is_missing_comes_back():
    ensure_register()
    count = Processing.objects.count()
    Processing.objects.filter(category="support").update(category="address")
    ensure_register()
    assert Processing.objects.count() == count + 1
    assert Processing.objects.filter(category="support", purpose="service", recipient=None).exists()
