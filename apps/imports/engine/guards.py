"""P13: device identifiers may not come in beside a person. Found by a column's title or by what is in its cells."""

import ipaddress
import re
from collections import Counter
from collections.abc import Collection, Iterator, Sequence

from apps.imports.engine.columns import header_key
from apps.imports.engine.refusals import Refused

_TITLES = """
imei|imei1|imei2|imeisv|имей|имеи|meid|esn|serial number|device serial|серийный номер|imsi|iccid|
mac|mac address|мак|мак адрес|mac адрес|mac дареги|мак дареги|wifi mac|bluetooth mac|bssid|
gaid|aaid|google ad id|google advertising id|android ad id|idfa|idfv|adid|ad id|ads id|advertising id|
рекламный идентификатор|рекламный id|жарнама идентификатору|жарнамалык идентификатор|appsflyer id|oaid|
device id|deviceid|device identifier|udid|android id|ssaid|id устройства|идентификатор устройства|
устройство id|түзмөк id|түзмөктүн идентификатору|түзмөк идентификатору|device fingerprint|fingerprint|
ip|ip address|ip адрес|айпи|айпи адрес|ip дареги|client ip|last ip|ipv4|ipv6|optin ip|confirm ip|user ip
"""
_DEVICE_TITLES = frozenset(map(header_key, _TITLES.split("|")))
# One search over a whole row finds out whether any of its cells deserves a closer look.
_SUSPECT = re.compile(
    r"(?<![0-9A-Za-z])(?:\d[\d \-/]{13,18}\d"
    r"|[0-9A-Fa-f]{2}(?:[:\-][0-9A-Fa-f]{2}){5}|[0-9A-Fa-f]{4}(?:\.[0-9A-Fa-f]{4}){2}"
    r"|\{?[0-9A-Fa-f]{8}-[0-9A-Fa-f]{4}-"
    r"|\d{1,3}(?:\.\d{1,3}){3}|[0-9A-Fa-f:]{0,20}:[0-9A-Fa-f]{0,4}:)"
    r"|(?<![0-9A-Za-z])(?=[0-9]*[A-Fa-f])(?=[A-Fa-f]*[0-9])[0-9A-Fa-f]{12}(?![0-9A-Za-z])"
)
_IMEI = re.compile(r"\d{15}")
# 8 10 996 555 123 404: a Kyrgyz number as dialled from abroad has 15 digits too.
_DIALLED_HOME = re.compile(r"810996\d{9}")
_IMEI_MARKS = re.compile(r"[ \-/]")
_WHOLE = re.compile(
    r"[0-9A-Fa-f]{2}(?:([:\-])[0-9A-Fa-f]{2})(?:\1[0-9A-Fa-f]{2}){4}"
    r"|[0-9A-Fa-f]{4}(?:\.[0-9A-Fa-f]{4}){2}"
    r"|\{?[0-9A-Fa-f]{8}(?:-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}\}?"
    r"|(?=.*[A-Fa-f])(?=.*[0-9])[0-9A-Fa-f]{12}"
)

# What every such value has in it somewhere, a search each: one that begins with a rare letter is over in no time, and
# most files have nothing that any of them finds. A time of day (`T10:15:00`) is no address.
_TRACES = tuple(map(re.compile, (
    r":(?<![T ][0-2][0-9]:)[0-9A-Fa-f]{0,4}:", r"-[0-9A-Fa-f]{2}-[0-9A-Fa-f]{2}-[0-9A-Fa-f]{2}-",
    r"\.[0-9A-Fa-f]{4}\.", r"\.\d{1,3}\.\d{1,3}\.\d", r"-[0-9A-Fa-f]{4}-[0-9A-Fa-f]{4}-",
)))  # fmt: skip
_LONG, _LONG_FOREIGN = re.compile(rb"[0-9][0-9 \-/]{13}"), re.compile(r"\d[\d \-/]{13}")
# First bytes in UTF-8 of digits that are not ours. Looking for one that is not there takes no time; looking for any
# digit takes twice as long as looking for ours.
_FOREIGN_DIGITS = tuple(bytes([lead]) for lead in {chr(code).encode()[0] for code in range(128, 0x1FFFF)
                                                   if chr(code).isdecimal()})  # fmt: skip


def _as_zeros(letters: bytes) -> bytes:
    """A table for bytes.translate: so written, a run of any of them is found as fast as a constant."""
    return bytes(ord("0") if code in letters else 1 if code == ord("0") else code for code in range(256))


_NUMBERS, _HEX = _as_zeros(b"0123456789 -/"), _as_zeros(b"0123456789abcdefABCDEF")
_RUN_ENDS = re.compile(rb"[^0]")


def has_traces(text: str) -> bool:
    """Whether anything in a text, cells with whatever between them, may be a device identifier. Finds more than
    `DeviceGuard` does and nothing less, in a small part of the time.
    """
    encoded = text.encode("utf-8", "replace")
    if any(lead in encoded for lead in _FOREIGN_DIGITS) and _LONG_FOREIGN.search(text):
        return True
    if any(trace.search(text) for trace in _TRACES):
        return True
    if any(_LONG.search(run) for run in _runs(encoded, _NUMBERS, 14)):
        return True
    return any(not run[-12:].isdigit() and not run[-12:].isalpha() for run in _runs(encoded, _HEX, 12))


def _runs(encoded: bytes, zeros: bytes, shortest: int) -> Iterator[bytes]:
    """Runs of the letters that the table makes zeros of, at least so long."""
    written, probe = encoded.translate(zeros), b"0" * shortest
    start = written.find(probe)
    while start >= 0:
        end = _RUN_ENDS.search(written, start + shortest)
        stop = end.start() if end else len(written)
        yield encoded[start:stop]
        start = written.find(probe, stop)


def refuse_device_titles(titles: Sequence[str], exempt: Collection[str] = ()) -> None:
    """Raise Refused `device-ids`, naming the columns whose titles speak of devices. `exempt` are header keys."""
    found = [title for title in titles if header_key(title) in _DEVICE_TITLES and header_key(title) not in exempt]
    if found:
        raise Refused("device-ids", columns=found)


def luhn_valid(digits: str) -> bool:
    """Whether the last digit is the check digit of the others (ISO/IEC 7812-1, as in an IMEI)."""
    doubled = [int(d) * 2 for d in digits[-2::-2]]
    return (sum(d - 9 if d > 9 else d for d in doubled) + sum(int(d) for d in digits[-1::-2])) % 10 == 0


def _is_address(text: str) -> bool:
    try:
        ipaddress.ip_address(text.split("%", 1)[0])
    except ValueError:
        return False
    return True


class DeviceGuard:
    """Looks at every row of a file. One MAC, advertising id or IP address is enough; of numbers with 15 digits one
    in ten is Luhn-valid by chance, so that at least half of those in a column must be.
    """

    def __init__(self, titles: Sequence[str], dropped: Collection[int] = ()) -> None:
        self._titles = titles
        self._dropped = frozenset(dropped)
        self._hits: set[int] = set()
        self._long: Counter[int] = Counter()
        self._valid: Counter[int] = Counter()

    def look(self, cells: list[str]) -> None:
        """Take a row into account."""
        if _SUSPECT.search("\t".join(cells)):
            for index, cell in enumerate(cells):
                if index not in self._dropped:
                    self._look_at(index, cell.strip())

    def _look_at(self, index: int, cell: str) -> None:
        digits = _IMEI_MARKS.sub("", cell)
        if _IMEI.fullmatch(digits) and not _DIALLED_HOME.fullmatch(digits):
            self._long[index] += 1
            self._valid[index] += luhn_valid(digits)
        elif _WHOLE.fullmatch(cell) or (("." in cell or ":" in cell) and _is_address(cell)):
            self._hits.add(index)

    def refuse_found(self) -> None:
        """At the end of the file: raise Refused `device-ids`, naming the columns."""
        imeis = {index for index, count in self._long.items() if self._valid[index] * 2 >= count}
        found = sorted(self._hits | imeis)
        if found:
            raise Refused("device-ids", columns=[self._title(index) for index in found])

    def _title(self, index: int) -> str:
        return self._titles[index] if index < len(self._titles) else f"#{index + 1}"
