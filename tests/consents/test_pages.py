"""The permission on the person's page: seen, given, ended, by POST alone."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from apps.accounts.choices import Role
from apps.audit.models import Entry
from apps.consents.choices import State
from apps.consents.models import ConsentEvent
from apps.core import clock
from tests.consents.test_record_consent import located
from tests.factories import make_user


def page_of(person):
    return reverse("admin:subjects_subject_change", args=[person.pk])


def html(client, person):
    return client.get(page_of(person)).content.decode()


def test_the_panel_tells_what_is_in_force_and_what_was_said(desk, person, say):
    assert "Never permitted" in html(desk, person)
    say(person, State.GIVEN, clock.now() - timedelta(days=1))
    given = html(desk, person)
    assert ">Permitted<" in given
    assert "am-consent-end" in given
    assert "am-consent-give" not in given
    say(person, State.WITHDRAWN)
    ended = html(desk, person)
    assert "Not permitted" in ended
    assert "Withdrawn by the person" in ended
    assert "am-consent-give" in ended


def test_an_agent_records_a_permission_and_its_end(agent, person):
    client = Client()
    client.force_login(agent, backend="django.contrib.auth.backends.ModelBackend")
    answer = client.post(reverse("admin:consents_give", args=[person.pk]), {"give-medium": "phone"})
    assert answer["Location"] == page_of(person)
    located(person, clock.now())
    client.post(reverse("admin:consents_end", args=[person.pk]), {"end-medium": "letter"})
    said = ConsentEvent.objects.order_by("occurred_at").values_list("state", "medium", "actor")
    assert list(said) == [("given", "phone", agent.pk), ("withdrawn", "letter", agent.pk)]
    assert not person.records.exists()


def test_who_never_permitted_it_refuses(desk, person):
    desk.post(reverse("admin:consents_end", args=[person.pk]), {"end-medium": "phone"})
    assert ConsentEvent.objects.get().state == "refused"


@pytest.mark.parametrize("name", ["give", "end"])
def test_a_get_changes_nothing(desk, person, name):
    before = Entry.objects.count()
    assert desk.get(reverse(f"admin:consents_{name}", args=[person.pk])).status_code == 200
    assert (ConsentEvent.objects.count(), Entry.objects.count()) == (0, before)


def test_the_second_press_is_told(desk, person):
    place = reverse("admin:consents_give", args=[person.pk])
    desk.post(place, {"give-medium": "phone"})
    assert "already" in desk.post(place, {"give-medium": "phone"}).content.decode()
    assert desk.post(place, {"give-medium": "telepathy"}).status_code == 200
    assert ConsentEvent.objects.count() == 1


def test_who_may_only_look_sees_no_buttons(person, say):
    say(person, State.GIVEN)
    client = Client()
    client.force_login(make_user(Role.COUNSEL), backend="django.contrib.auth.backends.ModelBackend")
    seen = html(client, person)
    assert ">Permitted<" in seen
    assert "am-consent-" not in seen


def test_the_list_leads_to_people_and_the_timeline_tells_it(desk, person, say):
    say(person, State.GIVEN)
    listed = desk.get(reverse("admin:consents_consentevent_changelist") + "?since=7").content.decode()
    assert person.reference in listed
    assert "Using the exact geolocation" in listed
    assert "Consent event recorded" in html(desk, person).partition('id="timeline"')[2]


def test_the_auditor_reads_the_list_and_follows_nobody(person, say):
    say(person, State.GIVEN)
    client = Client()
    client.force_login(make_user(Role.AUDITOR), backend="django.contrib.auth.backends.ModelBackend")
    listed = client.get(reverse("admin:consents_consentevent_changelist")).content.decode()
    assert person.reference in listed
    assert page_of(person) not in listed
