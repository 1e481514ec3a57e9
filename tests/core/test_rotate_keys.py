"""Rotation brings everything under the first key, so that the old one can be taken away."""

import datetime as dt
import io

import pytest
from django.core.management import CommandError, call_command
from django.db import connection, models
from django.test.utils import CaptureQueriesContext, isolate_apps

from apps.core import files, rotation
from apps.core.fields import CiphertextField, EncryptedField
from apps.core.files import EncryptedWriter
from apps.core.keyring import Undecryptable, keyring
from apps.core.rotation import Figures, encrypted_fields, rotate
from apps.subjects.models import Identifier, Reveal
from tests.factories import IdentifierFactory, SubjectFactory
from tests.keys import NEW, OLD

pytestmark = pytest.mark.django_db

VALUE = Identifier._meta.get_field("value")


def run() -> str:
    out = io.StringIO()
    call_command("rotate_keys", stdout=out)
    return out.getvalue()


def stored(row: models.Model, column: str = "value") -> bytes:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {column} FROM {row._meta.db_table} WHERE id = %s", [row.pk])
        return bytes(cursor.fetchone()[0])


def test_the_old_key_can_go_afterwards(use_keys, officer):
    rows = IdentifierFactory.create_batch(5)
    until = dt.datetime.now(dt.UTC)
    note = Reveal.objects.create(user=officer, subject=SubjectFactory(), reason="call", until=until, note="почему")
    empty = Reveal.objects.create(user=officer, subject=SubjectFactory(), reason="call", until=until)
    values = {row.pk: row.value for row in rows}
    use_keys(NEW, OLD)
    current = IdentifierFactory()
    before = stored(current)

    told = run()

    assert "subjects_identifier.value: re-encrypted 5, unreadable 0, not under the first key 0" in told
    assert "subjects_reveal.note: re-encrypted 1, unreadable 0, not under the first key 0" in told
    assert stored(current) == before
    use_keys(NEW)
    assert {row.pk: row.value for row in Identifier.objects.exclude(pk=current.pk)} == values
    assert Reveal.objects.get(pk=note.pk).note == "почему"
    assert Reveal.objects.get(pk=empty.pk).note is None


def test_without_rotation_the_old_key_is_needed(use_keys):
    row = IdentifierFactory()
    use_keys(NEW)
    with pytest.raises(Undecryptable):
        Identifier.objects.get(pk=row.pk)


def test_every_encrypted_column_is_known():
    known = {(field.model, field.name) for field in encrypted_fields()}
    assert (Identifier, "value") in known
    assert (Reveal, "note") in known
    fields = [model._meta.get_field(name) for model, name in known]
    assert all(isinstance(field, EncryptedField | CiphertextField) for field in fields)


def test_a_second_run_finds_nothing_to_do(use_keys):
    IdentifierFactory.create_batch(3)
    use_keys(NEW, OLD)
    run()
    assert "subjects_identifier.value: re-encrypted 0, unreadable 0, not under the first key 0" in run()


def test_batches_are_bounded_and_in_order(use_keys):
    IdentifierFactory.create_batch(7)
    use_keys(NEW, OLD)
    with CaptureQueriesContext(connection) as queries:
        assert rotate(VALUE, rows_at_once=3) == Figures("subjects_identifier.value", 7, 0, 0)
    statements = [query["sql"].split()[0] for query in queries.captured_queries]
    assert statements == ["SELECT", "UPDATE"] * 3 + ["SELECT", "SELECT"]


def test_a_run_that_was_stopped_goes_on_where_it_was(use_keys, monkeypatch):
    rows = IdentifierFactory.create_batch(6)
    use_keys(NEW, OLD)
    replace, calls = rotation._replace, []

    def stop_at_the_second(*arguments):
        calls.append(arguments)
        if len(calls) == 2:
            raise KeyboardInterrupt
        replace(*arguments)

    monkeypatch.setattr(rotation, "_replace", stop_at_the_second)
    with pytest.raises(KeyboardInterrupt):
        rotate(VALUE, rows_at_once=2)
    assert [stored(row)[0] for row in rows] == [8, 8, 7, 7, 7, 7]
    monkeypatch.setattr(rotation, "_replace", replace)
    assert rotate(VALUE, rows_at_once=2).rotated == 4
    assert {stored(row)[0] for row in rows} == {8}


def test_a_value_that_was_changed_meanwhile_stays_as_it_was_changed(use_keys, monkeypatch):
    changed, other = IdentifierFactory.create_batch(2)
    use_keys(NEW, OLD)
    replace = rotation._replace

    def change_first(field, rows, figures):
        Identifier.objects.filter(pk=changed.pk).update(value="+996700000001")
        replace(field, rows, figures)

    monkeypatch.setattr(rotation, "_replace", change_first)
    assert rotate(VALUE) == Figures("subjects_identifier.value", 1, 0, 0)
    changed.refresh_from_db()
    assert changed.value == "+996700000001"
    assert keyring().is_current(stored(other))


def test_what_an_older_process_wrote_meanwhile_is_left_and_said(use_keys, monkeypatch):
    row = IdentifierFactory()
    use_keys(NEW, OLD)
    replace = rotation._replace

    def write_as_before(field, rows, figures):
        replace(field, rows, figures)
        use_keys(OLD)
        Identifier.objects.filter(pk=row.pk).update(value="+996700000002")
        use_keys(NEW, OLD)

    monkeypatch.setattr(rotation, "_replace", write_as_before)
    with pytest.raises(CommandError, match="1 values are not under the first key, 0 of them"):
        run()
    monkeypatch.setattr(rotation, "_replace", replace)
    assert "re-encrypted 1" in run()


def test_a_value_that_no_key_opens_stops_nothing_and_is_said(use_keys):
    damaged, sound = IdentifierFactory.create_batch(2)
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE subjects_identifier SET value = set_byte(value, 20, get_byte(value, 20) # 1) WHERE id = %s",
            [damaged.pk],
        )
    before = stored(damaged)
    use_keys(NEW, OLD)
    with pytest.raises(CommandError, match="1 values are not under the first key, 1 of them"):
        run()
    assert stored(damaged) == before
    assert keyring().is_current(stored(sound))


@isolate_apps("apps.core")
def test_ciphertext_on_its_way_elsewhere_comes_along(use_keys):
    class Waiting(models.Model):  # noqa: DJ008
        value = CiphertextField(bound_to="subjects_identifier.value", null=True)

        class Meta:
            app_label = "core"

    field = Waiting._meta.get_field("value")
    with connection.schema_editor() as editor:
        editor.create_model(Waiting)
    row = Waiting.objects.create(value=VALUE.seal("+996555123401"))
    Waiting.objects.create(value=None)
    use_keys(NEW, OLD)
    assert rotate(field) == Figures("core_waiting.value", 1, 0, 0)
    use_keys(NEW)
    row.refresh_from_db()
    assert VALUE.unseal(row.value) == "+996555123401"
    assert field.deconstruct()[3] == {"bound_to": "subjects_identifier.value", "null": True}


def keep(content: bytes) -> str:
    with EncryptedWriter("tests") as writer:
        writer.write(content)
    return writer.name


def read(name: str) -> bytes:
    with files.open_stored(name) as file:
        return file.read()


def test_stored_files_come_along(use_keys, settings):
    old = {keep(content): content for content in (b"", b"short", b"x" * 200_000)}
    use_keys(NEW, OLD)
    current = keep(b"current")
    (settings.MEDIA_ROOT / "readme.txt").write_text("not a stored file")
    inode = files.path_of(current).stat().st_ino
    assert "stored files: re-encrypted 3, unreadable 0, not under the first key 0" in run()
    assert files.path_of(current).stat().st_ino == inode
    use_keys(NEW)
    assert {name: read(name) for name in old} == old
    assert len(list((settings.MEDIA_ROOT / "tests").iterdir())) == 4


def test_a_damaged_file_stays_and_is_said(use_keys):
    name = keep(b"x" * 100)
    path = files.path_of(name)
    path.write_bytes(path.read_bytes()[:-1])
    before = path.read_bytes()
    use_keys(NEW, OLD)
    with pytest.raises(CommandError, match="1 of them"):
        run()
    assert path.read_bytes() == before
    assert list(path.parent.iterdir()) == [path]


def test_a_file_destroyed_meanwhile_does_not_come_back(use_keys, monkeypatch):
    name = keep(b"x")
    use_keys(NEW, OLD)
    copy = rotation.shutil.copyfileobj

    def copy_and_destroy(old, new):
        copy(old, new)
        files.delete(name)

    monkeypatch.setattr(rotation.shutil, "copyfileobj", copy_and_destroy)
    assert "stored files: re-encrypted 0, unreadable 0" in run()
    assert list(files.path_of(name).parent.iterdir()) == []
