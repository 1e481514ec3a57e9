"""The page on which lists are exchanged with partners by hash."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from apps.audit.models import Entry
from apps.campaigns import actions
from apps.campaigns.engine.refusals import list_message
from apps.campaigns.forms import HashesForm
from apps.campaigns.models import FOLDER
from apps.campaigns.services.salting import give_hashes, make_salt
from apps.core import files
from apps.core.files import EncryptedWriter, open_stored
from apps.imports.engine.refusals import Refused
from apps.optouts.models import SaltOwner
from apps.optouts.services.salted import salt_of_partner
from apps.partners.models import Partner
from apps.subjects.views.desk import desk_page, staff

NO_SALT = Refused("no-salt")
MAY_EXCHANGE = "campaigns.exchange_hashes"
_PIECE = 256 * 1024


@dataclass(frozen=True)
class Exchange:
    """A partner, its salt, and the list that was made for it last."""

    partner: Partner
    salt: SaltOwner | None
    last: Entry | None


def salts(request: HttpRequest) -> HttpResponse:
    """Every partner, and whether it has a salt."""
    staff(request, MAY_EXCHANGE)
    return _page(request)


def _page(request: HttpRequest, **context: Any) -> HttpResponse:
    salts = {str(salt): salt for salt in SaltOwner.objects.filter(code__startswith="partner:")}
    partners = Partner.objects.filter(active=True).exclude(code=Partner.OPERATOR).order_by("name")
    exchanges = [Exchange(partner, salts.get(partner.code), _last(salts.get(partner.code))) for partner in partners]
    words = {"title": _("Hashed lists"), "exchanges": exchanges, "form": HashesForm(), "opts": None}
    return desk_page(request, "campaigns/salts.html", {**words, **context})


def _last(salt: SaltOwner | None) -> Entry | None:
    if salt is None:
        return None
    target = {"target_type": SaltOwner._meta.label_lower, "target_id": salt.pk}
    return Entry.objects.filter(**target, action=actions.HASHES_GIVEN.code).order_by("-pk").first()


def _partner_or_404(partner: int) -> Partner:
    found = Partner.objects.filter(pk=partner, active=True).first()
    if found is None:
        raise Http404(_("There is no such partner."))
    return found


def make(request: HttpRequest, partner: int) -> HttpResponse:
    """A new salt, by POST, shown this once."""
    actor = staff(request, MAY_EXCHANGE)
    if request.method != "POST":
        raise Http404
    found = _partner_or_404(partner)
    return _page(request, made=make_salt(actor=actor, partner=found), made_for=found)


def give(request: HttpRequest, partner: int) -> HttpResponseBase:
    """The digests of those whom the partner may not write to, as a file; by POST, because it is recorded."""
    actor = staff(request, MAY_EXCHANGE)
    form = HashesForm(request.POST)
    if request.method != "POST":
        raise Http404
    found = _partner_or_404(partner)
    salt = salt_of_partner(found.code)
    if salt is None or not form.is_valid():
        messages.error(request, _("Choose a channel and a purpose.") if salt else list_message(NO_SALT.to_json()))
        return redirect("admin:campaigns_salts")
    scope = form.scope(found.code)
    with EncryptedWriter(FOLDER) as stored:
        give_hashes(actor=actor, salt=salt, scope=scope, write=stored.write)
    response = StreamingHttpResponse(_once(stored.name), content_type="text/csv")
    response["Content-Disposition"] = f'attachment; filename="{found.code}-{scope.channel}-sha256.csv"'
    response["Cache-Control"] = "no-store"
    return response


def _once(name: str) -> Iterator[bytes]:
    """The bytes of a stored file, which goes with the last of them."""
    try:
        with open_stored(name) as file:
            yield from iter(lambda: file.read(_PIECE), b"")
    finally:
        files.delete(name)
