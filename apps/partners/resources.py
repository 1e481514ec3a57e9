"""The list of partners as a file."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from apps.core.exporting import Column, ListResource


class PartnersResource(ListResource):
    """Partners."""

    file_name = "partners"

    code = Column(_("code"), "code")
    name = Column(pgettext_lazy("of a partner", "name"), "name")
    language = Column(_("language"), "get_language_display")
    active = Column(_("active"), "active")
    created_at = Column(_("since"), "created_at")
