"""A list of people to export, and ways to read what came out."""

import csv
import io
from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse
from openpyxl import load_workbook

from apps.accounts.models import User
from apps.core.choices import IdentifierKind
from apps.subjects.models import Identifier, PersonalRecord, Subject
from tests.factories import IdentifierFactory, PartnerFactory, RecordFactory, SubjectFactory

PHONE, EMAIL, NAME = "+996555123401", "aigul.asanova@example.kg", "Асанова Айгүл"
PEOPLE = "admin:subjects_subject_export"
CSV = {"file_format": "csv"}
WHOLE = {"values": "whole", "reason": "request", "note": ""}
MASKED = {"values": "masked"}


@pytest.fixture
def person(partner):
    """Somebody with one of everything."""
    subject = SubjectFactory(language="ky", created_at=datetime(2026, 3, 5, 20, 30, tzinfo=UTC))
    IdentifierFactory(subject=subject, value=PHONE)
    IdentifierFactory(subject=subject, kind=IdentifierKind.EMAIL, value=EMAIL)
    IdentifierFactory(subject=subject, kind=IdentifierKind.CARD, value="UM-77012", partner=partner)
    payload = {"full_name": NAME, "birth_date": "1990-05-04", "gender": "female", "points": "1250"}
    RecordFactory(subject=subject, partner=partner, payload=payload)
    return subject


def client_of(user: User) -> Client:
    client = Client()
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return client


def content(answer) -> bytes:
    """All of a streamed file; the test client closes it behind the last piece, as a server does."""
    assert answer.status_code == 200, answer.status_code
    assert answer.streaming, answer.context and answer.context["form"].errors
    return b"".join(answer.streaming_content)


def read_csv(data: bytes, delimiter: str = ",") -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(data.decode("utf-8-sig"), newline=""), delimiter=delimiter))


def read_workbook(data: bytes) -> list[dict[str, object]]:
    titles, *rows = load_workbook(io.BytesIO(data)).active.iter_rows(values_only=True)
    return [dict(zip(titles, row, strict=True)) for row in rows]


@pytest.fixture
def export(desk) -> Callable[..., list[dict[str, str]]]:
    """The rows of a CSV, exported by the officer."""

    def take(name: str = PEOPLE, query: str = "", **form: str) -> list[dict[str, str]]:
        return read_csv(content(desk.post(reverse(name) + query, {**CSV, **MASKED, **form})))

    return take


def fill_with_people(many: int) -> None:
    """`many` people with a phone and a record each, in three statements; their values are one and the same."""
    partner = PartnerFactory()
    phone = Identifier._meta.get_field("value").seal(PHONE)
    payload = PersonalRecord._meta.get_field("payload").seal({"full_name": NAME, "points": "12"})
    with connection.cursor() as cursor:
        cursor.execute(
            "WITH born AS (INSERT INTO subjects_subject (created_at, language, restriction_reason)"
            " SELECT now(), 'ky', '' FROM generate_series(1, %s) RETURNING id),"
            " held AS (INSERT INTO subjects_identifier (subject_id, kind, digest, value, created_at)"
            " SELECT id, 'phone', decode(md5(id::text), 'hex'), %s, now() FROM born)"
            " INSERT INTO subjects_personalrecord (subject_id, category_id, partner_id, source, key, observed_at,"
            " recorded_at, payload, payload_digest)"
            " SELECT id, 'identity', %s, 'partner', '', now(), now(), %s, '' FROM born",
            [many, phone, partner.pk, payload],
        )
        for model in (Subject, Identifier, PersonalRecord):
            cursor.execute(f"ANALYZE {model._meta.db_table}")
