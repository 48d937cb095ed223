"""Which address counts as the client's."""

from typing import Any

import pytest
from django.test import RequestFactory

from crm.web.addresses import client_ip


@pytest.mark.parametrize(
    ("hops", "forwarded", "expected"),
    [
        (0, "203.0.113.9", "192.0.2.1"),
        (1, "203.0.113.9", "203.0.113.9"),
        (1, "198.51.100.1, 203.0.113.9", "203.0.113.9"),
        (2, "198.51.100.1, 203.0.113.9", "198.51.100.1"),
        (2, "203.0.113.9", "192.0.2.1"),
        (1, "", "192.0.2.1"),
        (1, "' OR 1=1", "192.0.2.1"),
        (1, "2001:DB8::1", "2001:db8::1"),
    ],
)
def test_only_trusted_hops_count(settings: Any, hops: int, forwarded: str, expected: str) -> None:
    settings.TRUSTED_PROXY_HOPS = hops
    request = RequestFactory().get("/", REMOTE_ADDR="192.0.2.1", HTTP_X_FORWARDED_FOR=forwarded)
    assert client_ip(request) == expected


@pytest.mark.parametrize("peer", ["", "unix:/run/crm.sock"])
def test_a_socket_has_no_address(settings: Any, peer: str) -> None:
    settings.TRUSTED_PROXY_HOPS = 0
    assert client_ip(RequestFactory().get("/", REMOTE_ADDR=peer)) is None
