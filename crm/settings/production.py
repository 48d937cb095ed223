"""The profile of a server behind https. Refuses to start with an unsafe secret, host or address.

Needs SECRET_KEY, ALLOWED_HOSTS and SITE_URL; DATABASE_URL should name a PostgreSQL server and
REDIS_URL a Redis, else SQLite and a folder serve one machine. Running it is in deploy/.
"""

from django.core.exceptions import ImproperlyConfigured

from crm.core import selfcheck
from crm.settings import env
from crm.settings.base import *  # noqa: F403
from crm.settings.base import ALLOWED_HOSTS, DATA_DIR, DATABASES, SECRET_KEY

SITE_URL = env.web_address("SITE_URL", "")
if faults := selfcheck.production_faults(SECRET_KEY, ALLOWED_HOSTS, SITE_URL):
    raise ImproperlyConfigured("The production profile cannot start: " + "; ".join(faults) + ".")

# --- https only; nginx ends it and sets the header once (deploy/nginx.conf) ----------------------
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
SECURE_SSL_REDIRECT = True
SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^readyz$"]  # probes speak plain http to the process
SECURE_HSTS_SECONDS = 31_536_000
SECURE_HSTS_INCLUDE_SUBDOMAINS = True
SECURE_HSTS_PRELOAD = True
CSRF_TRUSTED_ORIGINS = [SITE_URL]
USE_X_FORWARDED_HOST = False
TRUSTED_PROXY_HOPS = env.number(
    "TRUSTED_PROXY_HOPS", 1, most=5
)  # who may name the client's address

# --- cookies: the prefix makes browsers refuse them without https or from a sub-domain -----------
SESSION_COOKIE_NAME, CSRF_COOKIE_NAME = "__Host-sid", "__Host-csrf"
LANGUAGE_COOKIE_NAME = "__Host-language"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = LANGUAGE_COOKIE_SECURE = True
SESSION_IDLE_SECONDS = env.number("CRM_IDLE_MINUTES", 30, least=5, most=720) * 60

# --- files --------------------------------------------------------------------------------------
STATIC_ROOT = env.path("CRM_STATIC_ROOT", DATA_DIR / "static")
WHITENOISE_USE_FINDERS = False
STORAGES = {
    "default": {
        "BACKEND": env.text("CRM_FILES_BACKEND", "django.core.files.storage.FileSystemStorage")
    },
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}

# --- database (`reliability.md` 4.4) ------------------------------------------------------------
if DATABASES["default"]["ENGINE"].endswith("postgresql"):
    if env.flag("CRM_PGBOUNCER", False):
        # transaction pooling: no state of a session may outlive a transaction
        DATABASES["default"].update(CONN_MAX_AGE=0, DISABLE_SERVER_SIDE_CURSORS=True)
        DATABASES["default"]["OPTIONS"].pop("options")
    else:
        statement_timeout = env.number("CRM_STATEMENT_TIMEOUT", 0, most=3600)  # seconds, 0 = none
        DATABASES["default"]["OPTIONS"]["options"] += (
            f" -c lock_timeout=2s -c statement_timeout={statement_timeout}s "
            "-c idle_in_transaction_session_timeout=30s"
        )
