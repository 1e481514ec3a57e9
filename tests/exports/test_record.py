"""What the audit knows of an export: that it began before the first row left, and how it ended."""

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.urls import reverse

from apps.accounts.choices import Role
from apps.audit.models import Entry
from apps.core import identifiers
from apps.core.exporting import ListResource
from apps.core.keyring import Undecryptable
from apps.exports import actions, services
from apps.exports.models import Export
from apps.subjects.resources import PeopleResource
from tests.exports.conftest import CSV, MASKED, PEOPLE, PHONE, WHOLE, client_of, content
from tests.factories import make_user

pytestmark = pytest.mark.django_db


def told(action):
    return [entry.facts for entry in Entry.objects.filter(action=action.code).order_by("pk")]


def broken_off(answer, pieces):
    """Fetch some pieces, then go: the server closes what is left."""
    fetched = [next(answer._iterator) for _ in range(pieces)]
    for close in answer._resource_closers:
        close()
    return fetched


def test_a_start_and_an_end_without_values(desk, officer, person):
    content(desk.post(reverse(PEOPLE) + "?since=7&blocked=yes", {**CSV, **WHOLE, "note": "case SR-12"}))
    export = Export.objects.get()
    assert told(actions.STARTED) == [{
        "exported": "subjects.subject", "file_format": "csv", "filters": ["blocked=yes", "since=7"], "whole": True,
        "reason": "request",
    }]  # fmt: skip
    assert told(actions.COMPLETE) == [{"exported": "subjects.subject", "rows": 0}]
    entry = Entry.objects.get(action=actions.STARTED.code)
    assert (entry.actor, entry.target_type, entry.target_id) == (officer, "exports.export", export.pk)
    assert (export.status, export.rows, export.note) == ("complete", 0, "case SR-12")


def test_the_start_is_there_before_the_first_row(desk, person):
    answer = desk.post(reverse(PEOPLE), {**CSV, **MASKED})
    assert [facts["whole"] for facts in told(actions.STARTED)] == [False]
    assert told(actions.COMPLETE) == []
    content(answer)
    assert told(actions.COMPLETE) == [{"exported": "subjects.subject", "rows": 1}]
    assert told(actions.BROKEN_OFF) == []


@pytest.mark.parametrize("file_format", ["csv", "xlsx"])
@pytest.mark.parametrize(("pieces", "rows"), [(0, 0), (1, 0), (2, 1)])
def test_who_goes_in_the_middle_leaves_no_complete_export(desk, person, file_format, pieces, rows):
    answer = desk.post(reverse(PEOPLE), {"file_format": file_format, **MASKED})
    assert len(broken_off(answer, pieces)) == pieces
    (facts,) = told(actions.BROKEN_OFF)
    assert facts["rows"] == rows
    assert told(actions.COMPLETE) == []
    assert Export.objects.get().status == "broken-off"


def test_an_error_in_the_middle_is_no_complete_export(desk, person, monkeypatch):
    answer = desk.post(reverse(PEOPLE), {**CSV, **MASKED})
    with connection.cursor() as cursor:
        cursor.execute("UPDATE subjects_identifier SET value = 'x'")
    with pytest.raises(Undecryptable):
        content(answer)
    assert told(actions.COMPLETE) == []
    assert len(told(actions.BROKEN_OFF)) == 1


def test_what_was_searched_for_is_not_recorded(desk, person):
    digest = identifiers.digest("phone", PHONE).hex()
    content(desk.post(reverse("admin:optouts_suppression_export") + f"?address={digest}&since=7", {**CSV, **MASKED}))
    content(desk.post(reverse("admin:partners_partner_export") + "?q=Bereke&active__exact=1&name__exact=Bereke", CSV))
    filters = [facts["filters"] for facts in told(actions.STARTED)]
    assert filters == [["address", "since=7"], ["active__exact=1", "q", "name__exact"]]
    entries = " ".join(str(entry.facts_list()) for entry in Entry.objects.all())
    assert digest not in entries
    assert "Bereke" not in entries


@pytest.mark.parametrize("note", ["call 0555 123 401", "for a@example.kg", "card 7701 2201 33"])
def test_the_note_names_nobody(desk, person, note):
    answer = desk.post(reverse(PEOPLE), {**CSV, **WHOLE, "note": note})
    assert answer.context["form"].errors["note"]
    assert not Export.objects.exists()


def test_the_note_lies_encrypted_and_is_shown_to_few(desk, person):
    content(desk.post(reverse(PEOPLE), {**CSV, **WHOLE, "note": "the summer campaign"}))
    page = reverse("admin:exports_export_change", args=[Export.objects.get().pk])
    with connection.cursor() as cursor:
        cursor.execute("SELECT note FROM exports_export")
        assert b"summer" not in bytes(cursor.fetchone()[0])
    assert "the summer campaign" in desk.get(page).content.decode()
    shown = client_of(make_user(Role.AUDITOR)).get(page)
    assert "Working requests" in shown.content.decode()
    assert "summer" not in shown.content.decode()


def test_the_service_refuses_whom_the_page_would(agent, officer):
    asked = {"resource": PeopleResource(), "exported": "subjects.subject", "file_format": "csv", "filters": []}
    with pytest.raises(PermissionDenied):
        services.start(actor=agent, **asked)
    counsel = make_user(Role.COUNSEL, Role.AUDITOR)
    with pytest.raises(PermissionDenied):
        services.start(actor=counsel, **asked, reason="request")
    with pytest.raises(ValueError, match="curious"):
        services.start(actor=officer, **asked, reason="curious")
    assert not Export.objects.exists()
    assert services.permission_for(ListResource()) == "exports.export_list"
    assert services.start(actor=officer, **asked, reason="request").whole


def test_the_end_is_recorded_once(officer):
    asked = {"exported": "subjects.subject", "file_format": "csv", "filters": []}
    export = services.start(actor=officer, resource=PeopleResource(), **asked)
    services.end(actor=officer, export=export, rows=3, complete=True)
    services.end(actor=officer, export=export, rows=1, complete=False)
    export.refresh_from_db()
    assert (export.status, export.rows) == ("complete", 3)
    assert told(actions.BROKEN_OFF) == []
