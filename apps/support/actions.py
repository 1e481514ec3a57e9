"""What is recorded of requests beside what is recorded of every case, of copies of people's data, and of mail. The
target of what is done for a case is the case, whose history it becomes.
"""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from apps.audit.registry import name_facts, register
from apps.cases.choices import Delivery
from apps.policies.registry import category_title, purpose_title
from apps.subjects.choices import field_title
from apps.support.choices import HandedBy, MailFailure, MailReason, MailSource, Withheld

PREPARED = register("support.copy-prepare", _("Copy of the data being prepared"), "copy")
READY = register("support.copy-ready", _("Copy of the data prepared"), "copy", "items", "flagged")
FAILED = register("support.copy-fail", _("Work on the copy stopped by an error"), "copy", "error")
TAKEN_UP = register("support.copy-take-up", _("Work on the copy begun again"), "copy")
LOOKED = register("support.copy-look", _("Copy of the data looked through"), "copy", "minutes")
WITHHELD = register(
    "support.copy-withhold", _("Part of the copy withheld"), "copy", "item", category=category_title, why=Withheld
)
GIVEN_AGAIN = register("support.copy-give", _("Withheld part given after all"), "copy", "item", category=category_title)
RELEASED = register("support.copy-release", _("Copy of the data released"), "copy", "items", "withheld")
BUILT = register("support.copy-build", _("Copy of the data put together"), "copy", "bytes", "sha256")
LINKED = register("support.copy-link", _("Link to the copy made"), "copy", "days")
REVOKED = register("support.copy-revoke", _("Link to the copy taken back"), "copy")
CODE_ASKED = register("support.copy-code", _("Code for the copy asked for"), "copy")
CODE_SENT = register("support.copy-code-sent", _("Code for the copy handed over"), "copy", delivery=Delivery)
CODE_WRONG = register("support.copy-wrong-code", _("Wrong code for the copy"), "copy", "tries_left")
DOWNLOADED = register("support.copy-download", _("Copy of the data fetched"), "copy", "nth", way=HandedBy)
PRINTED = register("support.copy-print", _("Copy of the data opened for printing"), "copy")
HANDED = register("support.copy-hand-over", _("Copy of the data handed over"), "copy", way=HandedBy)
NOTHING = register("support.copy-nothing", _("Told that nothing is held"))
DESTROYED = register("support.copy-expire", _("Copy of the data destroyed: its time was over"), "copy")
DISCARDED = register("support.copy-discard", _("Copy of the data discarded"), "copy")
name_facts(
    copy=_("copy"), items=_("items"), item=pgettext_lazy("of a copy", "item"), flagged=_("to be looked at"),
    why=_("why"), withheld=_("withheld"), sha256=_("SHA-256"), tries_left=_("tries left"), nth=_("download"),
)  # fmt: skip

MAIL_HANDED_IN = register("support.hand-in-mail", _("File of e-mail handed in"))
MAIL_TAKEN = register(
    "support.take-mail", _("E-mail taken in"), "requests", "replies", "automatic", "aside", "twice",
    source=MailSource, failure=MailFailure,
)  # fmt: skip
MAIL_OPENED = register("support.open-mail", _("Letter that was set aside opened"))
MAIL_SETTLED = register("support.settle-mail", _("Letter that was set aside destroyed"), reason=MailReason)
MAIL_LET_GO = register("support.let-go-of-mail", _("Letters that were set aside destroyed after their time"), "letters")
RECTIFIED = register("support.rectify", _("Values corrected"), fields=field_title)
TOLD = register("support.tell", _("Recipient told of the correction"), "recipient", way=str)
BLOCKED = register("support.block", _("Data blocked by this request"), "verified", "otherwise")
LIFTED = register("support.lift", _("Blocking by this request ended"), "still_blocked")
STOPPED = register("support.stop", _("Use of data stopped"), purpose=purpose_title)

name_facts(
    requests=_("requests"), replies=_("answers in cases"), automatic=_("sent by machines"), aside=_("set aside"),
    twice=_("known already"), source=_("came by"), failure=_("problem"), verified=_("person verified"),
    otherwise=_("blocked before"), still_blocked=_("still blocked"), letters=_("letters"),
)  # fmt: skip
