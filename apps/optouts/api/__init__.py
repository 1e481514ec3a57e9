"""What other systems ask and hand over, with a token and without a cookie: docs/api.md."""
