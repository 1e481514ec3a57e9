"""Files: what they are is what their bytes say; encrypted, never a page, opened by whoever may."""

import io
import zipfile

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from apps.audit.models import Entry
from apps.cases.filetypes import TEXT, type_of
from apps.cases.models import Attachment
from apps.cases.services.attach import attach, detach, safe_name
from apps.core import files
from apps.core.errors import NotPossible

PDF = b"%PDF-1.7\n1 0 obj\nendobj\n%%EOF\n"
PNG = b"\x89PNG\r\n\x1a\n" + b"\0" * 20


def archive(*names, first=b""):
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as made:
        for name in names:
            made.writestr(name, first if name == "mimetype" else b"<x/>")
    return buffer.getvalue()


DOCX = archive("[Content_Types].xml", "word/document.xml")
ODT = archive("mimetype", "content.xml", first=b"application/vnd.oasis.opendocument.text")
TAKEN = {
    "pdf": PDF, "png": PNG, "jpg": b"\xff\xd8\xff\xe0" + b"\0" * 20, "webp": b"RIFF\0\0\0\0WEBPVP8 ",
    "heic": b"\0\0\0\x18ftypheic", "tiff": b"II*\0\x08", "docx": DOCX, "odt": ODT,
    "xlsx": archive("[Content_Types].xml", "xl/workbook.xml"), "txt": "Саламатсызбы".encode(),
}  # fmt: skip
REFUSED = {
    "a page": b"<!doctype html><script>alert(1)</script>",
    "a page behind a mark": b"\xef\xbb\xbf<html>",
    "a picture that is a page": b"  <svg onload='alert(1)'/>",
    "a script": b"#!/bin/sh\nrm -rf",
    "a program": b"MZ\x90\0\x03",
    "an archive": archive("letter.txt"),
    "a document with macros": archive("[Content_Types].xml", "word/document.xml", "word/vbaProject.bin"),
    "half a PDF": b"%PDF-1.7\n",
    "half a document": DOCX[:60],
    "another encoding": "Саламатсызбы".encode("cp1251"),
    "bytes": bytes(range(256)),
    "blanks": b"   \n",
}


@pytest.mark.parametrize("code", TAKEN)
def test_what_is_taken(code):
    assert type_of(TAKEN[code]).code == code


@pytest.mark.parametrize("what", REFUSED)
def test_what_is_not(what):
    assert type_of(REFUSED[what]) is None


@given(st.binary(max_size=400))
def test_no_bytes_break_it_and_what_is_text_is_no_markup(data):
    kind = type_of(data)
    assert kind is not TEXT or not data.lstrip().startswith(b"<")


@given(st.text(max_size=300))
def test_a_name_is_harmless_and_ends_in_what_the_file_is(name):
    safe = safe_name(name, type_of(PDF))
    assert safe.endswith(".pdf")
    assert not set(safe) & set('/\\\0\n\r"<>|:*?\u202e')
    assert 4 < len(safe) < 120


def test_the_name_does_not_decide(case, agent):
    kept = attach(case, actor=agent, name="invoice.exe", data=PDF)
    assert (kept.file_type, kept.name) == ("pdf", "invoice.exe.pdf")
    with pytest.raises(NotPossible, match="not taken"):
        attach(case, actor=agent, name="letter.pdf", data=b"<html>")


def test_it_lies_encrypted(case, agent):
    kept = attach(case, actor=agent, name="Асанова.pdf", data=PDF)
    raw = files.path_of(kept.file).read_bytes()
    assert b"PDF" not in raw
    with files.open_stored(kept.file) as stored:
        assert stored.read() == PDF
    assert "Асанова" not in str(Entry.objects.filter(action="cases.attach").values_list("facts", flat=True))


def test_a_large_one_is_refused(case, agent, settings):
    settings.ATTACHMENT_MAX_BYTES = len(PDF) - 1
    with pytest.raises(NotPossible, match="larger"):
        attach(case, actor=agent, name="x.pdf", data=PDF)
    assert not Attachment.objects.exists()


def test_it_comes_as_a_download_and_never_as_a_page(case, agent, desk):
    kept = attach(case, actor=agent, name='a"b\r\nSet-Cookie: x.txt', data=b"plain words")
    place = reverse("admin:cases_case_download", args=[case.pk, kept.pk])
    assert b"plain words" not in desk.get(place).content
    answer = desk.post(place)
    assert b"".join(answer.streaming_content) == b"plain words"
    assert answer["Content-Disposition"].startswith('attachment; filename="file.txt"')
    assert "\n" not in answer["Content-Disposition"]
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Content-Security-Policy"] == "sandbox; default-src 'none'"
    assert "no-store" in answer["Cache-Control"]
    assert Entry.objects.filter(action="cases.download", facts__attachment=kept.pk).count() == 1


def test_who_sees_masked_data_only_opens_no_file(case, agent):
    kept = attach(case, actor=agent, name="x.txt", data=b"plain words")
    client = Client()
    client.force_login(agent, backend="django.contrib.auth.backends.ModelBackend")
    assert client.post(reverse("admin:cases_case_download", args=[case.pk, kept.pk])).status_code == 403
    assert not Entry.objects.filter(action="cases.download").exists()


def test_a_file_of_another_case_is_not_there(case, agent, desk):
    kept = attach(case, actor=agent, name="x.txt", data=b"plain words")
    assert desk.post(reverse("admin:cases_case_download", args=[case.pk + 1, kept.pk])).status_code == 404


def test_destroying_takes_the_bytes_too(case, officer, agent, django_capture_on_commit_callbacks):
    kept = attach(case, actor=agent, name="x.txt", data=b"plain words")
    path = files.path_of(kept.file)
    assert path.exists()
    with django_capture_on_commit_callbacks(execute=True):
        detach(actor=officer, attachment=kept)
    assert not path.exists()
    assert not Attachment.objects.exists()


def test_an_upload_on_the_page(case, desk):
    file = SimpleUploadedFile("жооп.pdf", PDF, content_type="text/html")
    answer = desk.post(reverse("admin:cases_case_attach", args=[case.pk]), {"attach-file": file})
    assert answer.status_code == 302
    assert Attachment.objects.get().file_type == "pdf"
    page = desk.post(
        reverse("admin:cases_case_attach", args=[case.pk]), {"attach-file": SimpleUploadedFile("x.pdf", b"<html>")}
    )
    assert "not taken" in page.content.decode()
