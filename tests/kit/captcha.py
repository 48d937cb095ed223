"""The verification code of the log-in page in tests of other things."""

from dataclasses import replace

import pytest

from crm.dictionaries.settings import PARAMETERS


def ask_after(monkeypatch: pytest.MonkeyPatch, failures: int) -> None:
    """Have the code asked after so many failures; from 10 on the throttle is there before."""
    parameter = replace(PARAMETERS["captcha_after"], default=failures)
    monkeypatch.setitem(PARAMETERS, "captcha_after", parameter)
