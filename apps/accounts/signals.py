"""What the apps above hear of the staff: the audit stands on accounts and can't be called from here."""

from django.dispatch import Signal

# Sent in the transaction of the change with `actor`, `user`, `fields` (names), `added` and `removed` (role codes).
staff_changed = Signal()
