"""`manage.py demo`: the whole desk with made-up people, in one command."""

import os
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.utils import translation

from apps.accounts.choices import Role
from apps.accounts.models import User
from apps.core.choices import Channel, IdentifierKind
from apps.optouts.services.mint import Mailing, mint
from apps.portal.demo import staff
from apps.portal.demo.servers import Servers
from apps.portal.demo.story import Story, tell
from apps.subjects.models import Identifier, Subject


class Command(BaseCommand):
    help = "Serve the desk with made-up people on PORT (8000), from AMANAT_HOME (var/). Harmless when run again."

    def add_arguments(self, parser: Any) -> None:
        """Nothing but the choice not to serve."""
        parser.add_argument("--load-only", action="store_true", help="load the sample data and end")

    def handle(self, *args: Any, **options: Any) -> None:
        """Load, serve, and stop everything again when asked."""
        servers = Servers(self._port())
        if not options["load_only"] and not servers.port_is_free():
            raise CommandError(f"Port {servers.port} is in use. Choose another: PORT=8001 make demo")
        try:
            secret = self._load()
        except KeyboardInterrupt:
            raise CommandError("Interrupted. Run it again: it goes on where it stopped.", returncode=130) from None
        if not options["load_only"] and not servers.run(lambda: self._invite(servers.port, secret)):
            raise CommandError("A server ended by itself; what it said stands above. Everything was stopped.")

    def _port(self) -> int:
        given = os.environ.get("PORT", "8000")
        if not given.isdigit() or not 0 < int(given) < 65536:
            raise CommandError(f"PORT is {given!r}; it has to be a number from 1 to 65535.")
        return int(given)

    def _load(self) -> str:
        """Everything up to a desk that can be served. Returns the password."""
        self.stdout.write("Preparing the desk …")
        call_command("messages", "compile")
        call_command("migrate", verbosity=0)
        self._refuse_somebody_elses()
        secret = staff.password(settings.AMANAT_HOME)
        with translation.override("ky"):
            tell(Story(staff.ensure_staff(secret)), self.stdout.write)
        return secret

    def _refuse_somebody_elses(self) -> None:
        ours = User.objects.filter(email=staff.address(Role.AGENT)).exists()
        if not ours and Subject.objects.exists():
            raise CommandError("This database holds people already. The demo fills only an empty one or its own.")

    def _invite(self, port: int, secret: str) -> None:
        phone = Identifier.objects.filter(kind=IdentifierKind.PHONE).earliest("pk").value
        link = mint(mailing=Mailing(channel=Channel.SMS, language="ky"), raw=phone).unsubscribe_url
        width = max(len(staff.address(role)) for role in Role)
        lines = [
            "",
            f"Amanat is ready: http://localhost:{port}/",
            "",
            *(f"  {staff.address(role):{width}}  {role.label}" for role in Role),
            f"  password for all of them: {secret}",
            "",
            "An unsubscribe link, as a person gets it:",
            f"  {link}",
            f"  {link}/preferences  (choices, and the way back; its message is written here)",
            f"A number to find: {phone}",
            "",
            "Everybody in it is made up. Ctrl-C stops it.",
        ]
        self.stdout.write("\n".join(lines))
        self.stdout.flush()
