"""The only writers of consents."""
