"""What is filled in about partners, recipients and uses of data."""
