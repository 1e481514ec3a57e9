"""What is held about a person, on their page: the newest of every category, or one category page by page."""

from typing import Any

from django.http import HttpRequest

from apps.core.paginator import LookAheadPaginator
from apps.policies.registry import CATEGORY_CODES
from apps.subjects.models import PersonalRecord, Subject
from apps.subjects.presenting import show_records
from apps.subjects.views.desk import asked_page

NEWEST_SHOWN = 5
RECORDS_A_PAGE = 50


def records_context(request: HttpRequest, subject: Subject, *, revealed: bool) -> dict[str, Any]:
    """`categories` with their records; of one category that is asked for by `?category=` a page of them, and its code.

    Nothing is counted: a person may have thousands of one category.
    """
    chosen = request.GET.get("category", "")
    if chosen in CATEGORY_CODES:
        return _of_category(request, subject, chosen, revealed=revealed)
    rows = PersonalRecord.objects.newest(subject, NEWEST_SHOWN + 1).in_order().select_related("category", "partner")
    return {"categories": show_records(list(rows), most=NEWEST_SHOWN, revealed=revealed)}


def _of_category(request: HttpRequest, subject: Subject, code: str, *, revealed: bool) -> dict[str, Any]:
    rows = PersonalRecord.objects.filter(subject=subject, category=code).in_order()
    number = asked_page(request, "records")
    page = LookAheadPaginator(rows.select_related("category", "partner"), RECORDS_A_PAGE, number).get_page(number)
    categories = show_records(list(page.object_list), most=RECORDS_A_PAGE, revealed=revealed)
    return {
        "categories": categories,
        "records_page": page,
        "chosen_category": code,
        "records_query": f"category={code}&",
    }
