"""How long something took, in words short enough for a list."""

from django.utils.translation import gettext as _

_MINUTE, _HOUR = 60, 3600
# From here on the next smaller unit says nothing.
_MANY_MINUTES = 10


def duration(seconds: float) -> str:
    """`< 1 s`, `12 s`, `1 min 20 s`, `12 min`, `3 h 5 min`, in the reader's language."""
    if seconds < 1:
        return _("< 1 s")
    if seconds < _MINUTE:
        return _("%(n)d s") % {"n": seconds}
    if seconds < _HOUR:
        return _minutes(seconds)
    whole = _("%(n)d h") % {"n": seconds // _HOUR}
    minutes = seconds % _HOUR // _MINUTE
    return f"{whole} {_('%(n)d min') % {'n': minutes}}" if minutes else whole


def _minutes(seconds: float) -> str:
    whole = _("%(n)d min") % {"n": seconds // _MINUTE}
    rest = int(seconds % _MINUTE)
    exact = rest and seconds < _MANY_MINUTES * _MINUTE
    return f"{whole} {_('%(n)d s') % {'n': rest}}" if exact else whole
