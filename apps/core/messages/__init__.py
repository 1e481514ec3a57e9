"""Catalogues of the interface's texts, kept without gettext's own tools: a fresh machine has none."""
