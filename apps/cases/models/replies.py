"""Reply templates: what is usually answered, by kind, topic and language. Every change is a version of its own."""

from typing import TYPE_CHECKING, Self

from django.conf import settings
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from apps.cases.choices import Occasion
from apps.cases.kinds import topic_title
from apps.core import clock

if TYPE_CHECKING:
    from apps.cases.models.cases import Case

_KEY = ("kind", "topic", "occasion", "language", "title")


class ReplyTemplateQuerySet(models.QuerySet["ReplyTemplate"]):
    def in_force(self) -> Self:
        """Of every template the newest version."""
        newer = ReplyTemplate.objects.filter(version__gt=OuterRef("version"), **{name: OuterRef(name) for name in _KEY})
        return self.filter(~Exists(newer))

    def versions_of(self, template: "ReplyTemplate") -> Self:
        """All versions of a template, the newest first."""
        return self.filter(**template.key).order_by("-version")

    def offered(self, case: "Case", language: str = "") -> list["ReplyTemplate"]:
        """What may be used for a case, in one language or in all: of two for the same the nearer one, its topic's
        before its kind's before everybody's.
        """
        fits = Q(kind="") | Q(kind=case.kind, topic__in=["", case.topic])
        rows = self.in_force().filter(fits, retired=False, **({"language": language} if language else {}))
        nearest = {
            (row.occasion, row.title, row.language): row for row in sorted(rows, key=lambda row: (row.kind, row.topic))
        }
        order = list(Occasion.values)
        return sorted(nearest.values(), key=lambda row: (order.index(row.occasion), row.title, row.language))

    def usual(self, case: "Case", occasion: str, language: str) -> "ReplyTemplate | None":
        """The template for an occasion, in this language."""
        found = [row for row in self.offered(case, language) if row.occasion == occasion]
        return min(found, key=lambda row: row.title, default=None)


class ReplyTemplate(models.Model):
    """One version of a template. Without a kind it is for every case, without a topic for all of its kind."""

    holds_personal_data = False

    kind = models.CharField(_("kind"), max_length=20, blank=True, editable=False)
    topic = models.CharField(_("about"), max_length=24, blank=True, editable=False)
    occasion = models.CharField(_("occasion"), max_length=10, choices=Occasion)
    title = models.CharField(
        pgettext_lazy("of a thing", "name"), max_length=60, blank=True,
        help_text=_("Tells several for the same occasion apart."),
    )  # fmt: skip
    language = models.CharField(_("language"), max_length=2, choices=settings.LANGUAGES)
    heading = models.CharField(_("subject"), max_length=200, blank=True)
    text = models.TextField(_("text"))
    version = models.PositiveIntegerField(_("version"), default=1, editable=False)
    retired = models.BooleanField(_("no longer used"), default=False, editable=False)
    changed_at = models.DateTimeField(_("changed"), default=clock.now, editable=False)
    changed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("by"), editable=False,
        db_index=False,
    )  # fmt: skip

    objects = ReplyTemplateQuerySet.as_manager()

    class Meta:
        verbose_name = _("reply template")
        verbose_name_plural = _("reply templates")
        constraints = [models.UniqueConstraint(fields=[*_KEY, "version"], name="reply_version_once")]

    def __str__(self) -> str:
        name = f"{self.get_occasion_display()}: {self.title}" if self.title else str(self.get_occasion_display())
        return f"{name} · {self.get_language_display()}"

    @property
    def key(self) -> dict[str, str]:
        """What its versions have in common."""
        return {name: getattr(self, name) for name in _KEY}

    @property
    def about(self) -> str:
        """Which cases it is for, in the reader's language."""
        return topic_title(f"{self.kind}.{self.topic}") if self.kind else str(_("Every case"))
