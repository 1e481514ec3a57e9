"""A proof of consent on one page, and what a record that somebody brings is worth."""

import base64
import json
from typing import Any

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from apps.consents.choices import CHANNEL_CHOICES
from apps.consents.forms import ProofForm, VerifyForm
from apps.consents.presenting import editions_in_force, stated
from apps.consents.reading import shown_record
from apps.consents.services.announcing import is_advertising
from apps.consents.services.proof import Verdict, digest_of, make_proof, verify_text
from apps.consents.services.reading_27560 import Unreadable
from apps.consents.services.record_27560 import Json, acts_of
from apps.core import clock
from apps.policies.registry import PURPOSE_BY_CODE, purpose_title
from apps.subjects.models import Reveal, Subject
from apps.subjects.presenting import show_identifier
from apps.subjects.views.desk import desk_page, person_or_404, staff

ICONS = {
    Verdict.HOLDS: "verified", Verdict.OVERTAKEN: "update", Verdict.GONE: "person_off", Verdict.ALTERED: "gpp_bad",
    Verdict.FOREIGN: "public",
}  # fmt: skip


@never_cache
def proof(request: HttpRequest, pk: int, purpose: str) -> HttpResponse:
    """The question of what and as of when; by POST the proof, whose making is recorded."""
    actor = staff(request, "consents.prove_consent")
    subject = person_or_404(pk)
    if purpose not in PURPOSE_BY_CODE:
        raise Http404(_("There is no such purpose."))
    form = ProofForm(request.POST) if request.method == "POST" else ProofForm(initial=request.GET.dict())
    if not is_advertising(purpose):
        del form.fields["channel"]
    context = {"title": _("Proof of consent"), "subject": subject, "purpose": purpose_title(purpose), "form": form}
    if not form.is_valid():
        return desk_page(request, "consents/proof_ask.html", context)
    asked = {"channel": form.cleaned_data.get("channel", ""), "at": form.cleaned_data["at"] or clock.now()}
    made = make_proof(actor=actor, subject=subject, purpose=purpose, **asked)
    acts = acts_of(subject, purpose, **asked)
    shown = {
        "at": asked["at"], "channel": dict(CHANNEL_CHOICES)[asked["channel"]], "acts": acts,
        "identifiers": _identifiers(request, subject), "states": stated(acts, asked["channel"], asked["at"]),
        "told": editions_in_force(asked["at"]), "operator": settings.OPERATOR_NAME, "made_by": actor,
        "made_at": clock.now(),
    }  # fmt: skip
    return desk_page(request, "consents/proof.html", {**context, **shown, **_made(made)})


def _made(made: Json) -> dict[str, Any]:
    """The proof for the page, and as a file that is kept in the page itself: made once, told once."""
    text = json.dumps(made, ensure_ascii=False, indent=2)
    number = str(made["dct:identifier"])
    return {
        "record": shown_record(made), "digest": digest_of(made), "number": number,
        "file": base64.b64encode(text.encode()).decode(), "file_name": f"consent-{number}.jsonld",
    }  # fmt: skip


def _identifiers(request: HttpRequest, subject: Subject) -> list[str]:
    """Masked, unless this member of staff may see the person's values now."""
    may = request.user.has_perm("subjects.reveal_subject")
    revealed = may and Reveal.objects.in_force(request.user.pk or 0).filter(subject=subject).exists()
    rows = subject.identifiers.select_related("partner").order_by("kind", "pk")
    return [show_identifier(row, revealed=revealed) for row in rows]


@never_cache
def verify(request: HttpRequest) -> HttpResponse:
    """A record is looked at while the request lasts, and kept nowhere."""
    staff(request, "consents.view_consentevent")
    form = VerifyForm(request.POST, request.FILES) if request.method == "POST" else VerifyForm()
    context: dict[str, Any] = {"title": _("Check a consent record"), "form": form, "opts": None}
    if form.is_valid():
        try:
            verified = verify_text(form.raw())
        except Unreadable:
            form.add_error(None, _("This is no consent record, or it is too damaged to be read."))
        else:
            records = [shown_record(record) for record in verified.document.records]
            context |= {
                "form": VerifyForm(), "verified": verified, "icon": ICONS[verified.verdict], "records": records,
                "good": verified.verdict == Verdict.HOLDS, "digest": digest_of(verified.document.content),
            }  # fmt: skip
    return desk_page(request, "consents/verify.html", context, status=400 if form.errors else 200)
