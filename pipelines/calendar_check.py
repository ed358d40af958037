"""Whether the fiscal calendar of an export can be used: without one, no amount has a period."""

from __future__ import annotations

from typing import Final

import polars as pl

from models.fiscal_calendar import FiscalPeriod
from pipelines.formats.raw_table import SourceError
from transforms.fiscal_calendar import calendar_fault, fiscal_span

SHOWN_FAULTS: Final = 20


def check_calendar(fiscal_period: pl.DataFrame, quarantine: pl.DataFrame, zone: str) -> None:
    """Raise SourceError for a calendar that no period can be told from."""
    name = FiscalPeriod.table_name()
    set_aside = quarantine.filter(source_table=name)
    if len(set_aside) and fiscal_period.is_empty():
        raise SourceError(f"No row of {name} can be used. The first one: {set_aside['message'][0]}")
    periods = FiscalPeriod.cast(fiscal_period.lazy())
    faults = calendar_fault(fiscal_span(periods, instance_time_zone=zone)).collect()["message"].sort()
    if len(faults):
        more = f" And {len(faults) - SHOWN_FAULTS} more." if len(faults) > SHOWN_FAULTS else ""
        raise SourceError(f"The fiscal calendar can't be used. {' '.join(faults.head(SHOWN_FAULTS))}{more}")
