"""Texts of the libraries that staff see and that the libraries don't have in Kyrgyz or Russian, or have wrong.

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
    _("Filters"),
    _("Filters"),
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

# Ours, which a library says in its own way: without these lines its words would stand on our pages
OURS = (
    _("Cancel"),
    _("History"),
    _("None"),
    _("Note"),
    _("Phone"),
    _("Remove"),
    _("Verified"),
    _("active"),
    _("hash"),
    _("last name"),
    _("verified"),
    _("version"),
)

# There in Kyrgyz, but wrong, rude or in words that the desk doesn't use
PAGES = (
    _("Select %s to view"),
    _("Select %s to change"),
    _(" By %(filter_title)s "),
    _("%(full_result_count)s total"),
    _("Show all"),
    _("Clear all filters"),
    _("Toggle sorting"),
    _("Remove from sorting"),
    _("Save and add another"),
    _("Save and continue editing"),
    _("Save and view"),
    _("Home"),
    _("Items must be selected in order to perform actions on them. No items have been changed."),
    _("%(name)s with ID “%(key)s” doesn’t exist. Perhaps it was deleted?"),
    _("The {name} “{obj}” was added successfully."),
    _("The {name} “{obj}” was added successfully. You may add another {name} below."),
    _("The {name} “{obj}” was changed successfully."),
    _("The {name} “{obj}” was changed successfully. You may edit it again below."),
    _("The {name} “{obj}” was changed successfully. You may add another {name} below."),
    _("You may edit it again below."),
    _("You don’t have permission to view or edit anything."),
)
USERS = (
    _("superuser status"),
    _("Designates that this user has all permissions without explicitly assigning them."),
    _("Designates whether this user should be treated as active. Unselect this instead of deleting accounts."),
    _("date joined"),
    _("Change password"),
    _("Change password: %s"),
    _("Password changed successfully."),
    _("Password confirmation"),
    _("Enter the same password as before, for verification."),
    _("The two password fields didn’t match."),
    _("The password is too similar to the %(verbose_name)s."),
    _("This password is too common."),
    _("This password is entirely numeric."),
    _("Your password can’t be too similar to your other personal information."),
    _("Your password can’t be a commonly used password."),
    _("Your password can’t be entirely numeric."),
)
FIELDS = (
    _("This field is required."),
    _("This field cannot be blank."),
    _("Enter a valid value."),
    _("Enter a valid email address."),
    _("Enter a whole number."),
    _("Enter a number."),
    _("Enter a valid date."),
    _("Enter a valid time."),
    _("Enter a valid date/time."),
    _("Null characters are not allowed."),
    _("Select a valid choice. That choice is not one of the available choices."),
    _("Select a valid choice. %(value)s is not one of the available choices."),
    _("No file was submitted."),
    _("No file was submitted. Check the encoding type on the form."),
    _("The submitted file is empty."),
    _("%(model_name)s with this %(field_label)s already exists."),
    _("%s MB"),
    _("%s GB"),
)

# django-allauth, which says other words for password and e-mail than everything else
SIGN_IN = (
    _("Email"),
    _("Email address"),
    _("Password"),
    _("Password (again)"),
    _("Current Password"),
    _("New Password"),
    _("New Password (again)"),
    _("You must type the same password each time."),
    _("The email address and/or password you specified are not correct."),
    _("Too many failed login attempts. Try again later."),
    _("Incorrect password."),
    _("Please type your current password."),
    _("This account is currently inactive."),
    _("The password reset token was invalid."),
    _("You have signed out."),
    _("Successfully signed in as %(name)s."),
    _("Password successfully changed."),
    _("Password successfully set."),
)


def counted_wrong(number: int) -> tuple[str, ...]:
    """Those of them that count something."""
    return (
        ngettext("%(counter)s result", "%(counter)s results", number),
        ngettext("Please correct the error below.", "Please correct the errors below.", number),
        ngettext("%(size)d byte", "%(size)d bytes", number),
        ngettext(
            "Your password must contain at least %(min_length)d character.",
            "Your password must contain at least %(min_length)d characters.",
            number,
        ),
        ngettext(
            "Ensure this value has at most %(limit_value)d character (it has %(show_value)d).",
            "Ensure this value has at most %(limit_value)d characters (it has %(show_value)d).",
            number,
        ),
        ngettext(
            "Ensure this filename has at most %(max)d character (it has %(length)d).",
            "Ensure this filename has at most %(max)d characters (it has %(length)d).",
            number,
        ),
    )
