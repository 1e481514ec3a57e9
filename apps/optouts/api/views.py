"""What every page of the API begins with: who asks, and whether they may."""

from typing import Any, ClassVar

from django.conf import settings
from django.http import HttpRequest, HttpResponseBase
from django.utils.decorators import method_decorator
from django.views import View
from django.views.decorators.csrf import csrf_exempt

from apps.optouts.api.answers import Problem
from apps.optouts.services.tokens import Away, Credential, admit

_CHALLENGE = 'Bearer realm="amanat"'


@method_decorator(csrf_exempt, name="dispatch")  # there is no cookie that anybody could abuse
class ApiView(View):
    """A page for whoever has a token of its scope. Uses neither session nor user.

    Subclasses raise Problem. `remembered`: a token that this machine knows lets in while the database is away.
    """

    scope: ClassVar[str]
    remembered: ClassVar[bool] = False

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Refuse what may not be, and say why by a code."""
        try:
            method = (request.method or "").lower()
            if method not in self.http_method_names:
                raise Problem(405, "method", Allow=", ".join(name.upper() for name in self.http_method_names))
            self.credential = self._let_in(request)
            return super().dispatch(request, *args, **kwargs)
        except Problem as problem:
            return problem.to_answer()

    def _let_in(self, request: HttpRequest) -> Credential:
        if settings.SECURE_SSL_REDIRECT and not request.is_secure():
            raise Problem(403, "https-only")  # a redirect would have the token sent in the clear again and again
        kind, _blank, secret = request.headers.get("Authorization", "")[:200].partition(" ")
        try:
            credential = admit(secret.strip(), remembered=self.remembered) if kind.lower() == "bearer" else None
        except Away:
            raise Problem(503, "away") from None
        if credential is None:
            raise Problem(401, "token", WWW_Authenticate=_CHALLENGE)
        if credential.scope != self.scope:
            raise Problem(403, "scope", WWW_Authenticate=f'{_CHALLENGE}, error="insufficient_scope"')
        return credential


@method_decorator(csrf_exempt, name="dispatch")
class NothingHere(View):
    """Any other address of the API."""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """404, in the form of every other answer."""
        return Problem(404, "address").to_answer()
