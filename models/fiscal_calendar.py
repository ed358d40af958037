"""Fiscal periods: as exported, and as days in the instance time zone."""

from __future__ import annotations

from models.columns import choice, date, date_time, key, key_reference, reference, text
from models.table import Mart, Source, Step
from models.vocabulary import FISCAL_TYPES


class FiscalPeriod(Source):
    """A fiscal month, period, quarter or year."""

    reach = "shared"

    sys_id = key("The fiscal period.")
    name = text("Name of the fiscal period.", nullable=False)
    fiscal_type = choice(FISCAL_TYPES, "`month` and `period` are base periods.", nullable=False)
    start_date_time = date_time("First moment of the period.", nullable=False)
    end_date_time = date_time("Last moment of the period; exactly midnight means the day before.", nullable=False)


class FiscalSpan(Step):
    """One fiscal period of any type, as whole days in the instance time zone."""

    fiscal_period = key_reference("fiscal_period", description="The fiscal period.")
    fiscal_period_name = text("Its name.", nullable=False)
    fiscal_type = choice(FISCAL_TYPES, "Its type.", nullable=False)
    start_date = date("First day.", nullable=False)
    end_date = date("Last day, included.", nullable=False)


class BasePeriod(Mart):
    """One base period: the finest grain at which money is planned, spent and funded."""

    fiscal_period = key_reference("fiscal_period", description="The base period.")
    fiscal_period_name = text("Its name.", nullable=False)
    start_date = date("First day.", nullable=False)
    end_date = date("Last day, included.", nullable=False)
    fiscal_quarter = reference("fiscal_period", description="The quarter that contains it, if one does.")
    fiscal_year = reference("fiscal_period", description="The year that contains it.", nullable=False)


class PeriodMember(Step):
    """One base period inside a fiscal period: itself, or a base period of the quarter or year."""

    fiscal_period = key_reference("fiscal_period", description="The fiscal period.")
    base_period = key_reference("fiscal_period", description="A base period of it.")
    start_date = date("First day of the base period.", nullable=False)
    end_date = date("Last day of the base period.", nullable=False)


class CalendarDay(Step):
    """One day of the fiscal calendar."""

    day = date("The day.", nullable=False)
    fiscal_period = reference("fiscal_period", description="The base period that holds it.", nullable=False)


class CalendarFault(Step):
    """One reason why the calendar can't be used. Any stops the run."""

    fiscal_period = reference("fiscal_period", description="The period at fault.", nullable=False)
    message = text("What is wrong.", nullable=False)
