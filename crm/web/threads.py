"""What Django keeps for a request stands with its thread, where it is read at once: language, time
zone, the table of addresses, connections to the database and the cache.

Django keeps them in an `asgiref.Local`, which also serves asynchronous code: a lock, a context and
a comparison of threads, hundreds of times a page. The product is served by threads and has nothing
asynchronous (`tests/web/test_threads.py` checks that).
"""

import threading

from django.core.cache import caches
from django.db import connections
from django.urls import base
from django.utils import timezone
from django.utils.translation import trans_real

trans_real._active = threading.local()
timezone._active = threading.local()
base._prefixes = threading.local()
base._urlconfs = threading.local()
connections._connections = threading.local()
caches._connections = threading.local()
