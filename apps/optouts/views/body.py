"""What a POST to a link means: the mail program's button, the page's own button, or neither."""

import re
from enum import Enum
from typing import Any
from urllib.parse import parse_qs, parse_qsl

from django.http import HttpRequest

MAX_BODY_BYTES = 16 * 1024

MOST_FIELDS = 200

PAGE_FIELD = "from-page"
_ONE_CLICK_FIELD = "list-unsubscribe"
# A part of a multipart body, whatever its boundary: RFC 8058's own example ends with a wrong one.
_PART = re.compile(
    rb"content-disposition:\s*form-data;[^\r\n]*?name=\"?([^\"\r\n;]+)\"?[^\r\n]*\r?\n(?:[^\r\n]+\r?\n)*\r?\n([^\r\n]*)",
    re.IGNORECASE,
)


class Intent(Enum):
    """Whose button it was."""

    ONE_CLICK = "one-click"
    PAGE = "page"


class TooLarge(Exception):
    """A body larger than anything that belongs there."""


class Unclear(Exception):
    """A body that does not say "unsubscribe": nothing may be done on a guess."""


def read_intent(request: HttpRequest) -> Intent:
    """What the body asks for. An empty one is a one-click: real mail programs omit it. Raises TooLarge, Unclear."""
    body = read_body(request, MAX_BODY_BYTES)
    if not body.strip():
        return Intent.ONE_CLICK
    fields = _fields(body, request.content_type or "")
    if _ONE_CLICK_FIELD in fields:
        if fields[_ONE_CLICK_FIELD].strip().lower() == "one-click":
            return Intent.ONE_CLICK
    elif PAGE_FIELD in fields:
        return Intent.PAGE
    raise Unclear


def read_form(request: HttpRequest) -> dict[str, list[str]]:
    """The fields of one of our own pages' forms. Raises TooLarge, and Unclear for what no form of ours sends."""
    body = read_body(request, MAX_BODY_BYTES)
    try:
        fields = parse_qs(body.decode("ascii").strip(), keep_blank_values=True, max_num_fields=MOST_FIELDS)
    except ValueError:
        raise Unclear from None
    if not fields.pop(PAGE_FIELD, None):
        raise Unclear
    return fields


def read_body(request: HttpRequest, limit: int) -> bytes:
    """The raw body, never more than `limit` bytes of it; Django's parsers refuse what is really sent. Raises TooLarge.

    A length that is stated and too large is refused before anything is read.
    """
    environ: dict[str, Any] = request.META
    stated = environ.get("CONTENT_LENGTH") or ""
    if stated.isdigit() and int(stated) > limit:
        raise TooLarge
    chunked = "chunked" in environ.get("HTTP_TRANSFER_ENCODING", "").lower()
    stream = environ["wsgi.input"] if chunked else request
    body: bytes = stream.read(limit + 1)
    if len(body) > limit:
        raise TooLarge
    return body


def _fields(body: bytes, content_type: str) -> dict[str, str]:
    """Field names in lower case with their values. Of a field that comes twice, the first."""
    if content_type.lower() == "multipart/form-data":
        pairs = [(name.decode("latin-1"), value.decode("latin-1")) for name, value in _PART.findall(body)]
    else:
        pairs = parse_qsl(body.decode("latin-1").strip(), keep_blank_values=True)
    return {name.strip().lower(): value for name, value in reversed(pairs)}
