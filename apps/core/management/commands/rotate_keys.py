"""`manage.py rotate_keys`: bring every encrypted value and file under the first key of AMANAT_ENCRYPTION_KEYS."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from apps.core.rotation import rotate_all


class Command(BaseCommand):
    help = (
        "Re-encrypt every encrypted column and stored file with the first key. Put the new key first, keep the old"
        " ones, restart every process, run this. When it leaves nothing, the old keys can go; a backup made before"
        " needs them still. May be stopped and run again."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        """Rotate place by place, and fail when something is left under another key."""
        left = unreadable = 0
        for figures in rotate_all():
            self.stdout.write(
                f"{figures.place}: re-encrypted {figures.rotated}, unreadable {figures.unreadable},"
                f" not under the first key {figures.left}"
            )
            left, unreadable = left + figures.left, unreadable + figures.unreadable
        if left:
            raise CommandError(
                f"{left} values are not under the first key, {unreadable} of them open with no key that is there."
                " Restart every process with the new keys and run this again; an unreadable value needs the key that"
                " it was made with. Keep the old keys until nothing is left."
            )
