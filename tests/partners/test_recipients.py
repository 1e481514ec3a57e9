"""Recipients: a lead officer decides what each may receive, a partner manager keeps how it is reached."""

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import DatabaseError, IntegrityError, transaction
from django.urls import reverse

from apps.audit.models import Entry
from apps.partners.models import Processing, Recipient
from apps.partners.services.keep_recipients import add_recipient, change_recipient
from apps.policies.models import DataCategory

pytestmark = pytest.mark.django_db
NEW = {
    "code": "mailer", "title_ky": "Почта кызматы", "title_ru": "", "title_en": "Mailer", "kind": "provider",
    "country": "DE", "categories": ["email"], "ground": "service", "route": "email", "contact": "erase@mailer.example",
}  # fmt: skip
ADD = "admin:partners_recipient_add"


@pytest.fixture
def tapjoy():
    return Recipient.objects.get(code="tapjoy")


def page(recipient):
    return reverse("admin:partners_recipient_change", args=[recipient.pk])


def filled(recipient, **changes):
    """The form as it stands, with changes."""
    names = ("title_ky", "title_ru", "title_en", "kind", "country", "ground", "route", "contact")
    data = {name: getattr(recipient, name) for name in names} | {"seen": recipient.changed_at.isoformat()}
    data["categories"] = list(recipient.categories.values_list("code", flat=True))
    flags = {name: "on" for name in ("cross_border", "retired") if getattr(recipient, name)}
    return {**data, **flags, **changes}


def test_a_lead_adds_one_and_it_is_recorded(lead_desk, lead):
    assert lead_desk.post(reverse(ADD), NEW).status_code == 302
    mailer = Recipient.objects.get(code="mailer")
    assert (mailer.title_ru, mailer.cross_border) == ("Почта кызматы", True), "another country is abroad"
    entry = Entry.objects.about(mailer).get()
    assert (entry.actor, entry.facts) == (lead, {"code": "mailer", "categories": ["email"]})
    assert list(Recipient.objects.all())[-1] == mailer


@pytest.mark.parametrize(
    ("route", "contact"),
    [("email", ""), ("email", "nobody"), ("api", "erase@mailer.example"), ("api", "http://x.example"), ("letter", " ")],
)
def test_a_route_that_leads_nowhere_is_refused(lead_desk, route, contact):
    answer = lead_desk.post(reverse(ADD), NEW | {"route": route, "contact": contact})
    assert answer.status_code == 200
    assert "contact" in answer.context["adminform"].form.errors
    assert not Recipient.objects.filter(code="mailer").exists()


@pytest.mark.parametrize(
    ("route", "contact"), [("api", "https://mailer.example/erase"), ("letter", "Bishkek, Chuy 1"), ("none", "")]
)
def test_a_route_that_leads_somewhere_is_taken(lead_desk, route, contact):
    assert lead_desk.post(reverse(ADD), NEW | {"route": route, "contact": contact}).status_code == 302
    assert Recipient.objects.get(code="mailer").has_route == (route != "none")


def test_the_database_refuses_what_contradicts_itself(tapjoy):
    with pytest.raises(IntegrityError), transaction.atomic():
        Recipient.objects.filter(pk=tapjoy.pk).update(cross_border=False)
    with pytest.raises(IntegrityError), transaction.atomic():
        Recipient.objects.filter(pk=tapjoy.pk).update(route="email")
    with pytest.raises(DatabaseError), transaction.atomic():
        Recipient.objects.filter(code="linked-sites").delete()


def test_a_manager_says_how_an_erasure_reaches_one(at_desk, manager, tapjoy):
    data = filled(tapjoy, route="email", contact="privacy@tapjoy.example", ground="assets", categories=[])
    assert at_desk.post(page(tapjoy), data).status_code == 302
    tapjoy.refresh_from_db()
    assert (tapjoy.route, tapjoy.ground) == ("email", "service"), "what is decided stays"
    assert tapjoy.categories.count() == 4
    entry = Entry.objects.about(tapjoy).get()
    assert (entry.actor, entry.facts) == (manager, {"code": "tapjoy", "fields": ["contact", "route"]})


def test_a_manager_decides_nothing(manager, tapjoy):
    for name in ("kind", "ground", "categories", "retired"):
        with pytest.raises(PermissionDenied):
            change_recipient(actor=manager, recipient=tapjoy, fields=[name], categories=[])
    with pytest.raises(PermissionDenied):
        add_recipient(actor=manager, recipient=Recipient(code="x"), categories=[])


def test_others_change_nothing(desk, officer, tapjoy):
    assert desk.get(page(tapjoy)).status_code == 200
    assert desk.post(page(tapjoy), filled(tapjoy, contact="x")).status_code == 403
    with pytest.raises(PermissionDenied):
        change_recipient(actor=officer, recipient=tapjoy, fields=["contact"])


def test_what_is_sent_by_the_record_can_not_be_taken_away(lead_desk, lead, tapjoy):
    answer = lead_desk.post(page(tapjoy), filled(tapjoy, categories=["ip"]))
    assert "end these uses first: Device identifier, IMEI, MAC address" in answer.content.decode()
    assert tapjoy.categories.count() == 4
    Processing.objects.filter(recipient=tapjoy).exclude(category="ip").update(retired=True)
    assert lead_desk.post(page(tapjoy), filled(tapjoy, categories=["ip"])).status_code == 302
    assert [category.code for category in tapjoy.categories.all()] == ["ip"]
    assert Entry.objects.about(tapjoy).get().facts["categories"] == ["ip"]


def test_retired_and_in_use_again(lead_desk, tapjoy):
    uses = Processing.objects.in_use().filter(recipient=tapjoy)
    assert uses.count() == 4
    lead_desk.post(page(tapjoy), filled(tapjoy, retired="on"))
    assert uses.count() == 0, "nothing goes to somebody who is retired"
    tapjoy.refresh_from_db()
    data = filled(tapjoy)
    del data["retired"]
    lead_desk.post(page(tapjoy), data)
    assert uses.count() == 4
    told = Entry.objects.about(tapjoy).values_list("action", flat=True)
    assert list(told) == ["partners.restore-recipient", "partners.retire-recipient"]


def test_of_two_who_have_it_open_the_second_is_told(lead_desk, at_desk, tapjoy):
    early = filled(tapjoy)
    assert at_desk.post(page(tapjoy), early | {"route": "email", "contact": "a@tapjoy.example"}).status_code == 302
    answer = lead_desk.post(page(tapjoy), early | {"route": "letter", "contact": "Somewhere 1"})
    assert "Somebody else has changed this in the meantime" in answer.content.decode()
    tapjoy.refresh_from_db()
    assert tapjoy.contact == "a@tapjoy.example"


def test_the_service_refuses_what_does_not_fit(lead):
    with pytest.raises(ValidationError):
        add_recipient(actor=lead, recipient=Recipient(code="x y"), categories=DataCategory.objects.all()[:1])
    assert not Recipient.objects.filter(code="x y").exists()
