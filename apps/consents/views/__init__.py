"""The desk's pages about consents."""
