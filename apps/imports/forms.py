"""What staff fill in to bring a file in."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from unfold.widgets import UnfoldAdminRadioSelectWidget, UnfoldAdminSelectWidget

from apps.imports.choices import Kind
from apps.imports.engine.refusals import file_message
from apps.partners.models import Partner

ACCEPTED = ".csv,.tsv,.txt,.xlsx,text/csv,text/plain"


class UploadForm(forms.Form):
    """A partner's file. The clean `file` is a `StoredFile`; a file refused for its size is an error of the field."""

    partner = forms.ModelChoiceField(
        label=_("Partner"), queryset=Partner.objects.filter(active=True), widget=UnfoldAdminSelectWidget()
    )
    kind = forms.ChoiceField(
        label=_("What is in it"), choices=Kind.choices, initial=Kind.MEMBERS, widget=UnfoldAdminRadioSelectWidget()
    )
    file = forms.FileField(label=_("File"), allow_empty_file=True, widget=forms.FileInput(attrs={"accept": ACCEPTED}))

    def clean_file(self) -> Any:
        """What the upload handler stored."""
        upload = self.cleaned_data["file"]
        if upload.refusal is not None:
            raise forms.ValidationError(file_message(upload.refusal.to_json()))
        return upload.stored
