"""What is recorded of the work on deadlines and the working calendar."""

from django.utils.translation import gettext_lazy as _

from apps.audit.registry import Codes, name_facts, register
from apps.policies.choices import Counting, DayKind, Deadline, LawStatus

_RULE: dict[str, Codes] = {"rule": Deadline, "counting": Counting, "rests_on": LawStatus}

RULE_ADDED = register("policies.add-deadline", _("Deadline rule added"), "length", "holds_from", **_RULE)
RULE_CHANGED = register(
    "policies.change-deadline", _("Deadline rule changed"), "length", "holds_from", "fields", **_RULE
)
RULE_VERIFIED = register("policies.verify-deadline", _("Deadline rule checked"), "holds_from", **_RULE)
DAY_SET = register("policies.set-day", _("Working calendar changed"), "day", day_kind=DayKind)
DAY_UNSET = register("policies.unset-day", _("Change of the working calendar taken back"), "day", day_kind=DayKind)
name_facts(
    rule=_("deadline rule"), length=_("length"), counting=_("counted in"), rests_on=_("rests on"),
    holds_from=_("holds from"), day=_("day"), day_kind=_("what it is"),
)  # fmt: skip
