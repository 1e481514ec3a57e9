"""What the codes in an export's record are called, in the reader's language."""

from django.apps import apps


def list_title(label: str) -> str:
    """What the list of a model (`app.model`) is called; the label itself when no installed app has it any more."""
    try:
        title = str(apps.get_model(label)._meta.verbose_name_plural)
    except (LookupError, ValueError):
        return label
    return title[:1].upper() + title[1:]
