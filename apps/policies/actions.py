"""What is recorded of the work on the policy's documents and editions, on deadlines and the working calendar."""

from django.utils.translation import gettext_lazy as _

from apps.audit.registry import Codes, name_facts, register
from apps.policies.choices import Counting, DayKind, Deadline, LawStatus

_EDITION = ("document", "edition")

DOCUMENT_ADDED = register("policies.add-document", _("Policy document added"), "document")
DOCUMENT_CHANGED = register("policies.change-document", _("Policy document renamed"), "document", "fields")
EDITION_BEGUN = register("policies.begin-edition", _("Edition begun"), *_EDITION, "copied_from", "effective_at")
EDITION_CHANGED = register("policies.change-edition", _("Draft of an edition changed"), *_EDITION, "fields")
EDITION_REVIEWED = register("policies.review-edition", _("Edition reviewed"), *_EDITION)
EDITION_SENT_BACK = register("policies.send-back-edition", _("Edition sent back"), *_EDITION)
EDITION_PUBLISHED = register("policies.publish-edition", _("Edition published"), *_EDITION, "effective_at")
EDITION_DISCARDED = register("policies.discard-edition", _("Draft of an edition thrown away"), *_EDITION)
CHANGE_REFUSED = register("policies.refuse-change", _("Change of a published edition refused"), *_EDITION)

name_facts(
    document=_("document"), edition=_("edition"), copied_from=_("copied from edition"), effective_at=_("in force from")
)

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
