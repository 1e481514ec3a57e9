"""Keeping the staff: their roles, and what they choose for themselves."""

from collections.abc import Iterable

from django.conf import settings
from django.contrib.auth.models import Group
from django.db import transaction

from apps.accounts.choices import Role
from apps.accounts.models import User
from apps.accounts.permissions import require
from apps.accounts.signals import staff_changed


@transaction.atomic
def set_roles(*, actor: User, user: User, roles: Iterable[str], fields: Iterable[str] = ()) -> None:
    """Give a member of staff exactly these roles; `fields` names what else was changed about them."""
    require(actor, "accounts.change_user")
    before, after = set(user.roles), {Role(role) for role in roles}
    user.groups.set(Group.objects.filter(name__in=after))
    added, removed = sorted(after - before), sorted(before - after)
    if added or removed or fields:
        staff_changed.send(User, actor=actor, user=user, fields=sorted(fields), added=added, removed=removed)


@transaction.atomic
def tell_password_set(*, actor: User, user: User) -> None:
    """Let the record show that somebody set a member of staff's password; the form has stored it already."""
    if actor != user:
        require(actor, "accounts.change_user")
    staff_changed.send(User, actor=actor, user=user, fields=["password"], added=[], removed=[])


def choose_language(*, actor: User, language: str) -> None:
    """Remember the language that a member of staff reads; nothing happens for one that the desk doesn't speak."""
    if language in dict(settings.LANGUAGES):
        User.objects.filter(pk=actor.pk).update(language=language)
