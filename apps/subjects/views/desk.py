"""What every page about a person begins with."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from apps.accounts.desk import framed, staff
from apps.subjects.models import Reveal, Subject

__all__ = ["asked_page", "desk_page", "person_or_404", "revealed_to", "staff"]


def person_or_404(pk: int) -> Subject:
    """The person with this key."""
    subject = Subject.objects.filter(pk=pk).first()
    if subject is None:
        raise Http404(_("There is no such person."))
    return subject


def asked_page(request: HttpRequest, name: str) -> int:
    """The number of the page that is asked for by this parameter; the first where it is none."""
    asked = request.GET.get(name, "1")
    return int(asked) if asked.isascii() and asked.isdigit() and len(asked) < 6 else 1


def revealed_to(request: HttpRequest) -> set[int]:
    """Keys of the people whose values this member of staff may see now."""
    if not request.user.has_perm("subjects.reveal_subject"):
        return set()
    return set(Reveal.objects.in_force(request.user.pk or 0).values_list("subject_id", flat=True))


def desk_page(request: HttpRequest, template: str, context: dict[str, Any], status: int = 200) -> HttpResponse:
    """A page in the frame of the desk; where it does something to a person, its way leads over theirs."""
    frame: dict[str, Any] = {"opts": Subject._meta}
    if "subject" in context and "original" not in context:
        frame["trail"] = _trail(context["subject"], context["title"])
    return framed(request, template, {**frame, **context}, status=status)


def _trail(subject: Subject, title: Any) -> list[dict[str, Any]]:
    people = {"title": Subject._meta.verbose_name_plural, "link": reverse("admin:subjects_subject_changelist")}
    page = reverse("admin:subjects_subject_change", args=[subject.pk])
    return [people, {"title": subject.reference, "link": page}, {"title": title}]
