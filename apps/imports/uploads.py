"""An upload goes encrypted to disk as it arrives: no temporary file ever holds it in the clear."""

from collections.abc import Callable
from functools import wraps
from typing import Any, cast

from django.core.files.uploadhandler import FileUploadHandler, SkipFile
from django.http import HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt, csrf_protect

from apps.core import files
from apps.imports.engine.refusals import Refused
from apps.imports.services.receiving import Intake, StoredFile
from apps.subjects.views.desk import staff

View = Callable[[HttpRequest], HttpResponse]


class Upload:
    """What the form gets for a file: where it is stored, or why it was refused."""

    def __init__(self, stored: StoredFile | None, refusal: Refused | None) -> None:
        self.stored = stored
        self.refusal = refusal
        self.name = "upload"  # the partner's name for the file may itself be personal: it is not kept
        self.size = stored.size if stored else 0

    def close(self) -> None:
        """Nothing is open; Django closes every file of a request."""


class EncryptingUploadHandler(FileUploadHandler):
    """Takes one file a request. An upload that breaks off leaves nothing, nor does one that nobody `take`s."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._intake: Intake | None = None
        self._refusal: Refused | None = None
        self._seen = False
        self._stored: StoredFile | None = None

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        """Begin; a second file of the same request is passed over."""
        super().new_file(*args, **kwargs)
        if self._seen:
            raise SkipFile
        self._seen = True
        self._intake = Intake()

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        """Store the next bytes; nothing more is read of a file that is too big."""
        if self._intake is not None and self._refusal is None:
            try:
                self._intake.write(raw_data)
            except Refused as refusal:
                self._refusal, self._intake = refusal, None

    def file_complete(self, file_size: int) -> Upload | None:  # type: ignore[override]
        """The stored file."""
        intake, self._intake = self._intake, None
        if intake is not None:
            try:
                self._stored = intake.finish()
                return Upload(self._stored, None)
            except Refused as refusal:
                self._refusal = refusal
        return Upload(None, self._refusal) if self._refusal else None

    def take(self) -> None:
        """The stored file belongs to a batch from now on."""
        self._stored = None

    def drop(self) -> None:
        """After the request: a file that no batch took is deleted."""
        if self._stored is not None:
            files.delete(self._stored.name)

    def upload_interrupted(self) -> None:
        """The browser went away."""
        if self._intake is not None:
            self._intake.discard()


def encrypting(permission: str) -> Callable[[View], View]:
    """For a page on which a file is handed in: whoever lacks `permission` is sent away before a byte of the body is
    read; a file that the page did not `take` is deleted.

    The CSRF check reads the body, so that it comes after the handler that encrypts it.
    """

    def decorate(form: View) -> View:
        protected = csrf_protect(form)

        @csrf_exempt
        @wraps(form)
        def page(request: HttpRequest) -> HttpResponse:
            staff(request, permission)
            handler = EncryptingUploadHandler(request)
            request.upload_handlers = [handler]
            try:
                return protected(request)
            finally:
                handler.drop()

        return page

    return decorate


def take(request: HttpRequest) -> None:
    """The file of this request belongs to something from now on."""
    cast(EncryptingUploadHandler, request.upload_handlers[0]).take()
