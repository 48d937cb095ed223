"""Initial passwords: generated, easy to read out on the phone, changed at the first login."""

import secrets

#: Without characters that look alike (0 O o 1 l I).
_LETTERS = "abcdefghijkmnpqrstuvwxyz"
_CAPITALS = "ABCDEFGHJKLMNPQRSTUVWXYZ"
_DIGITS = "23456789"
_GROUPS, _LENGTH = 3, 4


def generate() -> str:
    """Fourteen characters in three groups (`Kx7m-9tRp-b4Wq`), about 68 bits."""
    while True:
        signs = [secrets.choice(_LETTERS + _CAPITALS + _DIGITS) for _ in range(_GROUPS * _LENGTH)]
        if all(set(signs) & set(kind) for kind in (_LETTERS, _CAPITALS, _DIGITS)):
            break
    text = "".join(signs)
    return "-".join(text[place : place + _LENGTH] for place in range(0, len(text), _LENGTH))
