"""That what belongs to a person belongs to one who is there: triggers, since foreign keys check row by row."""

from collections.abc import Iterator

import pgtrigger

_IS_SOMEBODY = """
    IF EXISTS (SELECT FROM (SELECT DISTINCT subject_id FROM arrived) a
               WHERE NOT EXISTS (SELECT FROM subjects_subject s WHERE s.id = a.subject_id)) THEN
        RAISE foreign_key_violation USING MESSAGE = format('%s without its person', TG_TABLE_NAME);
    END IF;
    RETURN NULL;
"""
_LEAVES_NOTHING = """
    IF EXISTS (SELECT FROM gone g JOIN subjects_identifier i ON i.subject_id = g.id)
       OR EXISTS (SELECT FROM gone g JOIN subjects_personalrecord r ON r.subject_id = g.id) THEN
        RAISE foreign_key_violation USING MESSAGE = 'a person who goes takes identifiers and records along';
    END IF;
    RETURN NULL;
"""


def of_somebody() -> Iterator[pgtrigger.Trigger]:
    """Triggers of a table whose rows belong to a person: refuse those that belong to nobody, a statement at a time."""
    for operation in (pgtrigger.Insert, pgtrigger.Update):
        yield pgtrigger.Trigger(
            name=f"of_somebody_{str(operation).lower()}", operation=operation, when=pgtrigger.After,
            level=pgtrigger.Statement, referencing=pgtrigger.Referencing(new="arrived"), func=_IS_SOMEBODY,
        )  # fmt: skip


def leaves_nothing() -> pgtrigger.Trigger:
    """Trigger of people: refuse that one goes and leaves something behind."""
    return pgtrigger.Trigger(
        name="leaves_nothing", operation=pgtrigger.Delete, when=pgtrigger.After, level=pgtrigger.Statement,
        referencing=pgtrigger.Referencing(old="gone"), func=_LEAVES_NOTHING,
    )  # fmt: skip
