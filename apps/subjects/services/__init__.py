"""Verbs about people, a file each: the only writers of this app."""
