"""A message that is looked at and not kept: its head goes into memory, the rest nowhere, and nothing onto a disk."""

import io
from typing import Any

from django.core.files.uploadedfile import InMemoryUploadedFile
from django.core.files.uploadhandler import FileUploadHandler, SkipFile

from apps.optouts.services.message.headers import MOST_HEAD

MOST_MESSAGE = 25 * 1024 * 1024  # what large providers let through


class HeadUploadHandler(FileUploadHandler):
    """Takes the first bytes of one file a request, and says how many there were."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._head: bytearray | None = None

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        """Begin; a second file of the same request is passed over."""
        super().new_file(*args, **kwargs)
        if self._head is not None:
            raise SkipFile
        self._head = bytearray()

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        """Keep what may still belong to the head."""
        if self._head is not None and len(self._head) < MOST_HEAD:
            self._head += raw_data[: MOST_HEAD - len(self._head)]

    def file_complete(self, file_size: int) -> InMemoryUploadedFile | None:
        """The head as a file. Its name is not kept: it may be somebody's."""
        data = bytes(self._head or b"")
        return InMemoryUploadedFile(io.BytesIO(data), self.field_name, "message.eml", None, file_size, None, None)
