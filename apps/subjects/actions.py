"""What is recorded of the work on people."""

from django.utils.translation import gettext_lazy as _

from apps.audit.registry import name_facts, register
from apps.core.choices import IdentifierKind
from apps.policies.registry import category_title
from apps.subjects.choices import MergeReason, ReleaseReason, RestrictionReason, RevealReason, field_title

REGISTER = register("subjects.register", _("Person registered"), kinds=IdentifierKind)
ADD_IDENTIFIER = register("subjects.add-identifier", _("Identifier added"), kind=IdentifierKind)
MOVE_IDENTIFIER = register(
    "subjects.move-identifier", _("Identifier moved to somebody else"), "to", kind=IdentifierKind
)
RECEIVE_IDENTIFIER = register("subjects.receive-identifier", _("Identifier taken over"), "person", kind=IdentifierKind)
CORRECT = register("subjects.correct", _("Values corrected"), fields=field_title)
REPLACE_TOKEN = register("subjects.replace-token", _("Token replaced by another"))
RESTRICT = register("subjects.restrict", _("Data blocked"), "replayed", reason=RestrictionReason)
RELEASE = register("subjects.release", _("Data unblocked"), "replayed", reason=ReleaseReason)
REVEAL = register("subjects.reveal", _("Values shown"), "minutes", reason=RevealReason)
HIDE = register("subjects.hide", _("Values hidden again"))
MERGE = register(
    "subjects.merge", _("Another person merged into this one"),
    "person", "identifiers", "records", "replaced", reason=MergeReason,
)  # fmt: skip
MERGED_AWAY = register("subjects.merged-away", _("Merged into another person"), "to", reason=MergeReason)
DESTROY_RECORDS = register("subjects.destroy-records", _("Records destroyed"), "records", category=category_title)

name_facts(
    category=_("category"),
    kind=_("kind"),
    kinds=_("kinds"),
    to=_("to"),
    person=_("from"),
    replayed=_("brought back from the journal"),
    reason=_("reason"),
    minutes=_("minutes"),
    identifiers=_("identifiers"),
    records=_("records"),
    replaced=_("replaced records"),
)
