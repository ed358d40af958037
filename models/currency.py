"""Exchange rates, and what is said of an amount that was entered in one currency and counts in another."""

from __future__ import annotations

import dataframely as dy

from models.columns import date, exchange_rate, flag, key_date, key_text, text
from models.table import Source


class ExchangeRate(Source):
    """A rate between two currencies, valid from a day on."""

    reach = "shared"
    named = "fx_rate"

    from_currency = key_text("The currency that is converted.")
    to_currency = key_text("The currency it becomes.")
    rate = exchange_rate("What one unit becomes.")
    valid_from = key_date("First day the rate is valid.")


def entered_currency() -> dy.String:
    """The column `currency` of an entered amount."""
    return text("Currency in which it was entered; empty = the functional one.")


def rate_date() -> dy.Date:
    """The column `rate_date` of a converted amount."""
    return date("The day whose exchange rate counts; empty where there is no functional currency.")


def rate_used() -> dy.Decimal:
    """The column `exchange_rate` of a converted amount."""
    return exchange_rate("The rate it was converted at; empty = none was needed, or there is none.", nullable=True)


def unconverted() -> dy.Bool:
    """The column `is_unconverted` of a converted amount."""
    return flag("There is no exchange rate for it.", nullable=False)
