"""The head of a message as it was sent: raw fields, and the addresses in List-Unsubscribe (RFC 2369, RFC 8058)."""

import binascii
import re
from dataclasses import dataclass
from email.errors import HeaderParseError
from email.header import decode_header, make_header
from email.parser import BytesParser
from email.policy import compat32
from email.utils import getaddresses

from apps.core.identifiers import Unusable, normalise_email

# Far more than the head of any message; nothing behind it is looked at.
MOST_HEAD = 256 * 1024
MOST_URI = 4000
MOST_RECIPIENTS = 50
LIST, POST, DKIM = "list-unsubscribe", "list-unsubscribe-post", "dkim-signature"

_FOLD = re.compile(r"[\r\n]+(?=[ \t])")
_ENCODED_WORD = re.compile(r"=\?[^?\s]+\?[bq]\?[^?]*\?=", re.IGNORECASE)
_BRACKETED = re.compile(r"<([^<>]*)>")
_COMMENT = re.compile(r"\([^()]*\)")
_BARE = re.compile(r"(?:https?|mailto):[^\s,<>\"]+", re.IGNORECASE)


@dataclass(frozen=True)
class Head:
    """Names of fields in lower case with their unfolded values, in their order. Bytes that are no ASCII are read as
    UTF-8, which senders write today (RFC 6532).
    """

    fields: tuple[tuple[str, str], ...]

    def values(self, name: str) -> list[str]:
        """Every value of a field, by its name in lower case."""
        return [value for field, value in self.fields if field == name]

    def recipients(self) -> list[str]:
        """Whom it is addressed to, normalised."""
        found = []
        for _name, address in getaddresses(self.values("to"))[:MOST_RECIPIENTS]:
            try:
                found.append(normalise_email(address))
            except Unusable:
                continue
        return found


def read_head(raw: bytes) -> Head:
    """The head of a message. Whatever it is given, it reads what it can and never fails."""
    plain = raw[:MOST_HEAD].removeprefix(b"\xef\xbb\xbf").lstrip()
    message = BytesParser(policy=compat32).parsebytes(plain, headersonly=True)
    return Head(
        tuple((name.strip().lower(), _text(_FOLD.sub("", value)).strip()) for name, value in message.raw_items())
    )


def _text(value: str) -> str:
    """A value without the lone surrogates that the parser puts in the place of bytes."""
    return value.encode("utf-8", "surrogateescape").decode("utf-8", "replace")


@dataclass(frozen=True)
class Addresses:
    """What a value of List-Unsubscribe holds: addresses without blanks, and codes of what is wrong with the rest."""

    uris: tuple[str, ...]
    faults: tuple[str, ...]

    def of(self, *schemes: str) -> list[str]:
        """The addresses of these schemes."""
        return [uri for uri in self.uris if ":" in uri and uri.partition(":")[0].lower() in schemes]


def read_addresses(value: str) -> Addresses:
    """The addresses in one value: those in angle brackets, and, where there are none, those that stand bare."""
    faults = []
    if _ENCODED_WORD.search(value):
        faults.append("encoded-word")
        value = _decoded(value)
    if not value.isascii():
        faults.append("not-ascii")
    inside = _BRACKETED.findall(value)
    if any(re.search(r"\s", uri.strip()) for uri in inside):
        faults.append("blank-in-uri")
    if not inside and (inside := _BARE.findall(value)):
        faults.append("no-brackets")
    elif _COMMENT.sub("", _BRACKETED.sub("", value)).strip(" \t,"):
        faults.append("beside-brackets")
    return Addresses(tuple(re.sub(r"\s+", "", uri)[:MOST_URI] for uri in inside), tuple(faults))


def _decoded(value: str) -> str:
    """The value as its encoded words mean it, so that the rest can be looked at too."""
    try:
        return str(make_header(decode_header(value)))
    except (HeaderParseError, LookupError, ValueError, binascii.Error):
        return value
