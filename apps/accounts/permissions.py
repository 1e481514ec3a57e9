"""The check that every verb begins with."""

from django.core.exceptions import PermissionDenied

from apps.accounts.models import User


def require(actor: User, permission: str) -> None:
    """Raise PermissionDenied unless the member of staff has `permission` (`app.codename`)."""
    if not actor.has_perm(permission):
        raise PermissionDenied
