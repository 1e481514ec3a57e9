"""Why something can't be done, said so that staff know what to do next."""

from django.utils.functional import Promise


class NotPossible(Exception):
    """The state of things forbids it. `message` is for the screen and names nobody concerned but by reference."""

    def __init__(self, message: str | Promise) -> None:
        super().__init__(message)
        self.message = message
