"""Texts of the libraries that staff see and that the libraries don't have in Kyrgyz or Russian.

Named here, they stand in this app's catalogue, which comes before the libraries' own.
"""

from django.utils.translation import gettext_noop as _
from django.utils.translation import ngettext

# django-unfold
LIST = (
    _("Select record"),
    _("Select action"),
    _("Select action to run"),
    _("Select value"),
    _("Run"),
    _("Expand row"),
    _("Type to search"),
    _("No data"),
    _("More actions"),
    _("True"),
    _("False"),
    _("Apply Filters"),
    _("Hide counts"),
    _("Show counts"),
    _("Select all rows"),
    _("No results found"),
    _("This page yielded into no results. Create a new item or reset your filters."),
    _("Reset filters"),
    _("Previous"),
    _("Next"),
    _("From"),
    _("To"),
    _("Date from"),
    _("Date to"),
    _("Date"),
    _("Not enough data."),
)
FRAME = (
    _("Go back"),
    _("General"),
    _("Light"),
    _("Dark"),
    _("System"),
    _("Return to site"),
    _("Skip to main content"),
    _("Breadcrumbs"),
    _("Sidebar"),
)
FORMS = (
    _("Add row"),
    _("Choose file to upload"),
    _("Click to download"),
    _("Toggle password visibility"),
    _("This item will be deleted."),
    _("Click to cancel"),
    _("After you've created a user, you’ll be able to edit more user options."),
    _("View selected %(model)s"),
    _("Select this object for an action - {}"),
    _("Select all objects on this page for an action"),
)

# Django's own, missing in Kyrgyz
STAFF = (
    _("Error:"),
    _("Set password"),
    _("Set password: %s"),
    _("Reset password"),
    _("Password-based authentication"),
    _("Password-based authentication was disabled."),
    _("Disable password-based authentication"),
    _("Enable password-based authentication"),
    _("Enable password-based authentication for this user by setting a password."),
    _("Enabled"),
    _("Disabled"),
    _("Raw passwords are not stored, so there is no way to see the user’s password."),
    _("Conflicting form data submitted. Please try again."),
)


def counted(number: int) -> tuple[str, ...]:
    """Those that count something."""
    return (
        ngettext(
            "This password is too short. It must contain at least %d character.",
            "This password is too short. It must contain at least %d characters.",
            number,
        ),
        ngettext("Please submit at most %(num)d form.", "Please submit at most %(num)d forms.", number),
        ngettext("Please submit at least %(num)d form.", "Please submit at least %(num)d forms.", number),
        ngettext("entry", "entries", number),
    )


# django-import-export
IMPORT_EXPORT = (
    _("Import"),
    _("Export"),
    _("Export selected %(verbose_name_plural)s"),
    _("Resource"),
    _("Format"),
    _("Select format"),
    _("File to import"),
    _("Submit"),
    _("Select all"),
    _("Preview"),
    _("Confirm import"),
    _("Errors"),
    _("Line number"),
    _("Row"),
    _("New"),
    _("Skipped"),
    _("Update"),
    _("This exporter will export the following fields"),
    _("Value could not be parsed."),
)
