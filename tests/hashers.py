"""A password hash that costs a test nothing, and that a server in another process verifies all the same."""

from django.contrib.auth.hashers import PBKDF2PasswordHasher


class OneRoundHasher(PBKDF2PasswordHasher):
    """Django's default, with the number of rounds that it writes into the hash."""

    iterations = 1
