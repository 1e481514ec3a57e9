"""Looking through a copy before it is released: section by section, masked until somebody looks for a reason."""

from collections import defaultdict
from dataclasses import dataclass
from itertools import islice
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from apps.cases.models import Attachment, Case
from apps.core.erasers import Item, Value
from apps.subjects.presenting import mask_value
from apps.subjects.views.desk import asked_page, desk_page, revealed_to, staff
from apps.support.access.register import in_order, section_title
from apps.support.access.staging import FILE, Section, is_flagged, read_items
from apps.support.access.withholding import WHOLE
from apps.support.models import AccessPackage, Redaction, TakenMail
from apps.support.services.access.holding import MAY_PREPARE

ITEMS_A_PAGE = 25
MAY_VIEW = "cases.view_case"


@dataclass(frozen=True)
class ShownValue:
    """A value in the preview: as text or masked, and what withholds it."""

    value: Value
    text: str
    withheld: Redaction | None


@dataclass(frozen=True)
class ShownItem:
    """An item in the preview, what withholds all of it, and where its file is opened, as long as it is there."""

    number: int
    item: Item
    values: list[ShownValue]
    withheld: Redaction | None
    opens: str = ""

    @property
    def flagged(self) -> bool:
        """Whether somebody wrote in it in their own words."""
        return is_flagged(self.item)


def copy_or_404(pk: int, copy: int) -> AccessPackage:
    """The copy with this key, of this request."""
    found = AccessPackage.objects.select_related("request__subject").filter(pk=copy, request=pk).first()
    if found is None:
        raise Http404(_("There is no such copy."))
    return found


def progress(request: HttpRequest, pk: int, copy: int) -> HttpResponse:
    """The part of the case's page that changes while a worker has the copy."""
    staff(request, MAY_VIEW)
    return render(request, "support/copy_progress.html", {"copy": copy_or_404(pk, copy)})


def preview(request: HttpRequest, pk: int, copy: int) -> HttpResponse:
    """A page of a section. `?section=`, `?p=`, `?look=1` for what is flagged only."""
    staff(request, MAY_PREPARE)
    package = copy_or_404(pk, copy)
    sections = in_order([Section.from_json(kept) for kept in package.sections])
    asked = request.GET.get("section", "")
    section = next((each for each in sections if each.code == asked), sections[0] if sections else None)
    revealed = package.person is not None and package.person in revealed_to(request)
    case = Case.objects.get(pk=pk)
    context = {
        "title": _("Look through the copy"), "opts": Case._meta, "original": case, "case": case, "copy": package,
        "sections": [(each, capfirst(section_title(each.code))) for each in sections], "section": section,
        "revealed": revealed, "look": request.GET.get("look") == "1",
        **(_page(request, package, section, revealed=revealed) if section else {}),
    }  # fmt: skip
    return desk_page(request, "support/copy.html", context)


def _page(request: HttpRequest, package: AccessPackage, section: Section, *, revealed: bool) -> dict[str, Any]:
    """Items of the page that is asked for, and its neighbours. What is flagged is looked for from the beginning."""
    number = asked_page(request, "p")
    first = (number - 1) * ITEMS_A_PAGE
    if request.GET.get("look") == "1":
        flagged = (found for found in read_items(section) if is_flagged(found[1]))
        rows = list(islice(flagged, first, first + ITEMS_A_PAGE + 1))
    else:
        rows = list(read_items(section, first + 1, first + ITEMS_A_PAGE + 2))
    held = {(row.number, row.key): row for row in package.redactions.filter(section=section.code)}
    places = _places([item for _number, item in rows])
    shown = [_shown(number, item, held, places, revealed=revealed) for number, item in rows[:ITEMS_A_PAGE]]
    more = number + 1 if len(rows) > ITEMS_A_PAGE else 0
    return {"items": shown, "newer": number - 1, "older": more}


Places = dict[tuple[str, int], str]


def _places(items: list[Item]) -> Places:
    """{(model, key): address} at which the files of these items are opened, as far as they are there."""
    keys: dict[str, list[int]] = defaultdict(list)
    for item in items:
        if item.file:
            keys[item.model].append(item.file.row)
    files, letters = Attachment._meta.label, TakenMail._meta.label
    places = {}
    for pk, case in Attachment.objects.filter(pk__in=keys[files]).values_list("pk", "case_id"):
        places[files, pk] = reverse("admin:cases_case_download", args=[case, pk])
    for pk in TakenMail.objects.filter(pk__in=keys[letters]).exclude(file="").values_list("pk", flat=True):
        places[letters, pk] = reverse("admin:support_takenmail_open", args=[pk])
    return places


def _shown(
    number: int, item: Item, held: dict[tuple[int, str], Redaction], places: Places, *, revealed: bool
) -> ShownItem:  # fmt: skip
    values = [
        ShownValue(value, _text(item, value, revealed=revealed), held.get((number, value.key))) for value in item.values
    ]
    opens = places.get((item.model, item.file.row), "") if item.file else ""
    return ShownItem(number, item, values, held.get((number, WHOLE)), opens)


def _text(item: Item, value: Value, *, revealed: bool) -> str:
    """Masked, but for the name under which the copy contains a file: that one is ours."""
    ours = item.file is not None and value.key == FILE
    return value.text if revealed or ours else mask_value(value.key, value.text)
