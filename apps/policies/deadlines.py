"""The deadlines with which an installation begins (promises: the law). Second-hand: none of them has been checked."""

import re
from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from apps.policies.choices import Counting, Deadline, LawStatus

# Sources by their names in the reader's language; what is kept is the English, as it is typed on the desk.
SOURCES = {
    "Digital Code of the Kyrgyz Republic (No. 178 of 31.07.2025)": _(
        "Digital Code of the Kyrgyz Republic (No. 178 of 31.07.2025)"
    ),
    "Law No. 58 of 14.04.2008": _("Law No. 58 of 14.04.2008"),
    "The instrument itself": _("The instrument itself"),
}
_ARTICLE = re.compile(r", Art\. (?P<number>[\d()]+)")
LAW_OF_2008 = date(2008, 4, 14)
CODE_OF_2025 = date(2026, 2, 1)  # No. 178 of 31.07.2025, in force since February 2026
_CODE = "Digital Code of the Kyrgyz Republic (No. 178 of 31.07.2025), Art. {}"
_OLD = "Law No. 58 of 14.04.2008"
_LAW, _POLICY, _ASSUMED = LawStatus.LAW, LawStatus.POLICY, LawStatus.ASSUMED


@dataclass(frozen=True)
class RuleDefinition:
    """A version of a rule as it is delivered."""

    code: str
    length: int | None
    counting: str
    status: str
    legal_ref: str = ""
    valid_from: date = CODE_OF_2025


def _of_2008(code: str) -> RuleDefinition:
    """One week, for what was received before the Code."""
    return RuleDefinition(code, 7, Counting.CALENDAR, _LAW, _OLD, LAW_OF_2008)


# The Code gives these rights; a term was not found in it.
_RIGHTS = {Deadline.RECTIFICATION: 75, Deadline.PORTABILITY: 76, Deadline.ERASURE: 83, Deadline.RESTRICTION: 85}

DELIVERED = (
    RuleDefinition(Deadline.ACCESS, 7, Counting.WORKING, _LAW, _CODE.format(73)),
    RuleDefinition(Deadline.OBJECTION, 7, Counting.WORKING, _LAW, _CODE.format(84)),
    *(RuleDefinition(code, 7, Counting.WORKING, _POLICY, _CODE.format(art)) for code, art in _RIGHTS.items()),
    *(_of_2008(code) for code in (Deadline.ACCESS, Deadline.OBJECTION, *_RIGHTS)),
    RuleDefinition(Deadline.COMPLAINT, 5, Counting.WORKING, _LAW, _CODE.format(119)),
    RuleDefinition(Deadline.QUESTION, 7, Counting.WORKING, _ASSUMED),
    RuleDefinition(Deadline.WITHDRAWAL, 1, Counting.HOURS, _POLICY, valid_from=LAW_OF_2008),
    RuleDefinition(Deadline.CHILD_DECISION, 0, Counting.WORKING, _POLICY, "P12", LAW_OF_2008),
    RuleDefinition(Deadline.CHILD_DESTRUCTION, 1, Counting.HOURS, _POLICY, "P12", LAW_OF_2008),
    RuleDefinition(Deadline.REGULATOR, 7, Counting.CALENDAR, _ASSUMED, _OLD, LAW_OF_2008),
    RuleDefinition(Deadline.AUTHORITY, None, Counting.DOCUMENT, _LAW, "The instrument itself", LAW_OF_2008),
    RuleDefinition(Deadline.BREACH_INSIDE, 24, Counting.HOURS, _POLICY, valid_from=LAW_OF_2008),
    RuleDefinition(Deadline.BREACH_REGULATOR, 72, Counting.HOURS, _POLICY, valid_from=LAW_OF_2008),
    RuleDefinition(Deadline.CONSENT_RECORD, 3, Counting.YEARS, _LAW, _CODE.format("114(4)")),
)


def shown_reference(reference: str) -> str:
    """A legal reference in the reader's language, as far as its source is known; any other as it was typed."""
    for source, title in SOURCES.items():
        rest = reference.removeprefix(source)
        if rest != reference:
            article = _ARTICLE.fullmatch(rest)
            if article is None:
                return f"{title}{rest}"
            return gettext("%(source)s, Art. %(number)s") % {"source": title, **article.groupdict()}
    return reference
