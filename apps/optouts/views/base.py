"""What every page under /u/ has in common: it needs nothing but its token, and answers what is none with one page."""

from django.http import HttpRequest, HttpResponse

from apps.core.public import StatelessView
from apps.optouts.services.confirmations import Expired
from apps.optouts.services.sealing import BadToken
from apps.optouts.views.body import TooLarge, Unclear
from apps.optouts.views.pages import page

# Where the answer does not depend on what the token says.
_ANSWERS: dict[type[Exception], tuple[str, int]] = {
    BadToken: ("unknown", 404),
    Expired: ("expired", 410),
    TooLarge: ("unclear", 413),
    Unclear: ("unclear", 400),
}


class PublicView(StatelessView):
    """A token that is none, and a body that says nothing, have their pages."""

    answered = tuple(_ANSWERS)

    def answer_to(self, request: HttpRequest, error: Exception) -> HttpResponse:
        """As StatelessView."""
        name, status = _ANSWERS[type(error)]
        return page(request, name, status=status)
