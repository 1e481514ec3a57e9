"""What this app holds about a person, how it is shown to them, and how it is destroyed."""

from collections.abc import Iterator

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from apps.core.choices import IdentifierKind
from apps.core.erasers import HANDLING, Eraser, Holding, Item, Value
from apps.subjects.models import AwaitedRestriction, Identifier, PersonalRecord, Reveal, Subject
from apps.subjects.presenting import plain_value, value_title

ROWS_AT_ONCE = 500
# The data category of an identifier; what is a number of the operator's or a partner's belongs to the profile.
_CATEGORIES: dict[str, str] = {IdentifierKind.PHONE: "phone", IdentifierKind.EMAIL: "email"}
# Values of records that somebody wrote in their own words.
FREE = frozenset({"description"})


class SubjectEraser(Eraser):
    """Identifiers, records, reveals, and last the person's own row."""

    models = (Reveal, PersonalRecord, Identifier, AwaitedRestriction, Subject)

    def find(self, subject_id: int) -> Iterator[Holding]:
        """Rows by model; none has a reason to stay."""
        for model in (Reveal, PersonalRecord, Identifier):
            yield Holding(model._meta.label, model._default_manager.filter(subject_id=subject_id).count())
        yield Holding(AwaitedRestriction._meta.label, self._awaited(subject_id).count())
        yield Holding(Subject._meta.label, self._people(subject_id).count())

    def _people(self, subject_id: int) -> QuerySet[Subject]:
        """The person, and the rows that were merged into theirs."""
        return Subject.objects.filter(Q(pk=subject_id) | Q(merged_into_id=subject_id))

    def _awaited(self, subject_id: int) -> QuerySet[AwaitedRestriction]:
        """What one blocking named, as far as the person's identifiers lead to it."""
        held = Identifier.objects.filter(subject_id=subject_id).values("digest")
        entries = AwaitedRestriction.objects.filter(digest__in=held).values("entry")
        return AwaitedRestriction.objects.filter(entry__in=entries)

    def export(self, subject_id: int) -> Iterator[Item]:
        """The person's rows, identifiers and records, blockings that wait, and each time that staff saw the values."""
        for person in self._people(subject_id).order_by("pk"):
            yield _person(person)
        for identifier in Identifier.objects.filter(subject_id=subject_id).select_related("partner").order_by("pk"):
            yield _identifier(identifier)
        records = PersonalRecord.objects.filter(subject_id=subject_id).select_related("category", "partner")
        for record in records.order_by("observed_at", "pk").iterator(chunk_size=ROWS_AT_ONCE):
            yield _record(record)
        for awaited in self._awaited(subject_id).order_by("since", "pk"):
            since = Value.moment("since", _("blocked since"), awaited.since)
            reason = Value("reason", _("reason"), awaited.get_reason_display(), awaited.reason)
            yield Item.of(AwaitedRestriction, HANDLING, _("Blocking that is to follow"), since, reason)
        for seen in Reveal.objects.filter(subject_id=subject_id).order_by("created_at", "pk").iterator():
            reason = Value("reason", _("reason"), seen.get_reason_display(), seen.reason)
            note = Value.told("note", _("note"), seen.note, free=True)
            when = Value.moment("at", _("time"), seen.created_at)
            yield Item.of(Reveal, HANDLING, _("Staff saw your data unmasked"), when, reason, note)

    def erase(self, subject_id: int) -> None:
        """Delete all of it; what is reached through identifiers before them."""
        self._awaited(subject_id).delete()
        for model in (Reveal, PersonalRecord, Identifier):
            model._default_manager.filter(subject_id=subject_id).delete()
        Subject.objects.filter(merged_into_id=subject_id).delete()
        Subject.objects.filter(pk=subject_id).delete()


def _person(person: Subject) -> Item:
    merged = person.merged_into_id is not None
    return Item.of(
        Subject, "identity", _("Entry of the person that was merged into yours") if merged else _("Your entry"),
        Value("reference", _("reference"), person.reference),
        Value.moment("known_since", _("known since"), person.created_at),
        Value.told("language", _("language"), person.get_language_display(), native=person.language),
        Value.moment("blocked_since", _("blocked since"), person.restricted_at),
        Value.told("blocked_why", _("reason for blocking"), person.get_restriction_reason_display(),
                   native=person.restriction_reason),
    )  # fmt: skip


def _identifier(identifier: Identifier) -> Item:
    return Item.of(
        Identifier, _CATEGORIES.get(identifier.kind, "identity"), identifier.get_kind_display(),
        Value("value", _("value"), identifier.value),
        Value("kind", _("kind"), identifier.get_kind_display(), identifier.kind),
        Value.moment("known_since", _("known since"), identifier.created_at),
        Value.moment("replaced", _("replaced"), identifier.replaced_at),
        origin=identifier.partner.name if identifier.partner else "",
    )  # fmt: skip


def _record(record: PersonalRecord) -> Item:
    """With the keys and values of its payload as they are kept, for machines."""
    held = [
        Value(key, str(value_title(key)), plain_value(key, value), value, key in FREE)
        for key, value in record.payload.items()
    ]
    return Item.of(
        PersonalRecord, record.category_id, record.category.title, *held,
        Value("_origin", _("origin"), record.partner.name, record.partner.code),
        Value("_source", _("source"), record.get_source_display(), record.source),
        Value.moment("_true_as_of", _("true as of"), record.observed_at),
        Value.moment("_replaced", _("replaced"), record.superseded_at),
        origin=record.partner.name,
    )  # fmt: skip
