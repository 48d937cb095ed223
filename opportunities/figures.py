"""Amounts in words and links to lists: what board, forecast, movement and funnel share."""

from decimal import Decimal
from typing import Any

from django.db.models import DecimalField, ExpressionWrapper, F
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import get_language

from crm.web.templatetags.ui import money_text

WAN, YI = Decimal(10_000), Decimal(100_000_000)
ZERO = Decimal(0)
#: Amount × probability, exact: yuan with four decimals, summed before it is divided by 100.
WEIGHTED = ExpressionWrapper(
    F("amount") * F("probability"), output_field=DecimalField(max_digits=20, decimal_places=2)
)


def short(amount: Any) -> str:
    """¥12.5万 for readers of Chinese from ten thousand on, else with thousands commas."""
    value = Decimal(amount or 0)
    if get_language() != "zh-hans" or abs(value) < WAN:
        return f"¥{money_text(value, 0)}"
    unit, sign = (YI, "亿") if abs(value) >= YI else (WAN, "万")
    shown = f"{value / unit:,.2f}".rstrip("0").rstrip(".")
    return f"¥{shown}{sign}"


def percent_of(weighted: Any) -> Decimal:
    """A sum of `WEIGHTED` as yuan, to the fen."""
    return (Decimal(weighted or 0) / 100).quantize(Decimal("0.01"))


def list_url(**query: Any) -> str:
    """The list that shows exactly these rows."""
    base = reverse("opportunities:opportunity_list")
    return f"{base}?{urlencode({k: v for k, v in query.items() if v not in (None, '')})}"
