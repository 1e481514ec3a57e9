"""What staff fill in about a consent."""

from django import forms
from django.utils.translation import gettext_lazy as _
from unfold.widgets import UnfoldAdminSelectWidget

from apps.consents.choices import STAFF_MEDIA


class SaidForm(forms.Form):
    """Through what the person said it."""

    medium = forms.ChoiceField(
        label=_("Came by"), choices=[(m.value, m.label) for m in STAFF_MEDIA], widget=UnfoldAdminSelectWidget
    )
