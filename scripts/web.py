"""The web process of `make run`: prepares, then serves, in one process.

Importing the product is most of a start, so it happens once: the same process brings the database
up to date (scripts/prepare.py) and becomes the web server, whose children are forked from it.
Servers start gunicorn by itself (deploy/).
"""

import sys

from django.db import connections
from gunicorn.app.wsgiapp import run

from scripts import prepare


def main() -> int:
    """Serve until a signal comes; 1 when the product must not start."""
    if prepare.main():
        return 1
    connections.close_all()  # a database connection must not be shared by forked processes
    sys.argv = ["gunicorn", "-c", "deploy/gunicorn.conf.py", "crm.wsgi"]
    run()
    return 0


if __name__ == "__main__":
    sys.exit(main())
