"""Who counts anew when the working calendar changes: apps above this one, which it can't import, register here."""

from collections.abc import Callable

_followers: list[Callable[[], object]] = []


def register_follower(follower: Callable[[], object]) -> None:
    """Have something done after every change of the calendar, in its transaction: it queues a job."""
    _followers.append(follower)


def calendar_changed() -> None:
    """Let everybody know."""
    for follower in _followers:
        follower()
