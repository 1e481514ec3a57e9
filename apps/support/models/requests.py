"""A person's request: a case with who speaks, and how they can be reached."""

from datetime import datetime
from typing import TYPE_CHECKING, Any, Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from apps.cases.models import Case
from apps.core import clock, identifiers, jobs
from apps.core.choices import IdentifierKind
from apps.core.codes import PostedCode
from apps.core.fields import EncryptedJSONField, EncryptedTextField
from apps.subjects.models import Identifier
from apps.support.choices import COPY_JOBS, COPY_TOPICS, CodeTrouble, CopyState, HandedBy, Speaker, Withheld

if TYPE_CHECKING:
    from apps.support.models.rights import Blocking, Rectification

# States in which a copy stands in the way of a second one.
LIVE = (CopyState.PREPARING, CopyState.READY, CopyState.RELEASING, CopyState.RELEASED)
ANSWERED = (CopyState.HANDED, CopyState.NOTHING)


class SupportRequest(Case):
    """What somebody asks. `contact` is the number or address that they named, whether it is known or not.

    `secret_mac` is the keyed hash of what opens its status page, for one that came by the public form.
    """

    speaker = models.CharField(_("who speaks"), max_length=16, choices=Speaker, default=Speaker.SELF)
    speaker_name = EncryptedTextField(_("name of who speaks"), null=True)
    language = models.CharField(_("language"), max_length=2, choices=settings.LANGUAGES, default="ky")
    contact_kind = models.CharField(_("kind of contact"), max_length=8, choices=IdentifierKind, blank=True)
    contact = EncryptedTextField(_("contact"), null=True)
    contact_digest = models.BinaryField(_("digest of the contact"), max_length=16, null=True)

    secret_mac = models.BinaryField(max_length=32, null=True, unique=True, editable=False)

    class Meta:
        verbose_name = _("request")
        verbose_name_plural = _("requests")
        permissions = [("rectify_person", _("Can correct a person's values for a request"))]
        indexes = [
            models.Index(
                fields=["contact_digest"], name="request_by_contact",
                condition=models.Q(contact_digest__isnull=False),
            )
        ]  # fmt: skip

    @property
    def masked_contact(self) -> str:
        """The contact as staff may see it; empty where there is none."""
        return identifiers.mask(self.contact_kind, self.contact) if self.contact else ""

    @cached_property
    def more_to_read(self) -> bool:
        """Whether there is something beside notes and messages that is shown when they are."""
        return bool(self.corrections)

    @cached_property
    def corrections(self) -> "list[Rectification]":
        """What was corrected for it, with who was or has to be told."""
        told = ("tellings__recipient", "tellings__partner", "tellings__told_by")
        return list(self.rectifications.select_related("made_by").prefetch_related(*told).order_by("pk"))

    @cached_property
    def blocked_spans(self) -> "list[Blocking]":
        """When it blocked the data of its person."""
        return list(self.blockings.order_by("pk"))

    @property
    def blocks(self) -> bool:
        """Whether it keeps the data of its person blocked."""
        return any(span.lifted_at is None for span in self.blocked_spans)

    @property
    def asks_for_copy(self) -> bool:
        """Whether a copy of what is held answers it."""
        return self.topic in COPY_TOPICS

    @property
    def copy(self) -> "AccessPackage | None":
        """The copy that was prepared last."""
        return self.packages.order_by("-pk").first()


class AccessPackageQuerySet(models.QuerySet["AccessPackage"]):
    def answering(self) -> Self:
        """Copies that the person has, and words that nothing is held."""
        return self.filter(state__in=ANSWERED)

    def overdue(self, at: datetime | None = None) -> Self:
        """Copies whose files have to go by a moment (now)."""
        return self.filter(~Q(file="") | Q(contents__isnull=False), expires_at__lte=at or clock.now())

    def about(self, subject_id: int) -> Self:
        """Copies by which something is still held about a person: files, or who took it."""
        held = ~Q(file="") | Q(contents__isnull=False) | Q(handed_to__isnull=False)
        return self.filter(held, Q(person=subject_id) | Q(request__subject_id=subject_id))


class AccessPackage(models.Model):
    """A copy of what is held about the person of a request, from preparing it to handing it over.

    `person` is the key of whose data it was made of, which must still be the request's when it goes out. `total` is how
    many items were found before they were collected. `contents` names the stored files of its sections while an officer
    looks through it: `[{code, file, count, flagged, files, columns, origins}]`; when it was released, `file` is the ZIP
    and `page` the readable page, both encrypted.
    """

    request = models.ForeignKey(SupportRequest, models.CASCADE, related_name="packages", verbose_name=_("request"))
    person = models.BigIntegerField(null=True, editable=False)
    state = models.CharField(_("state"), max_length=10, choices=CopyState, default=CopyState.PREPARING)
    machine_only = models.BooleanField(_("for machines only"), default=False)
    language = models.CharField(_("language"), max_length=2, choices=settings.LANGUAGES)
    made_at = models.DateTimeField(_("made"), default=clock.now, editable=False)
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("by"), db_index=False
    )
    as_of = models.DateTimeField(_("as of"), null=True)
    items = models.PositiveIntegerField(_("items"), default=0)
    total = models.PositiveIntegerField(default=0, editable=False)
    flagged = models.PositiveIntegerField(_("to be looked at"), default=0)
    contents = EncryptedJSONField(null=True)
    file = models.CharField(_("stored as"), max_length=80, blank=True, editable=False)
    page = models.CharField(max_length=80, blank=True, editable=False)
    size = models.PositiveBigIntegerField(_("bytes"), default=0, editable=False)
    digest = models.CharField(_("SHA-256"), max_length=64, blank=True, editable=False)
    released_at = models.DateTimeField(_("released"), null=True)
    released_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("released by"),
        db_index=False,
    )  # fmt: skip
    expires_at = models.DateTimeField(_("destroyed on"), null=True)
    handed_at = models.DateTimeField(_("handed over"), null=True)
    handed_by = models.CharField(_("how"), max_length=5, choices=HandedBy, blank=True)
    handed_to = EncryptedTextField(_("who took it"), null=True)

    objects = AccessPackageQuerySet.as_manager()

    class Meta:
        verbose_name = _("copy of a person's data")
        verbose_name_plural = _("copies of people's data")
        permissions = [
            ("prepare_accesspackage", _("Can prepare copies of a person's data, and withhold parts of them")),
            ("release_accesspackage", _("Can release copies of a person's data and hand them over")),
        ]
        constraints = [
            models.UniqueConstraint(fields=["request"], name="access_package_one_live", condition=Q(state__in=LIVE)),
        ]
        indexes = [
            models.Index(
                fields=["expires_at"], name="access_package_to_destroy",
                condition=~Q(file="") | Q(contents__isnull=False),
            ),
            models.Index(fields=["person"], name="access_package_of", condition=Q(person__isnull=False)),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"copy {self.pk}"

    @property
    def busy(self) -> bool:
        """Whether a job has it."""
        return self.state in COPY_JOBS

    @cached_property
    def stands_still(self) -> bool:
        """Whether it waits for a job that there is not: the one that it had ended without a word."""
        return self.busy and not jobs.is_queued(COPY_JOBS[CopyState(self.state)], package_id=self.pk)

    @property
    def percent(self) -> int | None:
        """How much of it is collected; None where nobody can know."""
        known = self.state == CopyState.PREPARING and self.total
        return min(99, 100 * self.items // self.total) if known else None

    @property
    def was_stopped(self) -> bool:
        """Whether it was released, and an error kept it from being put together."""
        return self.state == CopyState.READY and self.released_by_id is not None

    @property
    def sections(self) -> list[dict[str, Any]]:
        """What lies in it, section by section, while it is looked through."""
        return self.contents or []

    @property
    def stored(self) -> list[str]:
        """Names of all of its stored files."""
        names = [self.file, self.page, *(section["file"] for section in self.sections)]
        return [name for name in names if name]

    @property
    def link(self) -> "AccessLink | None":
        """The link by which it can be fetched now."""
        return self.links.alive().order_by("-pk").first()


class Redaction(models.Model):
    """A part of a copy that is not given: one value of an item by its key, or with no key all of the item."""

    holds_personal_data = False

    package = models.ForeignKey(AccessPackage, models.CASCADE, related_name="redactions", db_index=False)
    section = models.CharField(max_length=40)
    number = models.PositiveIntegerField()
    key = models.CharField(max_length=120, blank=True)
    reason = models.CharField(_("why"), max_length=12, choices=Withheld)
    made_at = models.DateTimeField(default=clock.now, editable=False)
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", db_index=False)

    class Meta:
        verbose_name = _("withheld part")
        verbose_name_plural = _("withheld parts")
        constraints = [
            models.UniqueConstraint(fields=["package", "section", "number", "key"], name="redaction_once"),
        ]

    def __str__(self) -> str:
        return f"{self.section}:{self.number}"


class AccessLinkQuerySet(models.QuerySet["AccessLink"]):
    def alive(self, at: datetime | None = None) -> Self:
        """Links by which something can still be fetched."""
        now = at or clock.now()
        return self.filter(revoked_at=None, expires_at__gt=now, downloads__lt=AccessLink.MOST).exclude(package__file="")


class AccessLink(PostedCode):
    """An address on the web at which the person fetches the copy, with a code that goes to one address of theirs.

    Only a keyed hash of its secret is kept, and of where the code goes only the digest: it is sent there for as long
    as the address is the person's. `code_trouble` is what became of the last code, where it did not get there.
    """

    MOST = 5

    package = models.ForeignKey(AccessPackage, models.CASCADE, related_name="links")
    kind = models.CharField(_("kind"), max_length=8, choices=IdentifierKind)
    digest = models.BinaryField(max_length=16)
    secret_mac = models.BinaryField(max_length=32, unique=True)
    made_at = models.DateTimeField(_("made"), default=clock.now, editable=False)
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", db_index=False)
    expires_at = models.DateTimeField(_("valid until"))
    revoked_at = models.DateTimeField(_("taken back"), null=True)
    downloads = models.PositiveSmallIntegerField(_("downloads"), default=0)
    code_trouble = models.CharField(_("problem"), max_length=8, choices=CodeTrouble, blank=True, editable=False)

    objects = AccessLinkQuerySet.as_manager()

    class Meta:
        verbose_name = _("link to a copy")
        verbose_name_plural = _("links to copies")

    def __str__(self) -> str:
        return f"link {self.pk}"

    @property
    def address(self) -> Identifier | None:
        """Where the code goes; None when it is no longer an address of the person."""
        person = self.package.person
        if person is None:
            return None
        return Identifier.objects.filter(subject_id=person, kind=self.kind, digest=bytes(self.digest)).first()
