"""How the desk looks: django-unfold's settings. What differs by person is named by its dotted path."""

from typing import Any

from django.templatetags.static import static
from django.utils.translation import gettext_lazy as _

UNFOLD: dict[str, Any] = {
    "SITE_TITLE": "Amanat",
    "SITE_HEADER": "Amanat",
    "SITE_SUBHEADER": _("Privacy desk"),
    "SITE_URL": None,
    "SITE_ICON": lambda request: static("portal/mark.svg"),
    "SITE_FAVICONS": [
        {"rel": "icon", "type": "image/svg+xml", "sizes": "any", "href": lambda request: static("portal/mark.svg")}
    ],
    "SHOW_HISTORY": False,  # the audit is the history
    "SHOW_VIEW_ON_SITE": False,
    "SHOW_BACK_BUTTON": True,
    "SHOW_LANGUAGES": True,
    "BORDER_RADIUS": "8px",
    "ENVIRONMENT": "apps.portal.start.environment_badge",
    "DASHBOARD_CALLBACK": "apps.portal.start.start_page",
    "STYLES": [lambda request: static("portal/desk.css")],
    "SCRIPTS": [lambda request: static("portal/keys.js"), lambda request: static("portal/once.js")],
    "SIDEBAR": {
        "show_search": False,  # its requests would put what is typed into addresses
        "show_all_applications": False,
        "navigation": "apps.portal.sidebar.navigation",
    },
    "COLORS": {
        "base": {
            "50": "oklch(98.4% .003 200)",
            "100": "oklch(96.3% .005 200)",
            "200": "oklch(92.4% .008 205)",
            "300": "oklch(87% .012 208)",
            "400": "oklch(70.5% .02 212)",
            "500": "oklch(54.5% .025 214)",
            "600": "oklch(44.3% .028 216)",
            "700": "oklch(36.8% .028 217)",
            "800": "oklch(27.6% .026 218)",
            "900": "oklch(20.8% .024 219)",
            "950": "oklch(13.2% .02 220)",
        },
        "primary": {
            "50": "oklch(97.8% .016 186)",
            "100": "oklch(94.6% .034 186)",
            "200": "oklch(89.8% .06 187)",
            "300": "oklch(83.4% .086 188)",
            "400": "oklch(74.5% .105 189)",
            "500": "oklch(64% .106 191)",
            "600": "oklch(51% .09 193)",
            "700": "oklch(43.8% .077 194)",
            "800": "oklch(37.6% .063 195)",
            "900": "oklch(32.4% .05 196)",
            "950": "oklch(23.8% .038 197)",
        },
    },
}
