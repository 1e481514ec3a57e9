"""DKIM-Signature (RFC 6376): what a signature says that it covers. Whether it is true takes the sender's key."""

import base64
import binascii
import re
from dataclasses import dataclass

_REQUIRED = ("v", "a", "b", "bh", "d", "h", "s")
_WEAK = "rsa-sha1"  # RFC 8301


@dataclass(frozen=True)
class Signature:
    """One signature: whose, the names of the fields that it covers in lower case, codes of what is wrong with it."""

    domain: str
    selector: str
    covered: tuple[str, ...]
    faults: tuple[str, ...]

    def misses(self, *names: str) -> list[str]:
        """Those of the fields that it does not cover."""
        return [name for name in names if name not in self.covered]


def read_signature(value: str) -> Signature:
    """The signature in a field's value, as far as it can be read."""
    pairs = [(name.strip(), re.sub(r"\s+", "", text)) for name, equals, text in _parts(value) if equals]
    tags = dict(pairs)
    covered = tuple(name.lower() for name in tags.get("h", "").split(":") if name)
    return Signature(tags.get("d", ""), tags.get("s", ""), covered, tuple(_faults(tags, covered, len(pairs))))


def _parts(value: str) -> list[tuple[str, str, str]]:
    return [part.partition("=") for part in value.split(";")]


def _faults(tags: dict[str, str], covered: tuple[str, ...], count: int) -> list[str]:
    found = {
        "dkim-tags": any(not tags.get(name) for name in _REQUIRED) or tags.get("v") != "1" or count != len(tags),
        "dkim-from": "from" not in covered,
        "dkim-base64": not (_is_base64(tags.get("b", "")) and _is_base64(tags.get("bh", ""))),
        "dkim-weak": tags.get("a", "").lower() == _WEAK,
    }
    return [code for code, wrong in found.items() if wrong]


def _is_base64(text: str) -> bool:
    try:
        return bool(base64.b64decode(text, validate=True))
    except (binascii.Error, ValueError):
        return False
