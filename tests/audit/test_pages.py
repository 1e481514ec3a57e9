"""The audit on the desk."""

from django.urls import reverse

from apps.accounts.choices import Role
from apps.audit.services import record
from apps.optouts.services.take import take_optout
from apps.subjects import actions
from apps.subjects.services.restrict import restrict
from tests.factories import IdentifierFactory, make_user

LIST = reverse("admin:audit_entry_changelist")


def test_it_says_who_did_what_to_whom_in_words(desk, officer):
    subject = IdentifierFactory().subject
    restrict(actor=officer, subject=subject, reason="disputed")
    html = desk.get(LIST).content.decode()
    assert "Data blocked" in html
    assert "Accuracy is disputed" in html
    assert str(officer) in html
    assert reverse("admin:subjects_subject_change", args=[subject.pk]) in html


def test_filters_narrow_it_down(desk, officer, agent):
    one, two = (IdentifierFactory().subject for _ in range(2))
    record(officer, actions.HIDE, one)
    record(agent, actions.REGISTER, two, kinds=["phone"])
    for query, kept, gone in (
        ({"action": "subjects.hide"}, one, two),
        ({"actor": str(agent.pk)}, two, one),
    ):
        html = desk.get(LIST, query).content.decode()
        assert f"/subject/{kept.pk}/change/" in html
        assert f"/subject/{gone.pk}/change/" not in html
    assert f"/subject/{one.pk}/change/" in desk.get(LIST, {"since": "1"}).content.decode()


def test_nonsense_in_a_filter_is_no_error(desk):
    for query in ({"actor": "x"}, {"actor": "9" * 30}, {"since": "x"}, {"action": "x"}):
        assert desk.get(LIST, query).status_code == 200


def test_an_entry_is_looked_at_and_not_changed(desk, officer):
    entry = record(officer, actions.HIDE, IdentifierFactory().subject)
    page = reverse("admin:audit_entry_change", args=[entry.pk])
    assert "Values hidden again" in desk.get(page).content.decode()
    assert desk.post(page, {"action": "x"}).status_code == 403


def test_what_somebody_may_not_open_is_no_link(client, officer):
    subject = IdentifierFactory().subject
    entry = record(officer, actions.HIDE, subject)
    client.force_login(make_user(Role.AUDITOR))
    for page in (LIST, reverse("admin:audit_entry_change", args=[entry.pk])):
        html = client.get(page).content.decode()
        assert f"Person {subject.pk}" in html
        assert f"/subject/{subject.pk}/change/" not in html


def test_codes_of_an_opt_out_are_words(desk, officer):
    take_optout(actor=officer, kind="phone", digest=b"1" * 16)
    html = desk.get(LIST).content.decode()
    for words in ("what for: Advertising", "from whom: Every sender", "channel: Every channel", "kind: Phone"):
        assert words in html
