"""The profile of a laptop or a small office: SQLite, no server, http on loopback.

Another bind address needs `CRM_ALLOW_HTTP=1`, so that colleagues and phones in the office can
reach it; the supervisor prints a warning (`contracts.md` 1.20).
"""

from crm.settings import env
from crm.settings.base import *  # noqa: F403
from crm.settings.base import DATA_DIR

SECRET_KEY = env.text("SECRET_KEY", "") or env.own_secret(DATA_DIR / "secret-key")
HOST = env.text("HOST", "127.0.0.1")
PORT = env.number("PORT", 8000)
ALLOW_HTTP = env.flag("CRM_ALLOW_HTTP", False)
ALLOWED_HOSTS = env.names("ALLOWED_HOSTS", []) or (
    ["*"] if ALLOW_HTTP else ["127.0.0.1", "localhost", "[::1]"]
)
SITE_URL = env.text("SITE_URL", f"http://127.0.0.1:{PORT}")
