"""E-mail as it really comes: letters out of files and mailboxes, texts out of letters."""
