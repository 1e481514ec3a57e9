"""Pages that are no list and no form of one row."""
