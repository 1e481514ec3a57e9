"""A result that appears whole or not at all: written beside its place, and put there at the end."""

import os
import tempfile
from pathlib import Path
from types import TracebackType
from typing import Self


class Draft:
    """A draft of `target`. `publish` puts it in its place; what was not published leaves nothing behind.

    Raises OSError where the folder can't be written to.
    """

    def __init__(self, target: Path) -> None:
        handle, name = tempfile.mkstemp(dir=target.parent, prefix=f".{target.name}.")
        self.file = os.fdopen(handle, "wb")
        self._target = target
        self._draft = Path(name)

    def publish(self) -> None:
        """Take the place of the target; readable by its owner only, for it is about people."""
        self.file.close()
        self._draft.replace(self._target)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.file.close()
        self._draft.unlink(missing_ok=True)
