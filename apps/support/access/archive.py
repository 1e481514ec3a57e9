"""The ZIP of a copy: written as it is made, each file with its SHA-256 in the page that says what they are."""

import hashlib
import zipfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Protocol

from django.conf import settings
from django.template.loader import render_to_string
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import override

from apps.core.files import FRAME_BYTES, open_stored
from apps.support.access.files import SCHEMA, machine, readable, table
from apps.support.access.register import Facts, facts_of
from apps.support.access.staging import Section
from apps.support.access.withholding import Marks, given_items, marks_of
from apps.support.models import AccessPackage

README, PAGE, DATA = "README.html", "copy.html", "copy.json"
_SQUEEZE = 6


class Sink(Protocol):
    """Takes bytes."""

    def write(self, data: bytes) -> object:
        """Take them."""


@dataclass(frozen=True)
class Entry:
    """A file in the ZIP: its name, what it is, its size in bytes and its SHA-256."""

    name: str
    what: str
    size: int
    sha256: str


class _Output:
    """What a ZIP is written to: passes on, counts, and takes the digest of all of it."""

    def __init__(self, sink: Sink) -> None:
        self.size, self.digest, self._sink = 0, hashlib.sha256(), sink

    def write(self, data: bytes) -> int:
        """Pass on."""
        self._sink.write(bytes(data))
        self.digest.update(data)
        self.size += len(data)
        return len(data)

    def flush(self) -> None:
        """Nothing lies anywhere else."""

    def close(self) -> None:
        """The sink is somebody else's to close."""


@dataclass(frozen=True)
class Built:
    """A ZIP that was written: its size in bytes and its SHA-256."""

    size: int
    sha256: str


def build(package: AccessPackage, sink: Sink, page_sink: Sink | None = None) -> Built:
    """Write the ZIP of a prepared copy, in its language, and the readable page once more to a sink of its own.

    A copy for machines has no readable page.
    """
    output = _Output(sink)
    with override(package.language), zipfile.ZipFile(output, "w", zipfile.ZIP_DEFLATED, compresslevel=_SQUEEZE) as file:
        entries = [_put(file, package, *told) for told in _files(package, page_sink)]
        context = {
            "copy": package, "reference": package.request.reference, "operator": settings.OPERATOR_NAME,
            "entries": entries, "language": package.language, "styles": render_to_string("support/access/copy.css"),
        }  # fmt: skip
        readme = render_to_string("support/access/readme.html", context).encode()
        _put(file, package, README, "", [readme])
    return Built(output.size, output.digest.hexdigest())


def _files(package: AccessPackage, page_sink: Sink | None) -> Iterator[tuple[str, str, Iterable[bytes]]]:
    """(name, what it is, its pieces) of every file but the one that names them."""
    sections = facts_of([Section.from_json(kept) for kept in package.sections])
    marks = marks_of(package)
    if not package.machine_only:
        page = readable(package, sections, marks)
        yield PAGE, _("All of it to read, to be opened in a browser and printed"), _twice(page, page_sink)
    yield DATA, _("All of it for programs, in JSON"), machine(package, sections, marks)
    yield SCHEMA.name, _("Which fields the JSON has: its JSON Schema"), [SCHEMA.read_bytes()]
    for facts in sections:
        what = _("%(category)s, as a table for spreadsheets") % {"category": facts.title}
        yield f"tables/{facts.section.code}.csv", what, table(facts, marks)
    for facts in sections:
        yield from _held_files(facts, marks) if facts.section.files else ()


def _held_files(facts: Facts, marks: Marks) -> Iterator[tuple[str, str, Iterable[bytes]]]:
    """As `_files`: what somebody sent, or was sent."""
    for item in given_items(facts.section, marks):
        if item.path:
            about = {"title": item.title, "category": facts.title, "number": item.number}
            yield item.path, _("%(title)s: %(category)s, entry %(number)s") % about, _stored(item.file)


def _stored(name: str) -> Iterator[bytes]:
    with open_stored(name) as stream:
        while piece := stream.read(FRAME_BYTES):
            yield piece


def _twice(pieces: Iterable[bytes], sink: Sink | None) -> Iterator[bytes]:
    for piece in pieces:
        if sink is not None:
            sink.write(piece)
        yield piece


def _put(file: zipfile.ZipFile, package: AccessPackage, name: str, what: str, pieces: Iterable[bytes]) -> Entry:
    digest, size = hashlib.sha256(), 0
    info = zipfile.ZipInfo(name, localtime(package.as_of).timetuple()[:6])
    info.compress_type = zipfile.ZIP_DEFLATED
    with file.open(info, "w") as entry:
        for piece in pieces:
            entry.write(piece)
            digest.update(piece)
            size += len(piece)
    return Entry(name, what, size, digest.hexdigest())
