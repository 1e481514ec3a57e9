"""Taking hold of people's rows before they are changed."""

from collections.abc import Collection

from django.db import connection
from django.utils.translation import gettext as _

from apps.core.errors import NotPossible
from apps.subjects.models import Subject


def lock(*subjects: Subject) -> list[Subject]:
    """Fresh rows of these people, locked in the order of their keys so that two at once never wait in a ring.

    Given back in the order asked for. Raises NotPossible when one was erased or merged meanwhile.
    """
    asked = [subject.pk for subject in subjects]
    rows = {row.pk: row for row in Subject.objects.filter(pk__in=asked).order_by("pk").select_for_update(of=("self",))}
    for pk in asked:
        if pk not in rows:
            raise NotPossible(_("P-%(pk)s is no longer there.") % {"pk": pk})
        if rows[pk].merged_into_id:
            into = rows[pk].merged_into_id
            raise NotPossible(_("P-%(pk)s was merged into P-%(into)s. Work there.") % {"pk": pk, "into": into})
    return [rows[pk] for pk in asked]


_HOLD = "SELECT id FROM subjects_subject WHERE id = ANY(%s) ORDER BY id FOR NO KEY UPDATE"
_HOLD_OWNERS = """
    SELECT s.id FROM subjects_subject s
    WHERE s.id IN (SELECT i.subject_id FROM subjects_identifier i WHERE i.digest = ANY(%s))
    ORDER BY s.id FOR NO KEY UPDATE
"""


def hold(people: Collection[int]) -> None:
    """Hold the rows of many people, in the order of their keys, until the end of the transaction."""
    with connection.cursor() as cursor:
        cursor.execute(_HOLD, [sorted(people)])


def hold_owners(digests: Collection[bytes]) -> None:
    """Hold the rows of those who have one of these addresses."""
    with connection.cursor() as cursor:
        cursor.execute(_HOLD_OWNERS, [list(digests)])
