"""Whether an address on the web gives a person away: plainly, percent-encoded, in base64 or hex, or by a bare digest.

A digest that nobody salted is no secret: whoever has a list of addresses finds the one that it was made of.
"""

import base64
import binascii
import codecs
import hashlib
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from urllib.parse import unquote

from apps.core import identifiers
from apps.core.choices import IdentifierKind
from apps.core.identifiers import Unusable

DEPTH, MOST_TEXTS = 4, 300
_PARTS = re.compile(r"[/?&=#:;,.~!|\s]+")
_VALUES = re.compile(r"[?&#=]+")
_BASE64 = re.compile(r"[A-Za-z0-9+/_-]{8,}")
_HEX = re.compile(r"(?:[0-9A-Fa-f]{2}){6,}")
_EMAIL = re.compile(r"[^\s@/?&=#:;,<>\"'()]{1,64}@[^\s@/?&=#:;,<>\"'()]{1,200}\.[^\W\d_]{2,24}")
_PHONE = re.compile(r"(?<!\w)(?:\+|00|0|996)?[1-9][\d ().-]{7,18}\d(?!\w)")
_SURE_PHONE = 11  # digits from which on a number without a country's mark is one; ids are often shorter


@dataclass(frozen=True)
class Disclosure:
    """What was found: `email`, `phone` or `digest`, and the value masked, empty for a digest."""

    code: str
    masked: str = ""


def disclosures(uri: str, recipients: Iterable[str] = ()) -> list[Disclosure]:
    """What a URI gives away, each once. `recipients` are the message's own, normalised: they are looked for in more
    forms.
    """
    found: dict[Disclosure, None] = {}
    texts = list(_texts(uri))
    for text in texts:
        found.update(dict.fromkeys(_read_in(text)))
    lowered = [text.lower() for text in texts]
    for address in recipients:
        if any(form in text for form in _forms(address) for text in lowered):
            found[Disclosure("email", identifiers.mask_email(address))] = None
        if any(digest in text for digest in _digests(address) for text in lowered):
            found[Disclosure("digest")] = None
    return list(found)


def _texts(uri: str) -> Iterator[str]:
    """The URI, and what its parts are once they are decoded, and decoded again."""
    seen = fresh = {uri}
    for _level in range(DEPTH):
        fresh = {text for one in fresh for text in _decodings(one)} - seen
        seen = seen | fresh
        if len(seen) > MOST_TEXTS:
            break
    yield from seen


def _decodings(text: str) -> Iterator[str]:
    yield unquote(text, errors="ignore")
    parts = {*_PARTS.split(text), *_VALUES.split(text)}
    for part in parts:
        if _HEX.fullmatch(part):
            yield from _as_text(bytes.fromhex(part))
        if _BASE64.fullmatch(part):
            try:
                yield from _as_text(base64.b64decode(part + "=" * (-len(part) % 4), altchars=_altchars(part)))
            except binascii.Error:
                continue


def _altchars(part: str) -> bytes:
    return b"-_" if "-" in part or "_" in part else b"+/"


def _as_text(data: bytes) -> Iterator[str]:
    try:
        text = data.decode()
    except UnicodeDecodeError:
        return
    if text.isprintable():
        yield text


def _read_in(text: str) -> Iterator[Disclosure]:
    for match in _EMAIL.finditer(text):
        try:
            yield Disclosure("email", identifiers.mask_email(identifiers.normalise_email(match[0])))
        except Unusable:
            continue
    for match in _PHONE.finditer(text):
        digits = re.sub(r"\D", "", match[0])
        if match[0].startswith(("+", "0", "996")) or len(digits) >= _SURE_PHONE:
            try:
                value = identifiers.normalise_phone(match[0])
            except Unusable:
                continue
            yield Disclosure("phone", identifiers.mask(IdentifierKind.PHONE, value))


def _forms(address: str) -> list[str]:
    return [address, address.replace("@", "="), address[::-1], codecs.encode(address, "rot13")]


def _digests(address: str) -> list[str]:
    data = address.encode()
    return [hashlib.new(name, data, usedforsecurity=False).hexdigest() for name in ("md5", "sha1", "sha256")]
