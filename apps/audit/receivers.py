"""What happens below the audit and is recorded here: sign-ins, and changes of the staff."""

from typing import Any

from allauth.account import signals as allauth_signals
from django.contrib.auth import signals
from django.db import transaction
from django.dispatch import receiver

from apps.accounts.models import User
from apps.accounts.signals import staff_changed
from apps.audit import actions
from apps.audit.services import record


@receiver(signals.user_logged_in)
def signed_in(user: User, **kwargs: Any) -> None:
    """Who came."""
    with transaction.atomic():
        record(user, actions.SIGN_IN, user)


@receiver(signals.user_logged_out)
def signed_out(user: User | None, **kwargs: Any) -> None:
    """Who left; nobody when the session had ended before."""
    if user is not None:
        with transaction.atomic():
            record(user, actions.SIGN_OUT, user)


@receiver(signals.user_login_failed)
def refused(**kwargs: Any) -> None:
    """That somebody was refused. What they typed may be anybody's address, or a password: it is not kept."""
    with transaction.atomic():
        record(None, actions.SIGN_IN_FAILED, User)


@receiver(staff_changed)
def changed(actor: User, user: User, fields: list[str], added: list[str], removed: list[str], **kwargs: Any) -> None:
    """What was changed about whom, names of fields and roles only."""
    record(actor, actions.STAFF_CHANGED, user, fields=fields, added=added, removed=removed)


@receiver([allauth_signals.password_reset, allauth_signals.password_changed, allauth_signals.password_set])
def password_set(user: User, **kwargs: Any) -> None:
    """Through the link, or by themselves."""
    with transaction.atomic():
        record(user, actions.PASSWORD_CHANGED, user)
