"""An edition as its verbs begin with it: locked, not published, and as whoever asks has seen it."""

from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from apps.accounts.models import User
from apps.core.errors import NotPossible
from apps.policies.choices import EditionStatus
from apps.policies.models import PolicyEdition

_PEOPLE = ("document", "prepared_by", "edited_by", "reviewed_by", "published_by")


class Published(NotPossible):
    """Somebody wants to change what was published. `edition_id` is whose change was refused."""

    def __init__(self, edition: PolicyEdition) -> None:
        told = _("Edition %(number)s is published: it never changes, whoever asks. Begin a new edition instead.")
        super().__init__(told % {"number": edition.number})
        self.edition_id = edition.pk


class ChangedMeanwhile(NotPossible):
    """Somebody else changed the edition since it was looked at. `version` is the one that it has now."""

    def __init__(self, edition: PolicyEdition) -> None:
        told = _("%(who)s changed this edition at %(time)s, after you opened it. Look at it again before you go on.")
        when = localtime(edition.edited_at or edition.created_at)
        super().__init__(told % {"who": edition.edited_by or edition.prepared_by, "time": f"{when:%H:%M}"})
        self.version = edition.version


def locked(edition_id: int, version: int) -> PolicyEdition:
    """The unpublished edition, locked until the transaction ends. `version` is the one that was looked at.

    Raises Published, ChangedMeanwhile, and NotPossible where it was thrown away.
    """
    rows = PolicyEdition.objects.select_for_update(of=("self",)).select_related(*_PEOPLE)
    edition = rows.filter(pk=edition_id).first()
    if edition is None:
        raise NotPossible(_("This draft was thrown away by somebody else."))
    if edition.is_published:
        raise Published(edition)
    if edition.version != version:
        raise ChangedMeanwhile(edition)
    return edition


def is_own_work(actor: User, edition: PolicyEdition) -> bool:
    """Whether the edition is theirs, so that somebody else has to approve it: prepared, or ever changed."""
    return actor.pk in {edition.prepared_by_id, edition.edited_by_id, *edition.editors}


def back_to_draft(edition: PolicyEdition) -> None:
    """Take an approval away: what it was given for is no longer so."""
    edition.status, edition.reviewed_by, edition.reviewed_at = EditionStatus.DRAFT, None, None


def facts(edition: PolicyEdition) -> dict[str, str | int]:
    """What every entry about an edition says."""
    return {"document": edition.document_id, "edition": edition.number}
