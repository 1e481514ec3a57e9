"""Documents on the desk: their editions, two of them side by side, a new one begun."""

from datetime import datetime
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db.models import F
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from apps.accounts.desk import framed, staff
from apps.accounts.models import User
from apps.core import clock
from apps.core.errors import NotPossible
from apps.core.public import NAMES
from apps.policies.comparing import compare
from apps.policies.forms import CompareForm, DocumentForm, PastForm, TitlesForm
from apps.policies.models import PolicyDocument
from apps.policies.presenting import standings
from apps.policies.services.begin_edition import MAY_PREPARE, begin_edition
from apps.policies.services.keep_documents import add_document, change_document

MAY_LOOK = "policies.view_policydocument"
_LONG = ("text_ky", "text_ru", "text_en", "references")


def document_or_404(code: str) -> PolicyDocument:
    """The document with this code."""
    document = PolicyDocument.objects.filter(code=code).first()
    if document is None:
        raise Http404(_("There is no such document."))
    return document


def trail(*more: Any, document: PolicyDocument | None = None) -> list[dict[str, Any]]:
    """The way to a page: the list, the document, and what comes after."""
    way = [
        {"title": PolicyDocument._meta.verbose_name_plural, "link": reverse("admin:policies_policydocument_changelist")}
    ]
    if document is not None:
        way.append(
            {"title": document.title, "link": reverse("admin:policies_policydocument_change", args=[document.pk])}
        )
    return [*way, *({"title": title} for title in more)]


def page(request: HttpRequest, code: str) -> HttpResponse:
    """A document with every edition of it."""
    staff(request, MAY_LOOK)
    document = document_or_404(code)
    latest_first = document.editions.order_by(F("effective_at").desc(nulls_first=True), "-number")
    editions = latest_first.select_related("prepared_by", "reviewed_by").defer(*_LONG)
    shown = {row.edition.pk: row for row in standings((e for e in editions if e.is_published), clock.now())}
    language = (get_language() or "ky")[:2]
    context = {
        "title": document.title, "document": document, "opts": PolicyDocument._meta, "original": document,
        "editions": [(edition, shown.get(edition.pk), edition.summary(language)) for edition in editions],
        "in_work": any(not edition.is_published for edition in editions), "past_form": PastForm(auto_id="past_%s"),
    }  # fmt: skip
    return framed(request, "policies/document.html", context)


def add(request: HttpRequest) -> HttpResponse:
    """A new document."""
    actor = staff(request, "policies.add_policydocument")
    form = DocumentForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        document = add_document(actor=actor, document=form.save(commit=False))
        messages.success(request, _("The document is there. Begin its first edition."))
        return redirect("admin:policies_policydocument_change", document.pk)
    title = _("Add a policy document")
    context = {"title": title, "trail": trail(title), "form": form, "opts": PolicyDocument._meta}
    return framed(request, "policies/document_form.html", context, status=400 if form.errors else 200)


def titles(request: HttpRequest, code: str) -> HttpResponse:
    """Other titles for a document."""
    actor = staff(request, "policies.change_policydocument")
    document = document_or_404(code)
    form = TitlesForm(request.POST or None, instance=document)
    if request.method == "POST" and form.is_valid():
        change_document(actor=actor, document=document, fields=form.changed_data)
        messages.success(request, _("The titles are changed."))
        return redirect("admin:policies_policydocument_change", document.pk)
    title = _("Change the titles")
    context = {
        "title": title, "trail": trail(title, document=document), "form": form, "document": document,
        "opts": PolicyDocument._meta,
    }  # fmt: skip
    return framed(request, "policies/document_form.html", context, status=400 if form.errors else 200)


def begin(request: HttpRequest, code: str) -> HttpResponse:
    """By POST: a draft of the next edition, and on to its texts."""
    actor = staff(request, MAY_PREPARE)
    document = document_or_404(code)
    if request.method != "POST":
        raise Http404
    return _begun(request, actor, document)


def begin_past(request: HttpRequest, code: str) -> HttpResponse:
    """By POST: a draft of an edition that was in force before it was entered here."""
    actor = staff(request, MAY_PREPARE)
    document = document_or_404(code)
    if request.method != "POST":
        raise Http404
    form = PastForm(request.POST)
    if not form.is_valid():
        messages.error(request, str(form.errors["effective_at"][0]))
        return redirect("admin:policies_policydocument_change", document.pk)
    return _begun(request, actor, document, past=form.cleaned_data["effective_at"])


def _begun(
    request: HttpRequest, actor: User, document: PolicyDocument, past: datetime | None = None
) -> HttpResponse:  # fmt: skip
    try:
        edition = begin_edition(actor=actor, document=document, past=past)
    except NotPossible as error:
        messages.error(request, str(error.message))
        return redirect("admin:policies_policydocument_change", document.pk)
    return redirect("admin:policies_policyedition_edit", edition.pk)


def side_by_side(request: HttpRequest, code: str) -> HttpResponse:
    """Two editions of a document in one language, drafts among them."""
    staff(request, MAY_LOOK)
    document = document_or_404(code)
    form = CompareForm(request.GET or _newest_two(document), document=document)
    title = _("Compare editions")
    context: dict[str, Any] = {
        "title": title, "trail": trail(title, document=document), "document": document, "form": form,
        "opts": PolicyDocument._meta, "is_fullwidth": "1",
    }  # fmt: skip
    try:
        form.full_clean()
        old, new, language = (form.cleaned_data[name] for name in ("old", "new", "language"))
    except (KeyError, ValidationError):
        return framed(request, "policies/compare.html", context, status=400 if request.GET else 200)
    comparison = compare(old.text(language), new.text(language))
    context |= {"comparison": comparison, "counts": comparison.counts, "old": old, "new": new, "spoken": language}
    return framed(request, "policies/compare.html", context)


def _newest_two(document: PolicyDocument) -> dict[str, Any]:
    """What a comparison begins with: the newest edition beside the one before it."""
    numbers = list(document.editions.order_by("-number").values_list("number", flat=True)[:2])
    language = (get_language() or "")[:2]
    chosen = {"language": language if language in NAMES else "ky"}
    return {**chosen, "old": numbers[-1], "new": numbers[0]} if numbers else chosen
