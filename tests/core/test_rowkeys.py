"""Primary keys as addresses and forms name them."""

from crm.core.rowkeys import LARGEST, key_of, keys_of


def test_keys_of_what_an_address_names() -> None:
    assert keys_of(["7", "x", "", "-1", "1.0", "9" * 25, str(LARGEST), str(LARGEST + 1)]) == [
        7,
        LARGEST,
    ]
    assert (key_of(3), key_of(None), key_of("9" * 5000)) == (3, None, None)
