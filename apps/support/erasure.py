"""What requests hold about a person beside their case: how they can be reached, and who spoke for them."""

from collections.abc import Iterator
from functools import partial
from typing import cast

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from apps.cases.models import Case
from apps.core import files
from apps.core.erasers import HANDLING, Eraser, HeldFile, Holding, Item, Value
from apps.subjects.models import Identifier
from apps.support.choices import CopyState
from apps.support.models import LIVE, AccessLink, AccessPackage, Rectification, SupportRequest, TakenMail
from apps.support.services.set_aside import empty_aside


class SupportEraser(Eraser):
    """Contacts and names go; the request stays as its case does, a number with dates.

    Found by the case's person, and by the digest of a contact that is the person's: of a request that nobody tied to
    them too.
    """

    models = (SupportRequest, Rectification, TakenMail, AccessLink, AccessPackage)

    def _held(self, subject_id: int) -> QuerySet[SupportRequest]:
        digests = list(Identifier.objects.filter(subject_id=subject_id).values_list("digest", flat=True))
        theirs = Q(subject_id=subject_id) | Q(contact_digest__in=digests)
        filled = Q(contact__isnull=False) | Q(speaker_name__isnull=False)
        return cast("QuerySet[SupportRequest]", SupportRequest.objects.filter(theirs).filter(filled))

    def _corrected(self, subject_id: int) -> QuerySet[Rectification]:
        return Rectification.objects.filter(request__subject_id=subject_id, changes__isnull=False)

    def _aside(self, subject_id: int) -> QuerySet[TakenMail]:
        """Letters that were set aside, as far as it could be read who sent them."""
        digests = list(Identifier.objects.filter(subject_id=subject_id).values_list("digest", flat=True))
        return TakenMail.objects.filter(sender_digest__in=digests)

    def find(self, subject_id: int) -> Iterator[Holding]:
        """Requests that say how the person is reached, or who spoke."""
        yield Holding(SupportRequest._meta.label, self._held(subject_id).count())
        yield Holding(Rectification._meta.label, self._corrected(subject_id).count())
        yield Holding(TakenMail._meta.label, self._aside(subject_id).count())
        copies = AccessPackage.objects.about(subject_id)
        yield Holding(AccessLink._meta.label, AccessLink.objects.filter(package__in=copies).count())
        yield Holding(AccessPackage._meta.label, copies.count())

    def export(self, subject_id: int) -> Iterator[Item]:
        """Each contact and name."""
        for request in self._held(subject_id).order_by("received_at", "pk").iterator():
            yield Item.of(
                SupportRequest, "support", request.title,
                Value("reference", _("reference"), request.reference),
                Value("speaker", _("who speaks"), request.get_speaker_display(), request.speaker),
                Value.told("contact", _("contact"), request.contact),
                Value.told("speaker_name", _("name of who speaks"), request.speaker_name, free=True),
            )  # fmt: skip
        for made in self._corrected(subject_id).select_related("request").order_by("pk").iterator():
            yield _correction(made)
        for mail in self._aside(subject_id).order_by("pk").iterator():
            yield Item.of(
                TakenMail, "support", _("Letter that was set aside"),
                Value.moment("taken_in", _("taken in"), mail.taken_at),
                Value("reason", _("reason"), mail.get_reason_display(), mail.reason),
                file=HeldFile(mail.file, mail.pk, "letter", "eml") if mail.file else None,
            )  # fmt: skip
        copies = AccessPackage.objects.about(subject_id).select_related("request").order_by("pk")
        for copy in copies:
            yield _copy(copy)
        for link in AccessLink.objects.filter(package__in=copies).select_related("package__request").order_by("pk"):
            yield Item.of(
                AccessLink, HANDLING, _("Link to a copy of your data"),
                Value("reference", _("reference"), link.package.request.reference),
                Value.moment("made", _("made"), link.made_at), Value.moment("until", _("valid until"), link.expires_at),
                Value("downloads", _("downloads"), str(link.downloads), link.downloads),
            )  # fmt: skip

    def erase(self, subject_id: int) -> None:
        """Empty them. A request that nobody tied to the person is theirs by its contact: what was written in it goes
        with the rest of their cases, whose eraser comes after this one.
        """
        keys = list(self._held(subject_id).values_list("pk", flat=True))
        Case.objects.filter(pk__in=keys, subject__isnull=True).update(subject=subject_id)
        empty = {"contact": None, "contact_digest": None, "contact_kind": "", "speaker_name": None}
        SupportRequest.objects.filter(pk__in=keys).update(**empty)
        self._corrected(subject_id).update(changes=None)
        for mail in self._aside(subject_id):
            empty_aside(mail)
        copies = AccessPackage.objects.about(subject_id)
        AccessLink.objects.filter(package__in=copies).delete()
        for copy in copies:
            for name in copy.stored:
                transaction.on_commit(partial(files.delete, name))
        live = AccessPackage.objects.filter(person=subject_id, state__in=LIVE)
        live.update(state=CopyState.DISCARDED)
        gone = {"file": "", "page": "", "contents": None, "handed_to": None}
        AccessPackage.objects.filter(Q(pk__in=copies.values("pk")) | Q(person=subject_id)).update(person=None, **gone)


def _correction(made: Rectification) -> Item:
    """What was corrected. An officer looks at what stood before: it was wrong, and may be somebody else's."""
    values = [Value("reference", _("reference"), made.request.reference), Value.moment("made", _("made"), made.made_at)]
    before, after = _("before"), _("after")
    for number, change in enumerate(made.shown, 1):
        values += [
            Value.told(f"before_{number}", f"{change['title']}: {before}", change.get("before"), free=True),
            Value.told(f"after_{number}", f"{change['title']}: {after}", change.get("after")),
        ]
    return Item.of(Rectification, "support", _("Correction"), *values)


def _copy(copy: AccessPackage) -> Item:
    return Item.of(
        AccessPackage, HANDLING, _("Copy of your data"),
        Value("reference", _("reference"), copy.request.reference),
        Value("state", _("state"), copy.get_state_display(), copy.state),
        Value.moment("made", _("made"), copy.made_at),
        Value.moment("handed_over", _("handed over"), copy.handed_at),
        Value.told("handed_to", _("who took it"), copy.handed_to, free=True),
    )  # fmt: skip
