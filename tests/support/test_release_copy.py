"""What goes out: every format says the same, fits its schema, and has nothing of what is withheld."""

import csv
import hashlib
import io
import json
import re
import zipfile

import pytest

from apps.core import files
from apps.core.errors import NotPossible
from apps.support.access.archive import README
from apps.support.access.files import SCHEMA
from apps.support.models import Redaction
from apps.support.services.access.prepare import discard
from apps.support.services.access.release import put_together, release
from apps.support.services.access.withhold import give_after_all, withhold
from tests.factories import RecordFactory
from tests.support.conftest import EMAIL, NAME, PHONE
from tests.support.copies import prepared, put_out, released, staged
from tests.support.schemas import faults_of

GONE = "Бейтааныш Адам"


def opened(package):
    with files.open_stored(package.file) as stream:
        return zipfile.ZipFile(io.BytesIO(stream.read()))


def contents(package):
    with opened(package) as archive:
        assert archive.testzip() is None
        return {name: archive.read(name) for name in archive.namelist()}


def place_of(package, text):
    """(section, number, key) of the value with this text."""
    return next(
        (section, number, value.key)
        for section, number, item in staged(package)
        for value in item.values
        if value.text == text
    )


def test_every_format_has_everything(officer, somebody):
    package = released(officer, somebody)
    found = contents(package)
    assert package.state == "released"
    assert {"copy.html", "copy.json", "schema.json", "README.html", "tables/purchases.csv"} <= set(found)
    page, data = found["copy.html"].decode(), json.loads(found["copy.json"])
    for text in (PHONE, EMAIL, NAME, "=чай 2", "Bereke", "Purchases"):
        assert text in page
    texts = {value["text"] for item in data["items"] for value in item["values"]}
    assert {PHONE, EMAIL, NAME, "=чай 2"} <= texts
    assert len(data["items"]) == package.items == page.count("<article>")
    assert {"key": "gender", "title": "gender", "text": "female", "value": "female"} in [
        value for item in data["items"] for value in item["values"]
    ]


def test_the_json_fits_its_schema(officer, somebody):
    package = prepared(officer, somebody)
    section, number, key = place_of(package, NAME)
    withhold(package=package, actor=officer, section=section, number=number, key=key, reason="third-party")
    withhold(package=package, actor=officer, section="points", number=1, reason="security")
    found = contents(put_out(officer, package))
    assert found["schema.json"] == SCHEMA.read_bytes()
    schema, data = json.loads(found["schema.json"]), json.loads(found["copy.json"])
    assert faults_of(data, schema) == []
    data["items"][0]["number"] = 0
    del data["register"][0]["title"]
    assert len(faults_of(data, schema)) == 2  # the check can fail


def test_tables_are_for_spreadsheets_and_run_nothing(officer, somebody):
    raw = contents(released(officer, somebody))["tables/purchases.csv"]
    assert raw.startswith(b"\xef\xbb\xbf")
    rows = list(csv.DictReader(io.StringIO(raw.decode("utf-8-sig"))))
    assert [row["item"] for row in rows] == ["'=чай 0", "'=чай 1", "'=чай 2"]
    assert [row["Number"] if "Number" in row else row["number"] for row in rows] == ["1", "2", "3"]


def test_the_page_stands_for_itself(officer, somebody):
    found = contents(released(officer, somebody))
    for name in ("copy.html", README):
        page = found[name].decode()
        assert "<script" not in page
        assert not re.search(r"""(src|href)=["'](?!#|copy|schema|tables/)""", page)
        assert "@media print" in page
        assert '<html lang="en">' in page


def test_it_says_why_from_where_to_whom_how_long_and_where_to_complain(officer, somebody, settings):
    settings.OPERATOR_PHONES = ["+996 312 000 000"]
    page = contents(released(officer, somebody))["copy.html"].decode()
    for text in ("Making and performing contracts", "Legal basis", "Bereke", "Kept", "Country", "+996 312 000 000"):
        assert text in page
    assert "State Agency for Personal Data Protection" in page


@pytest.mark.parametrize(("language", "title"), [("ky", "Сиз жөнүндө"), ("ru", "Что у нас есть о вас")])
def test_it_speaks_the_person_s_language(officer, somebody, language, title):
    found = contents(released(officer, somebody, language=language))
    assert title in found["copy.html"].decode()
    assert f'<html lang="{language}">' in found[README].decode()


def test_the_readme_names_each_file_with_its_digest(officer, somebody):
    found = contents(released(officer, somebody))
    readme = found.pop(README).decode()
    assert found
    for name, content in found.items():
        assert name in readme
        assert hashlib.sha256(content).hexdigest() in readme


def test_size_and_digest_are_those_of_the_file(officer, somebody):
    package = released(officer, somebody)
    with files.open_stored(package.file) as stream:
        content = stream.read()
    assert (package.size, package.digest) == (len(content), hashlib.sha256(content).hexdigest())


def test_what_is_withheld_is_in_no_file(officer, somebody):
    RecordFactory(subject=somebody, category_id="support", payload={"description": f"with {GONE}", "place": "Ош"})
    package = prepared(officer, somebody)
    section, number, key = place_of(package, f"with {GONE}")
    withhold(package=package, actor=officer, section=section, number=number, key=key, reason="third-party")
    withhold(package=package, actor=officer, section="points", number=1, reason="secret")
    stored = list(package.stored)
    found = contents(put_out(officer, package))
    everything = b"\n".join(found.values()).decode()
    assert "Ош" in everything
    assert GONE not in everything
    assert "It is about somebody else" in found["copy.html"].decode()
    assert "The law protects it as a secret" in found["tables/points.csv"].decode()
    assert "120" not in found["tables/points.csv"].decode()
    assert stored


def test_what_was_staged_is_destroyed_at_release(officer, somebody, django_capture_on_commit_callbacks):
    package = prepared(officer, somebody)
    stored = list(package.stored)
    assert all(files.path_of(name).exists() for name in stored)
    with django_capture_on_commit_callbacks(execute=True):
        package = put_out(officer, package)
    assert not any(files.path_of(name).exists() for name in stored)
    assert files.path_of(package.file).exists()
    assert files.path_of(package.page).exists()


def test_a_copy_for_programs_has_no_page(officer, somebody):
    package = released(officer, somebody, topic="portability")
    assert "copy.html" not in contents(package)
    assert "copy.json" in contents(package)
    assert package.page == ""


def test_flagged_entries_are_looked_at_first(officer, somebody):
    RecordFactory(subject=somebody, category_id="support", payload={"description": "Мен айттым"})
    package = prepared(officer, somebody)
    assert package.flagged == 1
    with pytest.raises(NotPossible, match="flagged"):
        release(package=package, actor=officer, looked=False)
    assert release(package=package, actor=officer, looked=True).state == "releasing"


def test_it_goes_to_nobody_else(officer, somebody):
    package = prepared(officer, somebody)
    other = RecordFactory().subject
    type(package.request).objects.filter(pk=package.request_id).update(subject=other)
    with pytest.raises(NotPossible, match="another person"):
        release(package=package, actor=officer, looked=True)


def test_withholding_can_be_taken_back_until_it_is_released(officer, somebody):
    package = prepared(officer, somebody)
    made = withhold(package=package, actor=officer, section="points", number=1, reason="secret")
    again = withhold(package=package, actor=officer, section="points", number=1, reason="security")
    assert (again.pk, again.reason) == (made.pk, "security")
    give_after_all(redaction=again, actor=officer)
    assert not Redaction.objects.exists()
    last = withhold(package=package, actor=officer, section="points", number=1, reason="security")
    put_out(officer, package)
    with pytest.raises(NotPossible):
        give_after_all(redaction=last, actor=officer)
    with pytest.raises(NotPossible):
        withhold(package=package, actor=officer, section="purchases", number=1, reason="security")


@pytest.mark.parametrize(("section", "number", "key"), [("points", 9, ""), ("offers", 1, ""), ("points", 1, "nothing")])
def test_only_what_is_there_can_be_withheld(officer, somebody, section, number, key):
    package = prepared(officer, somebody)
    with pytest.raises(NotPossible, match="no such entry"):
        withhold(package=package, actor=officer, section=section, number=number, key=key, reason="security")


def test_the_second_of_two_is_told_who_was_first(officer, somebody):
    package = prepared(officer, somebody)
    discard(package=package, actor=officer)
    with pytest.raises(NotPossible, match="was first"):
        release(package=package, actor=officer, looked=True)


def test_a_second_run_of_the_job_changes_nothing(officer, somebody):
    package = released(officer, somebody)
    assert put_together(package_id=package.pk).file == package.file
