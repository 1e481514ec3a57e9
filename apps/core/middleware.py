"""What holds for every request before anything else looks at it."""

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse


class WithoutCookiesMiddleware:
    """Takes the cookies from requests for COOKIELESS_PATHS: in answer to a broken one Django would set another."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Stands before whatever reads cookies."""
        if request.path_info.startswith(settings.COOKIELESS_PATHS):
            request.META.pop("HTTP_COOKIE", None)
        return self.get_response(request)
