"""Encrypted fields: plain in Python, closed in the database, never compared, never serialised."""

import datetime as dt
from decimal import Decimal

import pytest
from django.core import serializers
from django.core.exceptions import FieldError
from django.db import IntegrityError, connection, models, transaction
from django.db.models import F, Value
from django.db.models.functions import Coalesce
from django.forms import CharField, JSONField, Textarea, modelform_factory
from django.test.utils import isolate_apps
from django.utils.translation import gettext_lazy

from apps.core.fields import EncryptedJSONField, EncryptedTextField
from apps.core.keyring import Undecryptable, keyring
from apps.imports.models import StagedRow
from apps.policies.models import DataCategory
from apps.subjects.models import Identifier, PersonalRecord, Reveal
from tests.factories import IdentifierFactory, SubjectFactory

pytestmark = pytest.mark.django_db

VALUE = Identifier._meta.get_field("value")


def stored(row: models.Model, column: str) -> bytes | None:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {column} FROM {row._meta.db_table} WHERE id = %s", [row.pk])
        value = cursor.fetchone()[0]
    return None if value is None else bytes(value)


def test_text_is_plain_in_python_and_closed_in_the_database():
    row = IdentifierFactory(value="+996555123401")
    assert row.value == "+996555123401"
    assert b"555" not in stored(row, "value")
    assert keyring().decrypt(stored(row, "value"), b"subjects_identifier.value") == b"+996555123401"
    row.refresh_from_db()
    assert row.value == "+996555123401"


@pytest.mark.parametrize("text", ["", "Айгүл", "a\x00b", "👋", "x" * 100_000])
def test_every_text_comes_back(text):
    row = IdentifierFactory(value=text)
    assert Identifier.objects.get(pk=row.pk).value == text


def test_every_way_of_reading_decrypts():
    row = IdentifierFactory(value="+996555123401")
    rows = Identifier.objects.filter(pk=row.pk)
    assert rows.only("kind").get().value == "+996555123401"
    assert rows.defer("value").get().value == "+996555123401"
    assert rows.values_list("value", flat=True).get() == "+996555123401"
    assert rows.values("value").get() == {"value": "+996555123401"}
    assert rows.annotate(shown=F("value")).get().shown == "+996555123401"
    assert rows.annotate(shown=Coalesce("value", Value(None, VALUE))).get().shown == "+996555123401"
    assert [found.value for found in rows.iterator()] == ["+996555123401"]


def test_every_way_of_writing_encrypts():
    subject = SubjectFactory()
    made = Identifier.objects.bulk_create(
        Identifier(subject=subject, kind="card", value=f"CARD-{n}", digest=bytes([n] * 16)) for n in range(3)
    )
    assert [Identifier.objects.get(pk=row.pk).value for row in made] == ["CARD-0", "CARD-1", "CARD-2"]
    for row in made:
        row.value += "-new"
    Identifier.objects.bulk_update(made, ["value"])
    Identifier.objects.filter(pk=made[0].pk).update(value="CARD-updated")
    made[1].value = "CARD-saved"
    made[1].save(update_fields=["value"])
    values = [Identifier.objects.get(pk=row.pk).value for row in made]
    assert values == ["CARD-updated", "CARD-saved", "CARD-2-new"]
    assert not any(b"CARD" in stored(row, "value") for row in made)


def test_an_upsert_encrypts_too():
    row = IdentifierFactory(value="+996555000001")
    again = Identifier(subject=row.subject, kind=row.kind, digest=row.digest, value="+996555000002")
    Identifier.objects.bulk_create(
        [again], update_conflicts=True, unique_fields=["digest", "kind"], update_fields=["value"]
    )
    row.refresh_from_db()
    assert row.value == "+996555000002"


def test_none_is_null(officer):
    row = Reveal.objects.create(user=officer, subject=SubjectFactory(), reason="call", until=dt.datetime.now(dt.UTC))
    assert stored(row, "note") is None
    assert Reveal.objects.get(note__isnull=True).note is None
    row.note = ""
    row.save()
    assert stored(row, "note") is not None
    assert Reveal.objects.get(note__isnull=False).note == ""


def test_what_was_not_given_is_empty_text_and_no_document():
    assert Identifier().value == ""
    assert PersonalRecord().payload is None


def test_a_document_that_was_not_given_is_refused(partner):
    category = DataCategory.objects.first()
    row = PersonalRecord(subject=SubjectFactory(), category=category, partner=partner, source="partner")
    row.observed_at, row.payload_digest = dt.datetime.now(dt.UTC), b"0" * 16
    with pytest.raises(IntegrityError), transaction.atomic():
        row.save()


@pytest.mark.parametrize("document", [{}, [], {"имя": "Айгүл", "n": [1, 2.5, None, True]}, "text", 0, False, {"a": ""}])
def test_every_document_comes_back(document):
    field = PersonalRecord._meta.get_field("payload")
    sealed = field.seal(document)
    assert "Айгүл".encode() not in sealed
    assert field.unseal(memoryview(sealed)) == document


def test_dates_and_decimals_become_text_in_a_document():
    field = StagedRow._meta.get_field("raw")
    assert field.unseal(field.seal({"d": dt.date(2026, 6, 2), "p": Decimal("12.50")})) == {
        "d": "2026-06-02",
        "p": "12.50",
    }


@pytest.mark.parametrize("wrong", [b"bytes", 5, ["list"], memoryview(b"x")])
def test_what_is_no_text_is_refused(wrong):
    with pytest.raises(TypeError, match="keeps text"):
        VALUE.seal(wrong)


def test_a_translated_text_is_a_text():
    assert VALUE.unseal(VALUE.seal(gettext_lazy("Phone"))) == "Phone"


@pytest.mark.parametrize(
    "condition",
    [{"value": "x"}, {"value__exact": "x"}, {"value__in": ["x"]}, {"value__startswith": "+996"}, {"value__gt": "x"}],
)
def test_a_comparison_is_refused_with_what_to_do(condition):
    with pytest.raises(FieldError, match="look for the digest"):
        Identifier.objects.filter(**condition)
    with pytest.raises(FieldError, match="look for the digest"):
        Identifier.objects.exclude(**condition)


def test_a_path_into_a_document_is_refused():
    with pytest.raises(FieldError):
        PersonalRecord.objects.filter(payload__name="x")


def test_a_value_does_not_open_in_another_column():
    row = IdentifierFactory(value="+996555123401")
    note = Reveal._meta.get_field("note")
    with pytest.raises(Undecryptable):
        note.unseal(stored(row, "value"))


@pytest.mark.parametrize("form", ["json", "python"])
def test_a_fixture_is_refused(form):
    row = IdentifierFactory(value="+996555123401")
    with pytest.raises((TypeError, serializers.base.SerializationError)):
        serializers.serialize(form, [row])


def test_full_clean_leaves_the_value_as_it_is():
    row = IdentifierFactory.build(value="+996555123401", subject=SubjectFactory())
    row.full_clean(exclude=["partner"])
    assert row.value == "+996555123401"


@isolate_apps("apps.core")
def test_forms_checks_and_migrations():
    class Thing(models.Model):  # noqa: DJ008
        hidden = EncryptedTextField()
        text = EncryptedTextField("text", null=True, blank=True, editable=True)
        document = EncryptedJSONField(editable=True)
        wrong = EncryptedTextField(unique=True)
        wrong_too = EncryptedTextField(db_index=True)

        class Meta:
            app_label = "core"

    form = modelform_factory(Thing, fields="__all__")({"text": "", "document": '{"a": 1}'})
    assert set(form.fields) == {"text", "document"}
    assert isinstance(form.fields["text"], CharField)
    assert isinstance(form.fields["text"].widget, Textarea)
    assert isinstance(form.fields["document"], JSONField)
    assert form.is_valid(), form.errors
    assert (form.instance.text, form.instance.document) == (None, {"a": 1})
    assert [problem.id for problem in Thing.check()] == ["core.E006", "core.E006"]
    assert Thing._meta.get_field("hidden").deconstruct()[3] == {}
    assert Thing._meta.get_field("text").deconstruct()[3]["editable"] is True
