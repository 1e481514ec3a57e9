"""On a person's page: which request keeps their data blocked."""

from typing import Any

from django.http import HttpRequest

from apps.subjects.models import Subject
from apps.support.models import Blocking


def blocked_context(request: HttpRequest, subject: Subject) -> dict[str, Any]:
    """The requests that do; none where the data isn't blocked."""
    standing = Blocking.objects.standing(subject.pk).select_related("request") if subject.restricted else ()
    return {"blockings": list(standing)}
