"""Language and time zone of a request stand with its thread, where they are read at once.

Django keeps them in an `asgiref.Local`, which also serves asynchronous code: a lock, a context and
a comparison of threads, 150 times a page. The product is served by threads and has nothing
asynchronous (`tests/web/test_threads.py` checks that).
"""

import threading

from django.utils import timezone
from django.utils.translation import trans_real

trans_real._active = threading.local()
timezone._active = threading.local()
