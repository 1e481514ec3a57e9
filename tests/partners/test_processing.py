"""Uses of data and their retention periods: set by a lead officer, versioned, never rewritten."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import DatabaseError, IntegrityError, transaction
from django.urls import reverse
from django.utils import translation

from apps.audit.models import Entry
from apps.core import clock
from apps.partners.models import Processing, Recipient, Retention
from apps.partners.presenting import period
from apps.partners.services.keep_processing import add_use, change_use, set_retention, set_retentions

pytestmark = pytest.mark.django_db
ADD = "admin:partners_processing_add"
LIST = "admin:partners_processing_changelist"
THREE_YEARS = {
    "kept": "period", "amount": "3", "unit": "year", "counted_from": "contract-end", "period_status": "law",
    "period_reference": "Digital Code, Art. 114(4)",
}  # fmt: skip


@pytest.fixture
def use():
    return Processing.objects.get(category="phone", purpose="contracts", recipient=None)


def page(use):
    return reverse("admin:partners_processing_change", args=[use.pk])


def filled(use, **changes):
    data = {"seen": use.changed_at.isoformat(), "status": use.status, "reference": use.reference, "note": use.note}
    flags = {name: "on" for name in ("mandatory", "retired") if getattr(use, name)}
    return {**data, **flags, "kept": "", "period_status": "assumed", **changes}


def three_years(**changes):
    return Retention(**{"amount": 3, "unit": "year", "counted_from": "contract-end"} | changes)


def kept_for(category, purpose, at=None):
    return Processing.objects.retention_for(category, purpose, at)


def test_a_lead_sets_a_period_and_it_is_recorded(lead_desk, lead, use):
    assert kept_for("phone", "contracts") is None
    assert lead_desk.post(page(use), filled(use, **THREE_YEARS)).status_code == 302
    set_now = kept_for("phone", "contracts")
    assert (set_now.amount, set_now.unit, set_now.counted_from, set_now.status) == (3, "year", "contract-end", "law")
    entry = Entry.objects.about(use).get()
    assert (entry.actor, entry.action) == (lead, "partners.set-retention")
    assert entry.facts == {
        "category": "phone", "purpose": "contracts", "recipient": "operator", "endless": False, "amount": 3,
        "unit": "year", "counted_from": "contract-end", "status": "law",
    }  # fmt: skip


def test_every_period_that_was_set_stays_known(lead, use):
    begun = clock.now()
    with clock.standing_at(begun + timedelta(days=1)):
        set_retention(actor=lead, use=use, retention=three_years())
    with clock.standing_at(begun + timedelta(days=9)):
        set_retention(actor=lead, use=use, retention=three_years(amount=5))
    assert kept_for("phone", "contracts").amount == 5
    assert kept_for("phone", "contracts", begun + timedelta(days=2)).amount == 3
    assert kept_for("phone", "contracts", begun) is None
    assert [retention.amount for retention in use.retentions.all()] == [5, 3]


def test_the_list_and_a_line_say_how_long_it_is_kept(lead_desk, at_desk, use):
    assert lead_desk.post(page(use), filled(use, **THREE_YEARS)).status_code == 302
    words = period(kept_for("phone", "contracts"))
    assert words in at_desk.get(reverse(LIST)).content.decode()
    line = at_desk.get(page(use)).content.decode()
    assert words in line
    assert f"{words}&#x27;)" not in line


def test_the_same_once_more_is_no_new_period(lead_desk, lead, use):
    lead_desk.post(page(use), filled(use, **THREE_YEARS))
    use.refresh_from_db()
    assert lead_desk.post(page(use), filled(use, **THREE_YEARS)).status_code == 302
    assert use.retentions.count() == 1
    assert Entry.objects.about(use).count() == 1


def test_no_period_is_ever_rewritten(lead, use):
    set_retention(actor=lead, use=use, retention=three_years())
    with pytest.raises(DatabaseError), transaction.atomic():
        Retention.objects.filter(line=use).update(amount=1)
    with pytest.raises(DatabaseError), transaction.atomic():
        Retention.objects.filter(line=use)._raw_delete("default")
    with pytest.raises(DatabaseError), transaction.atomic():
        Processing.objects.filter(category="support")._raw_delete("default")
    assert kept_for("phone", "contracts").amount == 3


@pytest.mark.parametrize("missing", ["amount", "unit", "counted_from"])
def test_half_a_period_is_refused(lead_desk, use, missing):
    answer = lead_desk.post(page(use), filled(use, **THREE_YEARS) | {missing: ""})
    assert list(answer.context["adminform"].form.errors) == [missing]
    assert kept_for("phone", "contracts") is None


def test_a_period_is_not_taken_away(lead_desk, lead, use):
    set_retention(actor=lead, use=use, retention=three_years())
    use.refresh_from_db()
    answer = lead_desk.post(page(use), filled(use))
    assert list(answer.context["adminform"].form.errors) == ["kept"]
    assert kept_for("phone", "contracts").amount == 3


def test_endless_is_told_apart_from_not_set(lead, use):
    assert use in Processing.objects.kept_for_ever()
    set_retention(actor=lead, use=use, retention=Retention(endless=True))
    assert use in Processing.objects.kept_for_ever()
    assert kept_for("phone", "contracts").endless
    set_retention(actor=lead, use=use, retention=three_years())
    assert use not in Processing.objects.kept_for_ever()
    with pytest.raises(IntegrityError), transaction.atomic():
        Retention.objects.create(line=use, endless=True, amount=3)


def test_one_period_for_many(lead_desk, lead):
    uses = Processing.objects.filter(purpose="contracts").order_by("pk")
    keys = [use.pk for use in uses]
    set_retention(actor=lead, use=uses[0], retention=three_years(status="law", reference="Digital Code, Art. 114(4)"))
    chosen = {"action": "set_period", "_selected_action": keys}
    asked = lead_desk.post(reverse(LIST), chosen)
    assert asked.status_code == 200
    assert "For 5 uses" in asked.content.decode()
    assert Retention.objects.filter(line__in=keys).count() == 1, "asking sets nothing"
    assert lead_desk.post(reverse(LIST), chosen | {"apply": "yes", "kept": "period"}).status_code == 200
    assert Retention.objects.filter(line__in=keys).count() == 1, "nor does half a period"
    told = lead_desk.post(reverse(LIST), chosen | {"apply": "yes"} | THREE_YEARS, follow=True)
    assert "The period of 4 uses is set." in told.content.decode()
    assert {kept_for(use.category_id, "contracts").amount for use in uses} == {3}


def test_others_set_none(desk, officer, use):
    assert desk.get(page(use)).status_code == 200
    assert desk.post(page(use), filled(use, **THREE_YEARS)).status_code == 403
    desk.post(reverse(LIST), {"action": "set_period", "_selected_action": [use.pk], "apply": "yes", **THREE_YEARS})
    for act in (
        lambda: set_retention(actor=officer, use=use, retention=three_years()),
        lambda: set_retentions(actor=officer, uses=[use], retention=three_years()),
        lambda: change_use(actor=officer, use=use, fields=["note"]),
        lambda: add_use(actor=officer, use=Processing(category_id="email", purpose_id="contracts")),
    ):
        with pytest.raises(PermissionDenied):
            act()
    assert kept_for("phone", "contracts") is None


def test_a_use_is_added_once(lead_desk):
    data = {"category": "email", "purpose": "contracts", "recipient": "", "status": "policy", "reference": "P09"}
    assert lead_desk.post(reverse(ADD), data | THREE_YEARS).status_code == 302
    added = Processing.objects.get(category="email", purpose="contracts")
    assert added.retention.amount == 3
    assert [entry.action for entry in Entry.objects.about(added)] == ["partners.set-retention", "partners.add-use"]
    again = lead_desk.post(reverse(ADD), data)
    assert "The record has this use already." in again.content.decode()
    assert Processing.objects.filter(category="email", purpose="contracts").count() == 1


def test_nobody_is_sent_what_they_may_not_receive(lead_desk, lead):
    gateway = Recipient.objects.get(code="sms-gateway")
    data = {"category": "email", "purpose": "service", "recipient": gateway.pk, "status": "policy"}
    answer = lead_desk.post(reverse(ADD), data)
    assert "SMS gateway may not receive this." in answer.content.decode()
    with pytest.raises(ValidationError):
        add_use(actor=lead, use=Processing(category_id="email", purpose_id="service", recipient=gateway))
    assert not Processing.objects.filter(category="email", recipient=gateway).exists()


def test_only_what_the_operator_uses_is_mandatory(lead):
    sent = Processing.objects.filter(recipient__code="tapjoy").first()
    sent.mandatory = True
    with pytest.raises(ValidationError):
        change_use(actor=lead, use=sent, fields=["mandatory"])


def test_an_ended_use_goes_on_again(lead_desk, use):
    lead_desk.post(page(use), filled(use, retired="on"))
    assert kept_for("phone", "contracts") is None
    assert use not in Processing.objects.in_use()
    use.refresh_from_db()
    data = filled(use)
    del data["retired"]
    lead_desk.post(page(use), data)
    assert use in Processing.objects.in_use()
    told = Entry.objects.about(use).values_list("action", flat=True)
    assert list(told) == ["partners.restore-use", "partners.end-use"]


def test_of_two_who_have_it_open_the_second_is_told(lead_desk, use):
    early = filled(use)
    assert lead_desk.post(page(use), early | {"note": "first"}).status_code == 302
    answer = lead_desk.post(page(use), early | {"note": "second"})
    assert "Somebody else has changed this in the meantime" in answer.content.decode()
    use.refresh_from_db()
    assert use.note == "first"


@pytest.mark.parametrize(
    ("language", "said"),
    [
        (
            "en",
            (
                "3 years from the end of the contract",
                "at once from the end of the consent",
                "without an end",
                "not set",
            ),
        ),
        ("ru", ("3 года со дня окончания договора", "сразу, со дня окончания согласия", "бессрочно", "не задан")),
        ("ky", ("келишим бүткөндөн тартып 3 жыл", "макулдук бүткөндөн тартып дароо", "мөөнөтсүз", "белгилене элек")),
    ],
)
def test_periods_in_words(language, said):
    at_once = Retention(amount=0, unit="day", counted_from="consent-end")
    with translation.override(language):
        assert tuple(map(period, (three_years(), at_once, Retention(endless=True), None))) == said
