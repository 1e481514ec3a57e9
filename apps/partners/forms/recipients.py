"""What is filled in about a recipient."""

from typing import Any

from django import forms
from django.core.validators import URLValidator, validate_email
from django.utils.translation import gettext_lazy as _
from unfold.widgets import UnfoldAdminCheckboxSelectMultipleWidget, UnfoldAdminSelectWidget

from apps.partners.choices import ErasureRoute
from apps.partners.countries import HOME, countries
from apps.partners.forms.seen import SeenForm
from apps.partners.models import Recipient
from apps.partners.services.keep_recipients import refuse_used
from apps.policies.models import DataCategory

_address_of_api = URLValidator(schemes=["https"])
_TITLES = ("title_ky", "title_ru", "title_en")


class RecipientForm(SeenForm):
    """A recipient; says beside the field what the service would refuse."""

    country = forms.ChoiceField(label=_("Country"), required=False, widget=UnfoldAdminSelectWidget())
    categories = forms.ModelMultipleChoiceField(
        label=_("May receive"), queryset=DataCategory.objects.filter(retired=False), required=False,
        widget=UnfoldAdminCheckboxSelectMultipleWidget(),
    )  # fmt: skip

    class Meta:
        model = Recipient
        fields = (
            "code",
            *_TITLES,
            "kind",
            "country",
            "cross_border",
            "categories",
            "ground",
            "route",
            "contact",
            "retired",
        )
        help_texts = {
            "title_ru": _("Empty: as in Kyrgyz."),
            "title_en": _("Empty: as in Kyrgyz."),
            "contact": _("Where an erasure goes: an address of the organisation's, not of a person."),
            "cross_border": _("Always so where the country is another."),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("title_ru", "title_en"):
            if name in self.fields:
                self.fields[name].required = False
        country = self.fields.get("country")
        if isinstance(country, forms.ChoiceField):
            country.choices = [("", _("Several, or not known")), *countries()]

    def clean(self) -> dict[str, Any]:
        """Titles that are missing; a country abroad; a route that leads somewhere; what is used stays."""
        data = super().clean()
        for name in ("title_ru", "title_en"):
            data[name] = data.get(name) or data.get("title_ky", "")
        if data.get("country") not in ("", HOME, None):
            data["cross_border"] = True
        self._clean_contact(data)
        if self.instance.pk and "categories" in self.fields and "categories" in data:
            self._clean_categories(list(data["categories"]))
        return data

    def _clean_contact(self, data: dict[str, Any]) -> None:
        route, contact = data.get("route", ErasureRoute.NONE), (data.get("contact") or "").strip()
        try:
            if route != ErasureRoute.NONE and not contact:
                raise forms.ValidationError(_("Say where the erasure is sent."))
            if route == ErasureRoute.EMAIL:
                validate_email(contact)
            if route == ErasureRoute.API:
                _address_of_api(contact)
        except forms.ValidationError as error:
            self.add_error("contact", error)

    def _clean_categories(self, categories: list[DataCategory]) -> None:
        try:
            refuse_used(self.instance, categories)
        except forms.ValidationError as error:
            self.add_error(None, error)
