"""Letting systems in: tokens of the API are made, shown once, and revoked here."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_variables

from apps.core.errors import NotPossible
from apps.optouts.api.forms import TokenForm
from apps.optouts.models import ApiToken, SaltOwner
from apps.optouts.services.tokens import make_token, revoke_token
from apps.optouts.titles import sender_title
from apps.subjects.views.desk import desk_page, staff

MAY_MANAGE = "optouts.manage_apitoken"


@never_cache
@sensitive_variables("made")
def make(request: HttpRequest) -> HttpResponse:
    """The form; with a POST the token, whose secret no page shows again."""
    actor = staff(request, MAY_MANAGE)
    form = TokenForm(request.POST or None)
    if not form.is_valid():
        systems = SaltOwner.objects.filter(code__startswith="system:").order_by("code")[:100]
        context = {"title": _("Make a token"), "form": form, "systems": systems, "opts": ApiToken._meta}
        return desk_page(request, "optouts/token_make.html", context)
    made = make_token(actor=actor, **form.cleaned_data)
    context = {"title": _("The new token"), "made": made, "token": made.token, "opts": ApiToken._meta}
    return desk_page(request, "optouts/token_made.html", context)


def page(request: HttpRequest, pk: int) -> HttpResponse:
    """What a token is for, and whether it is used."""
    staff(request, "optouts.view_apitoken")
    token = ApiToken.objects.select_related("owner", "made_by", "revoked_by").filter(pk=pk).first()
    if token is None:
        raise Http404(_("There is no such token."))
    numbers = sorted(token.numbers.items())
    sender = sender_title(token.sender) if token.sender else ""
    about = {"token": token, "numbers": numbers, "sender": sender}
    frame = {"title": token.prefix, "opts": ApiToken._meta, "original": token}
    return desk_page(request, "optouts/token.html", {**frame, **about})


def revoke(request: HttpRequest, pk: int) -> HttpResponse:
    """By POST, from the token's page."""
    actor = staff(request, MAY_MANAGE)
    if request.method != "POST" or not ApiToken.objects.filter(pk=pk).exists():
        raise Http404(_("There is no such token."))
    try:
        revoke_token(actor=actor, token_id=pk)
    except NotPossible as error:
        messages.error(request, str(error.message))
    else:
        messages.success(request, _("The token is revoked: it lets nobody in any more."))
    return redirect("admin:optouts_apitoken_change", pk)
