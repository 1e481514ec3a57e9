"""The body of an inbound message, as SMS gateways write it: their names for the fields, JSON or a form."""

import json
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from email.parser import BytesParser
from email.policy import HTTP
from typing import Any
from urllib.parse import parse_qsl

from django.utils import timezone
from django.utils.dateparse import parse_datetime

from apps.core import clock

MAX_MESSAGES = 100
MAX_TEXT = 5_000
# What gateways call a field, in lower case without `_` and `-`, the surest name first.
NAMES = {
    "from": ("from", "sender", "msisdn", "source", "src", "phone", "originator"),
    "to": ("to", "recipient", "destination", "shortcode", "dst", "dest", "receiver"),
    "text": ("text", "body", "message", "content", "msg", "sms"),
    "id": ("id", "messageid", "messagesid", "smssid", "msgid", "smsid"),
    "received_at": ("receivedat", "receivedon", "timestamp", "time", "date", "sentat", "sent"),
}
_LISTS = ("results", "messages")
_MILLISECONDS = 10**11  # more seconds than any moment of ours has
_SOON = timedelta(minutes=5)  # by how much a gateway's clock may be ahead


class Unreadable(Exception):
    """A body that is no message: `code` of docs/api.md."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def read_messages(body: bytes, content_type: str) -> list[dict[str, str]]:
    """The messages of a body, each as `from`, `to`, `text`, `id`, `received_at` (empty where not given).

    Raises Unreadable: `body` for what is neither JSON nor a form, `fields` without sender or text, `too-many`.
    """
    found = [_named(item) for item in _items(body, content_type)]
    if not found or any(not message["from"] for message in found):
        raise Unreadable("fields")
    if len(found) > MAX_MESSAGES:
        raise Unreadable("too-many")
    return found


def _items(body: bytes, content_type: str) -> list[Mapping[str, Any]]:
    kind = content_type.partition(";")[0].strip().lower()
    try:
        if kind == "multipart/form-data":
            return [dict(_parts(body, content_type))]
        if kind == "application/json" or body.lstrip()[:1] in (b"{", b"["):
            return _listed(json.loads(body))
        return [_form(body, content_type)]
    except (ValueError, LookupError, RecursionError):
        raise Unreadable("body") from None


def _listed(data: Any) -> list[Mapping[str, Any]]:
    if isinstance(data, dict):
        data = next((data[name] for name in _LISTS if isinstance(data.get(name), list)), [data])
    if not isinstance(data, list) or not all(isinstance(item, dict) for item in data):
        raise Unreadable("body")
    return data


def _form(body: bytes, content_type: str) -> Mapping[str, str]:
    """Of a field that comes twice, the first."""
    pairs = parse_qsl(body.decode("ascii"), keep_blank_values=True, encoding=_charset(content_type), errors="strict")
    return dict(reversed(pairs))


def _charset(content_type: str) -> str:
    _type, _found, named = content_type.lower().partition("charset=")
    return named.partition(";")[0].strip(" \"'") or "utf-8"


def _parts(body: bytes, content_type: str) -> Iterator[tuple[str, str]]:
    header = b"Content-Type: " + content_type.encode("latin-1") + b"\r\n\r\n"
    for part in BytesParser(policy=HTTP).parsebytes(header + body).iter_parts():
        name = part.get_param("name", header="content-disposition")
        payload = part.get_payload(decode=True)
        if isinstance(name, str) and isinstance(payload, bytes):
            yield name, payload.decode(part.get_content_charset() or "utf-8")


def _named(item: Mapping[str, Any]) -> dict[str, str]:
    given = {str(key).lower().replace("_", "").replace("-", ""): value for key, value in item.items()}
    return {field: _first(given, names) for field, names in NAMES.items()}


def _first(given: Mapping[str, Any], names: tuple[str, ...]) -> str:
    for name in names:
        value = given.get(name)
        if isinstance(value, str | int | float) and not isinstance(value, bool) and str(value).strip():
            return str(value).strip().replace("\0", "")[:MAX_TEXT]
    return ""


def moment_of(text: str) -> datetime:
    """ISO 8601, or seconds or milliseconds since 1970; now for anything else, and for what is still to come."""
    now = clock.now()
    try:
        moment = _epoch(float(text)) if text.replace(".", "", 1).isdigit() else parse_datetime(text)
    except (ValueError, OverflowError, OSError):
        return now
    if moment is None:
        return now
    if timezone.is_naive(moment):
        moment = timezone.make_aware(moment)
    return moment if moment <= now + _SOON else now


def _epoch(seconds: float) -> datetime:
    return datetime.fromtimestamp(seconds / 1000 if seconds > _MILLISECONDS else seconds, UTC)
