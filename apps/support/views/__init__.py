"""The desk's pages about requests."""
