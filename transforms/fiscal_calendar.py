"""Fiscal periods become days, and base periods find their quarter and year."""

from __future__ import annotations

import dataframely as dy
import polars as pl

from models.fiscal_calendar import BasePeriod, CalendarDay, CalendarFault, FiscalPeriod, FiscalSpan, PeriodMember
from models.vocabulary import BASE_PERIOD_TYPES, QUARTER, YEAR
from transforms.sentence import sentence


def fiscal_span(fiscal_period: dy.LazyFrame[FiscalPeriod], *, instance_time_zone: str) -> dy.LazyFrame[FiscalSpan]:
    """First and last day of every fiscal period in the instance time zone.

    An end at exactly midnight means the day before.
    """
    frame = fiscal_period.select(
        fiscal_period="sys_id",
        fiscal_period_name="name",
        fiscal_type="fiscal_type",
        start_date=_local(pl.col("start_date_time"), instance_time_zone).dt.date(),
        end_date=_local(pl.col("end_date_time"), instance_time_zone).dt.offset_by("-1us").dt.date(),
    )
    return FiscalSpan.cast(frame)


def _local(moment: pl.Expr, zone: str) -> pl.Expr:
    return moment.dt.replace_time_zone("UTC").dt.convert_time_zone(zone).dt.replace_time_zone(None)


def base_period(fiscal_span: dy.LazyFrame[FiscalSpan]) -> dy.LazyFrame[BasePeriod]:
    """Every month or period, with the quarter and the year that contain it."""
    base = _spans(fiscal_span, *BASE_PERIOD_TYPES)
    frame = (
        base.join(_container(fiscal_span, QUARTER), on="fiscal_period", how="left")
        .join(_container(fiscal_span, YEAR), on="fiscal_period", how="inner")
        .sort("start_date")
    )
    return BasePeriod.cast(frame)


def _spans(fiscal_span: pl.LazyFrame, *types: str) -> pl.LazyFrame:
    return fiscal_span.filter(pl.col("fiscal_type").is_in(types)).drop("fiscal_type")


def _contained(fiscal_span: pl.LazyFrame, *types: str) -> pl.LazyFrame:
    """Pairs of a base period and a period of `types` that contains it (suffix `_right`)."""
    return _spans(fiscal_span, *BASE_PERIOD_TYPES).join_where(
        _spans(fiscal_span, *types),
        pl.col("start_date") >= pl.col("start_date_right"),
        pl.col("end_date") <= pl.col("end_date_right"),
    )


def _container(fiscal_span: pl.LazyFrame, fiscal_type: str) -> pl.LazyFrame:
    pairs = _contained(fiscal_span, fiscal_type)
    return pairs.select("fiscal_period", pl.col("fiscal_period_right").alias(f"fiscal_{fiscal_type}"))


def period_member(fiscal_span: dy.LazyFrame[FiscalSpan]) -> dy.LazyFrame[PeriodMember]:
    """The base periods of every fiscal period; a base period is its own only member."""
    itself = _spans(fiscal_span, *BASE_PERIOD_TYPES).with_columns(base_period=pl.col("fiscal_period"))
    inside = _contained(fiscal_span, QUARTER, YEAR).select(
        "start_date", "end_date", base_period="fiscal_period", fiscal_period="fiscal_period_right"
    )
    return PeriodMember.cast(pl.concat([itself, inside], how="diagonal"))


def calendar_day(base_period: dy.LazyFrame[BasePeriod]) -> dy.LazyFrame[CalendarDay]:
    """Every day of every base period."""
    days = pl.date_ranges("start_date", "end_date").alias("day")
    return CalendarDay.cast(base_period.select("fiscal_period", days).explode("day"))


def calendar_fault(fiscal_span: dy.LazyFrame[FiscalSpan]) -> dy.LazyFrame[CalendarFault]:
    """What makes a calendar unusable: any row stops the run.

    Base periods may not overlap, nor leave a gap inside a year, nor end before they start, and each must lie in exactly
    one year and at most one quarter. A year or quarter without base periods is no fault.
    """
    faults = (
        _ends_before_it_starts(fiscal_span),
        _overlap(fiscal_span),
        _not_in_one(fiscal_span, YEAR, least=1),
        _not_in_one(fiscal_span, QUARTER, least=0),
        _gap(fiscal_span),
    )
    return CalendarFault.cast(pl.concat(faults))


def _fault(frame: pl.LazyFrame, message: pl.Expr) -> pl.LazyFrame:
    return frame.select("fiscal_period", message=message)


def _ends_before_it_starts(fiscal_span: pl.LazyFrame) -> pl.LazyFrame:
    backwards = fiscal_span.filter(pl.col("end_date") < pl.col("start_date"))
    return _fault(
        backwards, sentence("{} ends on {}, before it starts on {}.", "fiscal_period_name", "end_date", "start_date")
    )


def _overlap(fiscal_span: pl.LazyFrame) -> pl.LazyFrame:
    ordered = _spans(fiscal_span, *BASE_PERIOD_TYPES).sort("start_date", "end_date", "fiscal_period")
    previous = ordered.with_columns(
        before=pl.col("fiscal_period_name").shift(1), until=pl.col("end_date").shift(1).cum_max()
    )
    overlapping = previous.filter(pl.col("start_date") <= pl.col("until"))
    text = "{} starts on {}, while {} or an earlier base period lasts until {}: base periods may not overlap."
    return _fault(overlapping, sentence(text, "fiscal_period_name", "start_date", "before", "until"))


def _not_in_one(fiscal_span: pl.LazyFrame, fiscal_type: str, *, least: int) -> pl.LazyFrame:
    containers = _container(fiscal_span, fiscal_type).group_by("fiscal_period").agg(containers=pl.len())
    counted = _spans(fiscal_span, *BASE_PERIOD_TYPES).join(containers, on="fiscal_period", how="left")
    wrong = counted.with_columns(pl.col("containers").fill_null(0)).filter(~pl.col("containers").is_between(least, 1))
    limit = "exactly" if least else "at most"
    text = f"{{}} ({{}} to {{}}) lies in {{}} fiscal {fiscal_type}s; it must lie in {limit} one."
    return _fault(wrong, sentence(text, "fiscal_period_name", "start_date", "end_date", "containers"))


def _gap(fiscal_span: pl.LazyFrame) -> pl.LazyFrame:
    days = (pl.col("end_date") - pl.col("start_date")).dt.total_days() + 1
    covered = _contained(fiscal_span, YEAR).group_by("fiscal_period_right").agg(covered=days.sum())
    years = _spans(fiscal_span, YEAR).with_columns(length=days)
    short = years.join(covered, left_on="fiscal_period", right_on="fiscal_period_right").filter(
        pl.col("covered") < pl.col("length")
    )
    text = "{} has {} days, but its base periods cover only {} of them: there is a gap."
    return _fault(short, sentence(text, "fiscal_period_name", "length", "covered"))
