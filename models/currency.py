"""Exchange rates."""

from __future__ import annotations

from models.columns import exchange_rate, key_date, key_text
from models.table import Source


class ExchangeRate(Source):
    """A rate between two currencies, valid from a day on."""

    named = "fx_rate"

    from_currency = key_text("The currency that is converted.")
    to_currency = key_text("The currency it becomes.")
    rate = exchange_rate("What one unit becomes.")
    valid_from = key_date("First day the rate is valid.")
