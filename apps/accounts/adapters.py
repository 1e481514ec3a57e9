"""How allauth behaves at this desk."""

from allauth.account.adapter import DefaultAccountAdapter
from django.http import HttpRequest


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]
    """Accounts are made by whoever sets the installation up; nobody registers."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """No."""
        return False
