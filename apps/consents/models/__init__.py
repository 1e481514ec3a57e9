"""What this app keeps: what people permitted, refused and took back, and what follows from it today."""

from apps.consents.models.askings import Asking
from apps.consents.models.events import APPEND_ONLY, ConsentEvent, ConsentEventQuerySet, ConsentNote
from apps.consents.models.figures import ConsentFigure, ConsentFigureQuerySet
from apps.consents.models.standing import Standing, held_since_among, standing_of
from apps.consents.models.states import ConsentState, ConsentStateQuerySet
from apps.consents.models.wordings import Wording

__all__ = [
    "APPEND_ONLY", "Asking", "ConsentEvent", "ConsentEventQuerySet", "ConsentFigure", "ConsentFigureQuerySet",
    "ConsentNote", "ConsentState", "ConsentStateQuerySet", "Standing", "Wording", "held_since_among", "standing_of",
]  # fmt: skip
