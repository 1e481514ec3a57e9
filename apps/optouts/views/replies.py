"""Reading SMS replies that are more than a word, and settling each."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from apps.core import identifiers
from apps.core.choices import Channel, IdentifierKind
from apps.core.errors import NotPossible
from apps.optouts.api.forms import ReplyForm
from apps.optouts.choices import MessageState
from apps.optouts.models import InboundMessage, Suppression
from apps.optouts.services.replies import read_reply, settle_reply, take_reply
from apps.subjects.models import Subject
from apps.subjects.views.desk import desk_page, staff

MAY_HANDLE = "optouts.handle_inboundmessage"


def masked(reply: InboundMessage) -> str:
    """The number as staff may see it; of what is no number nothing, and a dash once it was destroyed."""
    if reply.phone is None:
        return "—"
    return identifiers.mask(IdentifierKind.PHONE, reply.phone)


@never_cache
def page(request: HttpRequest, pk: int) -> HttpResponse:
    """A reply without its text; by POST with it, because reading is recorded."""
    actor = staff(request, MAY_HANDLE)
    reply = _reply_or_404(pk)
    read = request.method == "POST"
    if read:
        read_reply(actor=actor, reply_id=pk)
    return _page(request, reply, read=read, form=ReplyForm(initial={"channel": Channel.SMS, "sender": reply.sender}))


def _page(request: HttpRequest, reply: InboundMessage, **context: Any) -> HttpResponse:
    digests = [bytes(reply.digest)] if reply.digest else []
    about = {
        "reply": reply, "masked": masked(reply), "person": Subject.objects.with_digests(digests).first(),
        "stopped": Suppression.objects.of(digests).order_by("-created_at")[:10],
    }  # fmt: skip
    frame = {"title": str(reply), "opts": InboundMessage._meta, "original": reply}
    return desk_page(request, "optouts/reply.html", {**frame, **about, **context})


def take(request: HttpRequest, pk: int) -> HttpResponse:
    """Take it as an opt-out."""
    actor = staff(request, MAY_HANDLE)
    reply = _posted_or_404(request, pk)
    form = ReplyForm(request.POST)
    if not form.is_valid():
        return _page(request, reply, read=False, form=form)
    try:
        take_reply(actor=actor, reply_id=pk, **form.cleaned_data)
    except NotPossible as error:
        messages.error(request, str(error.message))
        return redirect("admin:optouts_inboundmessage_change", pk)
    messages.success(request, _("%(reply)s is taken as an opt-out. Only the person can lift it.") % {"reply": reply})
    return _next()


def settle(request: HttpRequest, pk: int) -> HttpResponse:
    """Nothing has to be done about it."""
    actor = staff(request, MAY_HANDLE)
    reply = _posted_or_404(request, pk)
    try:
        settle_reply(actor=actor, reply_id=pk)
    except NotPossible as error:
        messages.error(request, str(error.message))
        return redirect("admin:optouts_inboundmessage_change", pk)
    messages.success(request, _("%(reply)s needs nothing.") % {"reply": reply})
    return _next()


def _next() -> HttpResponse:
    """The reply that waits longest, else the list."""
    waiting = InboundMessage.objects.filter(state=MessageState.OPEN).order_by("received_at").first()
    if waiting is None:
        return redirect("admin:optouts_inboundmessage_changelist")
    return redirect("admin:optouts_inboundmessage_change", waiting.pk)


def _posted_or_404(request: HttpRequest, pk: int) -> InboundMessage:
    if request.method != "POST":
        raise Http404
    return _reply_or_404(pk)


def _reply_or_404(pk: int) -> InboundMessage:
    reply = InboundMessage.objects.select_related("handled_by").filter(pk=pk).first()
    if reply is None:
        raise Http404(_("There is no such reply."))
    return reply
