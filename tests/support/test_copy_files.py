"""Files that a person sent, or was sent: they are in the copy under our names, and can be withheld like the rest."""

import hashlib
import io
import json
import os
import tracemalloc
import zipfile

import pytest
from django.urls import reverse

from apps.cases.services.attach import attach, detach
from apps.core import files
from apps.core.errors import NotPossible
from apps.support.models import MailRun, TakenMail
from apps.support.services.access.prepare import collect, prepare
from apps.support.services.access.release import put_together, release
from apps.support.services.access.withhold import withhold
from apps.support.services.set_aside import keep_aside
from apps.support.tasks import build_copy
from tests.factories import RecordFactory
from tests.support.copies import put_out, staged, verified_request
from tests.support.schemas import faults_of

EVIL, PDF = "../../Айгүл\\..\\.ssh.txt", b"%PDF-1.7\n%%EOF\n"
MEBIBYTE = 1024 * 1024


@pytest.fixture
def asked(somebody):
    return verified_request(somebody)


@pytest.fixture
def attached(asked, officer):
    """A text from the person, and a document that they were sent."""
    return [
        attach(asked, actor=None, name=EVIL, data="Мен жазгам".encode()),
        attach(asked, actor=officer, name="contract.pdf", data=PDF),
    ]


@pytest.fixture
def package(asked, attached, officer):
    return collect(package_id=prepare(asked, actor=officer).pk)


def archive_of(package):
    with files.open_stored(package.file) as stream:
        return zipfile.ZipFile(io.BytesIO(stream.read()))


def numbers_of(package):
    """The places of attached files in the section."""
    return [number for _section, number, item in staged(package) if item.file]


def test_they_are_in_it_and_everything_says_where(officer, asked, package):
    archive = archive_of(put_out(officer, package))
    names = [f"files/{asked.reference}-1.txt", f"files/{asked.reference}-2.pdf"]
    assert [name for name in archive.namelist() if name.startswith("files/")] == names
    assert [archive.read(name) for name in names] == ["Мен жазгам".encode(), PDF]
    page, readme = archive.read("copy.html").decode(), archive.read("README.html").decode()
    table, data = archive.read("tables/support.csv").decode(), json.loads(archive.read("copy.json"))
    told = [value["text"] for item in data["items"] for value in item["values"] if value["key"] == "file"]
    assert told == names
    assert faults_of(data, json.loads(archive.read("schema.json"))) == []
    for name in names:
        assert f'<a href="{name}">' in page
        assert name in table
        assert hashlib.sha256(archive.read(name)).hexdigest() in readme


def test_names_are_ours_alone(officer, package):
    archive = archive_of(put_out(officer, package))
    assert "ssh" in archive.read("copy.html").decode()
    assert all(name.replace("/", "").replace("-", "").replace(".", "").isalnum() for name in archive.namelist())
    assert all(name.isascii() and ".." not in name for name in archive.namelist())


def test_somebody_looks_at_them_first(officer, package):
    assert package.flagged == 2
    with pytest.raises(NotPossible, match="flagged"):
        release(package=package, actor=officer, looked=False)


@pytest.mark.parametrize("key", ["", "file"])
def test_one_that_is_withheld_is_nowhere(officer, asked, package, key):
    first, _second = numbers_of(package)
    withhold(package=package, actor=officer, section="support", number=first, key=key, reason="third-party")
    archive = archive_of(put_out(officer, package))
    assert [name for name in archive.namelist() if name.startswith("files/")] == [f"files/{asked.reference}-2.pdf"]
    everything = b"".join(archive.read(name) for name in archive.namelist()).decode()
    assert f"{asked.reference}-1" not in everything
    assert "Мен жазгам" not in everything
    assert ("ssh" in everything) == (key == "file")
    assert "It is about somebody else" in everything


def test_one_that_was_destroyed_meanwhile_goes_to_nobody(
    officer, asked, attached, package, django_capture_on_commit_callbacks
):
    with django_capture_on_commit_callbacks(execute=True):
        detach(actor=officer, attachment=attached[0])
    archive = archive_of(put_out(officer, package))
    assert [name for name in archive.namelist() if name.startswith("files/")] == [f"files/{asked.reference}-2.pdf"]
    assert "destroyed in the meantime" in archive.read("copy.html").decode()


def test_a_record_that_speaks_of_a_file_is_left_as_it_is(officer, somebody):
    RecordFactory(subject=somebody, category_id="support", payload={"file": "scan-7.pdf"})
    package = put_out(officer, collect(package_id=prepare(verified_request(somebody), actor=officer).pk))
    page = archive_of(package).read("copy.html").decode()
    assert "scan-7.pdf" in page
    assert "files/" not in page


def test_a_letter_that_was_set_aside_is_in_it(officer, somebody, asked):
    digest = bytes(somebody.identifiers.get(kind="email").digest)
    run = MailRun.objects.create(source="file")
    mail = TakenMail.objects.create(
        run=run, digest=digest, outcome="aside", reason="unreadable", sender_digest=digest
    )  # fmt: skip
    keep_aside(mail, b"Subject: hello\r\n\r\nhello")
    archive = archive_of(put_out(officer, collect(package_id=prepare(asked, actor=officer).pk)))
    assert archive.read("files/letter-1.eml") == b"Subject: hello\r\n\r\nhello"


def test_no_file_is_in_memory_as_a_whole(officer, asked):
    size = 8 * MEBIBYTE
    data = PDF.replace(b"\n%%", os.urandom(size) + b"\n%%")
    attach(asked, actor=officer, name="scan.pdf", data=data)
    package = collect(package_id=prepare(asked, actor=officer).pk)
    release(package=package, actor=officer, looked=True)
    tracemalloc.start()
    package = put_together(package_id=package.pk)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert archive_of(package).read(f"files/{asked.reference}-1.pdf") == data
    assert peak < size / 2


def test_they_are_opened_from_where_the_copy_is_looked_through(desk, officer, asked, attached, package):
    place = reverse("admin:support_supportrequest_copy", args=[asked.pk, package.pk]) + "?section=support&look=1"
    page = desk.get(place).content.decode()
    opens = [reverse("admin:cases_case_download", args=[asked.pk, file.pk]) for file in attached]
    assert all(f'action="{address}"' in page for address in opens)
    assert f"files/{asked.reference}-1.txt" in page
    assert "ssh" not in page
    assert b"".join(desk.post(opens[1])) == PDF
    detach(actor=officer, attachment=attached[0])
    page = desk.get(place).content.decode()
    assert opens[0] not in page
    assert "destroyed in the meantime" in page


def test_what_could_not_be_put_together_stays_looked_through(officer, asked, attached, package, monkeypatch):
    first, _second = numbers_of(package)
    withhold(package=package, actor=officer, section="support", number=first, reason="secret")
    release(package=package, actor=officer, looked=True)
    with monkeypatch.context() as patch:
        patch.setattr("apps.support.access.archive.open_stored", lambda name: (_ for _ in ()).throw(OSError("disk")))
        with pytest.raises(OSError, match="disk"):
            build_copy(package_id=package.pk)
    package.refresh_from_db()
    assert (package.state, package.was_stopped, package.redactions.count()) == ("ready", True, 1)
    archive = archive_of(put_out(officer, package))
    assert [name for name in archive.namelist() if name.startswith("files/")] == [f"files/{asked.reference}-2.pdf"]
