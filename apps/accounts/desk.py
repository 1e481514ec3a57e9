"""What every page of the desk begins with: who asks, and the frame around what they get."""

from typing import Any

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from apps.accounts.models import User


def staff(request: HttpRequest, permission: str) -> User:
    """The member of staff who asks. Raises PermissionDenied without the permission."""
    user = request.user
    if not isinstance(user, User) or not user.has_perm(permission):
        raise PermissionDenied
    return user


def framed(request: HttpRequest, template: str, context: dict[str, Any], status: int = 200) -> HttpResponse:
    """A page in the frame of the desk. `context` names its `title` and the `opts` that its way leads over."""
    return render(request, template, {**admin.site.each_context(request), **context}, status=status)
