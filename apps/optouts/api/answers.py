"""Answers of the API: JSON, nothing that a cache may keep, and of whatever is wrong a code and no more."""

from collections.abc import Mapping
from typing import Any, TypeVar

from django.http import HttpResponse, JsonResponse
from django.http.response import HttpResponseBase

RETRY_SECONDS = 30
Response = TypeVar("Response", bound=HttpResponseBase)


def secured(response: Response) -> Response:
    """The response with the headers of every answer."""
    response.headers["Cache-Control"] = "no-store"
    response.headers["X-Robots-Tag"] = "noindex, nofollow"
    response._has_been_logged = True  # type: ignore[attr-defined]  # systems ask wrongly every minute; it is no event
    return response


def answer(data: Mapping[str, Any], status: int = 200, **headers: str) -> HttpResponse:
    """A JSON document. Header names are given with `_` for `-`."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return secured(JsonResponse(data, status=status, headers=named))


class Problem(Exception):
    """A request that is not served: its status and a code from docs/api.md."""

    def __init__(self, status: int, code: str, **headers: str) -> None:
        super().__init__(code)
        self.status = status
        self.code = code
        self.headers = headers

    def to_answer(self) -> HttpResponse:
        """`{"error": code}`; with 503 how long to wait."""
        wait = {"Retry_After": str(RETRY_SECONDS)} if self.status == 503 else {}
        return answer({"error": self.code}, self.status, **wait, **self.headers)
