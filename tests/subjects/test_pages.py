"""The pages about people: masked for everybody, plain for whoever revealed, found by POST only."""

from datetime import timedelta

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from apps.accounts.choices import Role
from apps.audit.models import Entry
from apps.core import clock
from apps.core.choices import IdentifierKind
from apps.subjects.models import Reveal, Subject
from tests.factories import IdentifierFactory, RecordFactory, SubjectFactory, make_user

PHONE, EMAIL, NAME = "+996555123401", "aigul.asanova@example.kg", "Асанова Айгүл"
FIND = reverse("admin:subjects_find")


@pytest.fixture
def person(partner):
    subject = SubjectFactory()
    IdentifierFactory(subject=subject, value=PHONE)
    IdentifierFactory(subject=subject, kind=IdentifierKind.EMAIL, value=EMAIL)
    RecordFactory(subject=subject, partner=partner, payload={"name": NAME, "points": 1250})
    return subject


def page_of(subject):
    return reverse("admin:subjects_subject_change", args=[subject.pk])


def act(name, subject):
    return reverse(f"admin:subjects_{name}", args=[subject.pk])


def signed_in(user):
    client = Client()
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return client


def test_the_page_shows_the_person_masked_and_records_no_look(desk, person):
    before = Entry.objects.count()
    html = desk.get(page_of(person)).content.decode()
    assert "+996 ••• ••• 401" in html
    assert person.reference in html
    for value in (PHONE, EMAIL, NAME, "1250"):
        assert value not in html
    assert Entry.objects.count() == before


def test_after_a_reveal_its_user_sees_values_until_the_time_is_over(desk, person):
    answer = desk.post(act("reveal", person), {"reveal-reason": "call", "reveal-note": ""})
    assert answer["Location"] == page_of(person)
    html = desk.get(page_of(person)).content.decode()
    for value in (PHONE, EMAIL, NAME, "1250"):
        assert value in html
    with time_machine.travel(clock.now() + timedelta(minutes=11)):
        assert PHONE not in desk.get(page_of(person)).content.decode()


def test_a_reveal_shows_nothing_to_others_and_nothing_of_others(desk, person):
    stranger = IdentifierFactory(value="+996555999888").subject
    desk.post(act("reveal", person), {"reveal-reason": "call"})
    assert Reveal.objects.exists()
    assert "+996555999888" not in desk.get(page_of(stranger)).content.decode()
    assert PHONE not in signed_in(make_user(Role.OFFICER)).get(page_of(person)).content.decode()


def test_values_are_hidden_at_will(desk, person):
    desk.post(act("reveal", person), {"reveal-reason": "call"})
    assert PHONE in desk.get(page_of(person)).content.decode()
    desk.post(act("hide", person))
    assert PHONE not in desk.get(page_of(person)).content.decode()


def test_whoever_loses_the_role_loses_the_sight(desk, officer, person):
    desk.post(act("reveal", person), {"reveal-reason": "call"})
    officer.groups.clear()
    officer.groups.set(make_user(Role.AGENT).groups.all())
    html = desk.get(page_of(person)).content.decode()
    assert "+996 ••• ••• 401" in html
    assert PHONE not in html


@pytest.mark.parametrize("name", ["reveal", "hide", "restrict", "release"])
def test_a_get_changes_nothing(desk, person, name):
    before = Entry.objects.count()
    assert desk.get(act(name, person)).status_code == 200
    person.refresh_from_db()
    assert (person.restricted, Reveal.objects.count(), Entry.objects.count()) == (False, 0, before)


def test_no_mutation_without_a_csrf_token(officer, person):
    client = Client(enforce_csrf_checks=True)
    client.force_login(officer, backend="django.contrib.auth.backends.ModelBackend")
    assert client.post(act("restrict", person), {"restrict-reason": "request"}).status_code == 403
    person.refresh_from_db()
    assert not person.restricted


def test_without_a_reason_the_form_comes_back(desk, person):
    answer = desk.post(act("restrict", person), {"restrict-reason": ""})
    assert answer.status_code == 200
    person.refresh_from_db()
    assert not person.restricted


def test_blocking_and_unblocking_through_the_pages(desk, person):
    desk.post(act("restrict", person), {"restrict-reason": "request"})
    person.refresh_from_db()
    assert person.restricted
    again = desk.post(act("restrict", person), {"restrict-reason": "request"})
    assert "blocked already" in again.content.decode()
    desk.post(act("release", person), {"release-reason": "withdrawn"})
    person.refresh_from_db()
    assert not person.restricted


def test_a_journal_that_can_not_be_written_is_said_and_nothing_is_done(desk, person, settings, tmp_path):
    (tmp_path / "file").write_text("")
    settings.JOURNAL_DIR = tmp_path / "file"
    answer = desk.post(act("restrict", person), {"restrict-reason": "request"})
    assert "nothing was done" in answer.content.decode()
    person.refresh_from_db()
    assert not person.restricted


def test_the_search_leads_to_the_person_and_keeps_the_value_out_of_addresses(desk, person):
    answer = desk.post(FIND, {"typed": "0555 123 401"})
    assert answer.status_code == 302
    assert answer["Location"] == page_of(person)


def test_a_search_by_address_is_no_search(desk, person):
    answer = desk.get(FIND, {"typed": "0555123401", "q": "0555123401"})
    assert answer.status_code == 200
    listed = desk.get(reverse("admin:subjects_subject_changelist"), {"q": "nobody"})
    assert person.reference in listed.content.decode()


def test_nobody_found_says_what_to_do_next(desk, person):
    html = desk.post(FIND, {"typed": "0700 000 000"}).content.decode()
    assert "Nobody is known by this" in html
    assert reverse("admin:subjects_register") in html


def test_a_destroyed_number_is_told_apart_from_an_unknown_one(desk, person):
    html = desk.post(FIND, {"typed": "9,96555E+11"}).content.decode()
    assert "spreadsheet" in html
    assert "Nobody is known" not in html


def test_two_people_of_one_card_are_listed_by_reference(desk, partner):
    from tests.factories import PartnerFactory

    one = IdentifierFactory(kind=IdentifierKind.CARD, value="CARD-0001", partner=partner)
    two = IdentifierFactory(kind=IdentifierKind.CARD, value="CARD-0001", partner=PartnerFactory())
    html = desk.post(FIND, {"typed": "CARD-0001"}).content.decode()
    assert one.subject.reference in html
    assert two.subject.reference in html


def test_what_was_searched_in_vain_is_registered_without_typing_again(desk, db):
    form = desk.post(reverse("admin:subjects_register"), {"typed": "0555 123 401"})
    assert 'value="0555 123 401"' in form.content.decode()
    assert not Subject.objects.exists()
    answer = desk.post(reverse("admin:subjects_register"), {"phone": "0555 123 401", "language": "ky"})
    assert answer["Location"] == page_of(Subject.objects.get())


def test_registering_a_known_number_names_the_owner(desk, person):
    html = desk.post(reverse("admin:subjects_register"), {"phone": PHONE}).content.decode()
    assert f"belongs to {person.reference}" in html


def test_merging_goes_through_a_preview(desk, person):
    other = IdentifierFactory(value="+996700111222").subject
    answer = desk.post(act("merge", person), {"typed": "0700 111 222"})
    preview = reverse("admin:subjects_merge_preview", args=[person.pk, other.pk])
    assert answer["Location"] == preview
    html = desk.get(preview).content.decode()
    assert "+996 ••• ••• 222" in html
    assert "+996700111222" not in html
    other.refresh_from_db()
    assert other.merged_into is None
    desk.post(preview, {"reason": "same-person"})
    other.refresh_from_db()
    assert other.merged_into == person
    assert desk.get(page_of(other))["Location"] == page_of(person)


def test_a_number_gets_its_new_owner(desk, person):
    number = person.identifiers.get(kind=IdentifierKind.PHONE)
    place = reverse("admin:subjects_move_identifier", args=[person.pk, number.pk])
    assert desk.get(place).status_code == 200
    answer = desk.post(place)
    number.refresh_from_db()
    assert number.subject != person
    assert answer["Location"] == page_of(number.subject)


def test_an_identifier_of_somebody_else_is_not_there(desk, person):
    foreign = IdentifierFactory()
    place = reverse("admin:subjects_move_identifier", args=[person.pk, foreign.pk])
    assert desk.post(place).status_code == 404
    foreign.refresh_from_db()
    assert foreign.subject != person


@pytest.mark.parametrize("key", ["0", "999999999", "abc", "9" * 30])
def test_nobody_under_a_key_is_not_found(desk, person, key):
    assert desk.get(f"/desk/subjects/subject/{key}/change/").status_code == 404


def test_the_page_takes_few_queries_however_much_is_held(desk, person, django_assert_max_num_queries):
    for number in range(30):
        RecordFactory(subject=person, category_id="purchases", key=bytes([number]))
        desk.post(act("reveal", person), {"reveal-reason": "call"})
    with django_assert_max_num_queries(26):
        desk.get(page_of(person))


def purchases(subject, partner, count):
    """Events of as many days, the latest first; of the latest day is `Item 0`."""
    for number in range(count):
        at = clock.now() - timedelta(days=number)
        RecordFactory(
            subject=subject, partner=partner, category_id="purchases", key=bytes([number]), observed_at=at,
            payload={"item": f"Item {number}"},
        )  # fmt: skip


def test_of_each_category_the_newest_are_shown_and_the_way_to_the_others(desk, person, partner):
    purchases(person, partner, 60)
    RecordFactory(subject=person, partner=partner, category_id="points", key=b"1")
    desk.post(act("reveal", person), {"reveal-reason": "call"})
    html = desk.get(page_of(person)).content.decode()
    assert html.count("Item ") == 5
    assert all(f"Item {number}<" in html for number in range(5))
    assert NAME in html, "the other categories are there too"
    assert "?category=purchases#records" in html
    assert "?category=points#records" not in html


def test_one_category_is_paged(desk, person, partner):
    purchases(person, partner, 60)
    desk.post(act("reveal", person), {"reveal-reason": "call"})
    first = desk.get(page_of(person) + "?category=purchases").content.decode()
    assert (first.count("Item "), NAME in first) == (50, False)
    assert "?category=purchases&amp;records=2#records" in first or "?category=purchases&records=2#records" in first
    second = desk.get(page_of(person) + "?category=purchases&records=2").content.decode()
    assert second.count("Item ") == 10
    assert "All categories" in second
    assert "Nothing of this category" in desk.get(page_of(person) + "?category=support").content.decode()
    for query in ("?category=nonsense", "?category=purchases&records=nonsense", "?category=purchases&records=99"):
        assert desk.get(page_of(person) + query).status_code == 200
    assert desk.get(page_of(person) + "?timeline=-1&records=²").status_code == 200


def test_what_was_replaced_comes_after_what_is_true(desk, person, partner):
    purchases(person, partner, 2)
    person.records.filter(key=bytes([0])).update(superseded_at=clock.now())
    desk.post(act("reveal", person), {"reveal-reason": "call"})
    html = desk.get(page_of(person)).content.decode()
    assert 0 < html.index("Item 1") < html.index("Item 0")


def test_the_page_of_somebody_of_whom_thousands_are_held_reads_and_counts_few(desk, person, partner):
    purchases(person, partner, 200)
    with CaptureQueriesContext(connection) as queries:
        desk.get(page_of(person))
    sqls = [query["sql"] for query in queries.captured_queries]
    assert len(sqls) <= 26
    assert not [sql for sql in sqls if "COUNT(" in sql.upper()]
    records = [sql for sql in sqls if "payload" in sql and sql.startswith("SELECT")]
    assert records
    with connection.cursor() as cursor:
        for sql in records:
            cursor.execute(f"SELECT count(*) FROM ({sql}) AS shown")
            assert cursor.fetchone()[0] <= 12


def test_every_timeline_ends_with_how_the_person_became_known(desk, person, partner):
    html = desk.get(page_of(person)).content.decode()
    timeline = html.partition('id="timeline"')[2]
    assert "Became known" in timeline
    assert partner.name in timeline.partition("Became known")[2].partition("</li>")[0]


def test_a_page_has_one_heading_and_its_way_leads_over_the_person(desk, person):
    for page, heading in ((page_of(person), person.reference), (act("restrict", person), "Block the data")):
        html = desk.get(page).content.decode()
        assert html.count("<h1") == 1
        assert heading in html.partition("<h1")[2].partition("</h1>")[0]
    assert f'href="{page_of(person)}"' in html
