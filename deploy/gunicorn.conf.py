"""How the web server runs, at a desk (`make run`) as in containers and under systemd.

Values come from the environment: HOST, PORT, WEB_WORKERS, WEB_THREADS, WEB_GRACE; or WEB_SOCKET,
the descriptor of a socket that whoever starts the server has taken already (scripts/run.py).
"""

import os

_host = os.environ.get("HOST", "127.0.0.1")
_place = f"{f'[{_host}]' if ':' in _host else _host}:{os.environ.get('PORT', '8000')}"
_socket = os.environ.get("WEB_SOCKET")
bind = f"fd://{_socket}" if _socket else _place
workers = int(os.environ.get("WEB_WORKERS", "2"))
worker_class = "gthread"  # threads: one slow client does not hold a process
threads = int(os.environ.get("WEB_THREADS", "8"))
timeout = 60
graceful_timeout = int(os.environ.get("WEB_GRACE", "30"))  # seconds for running requests
keepalive = 5
max_requests = 20_000  # a process is renewed before a slow leak matters
max_requests_jitter = 2_000
preload_app = True  # imported once, then forked: less memory, faster start
control_socket_disable = True  # two products of one machine would share its default place
loglevel = "warning"
accesslog = None
# A proxy on this machine or in the same private network tells the scheme and the address.
forwarded_allow_ips = os.environ.get("FORWARDED_ALLOW_IPS", "127.0.0.1")
# Only one header may speak about the scheme; nginx sets it (deploy/nginx.conf).
secure_scheme_headers = {"X-FORWARDED-PROTO": "https"}
