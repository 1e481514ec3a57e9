"""One member of staff per role, with one password for all of them."""

import os
import secrets
from pathlib import Path

from django.contrib.auth.models import Group
from django.db import transaction

from apps.accounts.choices import Role
from apps.accounts.models import User

DOMAIN = "demo.example"
STAFF = {
    Role.AGENT: ("agent", "Нурия", "Колдоо"),
    Role.OFFICER: ("officer", "Тимур", "Сактоо"),
    Role.LEAD: ("lead", "Зарина", "Башкы"),
    Role.COUNSEL: ("counsel", "Руслан", "Укук"),
    Role.PARTNER_MANAGER: ("partners", "Диана", "Өнөктөш"),
    Role.AUDITOR: ("auditor", "Марат", "Текшерүү"),
}


def address(role: Role) -> str:
    """The sign-in of a role."""
    return f"{STAFF[role][0]}@{DOMAIN}"


def password(home: Path) -> str:
    """DEMO_PASSWORD, or one that was made up for this home and stays the same."""
    given = os.environ.get("DEMO_PASSWORD", "")
    if given:
        return given
    file = home / "demo-password"
    if not file.exists():
        home.mkdir(parents=True, exist_ok=True)
        with os.fdopen(os.open(file, os.O_WRONLY | os.O_CREAT, 0o600), "w") as out:
            out.write(secrets.token_urlsafe(9))
    return file.read_text().strip()


@transaction.atomic
def ensure_staff(secret: str) -> dict[Role, User]:
    """The six, each with their role and this password."""
    return {role: _ensure(role, secret) for role in Role}


def _ensure(role: Role, secret: str) -> User:
    _name, first, last = STAFF[role]
    user = User.objects.filter(email=address(role)).first()
    if user is None:
        user = User.objects.create_user(address(role), secret, first_name=first, last_name=last)
        user.groups.set(Group.objects.filter(name=role))
    elif not user.check_password(secret):
        user.set_password(secret)
        user.save(update_fields=["password"])
    return user
