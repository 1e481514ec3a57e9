"""Reply templates: written, and looked at with the values of a real case before they are kept."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from apps.accounts.models import User
from apps.cases.forms.letters import NewTemplateForm, TemplateForm
from apps.cases.models import Case, ReplyTemplate
from apps.cases.placeholders import Placeholder, fill
from apps.cases.services.set_template import MAY_ADD, MAY_CHANGE, add_template, change_template
from apps.cases.views.letters import shown_values
from apps.core.errors import NotPossible
from apps.subjects.views.desk import desk_page, staff

MAY_VIEW = "cases.view_replytemplate"


def add(request: HttpRequest) -> HttpResponse:
    """A new one."""
    actor = staff(request, MAY_ADD)
    form = NewTemplateForm(request.POST or None)
    if not form.is_valid():
        return _page(request, form, title=_("New reply template"))
    template = form.template()
    return _act(request, form, template, actor)


def change(request: HttpRequest, pk: int) -> HttpResponse:
    """What one says from now on, and what it said before."""
    staff(request, MAY_VIEW)
    template = ReplyTemplate.objects.filter(pk=pk).first()
    if template is None:
        raise Http404(_("There is no such template."))
    if request.method != "POST":
        begun = {"heading": template.heading, "text": template.text}
        preview = {"preview": _preview(request, template, **begun, case=None)} if not template.retired else {}
        return _page(request, TemplateForm(initial=begun), template=template, **preview)
    actor = staff(request, MAY_CHANGE)
    form = TemplateForm(request.POST)
    if not form.is_valid():
        return _page(request, form, template=template)
    return _act(request, form, template, actor)


def _act(request: HttpRequest, form: Any, template: ReplyTemplate, actor: User) -> HttpResponse:
    """Look at it, or keep it."""
    said = {name: form.cleaned_data[name] for name in ("heading", "text")}
    try:
        if "preview" in request.POST:
            preview = _preview(request, template, **said, case=form.cleaned_data["case"])
            return _page(request, form, template=None if template._state.adding else template, preview=preview)
        if template._state.adding:
            add_template(actor=actor, template=template)
        else:
            change_template(template, actor=actor, **said, retired="retire" in request.POST)
    except NotPossible as error:
        form.add_error(None, str(error.message))
        return _page(request, form, template=None if template._state.adding else template)
    messages.success(request, _("The template is kept. It is used from now on."))
    return redirect("admin:cases_replytemplate_changelist")


def _preview(
    request: HttpRequest, template: ReplyTemplate, *, heading: str, text: str, case: Case | None
) -> dict[str, Any]:
    """The template with the values of a case: the one that was named, else the latest that it is for."""
    case = case or _latest(template)
    if case is None:
        return {"heading": fill(heading, {}), "text": fill(text, {}), "case": None}
    values = shown_values(request, case, template.language)
    return {"heading": fill(heading, values), "text": fill(text, values), "case": case}


def _latest(template: ReplyTemplate) -> Case | None:
    cases = Case.objects.order_by("-received_at", "-pk")
    narrowed = cases.filter(kind=template.kind) if template.kind else cases
    return (narrowed.filter(topic=template.topic) if template.topic else narrowed).first()


def _page(
    request: HttpRequest, form: TemplateForm, *, template: ReplyTemplate | None = None, **context: Any
) -> HttpResponse:
    versions = list(ReplyTemplate.objects.versions_of(template).select_related("changed_by")[:20]) if template else []
    current = not versions or (template is not None and versions[0].pk == template.pk)
    frame = {
        "title": str(template or ""), "opts": ReplyTemplate._meta, "original": template, "form": form,
        "template": template, "versions": versions, "placeholders": Placeholder.choices,
        "current": current, "may_write": current and request.user.has_perm(MAY_CHANGE),
    }  # fmt: skip
    return desk_page(request, "cases/template.html", {**frame, **context})
