"""The list of people as a file: as it is filtered, masked unless a reason was given, the blocked in any case."""

import pytest
from django.urls import reverse
from django.utils import timezone

from apps.accounts.choices import Role
from apps.audit.models import Entry
from apps.exports.models import Export
from apps.subjects.choices import RestrictionReason
from apps.subjects.models import Subject
from tests.exports.conftest import (
    CSV,
    EMAIL,
    MASKED,
    NAME,
    PEOPLE,
    PHONE,
    WHOLE,
    client_of,
    content,
    read_csv,
    read_workbook,
)
from tests.factories import IdentifierFactory, RecordFactory, SubjectFactory, make_user

pytestmark = pytest.mark.django_db


def test_masked_as_on_the_screen(export, person):
    (row,) = export()
    assert row["Person"] == person.reference
    assert row["Phone"] == "+996 ••• ••• 401"
    assert row["E-mail"] == "a•••@e•••.kg"
    assert row["Full name"] == "А•••• А••••"
    assert row["Data from"] == "Bereke"
    assert row["Known since"] == "2026-03-06 02:30:00"
    for value in (PHONE, EMAIL, NAME, "1990", "1250", "77012"):
        assert value not in ";".join(row.values())


def test_whole_for_a_reason(export, person):
    (row,) = export(**WHOLE)
    assert row["Phone"] == PHONE
    assert row["E-mail"] == EMAIL
    assert row["Partner's card"] == "UM-77012"
    assert (row["Full name"], row["Date of birth"]) == (NAME, "1990-05-04")
    assert (row["Gender"], row["Points"]) == ("female", "1250")


def test_a_reason_is_needed_and_has_to_be_on_the_list(desk, person):
    for reason in ("", "curious"):
        answer = desk.post(reverse(PEOPLE), {**CSV, **WHOLE, "reason": reason})
        assert answer.status_code == 200
        assert not answer.streaming
        assert answer.context["form"].errors["reason"]
    assert not Export.objects.exists()
    assert "Say why" in desk.post(reverse(PEOPLE), {**CSV, **WHOLE, "reason": ""}).content.decode()


def test_blocked_people_stay_masked(export, person):
    other = IdentifierFactory(value="+996700123402").subject
    Subject.objects.filter(pk=person.pk).update(
        restricted_at=timezone.now(), restriction_reason=RestrictionReason.CHILD
    )
    rows = {row["Person"]: row for row in export(**WHOLE)}
    assert rows[other.reference]["Phone"] == "+996700123402"
    blocked = rows[person.reference]
    assert (blocked["Phone"], blocked["Full name"]) == ("+996 ••• ••• 401", "А•••• А••••")
    assert blocked["Reason for blocking"] == RestrictionReason.CHILD.label


def test_the_file_has_what_the_list_has(desk, export, person):
    blocked = SubjectFactory(restricted_at=timezone.now(), restriction_reason="request")
    SubjectFactory(merged_into=person)
    assert [row["Person"] for row in export()] == [blocked.reference, person.reference]
    assert [row["Person"] for row in export(query="?blocked=yes")] == [blocked.reference]
    shown = desk.get(reverse("admin:subjects_subject_changelist"), {"since": "1"}).context["cl"].result_list
    assert [row["Person"] for row in export(query="?since=1&p=3")] == [subject.reference for subject in shown]
    assert [subject.pk for subject in shown] == [blocked.pk]


def test_several_origins_are_told_apart(export, person):
    RecordFactory(subject=person, payload={"full_name": NAME, "points": "7", "shoe_size": "38"})
    RecordFactory(subject=person, payload={"full_name": "Старое Имя"}, superseded_at=timezone.now())
    RecordFactory(subject=person, payload={"points": "1"}, key=b"receipt")
    IdentifierFactory(subject=person, value="+996700123402")
    (row,) = export(**WHOLE)
    assert row["Full name"] == NAME
    assert row["Points"] == "7 / 1250"
    assert row["Further values"] == "shoe size: 38"
    assert row["Phone"] == f"{PHONE}, +996700123402"
    assert row["Data from"].endswith(", Bereke")


def test_the_workbook_has_the_same_rows_and_real_dates(desk, person):
    whole = desk.post(reverse(PEOPLE), {"file_format": "xlsx", **WHOLE})
    assert whole["Content-Disposition"].startswith('attachment; filename="people-')
    (row,) = read_workbook(content(whole))
    assert row["Phone"] == PHONE
    assert row["Known since"].isoformat() == "2026-03-06T02:30:00"
    assert row["Date of birth"].date().isoformat() == "1990-05-04"
    assert row["Blocked since"] is None


@pytest.mark.parametrize(
    ("language", "title", "delimiter"), [("ky", "Адам", ";"), ("ru", "Человек", ";"), ("en", "Person", ",")]
)
def test_in_the_readers_language(person, language, title, delimiter):
    client = client_of(make_user(Role.OFFICER, language=language))
    data = content(client.post(reverse(PEOPLE), {**CSV, **MASKED}))
    assert data.startswith("\ufeff".encode())
    assert read_csv(data, delimiter)[0][title] == person.reference


def test_who_may_not(person):
    lead = client_of(make_user(Role.LEAD))
    assert lead.get(reverse(PEOPLE)).status_code == 200
    for role in (Role.AGENT, Role.COUNSEL, Role.AUDITOR, Role.PARTNER_MANAGER):
        client = client_of(make_user(role))
        assert client.get(reverse(PEOPLE)).status_code == 403
        assert client.post(reverse(PEOPLE), {**CSV, **MASKED}).status_code == 403
    assert not Export.objects.exists()


def test_whole_values_need_leave_to_see_them(person, monkeypatch):
    officer = make_user(Role.OFFICER)
    client = client_of(officer)
    has = type(officer).has_perm
    monkeypatch.setattr(
        type(officer), "has_perm", lambda self, perm, obj=None: perm != "subjects.reveal_subject" and has(self, perm)
    )
    assert "values" not in client.get(reverse(PEOPLE)).context["form"].fields
    data = content(client.post(reverse(PEOPLE), {**CSV, **WHOLE}))
    assert PHONE not in data.decode()
    assert "••• 401" in data.decode()
    assert not Export.objects.filter(whole=True).exists()


def test_looking_at_the_page_changes_nothing(desk, person):
    before = Entry.objects.count()
    page = desk.get(reverse(PEOPLE), {"since": "7"})
    assert "Last 7 days" in page.content.decode()
    assert (Entry.objects.count(), Export.objects.count()) == (before, 0)
