"""The pages of re-consent and of figures: what they show, who is on the lists, what can be done."""

import csv
import io
from datetime import timedelta

from django.test import Client
from django.urls import reverse
from procrastinate.contrib.django.models import ProcrastinateJob

from apps.accounts.choices import Role
from apps.consents.models import Asking, ConsentFigure
from apps.consents.services.ask_again import begin_asking, run_asking
from apps.consents.services.count import count_consents, count_day
from apps.core import clock
from tests.factories import make_user

PAGE = "admin:consents_reconsent"


def shown(client, name=PAGE, query=""):
    return client.get(reverse(name) + query).content.decode()


def rows(html):
    """The cells of the first table's body."""
    body = html.partition("<tbody>")[2].partition("</tbody>")[0]
    return [[cell.partition("<")[0] for cell in row.split('desk-number">')[1:]] for row in body.split("<tr>")[1:]]


def test_without_a_widening_edition_it_says_what_to_do(desk, first):
    html = shown(desk)
    assert "Nobody has to be asked again" in html
    assert "Count now" not in html


def test_who_has_to_agree_again_and_how_far_it_is(desk, first, wider, agree):
    assert "Not counted yet" in shown(desk)
    old = [agree(100, first, channel="sms").subject for _ in range(3)]
    agree(4, wider, subject=old[0], channel="sms")
    agree(4, subject=old[1], channel="sms", state="refused")
    agree(90, first, purpose="geolocation")
    with clock.standing_at(clock.now() - timedelta(days=6)):
        count_day(clock.today())
    count_consents()
    html = shown(desk)
    advertising, geolocation = html.split('class="desk-card am-reconsent"')[1:]
    assert rows(advertising)[0] == ["1", "1", "50 %", "0", "1", "1"]
    assert rows(advertising)[2] == ["1", "1", "50 %", "0", "1", "1"]  # by SMS
    assert rows(geolocation) == [["1", "0", "0 %", "0", "0", "0"]]
    assert "Widened by edition 2" in advertising
    assert "Since the publication: bars" in advertising
    assert "As of" in html
    before, now = clock.today() - timedelta(days=6), clock.today()
    assert ConsentFigure.objects.counted_days(before, now)[0] == before


def test_the_list_is_masked_and_taken_along_with_a_reason_for_whole_numbers(desk, first, wider, agree):
    person = agree(90, first, channel="sms").subject
    agreed = agree(4, wider, channel="sms").subject
    number = person.identifiers.get().value
    place = reverse("admin:consents_consentstate_changelist")
    every = desk.get(place).content.decode()
    assert f"P-{agreed.pk}<" in every
    html = desk.get(place, {"ask": f"{wider.pk}.advertising.sms"}).content.decode()
    assert f"P-{person.pk}<" in html
    assert f"P-{agreed.pk}<" not in html
    assert person.identifiers.get().masked in html
    assert number not in html
    export = f"{reverse('admin:consents_consentstate_export')}?ask={wider.pk}.advertising.sms&asked=no"
    masked = b"".join(desk.post(export, {"file_format": "csv", "values": "masked"})).decode("utf-8-sig")
    (line,) = list(csv.DictReader(io.StringIO(masked)))
    assert (line["Person"], line["Phone"]) == (person.reference, person.identifiers.get().masked)
    assert desk.post(export, {"file_format": "csv", "values": "whole"}).streaming is False
    whole = desk.post(export, {"file_format": "csv", "values": "whole", "reason": "notice"})
    assert number in b"".join(whole).decode("utf-8-sig")


def test_whoever_was_asked_is_not_on_the_list_of_those_to_be_asked(desk, first, wider, agree):
    person = agree(90, first).subject
    place = reverse("admin:consents_consentstate_changelist")
    to_ask = {"ask": f"{wider.pk}.advertising.", "asked": "no"}
    assert f"P-{person.pk}<" in desk.get(place, to_ask).content.decode()
    answer = desk.post(
        reverse("admin:consents_ask"),
        {"edition": wider.pk, "purpose": "advertising", "channel": "", "medium": "link", "asked_at": ""}, follow=True,
    )  # fmt: skip
    html = answer.content.decode()
    assert "It is being recorded that they are asked." in html
    assert "Being recorded" in html
    assert ProcrastinateJob.objects.filter(task_name="consents.run_asking").count() == 1
    run_asking(asking_id=Asking.objects.get().pk)
    count_consents()
    html = shown(desk)
    assert "1 person asked" in html
    assert rows(html)[0] == ["1", "0", "0 %", "1", "0", "0"]
    assert f"P-{person.pk}<" not in desk.get(place, to_ask).content.decode()
    assert f"P-{person.pk}<" in desk.get(place, {"ask": to_ask["ask"]}).content.decode()


def test_what_cannot_be_asked_is_told_and_records_nothing(desk, first, wider):
    place = reverse("admin:consents_ask")
    assert desk.get(place).status_code == 404
    for wrong, told in (({"purpose": "transfer"}, "nobody has to be asked"), ({"medium": "x"}, "valid choice")):
        said = {"edition": wider.pk, "purpose": "advertising", "medium": "letter"} | wrong
        assert told in desk.post(place, said, follow=True).content.decode()
    assert not Asking.objects.exists()


def test_figures_by_purpose_source_and_edition(desk, first, wider, agree):
    assert "Nobody has counted yet" in shown(desk, "admin:consents_figures")
    person = agree(90, first).subject
    agree(3, wider)
    agree(2, subject=agree(50, first).subject, state="withdrawn", medium="letter")
    agree(80, purpose="geolocation", subject=person)
    count_consents()
    html = shown(desk, "admin:consents_figures")
    assert rows(html)[0] == ["2", "1", "50 %", "3", "1"]
    assert "Advertising: people whose consent is in force" in html
    assert "Privacy policy, edition 2" in html
    assert "Edition not recorded" in html
    sources = html.partition("Withdrawals and refusals, by how they came")[2].partition("</figure>")[0]
    assert "Letter or e-mail" in sources
    assert "Phone call" not in sources
    for period in ("12w", "12m", "nonsense"):
        assert rows(shown(desk, "admin:consents_figures", f"?period={period}"))[0] == ["2", "1", "50 %", "3", "1"]
    export = reverse("admin:consents_consentfigure_export")
    lines = list(csv.DictReader(io.StringIO(b"".join(desk.post(export, {"file_format": "csv"})).decode("utf-8-sig"))))
    assert {line["What is counted"] for line in lines} >= {"People whose consent is in force", "Withdrawals recorded"}
    assert "Counted" not in {line["What is counted"] for line in lines}


def test_no_page_counts_the_ledger(desk, first, wider, agree, django_assert_max_num_queries):
    agree(90, first)
    count_consents()
    for name in (PAGE, "admin:consents_figures"):
        with django_assert_max_num_queries(40) as asked:
            shown(desk, name)
        assert not [q for q in asked.captured_queries if "consents_consentevent" in q["sql"] or "COUNT(" in q["sql"]]


def test_counting_again_is_queued_once(desk, first, wider):
    place = reverse("admin:consents_count")
    assert desk.get(place).status_code == 404
    for _ in range(2):
        answer = desk.post(place, {"page": "reconsent"})
        assert answer["Location"] == reverse(PAGE)
    assert ProcrastinateJob.objects.filter(task_name="consents.count").count() == 1


def test_who_may_only_look_records_no_asking(first, wider, agree):
    agree(90, first)
    count_consents()
    client = Client()
    client.force_login(make_user(Role.AUDITOR), backend="django.contrib.auth.backends.ModelBackend")
    html = shown(client)
    assert "Widened by edition 2" in html
    assert "Record the asking" not in html
    assert "•••" not in client.get(reverse("admin:consents_consentstate_changelist")).content.decode()


def test_an_asking_that_stands_still_has_a_button(desk, first, wider, agree, officer):
    agree(90, first)
    asking = begin_asking(actor=officer, edition_id=wider.pk, purpose="advertising", medium="letter")
    place = reverse("admin:consents_take_up", args=[asking.pk])
    html = shown(desk)
    assert "Nobody works on it any more" in html
    assert f'action="{place}"' in html
    assert 'http-equiv="refresh"' not in html
    assert desk.get(place).status_code == 405
    html = desk.post(place, follow=True).content.decode()
    assert "It goes on where it stopped." in html
    assert f'action="{place}"' not in html
    assert 'http-equiv="refresh"' in html
    assert "Somebody was first" in desk.post(place, follow=True).content.decode()
    assert ProcrastinateJob.objects.filter(task_name="consents.run_asking").count() == 1
