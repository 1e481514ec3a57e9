"""What is recorded of the work on the policy's documents and editions."""

from django.utils.translation import gettext_lazy as _

from apps.audit.registry import name_facts, register

_EDITION = ("document", "edition")

DOCUMENT_ADDED = register("policies.add-document", _("Policy document added"), "document")
DOCUMENT_CHANGED = register("policies.change-document", _("Policy document renamed"), "document", "fields")
EDITION_BEGUN = register("policies.begin-edition", _("Edition begun"), *_EDITION, "copied_from")
EDITION_CHANGED = register("policies.change-edition", _("Draft of an edition changed"), *_EDITION, "fields")
EDITION_REVIEWED = register("policies.review-edition", _("Edition reviewed"), *_EDITION)
EDITION_SENT_BACK = register("policies.send-back-edition", _("Edition sent back"), *_EDITION)
EDITION_PUBLISHED = register("policies.publish-edition", _("Edition published"), *_EDITION, "effective_at")
EDITION_DISCARDED = register("policies.discard-edition", _("Draft of an edition thrown away"), *_EDITION)
CHANGE_REFUSED = register("policies.refuse-change", _("Change of a published edition refused"), *_EDITION)

name_facts(
    document=_("document"), edition=_("edition"), copied_from=_("copied from edition"), effective_at=_("in force from")
)
