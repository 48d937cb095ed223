"""Settings shared by every profile: complete and safe. Profiles only override.

Profiles: `embedded` (laptop, no server), `production`, `test`. Values come from the environment
through `crm.settings.env`, whose errors name the variable and what is expected.
"""

from pathlib import Path

from django.utils.translation import gettext_lazy as _

from crm.core import sqlite_guard
from crm.settings import env
from crm.settings.celery import *  # noqa: F403  (Celery reads its settings from this module)

BASE_DIR = Path(__file__).resolve().parent.parent.parent
DATA_DIR = env.path("CRM_DATA_DIR", BASE_DIR / "var")

DEBUG = False
SECRET_KEY = env.text("SECRET_KEY", "")
SECRET_KEY_FALLBACKS = env.names("SECRET_KEY_FALLBACKS", [])
ALLOWED_HOSTS = env.names("ALLOWED_HOSTS", [])
SITE_URL = env.text("SITE_URL", "")
SITE_NAME = env.text("CRM_SITE_NAME", "和客 CRM")
REDIS_URL = env.text("REDIS_URL", "")

INSTALLED_APPS = [
    "crm.workbench.apps.HekeAdminConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "django.forms",
    "django_filters",
    "django_htmx",
    "template_partials",
    "import_export",
    "guardian",
    "allauth",
    "allauth.account",
    "csp",
    "crm.access",
    "crm.audit",
    "crm.search",
    "crm.web",
    "crm.dictionaries",
    "crm.accounts",
    "crm.notifications",
    "crm.jobs",
    "crm.reminders",
    "crm.activities",
    "crm.pool",
    "crm.workbench.apps.WorkbenchConfig",
    "customers",
    "opportunities",
    "leads",
    "knowledge",
    "tickets",
]

MIDDLEWARE = [
    "crm.web.middleware.RequestContextMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "crm.web.middleware.ContentPolicyMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "crm.accounts.middleware.PreferencesMiddleware",
    "django.contrib.auth.middleware.LoginRequiredMiddleware",
    "crm.accounts.middleware.AccountStateMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "crm.web.middleware.ErrorPageMiddleware",
]

ROOT_URLCONF = "crm.urls"
WSGI_APPLICATION = "crm.wsgi.application"

CONTEXT_PROCESSORS = [
    "django.template.context_processors.request",
    "django.contrib.auth.context_processors.auth",
    "django.contrib.messages.context_processors.messages",
    "crm.web.context.frame",
]
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": CONTEXT_PROCESSORS,
            "builtins": ["crm.web.templatetags.ui"],
        },
    },
    {
        # Parts drawn often: compiled and about five times faster (`performance.md` 4).
        "NAME": "jinja2",
        "BACKEND": "django.template.backends.jinja2.Jinja2",
        "DIRS": [BASE_DIR / "templates" / "jinja"],
        "APP_DIRS": True,  # Django's widgets
        "OPTIONS": {
            "environment": "crm.web.jinja.environment",
            "context_processors": CONTEXT_PROCESSORS,
        },
    },
]
FORM_RENDERER = "crm.web.renderer.FormRenderer"

DATABASES = {
    "default": env.database(
        "DATABASE_URL",
        f"sqlite:///{DATA_DIR / 'db.sqlite3'}",
        sqlite_options=sqlite_guard.options(),
    )
}
NAVIGATION = "crm.navigation.MENU"
TRUSTED_PROXY_HOPS = env.number("TRUSTED_PROXY_HOPS", 0)
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

CACHES = {
    "default": (
        {"BACKEND": "django.core.cache.backends.redis.RedisCache", "LOCATION": REDIS_URL}
        if REDIS_URL
        else {"BACKEND": "django.core.cache.backends.db.DatabaseCache", "LOCATION": "crm_cache"}
    )
}

# --- accounts -----------------------------------------------------------------------------------
AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = ["crm.accounts.backends.LoginBackend"]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "workbench:home"
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 12},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]
ACCOUNT_ADAPTER = "crm.accounts.adapter.AccountAdapter"
ACCOUNT_LOGIN_METHODS = {"username", "email"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "password1*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_PASSWORD_RESET_BY_CODE_ENABLED = True
ACCOUNT_LOGOUT_ON_GET = False
ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_RATE_LIMITS = False  # our own counter in the database (`contracts.md` 1.14)
ACCOUNT_FORMS = {"login": "crm.accounts.forms.LoginForm"}
GUARDIAN_AUTO_PREFETCH = False
ANONYMOUS_USER_NAME = None
SILENCED_SYSTEM_CHECKS = ["guardian.W001"]  # shares are read by crm.access, not by has_perm()

# --- cookies and headers (`reliability.md` 4.2) -------------------------------------------------
SESSION_ENGINE = "crm.accounts.sessionstore"
SESSION_COOKIE_NAME = "crm_sid"
CSRF_COOKIE_NAME = "crm_csrf"
SESSION_COOKIE_HTTPONLY = True
CSRF_COOKIE_HTTPONLY = True  # scripts read the token from the page
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_AGE = 12 * 3600
SESSION_IDLE_SECONDS = 8 * 3600
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
CSRF_FAILURE_VIEW = "crm.web.errors.csrf_failure"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": ["'self'"],
        "script-src": ["'self'"],
        "style-src": ["'self'"],
        "img-src": ["'self'", "data:"],
        "font-src": ["'self'"],
        "connect-src": ["'self'"],
        "object-src": ["'none'"],
        "base-uri": ["'self'"],
        "form-action": ["'self'"],
        "frame-ancestors": ["'none'"],
    }
}
DATA_UPLOAD_MAX_MEMORY_SIZE = 2_500_000
DATA_UPLOAD_MAX_NUMBER_FIELDS = 2000
DATA_UPLOAD_MAX_NUMBER_FILES = 20
FILE_UPLOAD_PERMISSIONS = 0o640
FILE_UPLOAD_DIRECTORY_PERMISSIONS = 0o750

# --- language, time, formats --------------------------------------------------------------------
LANGUAGE_CODE = env.choice("CRM_LANGUAGE", "zh-hans", ["zh-hans", "en"])
LANGUAGES = [("zh-hans", _("Simplified Chinese")), ("en", _("English"))]
LANGUAGE_COOKIE_NAME = "crm_language"
LOCALE_PATHS = [BASE_DIR / "locale"]
FORMAT_MODULE_PATH = ["crm.core.formats"]
USE_I18N = True
USE_TZ = True
USE_THOUSAND_SEPARATOR = False
TIME_ZONE = "Asia/Shanghai"

# --- files --------------------------------------------------------------------------------------
STATIC_URL = "static/"
STATICFILES_DIRS = [BASE_DIR / "static_built"]
STATIC_ROOT = DATA_DIR / "static"
MEDIA_ROOT = DATA_DIR / "files"
MEDIA_URL = ""  # files are served by views after a permission check, never by address
WHITENOISE_USE_FINDERS = True

# --- mail ---------------------------------------------------------------------------------------
EMAIL_URL = env.text("EMAIL_URL", "")
MAIL_CONFIGURED = bool(EMAIL_URL)
globals().update(env.email("EMAIL_URL", "dummymail://"))
DEFAULT_FROM_EMAIL = env.text("EMAIL_FROM", "crm@localhost")

# --- text messages ------------------------------------------------------------------------------
# none are sent unless all four are set (crm.notifications.texting)
SMS_URL = env.web_address("SMS_URL", "")
SMS_SECRET = env.text("SMS_SECRET", "")
SMS_SIGN = env.text("SMS_SIGN", "")
SMS_TEMPLATE = env.text("SMS_TEMPLATE", "")
SMS_HEADER = env.text("SMS_HEADER", "X-Signature")

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "filters": {"request_id": {"()": "crm.core.logs.RequestIdFilter"}},
    "formatters": {"line": {"()": "crm.core.logs.JsonFormatter"}},
    "handlers": {
        "console": {
            "class": "logging.StreamHandler",
            "formatter": "line",
            "filters": ["request_id"],
        }
    },
    "root": {"handlers": ["console"], "level": "INFO"},
}
