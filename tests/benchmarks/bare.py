"""What one-click POSTs are measured against: the same project, and one more view that does nothing but an INSERT."""

from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.urls import include, path
from django.views.decorators.csrf import csrf_exempt

TABLE = "CREATE TABLE bare (id bigserial PRIMARY KEY, token text NOT NULL, at timestamptz NOT NULL DEFAULT now())"


@csrf_exempt
def insert(request: HttpRequest, token: str) -> HttpResponse:
    """Keep the token, as anybody's first unsubscribe view would."""
    with connection.cursor() as cursor:
        cursor.execute("INSERT INTO bare (token) VALUES (%s)", [token])
    return HttpResponse("Unsubscribed.\n", content_type="text/plain; charset=utf-8")


urlpatterns = [path("bare/<path:token>", insert), path("", include("config.urls"))]
