"""A list of addresses that somebody pasted from a letter, a mail or a spreadsheet."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from apps.core.identifiers import DOT, Unusable
from apps.optouts.services.addresses import Address, address_of
from apps.optouts.services.take_from_person import REACHED_BY

MOST_LETTERS = 1_000_000
MOST_ADDRESSES = 10_000
_CELLS, _PIECES = re.compile(r"[\t;|]+"), re.compile(r",+")
_AROUND = "<>()[]\"'“”«»"
_LIKE_NUMBER = 5  # digits from which on something is meant to be a number
_SHOWN_LETTERS = 24


@dataclass(frozen=True)
class Unread:
    """A line, by its number from 1, of which something could not be used: masked, and why, as `Unusable.code` or
    `unreached`.
    """

    line: int
    masked: str
    code: str


@dataclass
class Pasted:
    """Addresses in their order, each once; how often one came again; what could not be used."""

    addresses: list[Address] = field(default_factory=list)
    repeats: int = 0
    unread: list[Unread] = field(default_factory=list)

    @property
    def too_many(self) -> bool:
        """Whether these are more than one act takes."""
        return len(self.addresses) > MOST_ADDRESSES


def read_pasted(text: str, *, channel: str) -> Pasted:
    """What a pasted text holds: one address a line, or cells beside each other. Blank lines count for nothing.

    A name beside an address is passed over; a line without any address, a number that can't be read, and an address
    that the channel never reaches are not.
    """
    found, seen = Pasted(), set()
    for number, line in enumerate(text.splitlines(), start=1):
        read, wrong = _read_line(line)
        unreached = [address for address in read if address.kind not in REACHED_BY[channel]]
        found.unread += [Unread(number, piece, code) for piece, code in wrong]
        found.unread += [Unread(number, address.masked, "unreached") for address in unreached]
        for address in read:
            if address in unreached:
                continue
            found.repeats += address.digest in seen
            if address.digest not in seen:
                seen.add(address.digest)
                found.addresses.append(address)
    return found


def _read_line(line: str) -> tuple[list[Address], list[tuple[str, str]]]:
    """The addresses of a line, and what of it can't be used: masked, with the code of why."""
    read, wrong = [], []
    for piece in _pieces(line):
        try:
            read.append(address_of(piece))
        except Unusable as error:
            wrong.append((piece, error.code))
    if read:
        wrong = [(piece, code) for piece, code in wrong if "@" in piece or _digits(piece) >= _LIKE_NUMBER]
    elif wrong:
        wrong = [(line.strip(), max(wrong, key=lambda item: _digits(item[0]))[1])]
    return read, [(_masked(piece), code) for piece, code in wrong]


def _pieces(line: str) -> Iterator[str]:
    for cell in _CELLS.split(line):
        # A comma may belong to a number that a spreadsheet wrote: 9,96555E+11.
        parts = [cell] if _problem(cell) in ("", "destroyed") else _PIECES.split(cell)
        for part in parts:
            yield from _words(part)


def _words(part: str) -> Iterator[str]:
    words = [word.strip(_AROUND) for word in part.split()]
    if any("@" in word for word in words):
        yield from (word for word in words if "@" in word)
    elif len(words) > 1 and not any(map(_problem, words)):
        yield from words
    elif words:
        yield part.strip().strip(_AROUND)


def _problem(text: str) -> str:
    """Why a text is no address; empty when it is one."""
    try:
        address_of(text)
    except Unusable as error:
        return error.code
    return ""


def _digits(piece: str) -> int:
    return sum(letter.isdigit() for letter in piece)


def _masked(piece: str) -> str:
    """Its shape: enough to find it again in one's own list, and nothing to know somebody by."""
    return re.sub(r"\w", DOT, piece[:_SHOWN_LETTERS])
