"""The question that everybody asks before a message goes out."""

from apps.optouts.choices import EVERY_SENDER
from apps.optouts.models import Suppression


def is_suppressed(digest: bytes, *, channel: str, purpose: str, sender: str = EVERY_SENDER) -> bool:
    """Whether an address may not be sent this: its own opt-outs, and the person's refusals of every channel.

    `purpose` is a code of the registry, `sender` a partner's code. Raises KeyError for a purpose that is none.
    """
    return Suppression.objects.forbidding(digest, channel=channel, purpose=purpose, sender=sender).exists()
