"""The list of the staff as a file."""

from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from apps.accounts.choices import Role
from apps.accounts.models import User
from apps.core.exporting import Column, ListResource


def role_titles(user: User) -> str:
    """Titles of a member of staff's roles, from `groups` that were fetched before."""
    titles = dict(Role.choices)
    return ", ".join(str(titles.get(group.name, group.name)) for group in user.groups.all())


class StaffResource(ListResource):
    """Members of staff with their roles."""

    file_name = "staff"

    email = Column(_("e-mail"), "email")
    name = Column(_("name"), "get_full_name")
    roles = Column(_("roles"), show=role_titles)
    language = Column(_("language"), "language")
    is_active = Column(_("active"), "is_active")
    is_superuser = Column(_("superuser"), "is_superuser")
    date_joined = Column(_("since"), "date_joined")
    last_login = Column(_("last sign-in"), "last_login")

    def filter_export(self, queryset: QuerySet[User], **kwargs: Any) -> QuerySet[User]:
        """With the roles of a chunk in one query."""
        return super().filter_export(queryset, **kwargs).prefetch_related("groups")
