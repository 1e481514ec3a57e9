"""Saying what a case is about."""

from typing import Any

from django.utils.translation import gettext_lazy

from apps.accounts.models import User
from apps.cases import forms as own
from apps.cases.kinds import WORK
from apps.cases.models import Case
from apps.cases.services.retopic import retopic
from apps.cases.views.acting import CaseAct


class Retopic(CaseAct):
    """What it is about, where that was taken in wrongly, or by nobody."""

    permission = WORK
    form_class = own.TopicForm
    prefix = "topic"
    title = gettext_lazy("Say what it is about")
    explanation = gettext_lazy("Its term is counted anew, from the same receipt.")
    done = gettext_lazy("What the case is about is changed.")

    def act(self, actor: User, case: Case, values: dict[str, Any]) -> None:
        """Change it."""
        retopic(case, actor=actor, topic=values["topic"], seen=values["seen"])
