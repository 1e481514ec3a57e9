"""The desk's pages about partners' files."""
