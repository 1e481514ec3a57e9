"""What is recorded of the staff themselves."""

from django.utils.translation import gettext_lazy as _

from apps.accounts.choices import Role
from apps.audit.registry import name_facts, register

SIGN_IN = register("accounts.sign-in", _("Signed in"))
SIGN_OUT = register("accounts.sign-out", _("Signed out"))
SIGN_IN_FAILED = register("accounts.sign-in-failed", _("Sign-in refused"))
STAFF_CHANGED = register("accounts.change", _("Member of staff changed"), "fields", added=Role, removed=Role)
PASSWORD_CHANGED = register("accounts.password", _("Password set anew"))

name_facts(fields=_("changed"), added=_("added"), removed=_("removed"))
