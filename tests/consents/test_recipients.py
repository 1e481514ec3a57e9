"""Who has to be told that nothing may be transferred any more: whom the register names, and how."""

from apps.accounts.choices import Role
from apps.consents.services.proof import make_proof
from apps.consents.services.recipients import to_tell
from apps.core import clock
from apps.partners.models import Processing, Recipient
from apps.partners.services.keep_recipients import change_recipient
from tests.consents.test_person_pages import page
from tests.factories import RecordFactory, make_user


def test_the_recipients_of_the_register_with_country_and_route(person, partner):
    RecordFactory(subject=person, partner=partner)
    (told,) = to_tell(person.pk)
    assert (told.title, told.partners, told.reached) == ("Partners", ["Bereke"], False)
    assert told.country == "Kyrgyzstan"
    recipient = Recipient.objects.get(code="partners")
    recipient.route, recipient.contact = "email", "data@partners.example"
    change_recipient(actor=make_user(Role.LEAD), recipient=recipient, fields=["route", "contact"])
    (told,) = to_tell(person.pk)
    assert (told.route, told.contact, told.reached) == ("E-mail", "data@partners.example", True)
    assert [one.title for one in to_tell(person.pk, "advertising")] == ["AdRiver", "Advertisers", "SMS gateway"]
    assert to_tell(person.pk, "geolocation") == []


def test_whoever_receives_nothing_any_more_is_not_told(person):
    assert len(to_tell(person.pk)) == 1
    Processing.objects.filter(purpose="transfer").update(retired=True)
    assert to_tell(person.pk) == []


def test_the_persons_page_lists_them_when_the_transfer_is_over(desk, person, say):
    said = "Nothing may be transferred any more"
    assert said not in page(desk, person)
    say(person, "withdrawn", purpose="transfer")
    html = page(desk, person)
    assert said in html
    assert "<strong>Partners</strong> · Kyrgyzstan · the register does not say how it is told" in html
    Processing.objects.filter(purpose="transfer").update(retired=True)
    assert "names no recipient for this purpose" in page(desk, person)


def test_a_proof_names_the_recipients_of_its_purpose(officer, person):
    def recipients(purpose):
        made = make_proof(actor=officer, subject=person, purpose=purpose, at=clock.now())
        return made["dpv:hasProcess"]["dpv:hasRecipient"]

    assert recipients("transfer") == ["amanat:operator", "amanat:recipient:partners"]
    assert recipients("geolocation") == ["amanat:operator"]
