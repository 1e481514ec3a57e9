"""Why something can't be done to a person, said so that staff know what to do next."""

from apps.core.errors import NotPossible

__all__ = ["NotPossible"]
