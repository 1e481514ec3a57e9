"""What the register says about a section of a copy: why it is held, who may have it, how long it is kept."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.core.erasers import CHOICES, HANDLING
from apps.partners.models import Processing, Recipient
from apps.partners.presenting import given, period
from apps.policies.models import DataCategory
from apps.policies.registry import category_title
from apps.support.access.staging import Section

_OWN = {
    CHOICES: gettext_lazy("Your decisions: consents and refusals"),
    HANDLING: gettext_lazy("How your data was handled"),
}
_OWN_WHY = {
    CHOICES: gettext_lazy("Kept so that we do as you decided, and can prove that we did."),
    HANDLING: gettext_lazy("Kept so that what we do with your data can be traced, and mistakes can be undone."),
}


@dataclass(frozen=True)
class Use:
    """A purpose for which the operator itself uses a category."""

    purpose: str
    basis: str
    given: str
    kept: str


@dataclass(frozen=True)
class Receiver:
    """Who may have it."""

    title: str
    country: str
    what_for: str


@dataclass(frozen=True)
class Facts:
    """A section with what is told about it."""

    section: Section
    title: str
    why: str
    uses: tuple[Use, ...]
    receivers: tuple[Receiver, ...]

    @property
    def anchor(self) -> str:
        """Its place in the page."""
        return f"s-{self.section.code}"

    def to_json(self) -> dict[str, Any]:
        """For machines."""
        return {
            "category": self.section.code, "title": self.title, "items": self.section.count,
            "sources": self.section.origins,
            "purposes": [
                {"purpose": use.purpose, "legal_basis": use.basis, "given": use.given, "kept": use.kept}
                for use in self.uses
            ],
            "recipients": [
                {"recipient": to.title, "country": to.country, "what_for": to.what_for} for to in self.receivers
            ],
        }  # fmt: skip


def section_title(code: str) -> str:
    """What a section is called, in the reader's language."""
    return str(_OWN.get(code) or category_title(code))


def in_order(sections: Sequence[Section]) -> list[Section]:
    """As the policy lists the categories, then what is not of the policy."""
    order = [*DataCategory.objects.order_by("position").values_list("code", flat=True), CHOICES, HANDLING]
    return sorted(sections, key=lambda section: order.index(section.code) if section.code in order else len(order))


def facts_of(sections: Sequence[Section]) -> list[Facts]:
    """What is told about each section; a fixed number of queries."""
    uses: dict[str, list[Processing]] = defaultdict(list)
    for use in Processing.objects.in_use().in_order():
        uses[use.category_id].append(use)
    allowed = list(Recipient.objects.in_use().prefetch_related("categories"))
    return [_facts(section, uses[section.code], allowed) for section in in_order(sections)]


def _facts(section: Section, uses: Sequence[Processing], allowed: Sequence[Recipient]) -> Facts:
    own = tuple(_use(use) for use in uses if use.recipient is None)
    passed_on: dict[str, Receiver] = {}
    for use in uses:
        if use.recipient is not None:
            passed_on[f"{use.recipient_id} {use.purpose_id}"] = _receiver(use.recipient, use.purpose.title)
    named = {use.recipient_id for use in uses}
    for recipient in allowed:
        if recipient.pk not in named and any(category.pk == section.code for category in recipient.categories.all()):
            passed_on[str(recipient.pk)] = _receiver(recipient, "")
    title = section_title(section.code)
    why = str(_OWN_WHY.get(section.code, ""))
    return Facts(section, capfirst(title), why, own, tuple(passed_on.values()))


def _use(use: Processing) -> Use:
    return Use(use.purpose.title, str(use.purpose.get_legal_basis_display()), given(use), period(use.retention))


def _receiver(recipient: Recipient, what_for: str) -> Receiver:
    abroad = _("abroad") if recipient.cross_border else ""
    where = recipient.country_title if recipient.country else abroad or recipient.country_title
    return Receiver(recipient.title, where, what_for)
