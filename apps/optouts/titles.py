"""What the codes in an opt-out's scope are called, in the reader's language."""

from django.utils.translation import gettext as _

from apps.optouts.choices import EVERY_PURPOSE, EVERY_SENDER
from apps.policies import registry


def purpose_title(code: str) -> str:
    """The title of a purpose; "Everything" for every purpose; the code of one that the registry doesn't know."""
    if code == EVERY_PURPOSE:
        return _("Everything")
    return registry.purpose_title(code)


def sender_title(code: str) -> str:
    """A partner's code, or that it is everybody."""
    return _("Every sender") if code == EVERY_SENDER else code
