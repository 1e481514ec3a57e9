"""`GET /api/suppressions`: what was suppressed and lifted since a cursor, a line of JSON each."""

import base64
import binascii
import json
from collections.abc import Iterator

from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, StreamingHttpResponse
from django.http.response import HttpResponseBase

from apps.core.choices import Channel
from apps.core.settled import Unsettled
from apps.optouts.api.answers import Problem, secured
from apps.optouts.api.views import ApiView
from apps.optouts.choices import EVERY_SENDER, ApiScope
from apps.optouts.models import SaltOwner
from apps.optouts.services.feed import Feed, Selection, feed
from apps.partners.models import Partner
from apps.policies.registry import PURPOSE_BY_CODE

_MARK = b"c1"  # the form of a cursor, should there ever be another
_BYTES = 8
_PARAMETERS = {"since", "channel", "purpose", "sender"}
_encode = json.JSONEncoder(separators=(",", ":")).encode


def cursor_of(reached: int) -> str:
    """The cursor that stands for everything up to a change."""
    return base64.urlsafe_b64encode(_MARK + reached.to_bytes(_BYTES)).rstrip(b"=").decode()


def reached_by(cursor: str) -> int:
    """The change up to which a cursor has come; 0 for an empty one. Raises Problem."""
    if not cursor:
        return 0
    try:
        decoded = base64.b64decode(cursor + "=" * (-len(cursor) % 4), altchars=b"-_", validate=True)
    except (binascii.Error, ValueError):
        decoded = b""
    if len(decoded) != len(_MARK) + _BYTES or not decoded.startswith(_MARK):
        raise Problem(400, "cursor")
    return int.from_bytes(decoded[len(_MARK) :])


class Suppressions(ApiView):
    """Streams as far as everything is settled, and ends with a line that says where to go on."""

    http_method_names = ["get"]
    scope = ApiScope.FEED

    def get(self, request: HttpRequest) -> HttpResponseBase:
        """The lines, each with a cursor from which to go on should the stream break off."""
        if set(request.GET) - _PARAMETERS:
            raise Problem(400, "parameter")
        after = reached_by(request.GET.get("since", ""))
        try:
            selection = self._selection(request)
            told = feed(owner=SaltOwner.objects.get(pk=self.credential.owner), selection=selection, after=after)
        except (Unsettled, OperationalError, InterfaceError):
            raise Problem(503, "away") from None
        if after > told.horizon:
            raise Problem(410, "cursor-ahead")  # of a database that has gone back to an older state
        response = StreamingHttpResponse(_stream(told), content_type="application/x-ndjson")
        return secured(response)

    def _selection(self, request: HttpRequest) -> Selection:
        channel = self._limited("channel", request, {c.value for c in Channel} - {Channel.ALL.value})
        senders = set(Partner.objects.values_list("code", flat=True))
        sender = self._limited("sender", request, senders)
        purpose = request.GET.get("purpose", "")
        if purpose and purpose not in PURPOSE_BY_CODE:
            raise Problem(400, "purpose")
        return Selection(channel, purpose, sender)

    def _limited(self, name: str, request: HttpRequest, known: set[str]) -> str:
        """What is asked for, else what the token is limited to."""
        asked, limit = request.GET.get(name, ""), getattr(self.credential, name)
        limit = "" if limit in (Channel.ALL, EVERY_SENDER) else limit
        if asked and asked not in known:
            raise Problem(400, name)
        if asked and limit and asked != limit:
            raise Problem(403, name)
        return asked or limit


def _stream(told: Feed) -> Iterator[bytes]:
    for lines in told.blocks():
        yield "".join([_encode(line.to_data() | {"cursor": cursor_of(line.reached)}) + "\n" for line in lines]).encode()
    end = {"event": "end", "cursor": cursor_of(told.reached), "unnamed": told.unnamed}
    yield (_encode(end) + "\n").encode()
