"""The desk's pages about cases."""
