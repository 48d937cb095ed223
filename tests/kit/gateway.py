"""A provider of text messages on this machine: keeps what it is asked, answers as it is told."""

import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any, Self


class Gateway:
    """While it is open, `seen` collects (headers, body); `answers` are (status, JSON), first in
    first out, then every message is taken."""

    def __init__(self) -> None:
        self.seen: list[tuple[dict[str, str], bytes]] = []
        self.answers: list[tuple[int, dict[str, Any]]] = []
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.01,))

    @property
    def url(self) -> str:
        """Where it listens."""
        return f"http://127.0.0.1:{self._server.server_port}/send"

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None,
        place: TracebackType | None,
    ) -> None:  # fmt: skip
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    def answer(self) -> tuple[int, dict[str, Any]]:
        """What the next message is answered with."""
        return self.answers.pop(0) if self.answers else (200, {"id": f"m-{len(self.seen)}"})

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        gateway = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:  # noqa: N802 - the name the server calls
                body = self.rfile.read(int(self.headers["Content-Length"]))
                gateway.seen.append((dict(self.headers), body))
                status, said = gateway.answer()
                text = json.dumps(said).encode()
                self.send_response(status)
                if status == 302:
                    self.send_header("Location", "/elsewhere")
                self.send_header("Content-Length", str(len(text)))
                self.end_headers()
                self.wfile.write(text)

            def log_message(self, *args: Any) -> None:
                """Nothing: tests read `seen`."""

        return Handler
