"""What the audit may record of partners' files."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from apps.audit.registry import name_facts, register
from apps.imports.choices import FIGURES, UNDONE_FIGURES, Decision, Kind, Verdict
from apps.imports.engine.refusals import reason_message

UPLOADED = register("imports.upload", _("File uploaded"), "partner", "bytes", kind=Kind)
REFUSED = register("imports.refuse", _("File refused whole"), "code")
READ = register("imports.read", _("File read"), *FIGURES)
ASKED = register("imports.ask", _("File waits for its columns to be named"), "code", "columns")
MAPPED = register("imports.map", _("Columns of a file named"), "columns", "ignored")
CONFIRMED = register("imports.confirm", _("File confirmed"))
CANCELLED = register("imports.cancel", _("File cancelled"))
CHUNK_MERGED = register("imports.merge-chunk", _("Part of a file merged"), "first", "last", *FIGURES)
DONE = register("imports.done", _("File merged"), *FIGURES)
STOPPED = register("imports.stop", _("Work on a file stopped"), "rows")
FINISHED_HERE = register("imports.finish-here", _("Rest of a file left"), "rows", "left")
RESUMED = register("imports.resume", _("File taken up again"))
FAILED = register("imports.fail", _("File stopped by an error"), "error")
UNDO = register("imports.undo", _("Undoing of a file begun"))
CHUNK_UNDONE = register("imports.undo-chunk", _("Part of a file undone"), "first", "last", *UNDONE_FIGURES)
UNDONE = register("imports.undone", _("File undone"), *UNDONE_FIGURES)
REJECTS_DOWNLOADED = register("imports.download-rejects", _("Refused rows downloaded"), "rows")
# Of the batch, and of every person that the row named.
CONFLICT_SETTLED = register(
    "imports.settle", _("Conflict of a row decided"),
    "file", "number", "line", "people", reason=reason_message, decision=Decision, verdict=Verdict,
)  # fmt: skip
CONFLICT_REOPENED = register(
    "imports.reopen", _("Row that was left out taken up again"), "number", "line", reason=reason_message
)

name_facts(
    code=_("code"), bytes=_("bytes"), rows=_("rows"), first=_("first row"), last=_("last row"), new=_("new"),
    updated=_("updated"), unchanged=_("unchanged"), duplicate=_("repeated"), refused=pgettext_lazy("row", "refused"),
    quarantined=_("in quarantine"), conflict=_("conflicts"), skipped=_("skipped"), warnings=_("warnings"),
    people_gone=_("people removed"), records_gone=_("records removed"), identifiers_gone=_("identifiers removed"),
    restored=_("records put back"), consents_corrected=_("consents marked as recorded wrongly"),
    people_stay=_("people who stay"), records_stay=_("records changed since"),
    blocked=pgettext_lazy("since the preview", "blocked since"), erased=_("erased since"),
    merged=_("merged with others since"), left=_("left out"),
    columns=_("columns"), ignored=_("ignored"), error=_("error"), partner=_("partner"),
    file=_("file"), number=_("row"), line=_("line"),
    people=pgettext_lazy("how many", "people"), decision=_("decision"), verdict=_("verdict"),
)  # fmt: skip
