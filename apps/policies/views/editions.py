"""One edition on the desk: its texts, their editor, and what is decided about it."""

from typing import Any, ClassVar

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from apps.accounts.acting import Decision
from apps.accounts.desk import framed, staff
from apps.accounts.models import User
from apps.audit.models import Entry
from apps.core import clock
from apps.core.errors import NotPossible
from apps.core.markdown import render
from apps.policies.forms import LANGUAGES, MOST_LETTERS, EditionForm, PublishForm, RemarkForm, VersionForm
from apps.policies.models import PolicyEdition
from apps.policies.presenting import standings
from apps.policies.services.begin_edition import MAY_PREPARE
from apps.policies.services.change_edition import change_edition, discard_edition
from apps.policies.services.locking import ChangedMeanwhile, Published, is_own_work
from apps.policies.services.publish_edition import MAY_PUBLISH, note_refused, publish_edition
from apps.policies.services.review_edition import MAY_REVIEW, review_edition, send_back_edition
from apps.policies.views.documents import trail

MAY_LOOK = "policies.view_policyedition"
_PEOPLE = ("document", "prepared_by", "edited_by", "reviewed_by", "remarked_by", "published_by")
_MOST_ENTRIES = 30


def edition_or_404(pk: int) -> PolicyEdition:
    """The edition with this key."""
    edition = PolicyEdition.objects.select_related(*_PEOPLE).filter(pk=pk).first()
    if edition is None:
        raise Http404(_("There is no such edition."))
    return edition


def edition_title(edition: PolicyEdition) -> str:
    """`Privacy policy, edition 3`, in the reader's language."""
    return _("%(document)s, edition %(number)s") % {"document": edition.document.title, "number": edition.number}


def page(request: HttpRequest, pk: int) -> HttpResponse:
    """An edition as it stands: its text in one language, who did what, what can be done now."""
    user = staff(request, MAY_LOOK)
    edition = edition_or_404(pk)
    if request.method == "POST":  # nothing is stored here: whoever tries is told, and so is the audit
        return _refuse(request, user, edition)
    language = _language(request)
    context = {
        "title": edition_title(edition), "edition": edition, "document": edition.document, "original": edition,
        "opts": PolicyEdition._meta, "trail": trail(edition.number, document=edition.document),
        "languages": LANGUAGES, "spoken": language, "written": bool(getattr(edition, f"text_{language}").strip()),
        "text": render(getattr(edition, f"text_{language}")), "summary": getattr(edition, f"summary_{language}"),
        "before": edition.before(), "standing": _standing(edition), "missing": _missing(edition),
        "own": is_own_work(user, edition), "history": _history(user, edition), **_forms(edition),
    }  # fmt: skip
    return framed(request, "policies/edition.html", context)


def _forms(edition: PolicyEdition) -> dict[str, forms.Form]:
    """Of every step that can be taken, about the version that is shown."""
    version = {"version": edition.version}
    return {
        "review_form": VersionForm(initial=version, auto_id="review_%s"),
        "remark_form": RemarkForm(initial=version, auto_id="remark_%s"),
        "publish_form": (VersionForm if edition.past else PublishForm)(initial=version, auto_id="publish_%s"),
        "discard_form": VersionForm(initial=version, auto_id="discard_%s"),
    }


def _language(request: HttpRequest) -> str:
    """`?text=`, else the reader's own."""
    codes = [code for code, _name in LANGUAGES]
    asked = request.GET.get("text") or (get_language() or "")[:2]
    return asked if asked in codes else codes[0]


def _standing(edition: PolicyEdition) -> Any:
    if not edition.is_published:
        return None
    return next(row for row in standings(edition.siblings(), clock.now()) if row.edition == edition)


def _missing(edition: PolicyEdition) -> list[str]:
    missing = edition.missing()
    return [str(field.verbose_name) for field in PolicyEdition._meta.fields if field.name in missing]


def _history(user: User, edition: PolicyEdition) -> list[Entry]:
    if not user.has_perm("audit.view_entry"):
        return []
    return list(Entry.objects.about(edition).select_related("actor")[:_MOST_ENTRIES])


def _refuse(request: HttpRequest, user: User, edition: PolicyEdition) -> HttpResponse:
    if edition.is_published:
        refused = Published(edition)
        note_refused(actor=user, refused=refused)
        messages.error(request, str(refused.message))
    return redirect("admin:policies_policyedition_change", edition.pk)


def edit(request: HttpRequest, pk: int) -> HttpResponse:
    """The editor. What somebody else stored in between is not overwritten unseen."""
    actor, edition = staff(request, MAY_PREPARE), edition_or_404(pk)
    if edition.is_published:
        return _refuse(request, actor, edition)
    form = EditionForm(request.POST, past=edition.past) if request.method == "POST" else EditionForm.of(edition)
    version, status = edition.version, 200
    if request.method == "POST" and form.is_valid():
        try:
            return _store(request, actor, edition, form)
        except ChangedMeanwhile as error:
            form.add_error(None, str(error.message))
            version, status = error.version, 409
        except NotPossible as error:  # published or thrown away meanwhile
            return _told(request, actor, error, edition)
    numbered = _("Edition %(number)s") % {"number": edition.number}
    context = {
        "title": _("Change the draft"), "trail": trail(numbered, document=edition.document),
        "edition": edition, "document": edition.document, "form": form, "version": version,
        "opts": PolicyEdition._meta, "is_fullwidth": "1",
    }  # fmt: skip
    return framed(request, "policies/edit.html", context, status=400 if status == 200 and form.errors else status)


def _store(request: HttpRequest, actor: User, edition: PolicyEdition, form: EditionForm) -> HttpResponse:
    version = form.cleaned_data["version"]
    stored = change_edition(actor=actor, edition_id=edition.pk, version=version, values=form.texts())
    if stored.version == version:
        messages.info(request, _("Nothing was changed."))
    else:
        messages.success(request, _("The draft is stored."))
    return redirect("admin:policies_policyedition_change", edition.pk)


def _told(request: HttpRequest, actor: User, error: NotPossible, edition: PolicyEdition) -> HttpResponse:
    """Back to where something can be done, with what was wrong; a refused change is recorded."""
    messages.error(request, str(error.message))
    if isinstance(error, Published):
        note_refused(actor=actor, refused=error)
    if PolicyEdition.objects.filter(pk=edition.pk).exists():
        return redirect("admin:policies_policyedition_change", edition.pk)
    return redirect("admin:policies_policydocument_change", edition.document_id)


def preview(request: HttpRequest) -> HttpResponse:
    """By POST: a text as it will be shown. Nothing is stored."""
    staff(request, MAY_PREPARE)
    if request.method != "POST":
        raise Http404
    return HttpResponse(render(request.POST.get("text", "")[:MOST_LETTERS]))


class EditionDecision(Decision):
    """One decision about an edition, as somebody saw it. Whoever comes too late for a published one is recorded."""

    form_class: ClassVar[type[forms.Form]] = VersionForm

    def found(self, pk: int) -> PolicyEdition:
        """The edition."""
        return edition_or_404(pk)

    def refused(self, actor: User, thing: PolicyEdition, error: NotPossible) -> HttpResponse:
        """Back to the edition, or to its document."""
        return _told(self.request, actor, error, thing)

    def after(self, thing: PolicyEdition) -> HttpResponse:
        """Back to the edition."""
        return redirect("admin:policies_policyedition_change", thing.pk)


class Review(EditionDecision):
    """Approve."""

    permission = MAY_REVIEW
    done = gettext_lazy("The edition is reviewed: it can be published.")

    def decide(self, actor: User, edition: PolicyEdition, given: dict[str, Any]) -> None:
        """Review."""
        review_edition(actor=actor, edition_id=edition.pk, version=given["version"])


class SendBack(EditionDecision):
    """Say what has to be changed."""

    permission = MAY_REVIEW
    form_class = RemarkForm
    done = gettext_lazy("The edition is sent back with your remark.")

    def decide(self, actor: User, edition: PolicyEdition, given: dict[str, Any]) -> None:
        """Send back."""
        send_back_edition(actor=actor, edition_id=edition.pk, version=given["version"], remark=given["remark"])


class Publish(EditionDecision):
    """Publish, for good."""

    permission = MAY_PUBLISH
    form_class = PublishForm
    done = gettext_lazy("The edition is published. Nobody can change it any more.")

    def decide(self, actor: User, edition: PolicyEdition, given: dict[str, Any]) -> None:
        """Publish."""
        publish_edition(
            actor=actor, edition_id=edition.pk, version=given["version"], effective_at=given["effective_at"]
        )


class Discard(EditionDecision):
    """Throw the draft away."""

    permission = MAY_PREPARE
    done = gettext_lazy("The draft is thrown away.")

    def decide(self, actor: User, edition: PolicyEdition, given: dict[str, Any]) -> None:
        """Discard."""
        discard_edition(actor=actor, edition_id=edition.pk, version=given["version"])

    def after(self, thing: PolicyEdition) -> HttpResponse:
        """To the document: the edition is gone."""
        return redirect("admin:policies_policydocument_change", thing.document_id)
