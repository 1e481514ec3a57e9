"""Placeholders of reply templates: a closed list, filled in by plain substitution and nothing else."""

import re
from collections.abc import Mapping
from string import Template

from django.db import models
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.core.errors import NotPossible


class Placeholder(models.TextChoices):
    """What a template may leave open."""

    REFERENCE = "reference", gettext_lazy("reference of the case")
    ABOUT = "about", gettext_lazy("what the case is about")
    RECEIVED = "received", gettext_lazy("day of receipt")
    DUE = "due", gettext_lazy("last day of the term")
    DAYS = "days", gettext_lazy("days by which the term is extended")
    TODAY = "today", gettext_lazy("today's date")
    REASON = "reason", gettext_lazy("reason: of the refusal, or of the waiting")
    LEGAL_REFERENCE = "legal_reference", gettext_lazy("legal reference: of the refusal, or of the term")
    OPERATOR = "operator", gettext_lazy("the operator's name")
    CONTACTS = "contacts", gettext_lazy("the operator's contacts, a line each")
    PHONES = "phones", gettext_lazy("the operator's numbers")
    EMAIL = "email", gettext_lazy("the operator's e-mail")
    NAME = "name", gettext_lazy("the person's name")


PERSONAL = frozenset({Placeholder.NAME})


class Letter(Template):
    """`{reference}`: a name in braces, and nothing that could be run. Braces around anything else are left alone."""

    delimiter = "{"
    pattern = r"""
        (?P<escaped>(?!)) |
        \{(?P<named>[A-Za-z_]+)\} |
        (?P<braced>(?!)) |
        (?P<invalid>(?!))
    """  # type: ignore[assignment]
    flags = re.VERBOSE


def named_in(text: str) -> set[str]:
    """The names in braces that a text has."""
    return set(Letter(text).get_identifiers())


def require_known(text: str) -> None:
    """Raises NotPossible for a name in braces that is no placeholder."""
    unknown = sorted(named_in(text) - set(Placeholder.values))
    if unknown:
        told = _("There is no placeholder %(unknown)s. These are known: %(known)s.")
        known = ", ".join(f"{{{name}}}" for name in Placeholder.values)
        raise NotPossible(told % {"unknown": f"{{{unknown[0]}}}", "known": known})


def fill(text: str, values: Mapping[str, str | None]) -> str:
    """The text with what is known in it; the others stay as they are. Raises NotPossible for an unknown name."""
    require_known(text)
    return Letter(text).safe_substitute({name: value for name, value in values.items() if value is not None})


def fill_all(text: str, values: Mapping[str, str | None]) -> str:
    """As `fill`; raises NotPossible as well for a placeholder that has no value in this case."""
    filled = fill(text, values)
    missing = sorted(name for name in named_in(text) if values.get(name) is None)
    if missing:
        told = _("%(name)s has no value in this case. Write it out, or take it away.")
        raise NotPossible(told % {"name": f"{{{missing[0]}}}"})
    return filled
