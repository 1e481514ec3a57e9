"""Consents on the desk: every act, what follows from them, figures of each day."""

from apps.consents.admin.events import ConsentEventAdmin
from apps.consents.admin.figures import ConsentFigureAdmin
from apps.consents.admin.states import ConsentStateAdmin

__all__ = ["ConsentEventAdmin", "ConsentFigureAdmin", "ConsentStateAdmin"]
