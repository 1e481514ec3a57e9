"""The demo's policy, as its editions came about: written by one, reviewed by another, published."""

from typing import Any

from apps.accounts.choices import Role
from apps.accounts.models import User
from apps.policies.models import PolicyDocument, PolicyEdition
from apps.policies.services.begin_edition import begin_edition
from apps.policies.services.change_edition import change_edition
from apps.policies.services.keep_documents import add_document
from apps.policies.services.publish_edition import publish_edition
from apps.policies.services.review_edition import review_edition
from apps.portal.demo import policy

Staff = dict[Role, User]


def add_policy(staff: Staff) -> PolicyDocument:
    """The document, without any edition."""
    return add_document(actor=staff[Role.LEAD], document=PolicyDocument(code=policy.CODE, **policy.TITLES))


def first_edition(staff: Staff) -> PolicyEdition:
    """The operator's policy as people know it."""
    return _published(staff, _drafted(staff[Role.OFFICER], policy.first()), Role.COUNSEL)


def wider_edition(staff: Staff) -> PolicyEdition:
    """The second, by counsel, reviewed by the lead."""
    before = PolicyEdition.objects.published().latest("number")
    return _published(staff, _drafted(staff[Role.COUNSEL], policy.wider(vars(before))), Role.LEAD)


def draft_edition(staff: Staff) -> PolicyEdition:
    """The third, which waits for somebody to review it."""
    before = PolicyEdition.objects.published().latest("number")
    return _drafted(staff[Role.OFFICER], policy.withdrawable(vars(before)))


def _drafted(actor: User, values: dict[str, Any]) -> PolicyEdition:
    edition = begin_edition(actor=actor, document=PolicyDocument.objects.get(code=policy.CODE))
    return change_edition(actor=actor, edition_id=edition.pk, version=edition.version, values=values)


def _published(staff: Staff, edition: PolicyEdition, reviewer: Role) -> PolicyEdition:
    review_edition(actor=staff[reviewer], edition_id=edition.pk, version=edition.version)
    return publish_edition(actor=staff[Role.LEAD], edition_id=edition.pk, version=edition.version)
