"""The rules that a message with a link has to pass (RFC 8058, RFC 2369, P16), and what to change where it doesn't.

1 one https address in List-Unsubscribe; 2 List-Unsubscribe-Post; 3 DKIM covers both; 4 service messages carry neither;
5 the address names the person opaquely; 6 it is the exact final one. No request is sent anywhere.
"""

from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from django.conf import settings

from apps.core import identifiers
from apps.core.choices import IdentifierKind
from apps.optouts.choices import Result
from apps.optouts.services.links import Link
from apps.optouts.services.message.headers import DKIM, LIST, POST, Addresses, Head, read_addresses, read_head
from apps.optouts.services.message.opacity import Disclosure, disclosures
from apps.optouts.services.message.ours import Ours, deviation, find_ours, is_on_our_host, language_prefix
from apps.optouts.services.message.signatures import Signature, read_signature
from apps.optouts.services.mint import ONE_CLICK

PLACEHOLDER = "…"


@dataclass(frozen=True)
class Finding:
    """Something that was noticed: a key of `texts.FINDINGS`, and what its text is filled with."""

    code: str
    params: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Rule:
    """What the check says of one rule. `lines` are header lines ready to copy; with `remove` lines to take away."""

    number: int
    result: Result
    findings: tuple[Finding, ...] = ()
    lines: tuple[str, ...] = ()
    remove: bool = False


@dataclass(frozen=True)
class Report:
    """What the check says of a message. `link` is the link of ours that it carries, if it does."""

    rules: tuple[Rule, ...]
    signatures: tuple[Signature, ...]
    link: Link | None
    has_head: bool

    @property
    def passed(self) -> bool:
        """Whether no rule is broken."""
        return all(rule.result != Result.FAILED for rule in self.rules)


class Message:
    """A message as the rules look at it."""

    def __init__(self, head: Head, *, service: bool) -> None:
        self.head = head
        self.service = service
        self.lists = [read_addresses(value) for value in head.values(LIST)]
        self.posts = head.values(POST)
        self.signatures = tuple(map(read_signature, head.values(DKIM)))

    @cached_property
    def addresses(self) -> Addresses:
        """Those of every List-Unsubscribe field together."""
        uris = tuple(uri for one in self.lists for uri in one.uris)
        return Addresses(uris, tuple(dict.fromkeys(fault for one in self.lists for fault in one.faults)))

    @cached_property
    def web(self) -> list[str]:
        """Its addresses on the web, those without TLS too."""
        return self.addresses.of("https", "http")

    @cached_property
    def ours(self) -> Ours | None:
        """The first link of ours among them."""
        return next((found for uri in self.web if (found := find_ours(uri))), None)

    @cached_property
    def given_away(self) -> list[Disclosure]:
        """What its addresses say of the person; a sealed link of ours says nothing, whatever its letters are."""
        exact = self.ours.exact if self.ours else ""
        uris = [uri.replace(exact, "") if exact else uri for uri in self.addresses.uris]
        recipients = self.head.recipients()
        mine = [uri if uri in self.web or not uri.lower().startswith("mailto:") else _behind(uri) for uri in uris]
        return list(dict.fromkeys(found for uri in mine for found in disclosures(uri, recipients)))

    def corrected(self) -> str:
        """List-Unsubscribe as it should be."""
        best = f"{settings.PUBLIC_BASE_URL}/u/{PLACEHOLDER}"
        if self.ours:
            best = self.ours.exact
        elif self.web and self.web[0].isascii() and not self.given_away and not any(map(is_on_our_host, self.web)):
            best = f"https:{self.web[0].partition(':')[2]}"
        mail = [] if self.given_away else [uri for uri in self.addresses.of("mailto") if uri.isascii()][:1]
        return "List-Unsubscribe: " + ", ".join(f"<{uri}>" for uri in (best, *mail))


def _behind(mailto: str) -> str:
    """What of a mailto names a person: not the list's own address, but what stands behind it."""
    return mailto.partition("?")[2]


def check_message(raw: bytes, *, service: bool) -> Report:
    """Check the head of a message. `service`: it is no advertising. Never fails, whatever it is given."""
    message = Message(read_head(raw), service=service)
    rules = (_service,) if service else (_one_address, _one_click, _signed, _service, _opaque, _exact)
    reports = {rule.number: rule for rule in (check(message) for check in rules)}
    idle = [Rule(number, Result.IDLE) for number in _RULES if number not in reports]
    ordered = tuple(sorted([*reports.values(), *idle], key=lambda rule: rule.number))
    link = message.ours.link if message.ours else None
    return Report(ordered, message.signatures, link, bool(message.head.fields))


_RULES = range(1, 7)


def _judged(number: int, findings: list[Finding], lines: tuple[str, ...], passed: Finding | None = None) -> Rule:
    if findings:
        return Rule(number, Result.FAILED, tuple(findings), lines)
    return Rule(number, Result.PASSED, (passed,) if passed else ())


def _one_address(message: Message) -> Rule:
    addresses, count = message.addresses, len(message.lists)
    wrong = [Finding(code) for code in addresses.faults]
    if count != 1:
        wrong.append(Finding("list-missing" if not count else "list-twice", {"count": count}))
    if message.ours and not message.ours.exact.startswith("https://"):
        return Rule(1, Result.FAILED, (*wrong, Finding("base-not-https")))
    if count and len(secure := addresses.of("https")) != 1:
        wrong.append(Finding("https-many" if secure else "https-missing", {"count": len(secure)}))
    if len(addresses.of("https", "mailto")) < len(addresses.uris):
        wrong.append(Finding("other-scheme"))
    return _judged(1, wrong, (message.corrected(),))


def _one_click(message: Message) -> Rule:
    posts = message.posts
    wrong = []
    if len(posts) != 1:
        wrong.append(Finding("post-missing" if not posts else "post-twice", {"count": len(posts)}))
    if any(post != ONE_CLICK for post in posts):
        wrong.append(Finding("post-value"))
    alone = bool(posts) and not message.addresses.of("https")
    if alone:
        wrong.append(Finding("post-alone"))
    return _judged(2, wrong, (*([message.corrected()] if alone else []), f"List-Unsubscribe-Post: {ONE_CLICK}"))


def _signed(message: Message) -> Rule:
    covering = [signature for signature in message.signatures if not signature.misses(LIST, POST)]
    sound = [signature for signature in covering if not signature.faults]
    if sound:
        return Rule(3, Result.PASSED, (Finding("dkim-unverified"),))
    wrong = [Finding(code) for signature in covering for code in signature.faults]
    if not message.signatures:
        wrong.append(Finding("dkim-missing"))
    elif not covering:
        wrong += [Finding("dkim-misses", {"domain": s.domain or PLACEHOLDER, "names": ", ".join(s.misses(LIST, POST))})
                  for s in message.signatures]  # fmt: skip
    best = max(message.signatures, key=lambda s: len(s.covered), default=None)
    covered = best.covered if best else ("from", "to", "subject", "date")
    names = [*covered, *(name for name in ("from", LIST, POST) if name not in covered)]
    return Rule(3, Result.FAILED, tuple(wrong), (f"h={':'.join(names)}",))


def _service(message: Message) -> Rule:
    if not message.service:
        return Rule(4, Result.IDLE)
    names = [name for name, values in (("List-Unsubscribe", message.lists), ("List-Unsubscribe-Post", message.posts))
             if values]  # fmt: skip
    if not names:
        return Rule(4, Result.PASSED)
    lines = tuple(f"{name}: {PLACEHOLDER}" for name in names)
    return Rule(4, Result.FAILED, (Finding("service-carries"),), lines, remove=True)


def _opaque(message: Message) -> Rule:
    if not message.addresses.uris:
        return Rule(5, Result.IDLE, (Finding("no-address"),))
    wrong = [Finding(f"{found.code}-in-uri", {"masked": found.masked}) for found in message.given_away]
    return _judged(5, wrong, (message.corrected(),), Finding("sealed" if message.ours else "opaque"))


def _exact(message: Message) -> Rule:
    if not message.web:
        return Rule(6, Result.IDLE, (Finding("no-address"),))
    uri = message.web[0]
    if message.ours:
        found = [code for one in message.web if find_ours(one) and (code := deviation(one, message.ours.exact))]
        if not found and _is_anothers(message.ours.link, message.head.recipients()):
            return Rule(6, Result.UNSURE, (Finding("of-another"),))
        return _judged(6, [Finding(f"uri-{code}") for code in found], (message.corrected(),), Finding("exact"))
    if is_on_our_host(uri):
        return _judged(6, [Finding("uri-not-minted")], (message.corrected(),))
    if language_prefix(uri):
        return _judged(6, [Finding("uri-language-prefix")], (message.corrected(),))
    return Rule(6, Result.UNSURE, (Finding("foreign"),))


def _is_anothers(link: Link, recipients: list[str]) -> bool:
    """Whether the link stops an address that the message did not go to, as after a mix-up of rows."""
    digests = [identifiers.digest(IdentifierKind.EMAIL, address) for address in recipients]
    return link.kind == IdentifierKind.EMAIL and bool(digests) and link.digest not in digests
