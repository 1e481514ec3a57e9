"""People, the identifiers by which they are found, and the records held about them."""

import re
from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import F, Q, Window
from django.db.models.functions import Coalesce, RowNumber
from django.utils.translation import gettext_lazy as _

from apps.core import clock, identifiers
from apps.core.choices import IdentifierKind
from apps.core.fields import EncryptedJSONField, EncryptedTextField
from apps.partners.models import Partner
from apps.policies.models import DataCategory
from apps.policies.registry import ANONYMOUS_CODES, CATEGORY_CODES
from apps.subjects.belonging import leaves_nothing, of_somebody
from apps.subjects.choices import RestrictionReason, RevealReason, Source

# `P-1024` as people type it: any case, a Cyrillic Р, any dash or none.
_REFERENCE = re.compile(r"[PpРр]\s*[-\u2010-\u2015]?\s*(\d{1,18})")

_NEWEST_FIRST = (F("superseded_at").desc(nulls_first=True), F("observed_at").desc(), F("pk").desc())


def is_reference(typed: str) -> bool:
    """Whether a person's reference was typed, and no value of theirs."""
    return _REFERENCE.fullmatch(typed.strip()) is not None


def digests_of(typed: str) -> list[bytes]:
    """Digests under which a typed value may be stored: as every kind that it can be, a card under every partner."""
    return list(_digests_of(typed, list(Partner.objects.values_list("code", flat=True))))


def _digests_of(typed: str, partner_codes: list[str]) -> Iterator[bytes]:
    for kind in IdentifierKind:
        try:
            value = identifiers.normalise(kind, typed)
        except identifiers.Unusable:
            continue
        scopes = partner_codes if kind == IdentifierKind.CARD else [""]
        yield from (identifiers.digest(kind, value, scope) for scope in scopes)


class SubjectQuerySet(models.QuerySet["Subject"]):
    def sought(self, typed: str) -> Self:
        """People whom a full phone, e-mail, token, card or reference leads to, whoever it was merged into.

        Matches by digest: nothing but the whole value finds anybody.
        """
        reference = _REFERENCE.fullmatch(typed.strip())
        if reference:
            asked = Subject.objects.filter(pk=int(reference[1]))
            return self.filter(pk__in=asked.values(found=Coalesce("merged_into_id", "pk")))
        return self.with_digests(digests_of(typed))

    def with_digests(self, digests: list[bytes]) -> Self:
        """People who have an identifier with one of these digests."""
        return self.filter(pk__in=Identifier.objects.filter(digest__in=digests).values("subject_id"))


class Subject(models.Model):
    """One person whose data the operator holds."""

    created_at = models.DateTimeField(_("known since"), default=clock.now, editable=False)
    language = models.CharField(_("language"), max_length=2, choices=settings.LANGUAGES, blank=True)
    restricted_at = models.DateTimeField(_("blocked since"), null=True, editable=False)
    restriction_reason = models.CharField(
        _("reason for blocking"), max_length=20, choices=RestrictionReason, blank=True, editable=False
    )
    # Blocked or released last: a replayed journal entry older than this has been overtaken.
    restriction_changed_at = models.DateTimeField(null=True, editable=False)
    merged_into = models.ForeignKey(
        "self", models.PROTECT, null=True, editable=False, related_name="merged", verbose_name=_("merged into"),
        db_index=False,
    )  # fmt: skip

    objects = SubjectQuerySet.as_manager()

    class Meta:
        verbose_name = _("person")
        verbose_name_plural = _("people")
        permissions = [
            ("reveal_subject", _("Can see personal values, for a reason")),
            ("restrict_subject", _("Can block and unblock a person's data")),
            ("merge_subject", _("Can merge two people")),
        ]
        indexes = [
            models.Index(fields=["-created_at"], name="subject_by_time"),
            models.Index(fields=["restricted_at"], name="subject_restricted", condition=Q(restricted_at__isnull=False)),
            models.Index(fields=["merged_into"], name="subject_merged", condition=Q(merged_into__isnull=False)),
        ]
        triggers = [leaves_nothing()]

    def __str__(self) -> str:
        return self.reference

    @property
    def reference(self) -> str:
        """What staff call the person: `P-1024`. Says nothing about them."""
        return f"P-{self.pk}"

    @property
    def restricted(self) -> bool:
        """Whether the person's data is blocked: kept, not used."""
        return self.restricted_at is not None

    def identifier_digests(self) -> list[bytes]:
        """The digests of everything by which the person is found."""
        return [bytes(digest) for digest in self.identifiers.order_by("pk").values_list("digest", flat=True)]


class Identifier(models.Model):
    """A phone, address, token or card of one person; unique by kind and digest, so of nobody else (P05).

    Here and in records, what refers to a register's row (partner, category) has neither constraint nor index: such a
    row can never be deleted (its own trigger sees to it), checking it for millions of rows takes a third of an import's
    time, and nobody looks for people by it. That the person exists is checked by triggers, a statement's rows at once:
    a foreign key would check row by row, and take as long as storing them does.
    """

    subject = models.ForeignKey(
        Subject, models.CASCADE, related_name="identifiers", verbose_name=_("person"), db_constraint=False
    )
    kind = models.CharField(_("kind"), max_length=8, choices=IdentifierKind)
    digest = models.BinaryField(_("digest"), max_length=16)
    value = EncryptedTextField(_("value"))
    partner = models.ForeignKey(
        Partner,
        models.PROTECT,
        null=True,
        related_name="+",
        verbose_name=_("partner"),
        db_index=False,
        db_constraint=False,
    )
    created_at = models.DateTimeField(_("known since"), default=clock.now, editable=False)
    # Of a token: since when another one is the person's (P05). It still leads to them: files name it for a while, and
    # what was said under it holds.
    replaced_at = models.DateTimeField(_("replaced"), null=True, editable=False)

    class Meta:
        verbose_name = _("identifier")
        verbose_name_plural = _("identifiers")
        constraints = [models.UniqueConstraint(fields=["digest", "kind"], name="identifier_once")]
        triggers = [*of_somebody()]

    def __str__(self) -> str:
        return f"{self.kind} {self.pk}"

    @property
    def masked(self) -> str:
        """The value as staff may see it."""
        return identifiers.mask(self.kind, self.value)


OUTSIDE = ~Q(category__in=sorted(CATEGORY_CODES))


class PersonalRecordQuerySet(models.QuerySet["PersonalRecord"]):
    def in_order(self) -> Self:
        """By category; what is true before what was replaced, the newest first."""
        return self.order_by("category__position", "category_id", *_NEWEST_FIRST)

    def newest(self, subject: Subject, most: int) -> Self:
        """Of each category the newest `most` records of a person, who may have thousands of one: the keys of theirs
        are ranked, and no more is read than what is asked for.
        """
        rank = Window(RowNumber(), partition_by=F("category_id"), order_by=_NEWEST_FIRST)
        ranked = self.filter(subject=subject).annotate(rank=rank).filter(rank__lte=most)
        return self.filter(pk__in=ranked.values("pk"))

    def outside_categories(self) -> Self:
        """Records of no category that the policy names (P02: 0); read from an index that holds nothing else."""
        return self.filter(OUTSIDE)

    def standing(self, people: Iterable[int]) -> Self:
        """What origins say of these people now and once, the latest first.

        Records with a key are events, of which one person may have thousands; replaced ones are what was true before.
        """
        return self.filter(subject__in=people, key=b"", superseded_at=None).order_by("-observed_at", "-pk")


class PersonalRecord(models.Model):
    """What one origin said about a person in one category of data (P01–P03, P06)."""

    # Found by the unique constraint, which begins with it: an index of its own would only be written.
    subject = models.ForeignKey(
        Subject, models.CASCADE, related_name="records", verbose_name=_("person"), db_index=False, db_constraint=False
    )
    category = models.ForeignKey(
        DataCategory, models.PROTECT, related_name="+", verbose_name=_("category"), db_index=False, db_constraint=False
    )
    partner = models.ForeignKey(
        Partner, models.PROTECT, related_name="+", verbose_name=_("origin"), db_index=False, db_constraint=False
    )
    source = models.CharField(_("source"), max_length=12, choices=Source)
    # What distinguishes records of one category and origin: empty where there is one, else e.g. a receipt's digest.
    key = models.BinaryField(_("key"), max_length=16, default=b"", editable=False)
    observed_at = models.DateTimeField(_("true as of"))
    # Of activity, which is true as of the moment when it happened: when the file came that says so.
    reported_at = models.DateTimeField(_("reported"), null=True, editable=False)
    recorded_at = models.DateTimeField(_("recorded"), default=clock.now, editable=False)
    payload = EncryptedJSONField(_("values"))
    payload_digest = models.BinaryField(_("digest of the values"), max_length=16, editable=False)
    # Set when a merge of two people found a newer record of the same origin and category: kept as what was true before.
    superseded_at = models.DateTimeField(_("replaced"), null=True, editable=False)

    objects = PersonalRecordQuerySet.as_manager()

    class Meta:
        verbose_name = _("record")
        verbose_name_plural = _("records")
        constraints = [
            models.UniqueConstraint(fields=["subject", "partner", "category", "key"], name="record_once"),
            # Anonymous data is never combined with personal data: no row can hold both (P13).
            models.CheckConstraint(condition=~Q(category__in=sorted(ANONYMOUS_CODES)), name="record_not_anonymous"),
        ]
        # Empty for as long as P02 holds, and so is what is read to know that it does.
        indexes = [
            models.Index(fields=["category"], condition=OUTSIDE, name="record_outside_categories"),
        ]
        triggers = [*of_somebody()]

    def __str__(self) -> str:
        return f"{self.category_id} {self.pk}"


class AwaitedRestriction(models.Model):
    """A digest that the journal says is blocked and that leads to nobody here, for example in a restored backup.

    `entry` is the journal entry's id: what one blocking named is released together.
    """

    digest = models.BinaryField(_("digest"), max_length=16, unique=True)
    entry = models.UUIDField(db_index=True)
    reason = models.CharField(_("reason"), max_length=20, choices=RestrictionReason)
    since = models.DateTimeField(_("since"))

    def __str__(self) -> str:
        return f"{self.reason} {self.pk}"


class RevealQuerySet(models.QuerySet["Reveal"]):
    def in_force(self, user_id: int, now: datetime | None = None) -> Self:
        """Reveals by which a member of staff may see values at this moment."""
        return self.filter(user_id=user_id, until__gt=now or clock.now())


class Reveal(models.Model):
    """Leave for one member of staff to see one person's values, for a stated reason and some minutes (P18)."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+", verbose_name=_("who"))
    subject = models.ForeignKey(Subject, models.CASCADE, related_name="+", verbose_name=_("person"))
    reason = models.CharField(_("reason"), max_length=12, choices=RevealReason)
    note = EncryptedTextField(_("note"), null=True)
    created_at = models.DateTimeField(_("time"), default=clock.now, editable=False)
    until = models.DateTimeField(_("until"))

    objects = RevealQuerySet.as_manager()

    class Meta:
        verbose_name = _("reveal")
        verbose_name_plural = _("reveals")
        indexes = [models.Index(fields=["user", "subject", "until"], name="reveal_in_force")]

    def __str__(self) -> str:
        return f"{self.reason} {self.pk}"
