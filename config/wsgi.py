"""The web server's entry point. Refuses to serve an installation whose system checks fail."""

import io
import os

from django.core.management import call_command
from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

application = get_wsgi_application()
call_command("check", tags=["amanat"], stdout=io.StringIO())  # what is wrong stops it; that all is well needs no line
