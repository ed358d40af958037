"""Contract, section 3 and 7: amounts in several currencies."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal, localcontext
from typing import Any

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from models.baseline import BaselineCost
from models.baseline_variance import BaselineVariance
from models.benefit import BenefitPlanFigures
from models.cost import BreakdownFigures, CostPlanFigures
from models.currency import ExchangeRate
from models.figures import CashFlow, WorkItem, WorkItemPeriod, WorkItemRollup
from models.project_currency import WorkItemInProjectCurrency
from models.settings import Settings
from tests.frames import rows
from tests.spec.world import Night, tonight
from transforms.conversion import Exchange, converted

RATES = """
    from_currency | to_currency | rate      | valid_from
    EUR           | USD         | 1.10      | 2026-01-01
    EUR           | USD         | 1.25      | 2026-02-01
    IDR           | USD         | 0.0000613 | 2025-01-01
    USD           | GBP         | 0.80      | 2025-01-01
"""
IN_DOLLARS = Settings(functional_currency="USD")


def in_dollars(**pictures: str) -> Night:
    return tonight(settings=IN_DOLLARS, fx_rate=RATES, **pictures)


def test_without_a_functional_currency_amounts_stay_as_they_are_and_mixing_is_a_finding() -> None:
    night = tonight(fx_rate=RATES, fm_expense_line="task | currency | amount \n P1 | EUR | 100 \n P1 | USD | 100")

    assert night.figure("actual_cost") == Decimal(200)
    assert len(night.findings("several_currencies")) == 1


def test_a_line_is_converted_at_the_rate_of_its_day() -> None:
    lines = """
        task | date       | currency | amount
        P1   | 2026-01-31 | EUR      | 100
        P1   | 2026-02-01 | EUR      | 100
        P1   | 2026-04-30 | eur      | 100
    """
    night = in_dollars(fm_expense_line=lines)

    assert night.figure("actual_cost") == Decimal(110) + Decimal(125) + Decimal(125)
    assert night.findings("several_currencies") == []


def test_a_plan_row_is_converted_at_the_rate_of_the_first_day_of_its_period() -> None:
    night = in_dollars(
        cost_plan="sys_id | task | currency \n C1 | P1 | EUR",
        cost_plan_breakdown="fiscal_period | value \n 2026-01 | 100 \n 2026-02 | 100",
    )

    night.shows(
        WorkItemPeriod,
        """
        fiscal_period | planned_cost
        2026-01       | 110
        2026-02       | 125
        """,
    )
    assert night.rows(CostPlanFigures)["total_planned_cost"].to_list() == [Decimal(235)]


def test_a_budget_is_converted_once_at_the_first_day_of_its_period_and_then_split() -> None:
    night = tonight(
        settings=IN_DOLLARS,
        fx_rate="from_currency | to_currency | rate | valid_from \n EUR | USD | 1.001 | 2025-01-01",
        project_funding="capex_budget | currency \n 1000 | EUR",
    )

    assert night.figure("budget_cost") == Decimal("1001.00")
    shares = night.rows(WorkItemPeriod, work_item="P1")["budget_cost"].to_list()
    assert sum(shares) == Decimal("1001.00")


def test_an_empty_currency_is_that_of_the_work_item_and_else_the_functional_one() -> None:
    night = in_dollars(
        pm_project="sys_id | currency \n P1 | EUR \n P2 | -",
        fm_expense_line="task | amount \n P1 | 100 \n P2 | 100",
    )

    assert night.figure("actual_cost", of="P1") == Decimal(110)
    assert night.figure("actual_cost", of="P2") == Decimal(100)


def test_the_same_currency_needs_no_rate() -> None:
    night = tonight(settings=IN_DOLLARS, fm_expense_line="task | currency | amount \n P1 | usd | 100.0050")

    assert night.figure("actual_cost") == Decimal("100.0050")


def test_a_small_rate_is_exact() -> None:
    night = in_dollars(fm_expense_line="task | currency | amount \n P1 | IDR | 1000000000")

    assert night.figure("actual_cost") == Decimal("61300.00")


@pytest.mark.parametrize("currency", ["EUR", "GBP", "CHF"])
def test_an_amount_without_a_rate_is_unknown_never_at_1_and_a_finding(currency: str) -> None:
    """EUR has no rate yet in 2025; GBP has only the inverse; CHF none."""
    night = in_dollars(
        fm_expense_line=f"task | date | currency | amount \n P1 | 2025-12-31 | {currency} | 1000 \n P1 | 2026-01-01 | USD | 5"
    )

    assert night.figure("actual_cost") is None
    assert night.figure("estimate_at_completion") is None
    assert night.rows(WorkItemRollup, work_item="P1")["actual_cost"].to_list() == [None]
    (finding,) = night.findings("missing_exchange_rate")
    assert (finding["work_item"], finding["source_table"]) == ("P1", "fm_expense_line")
    assert f"1000.0000 {currency}" in finding["message"]


def test_what_does_not_need_the_amount_is_known() -> None:
    night = in_dollars(
        pm_project="sys_id \n P1 \n P2",
        fm_expense_line="task | date | currency | amount | expense_type \n P1 | 2026-01-15 | CHF | 10 | capex \n P1 | 2026-02-15 | USD | 5 | opex \n P2 | 2026-02-15 | USD | 7 | opex",
    )

    assert night.figure("actual_capital", of="P1") is None
    assert night.figure("actual_operating", of="P1") == Decimal(5)
    assert night.figure("estimated_cost", of="P1") == Decimal(0)
    assert night.figure("actual_cost", of="P2") == Decimal(7)


def test_an_unknown_plan_has_no_present_value_no_rate_of_return_and_no_task_row_of_zero() -> None:
    night = in_dollars(
        cost_plan="sys_id | task | currency \n C1 | P1 | CHF",
        cost_plan_breakdown="value \n 100",
        benefit_plan_breakdown="fiscal_period | value \n 2027-01 | 150",
    )

    assert night.figure("estimated_cost") is None
    assert (night.figure("npv"), night.figure("irr_pct"), night.figure("irr_status")) == (None, None, None)
    assert night.rows(CashFlow, t=0)["cost"].to_list() == [None]
    assert night.rows(BreakdownFigures)["planned_cost"].to_list() == [None, None]
    assert night.figure("estimated_benefit") == Decimal(150)


def test_benefits_and_budgets_without_a_rate_are_unknown() -> None:
    night = in_dollars(
        benefit_plan="sys_id | task | currency \n B1 | P1 | CHF",
        benefit_plan_breakdown="value | actual_benefit \n 100 | 50",
        project_funding="opex_budget | currency \n 10 | CHF",
    )

    for figure in ("estimated_benefit", "actual_benefit", "budget_cost", "budget_operating"):
        assert night.figure(figure) is None
    assert night.figure("budget_capital") == Decimal(0)
    assert night.rows(BenefitPlanFigures)["total_planned_benefit"].to_list() == [None]
    assert len(night.findings("missing_exchange_rate")) == 2


def test_by_setting_an_amount_without_a_rate_counts_at_1_with_a_finding() -> None:
    night = tonight(
        settings=Settings(functional_currency="USD", missing_exchange_rate="one"),
        fm_expense_line="task | currency | amount \n P1 | CHF | 1000",
    )

    assert night.figure("actual_cost") == Decimal(1000)
    assert len(night.findings("missing_exchange_rate")) == 1


def test_a_rate_of_zero_or_less_is_none() -> None:
    night = tonight(
        settings=IN_DOLLARS,
        fx_rate="from_currency | to_currency | rate | valid_from \n EUR | USD | 0 | 2025-01-01",
        fm_expense_line="task | currency | amount \n P1 | EUR | 1000",
    )

    assert night.rows(WorkItem)["actual_cost"].to_list() == [None]


def test_an_amount_too_large_to_be_admitted_is_unknown() -> None:
    night = tonight(
        settings=IN_DOLLARS,
        fx_rate="from_currency | to_currency | rate | valid_from \n EUR | USD | 1000 | 2025-01-01",
        fm_expense_line="task | currency | amount \n P1 | EUR | 99999999999 \n P1 | EUR | 100000000000",
        pm_project="sys_id \n P1",
    )

    assert night.figure("actual_cost") is None
    assert len(night.findings("missing_exchange_rate")) == 1


@pytest.mark.parametrize(("choice", "planned"), [("null", None), ("one", "99999999999999.99")])
def test_an_amount_beside_one_that_is_too_large_is_converted_all_the_same(choice: Any, planned: str | None) -> None:
    night = tonight(
        settings=Settings(functional_currency="USD", missing_exchange_rate=choice),
        fx_rate="from_currency | to_currency | rate | valid_from \n EUR | USD | 10 | 2025-01-01",
        benefit_plan="sys_id | task | currency \n B1 | P1 | EUR",
        benefit_plan_breakdown="value | actual_benefit \n 99999999999999.99 | 12.345",
    )

    assert night.figure("actual_benefit") == Decimal("123.45")
    assert night.figure("estimated_benefit") == (None if planned is None else Decimal(planned))
    assert len(night.findings("missing_exchange_rate")) == 1


def test_a_project_of_another_currency_has_its_figures_in_it_too() -> None:
    """USD 100 in January at 0.90, EUR 50 as they are, CHF straight to EUR at 1.05: not by way of USD."""
    rates = """
        from_currency | to_currency | rate | valid_from
        EUR           | USD         | 1.10 | 2025-01-01
        CHF           | USD         | 1.30 | 2025-01-01
        USD           | EUR         | 0.90 | 2025-01-01
        CHF           | EUR         | 1.05 | 2025-01-01
    """
    night = tonight(
        settings=IN_DOLLARS,
        fx_rate=rates,
        pm_project="sys_id | currency \n P1 | eur \n P2 | USD \n P3 | -",
        cost_plan_breakdown="fiscal_period | value | expense_type \n 2026-01 | 40 | capex \n 2026-06 | 60 | opex",
        fm_expense_line="""
            task | date       | currency | amount | expense_type
            P1   | 2026-01-15 | USD      | 100    | opex
            P1   | 2026-06-15 | EUR      | 50     | capex
            P1   | 2026-02-15 | CHF      | 200    | opex
            P2   | 2026-02-15 | EUR      | 200    | opex
        """,
        project_funding="capex_budget | currency \n 1000 | USD",
    )

    night.shows(
        WorkItemInProjectCurrency,
        """
        work_item | currency | estimated_cost | planned_capital | actual_cost | actual_capital | budget_cost | estimate_at_completion | budget_variance
        P1        | EUR      | 100            | 40              | 350         | 50             | 900         | 360                    | 540
        """,
    )


def test_a_budget_in_project_currency_is_converted_before_it_is_split() -> None:
    night = tonight(
        settings=IN_DOLLARS,
        fx_rate="from_currency | to_currency | rate | valid_from \n USD | EUR | 0.8888 | 2025-01-01",
        pm_project="sys_id | currency \n P1 | EUR",
        project_funding="opex_budget | currency \n 100.01 | USD",
    )

    assert night.rows(WorkItemInProjectCurrency)["budget_cost"].to_list() == [Decimal("88.89")]


def test_a_project_without_money_has_zeros_and_one_without_a_rate_is_unknown_in_its_currency() -> None:
    night = tonight(
        settings=IN_DOLLARS,
        pm_project="sys_id | currency \n P1 | EUR \n P2 | EUR",
        fm_expense_line="task | currency | amount | expense_type \n P1 | USD | 100 | opex",
    )

    night.shows(
        WorkItemInProjectCurrency,
        """
        work_item | actual_cost | actual_capital | estimated_cost | estimate_at_completion
        P1        | -           | 0              | 0              | -
        P2        | 0           | 0              | 0              | 0
        """,
    )


@pytest.mark.parametrize(("choice", "rate"), [("period_start", "1.10"), ("period_end", "1.25")])
def test_the_rate_date_of_plans_is_a_setting(choice: Any, rate: str) -> None:
    """The second rate begins within January."""
    night = tonight(
        settings=IN_DOLLARS.model_copy(update={"plan_rate_date": choice}),
        fx_rate=RATES.replace("2026-02-01", "2026-01-20"),
        cost_plan="sys_id | task | currency \n C1 | P1 | EUR",
        cost_plan_breakdown="fiscal_period | value \n 2026-01 | 100",
        benefit_plan="sys_id | task | currency \n B1 | P1 | EUR",
        benefit_plan_breakdown="fiscal_period | value \n 2026-01 | 100",
        sn_invst_pln_financial_migration="sys_id \n m",
        sn_invst_pln_invst_budget="fiscal_period | currency | amount \n 2026-01 | EUR | 100",
    )

    for figure in ("estimated_cost", "estimated_benefit", "budget_cost"):
        assert night.figure(figure) == 100 * Decimal(rate)


@pytest.mark.parametrize(("choice", "rate"), [("line_date", "1.25"), ("period_start", "1.10"), ("period_end", "1.40")])
def test_the_rate_date_of_lines_is_a_setting(choice: Any, rate: str) -> None:
    """Rates begin on 20 and 30 January; a demand's line outside the calendar is converted on its own day."""
    night = tonight(
        settings=IN_DOLLARS.model_copy(update={"actual_rate_date": choice}),
        fx_rate=RATES.replace("2026-02-01", "2026-01-20") + "\n EUR | USD | 1.40 | 2026-01-30",
        dmn_demand="sys_id \n D1",
        fm_expense_line="task | date | currency | amount \n P1 | 2026-01-25 | EUR | 100 \n D1 | 2031-01-25 | EUR | 100",
    )

    assert night.figure("actual_cost") == 100 * Decimal(rate)
    assert night.figure("demand_direct_actual", of="D1") == Decimal(140)


def test_a_baseline_of_the_platform_is_converted_at_the_rates_that_it_could_know() -> None:
    """Made on 10 January: the rate of February is not known yet; a copy that carries a rate has that one.

    The day that is kept is that of the period.
    """
    night = tonight(
        settings=IN_DOLLARS,
        fx_rate=RATES,
        sn_invst_pln_invst_investment_baseline_header="sys_id | name | task | created_on \n b | then | P1 | 2026-01-10 00:00:00",
        cost_plan_baseline="sys_id | baseline_header | currency \n c | b | EUR",
        cost_plan_breakdown_baseline="""
            sys_id | baseline_header | breakdown_type | cost_plan | fiscal_period | value | currency | exchange_rate
            r1     | b               | requirement    | c         | 2026-01       | 100   | -        | -
            r2     | b               | requirement    | c         | 2026-03       | 100   | -        | -
            r3     | b               | requirement    | c         | 2026-03       | 100   | -        | 1.5
            r4     | b               | requirement    | c         | 2026-03       | 100   | USD      | -
            r5     | b               | requirement    | c         | 2025-12       | 100   | USD      | -
        """,
    )

    night.shows(
        BaselineCost,
        """
        cost_plan_breakdown | planned_cost | entered_amount | currency | exchange_rate | rate_date
        r1                  | 110          | 100            | EUR      | 1.10          | 2026-01-01
        r2                  | 110          | 100            | EUR      | 1.10          | 2026-03-01
        r3                  | 150          | 100            | EUR      | 1.5           | 2026-03-01
        r4                  | 100          | 100            | USD      | -             | 2026-03-01
        r5                  | 100          | 100            | USD      | -             | 2025-12-01
        """,
    )


def test_a_baseline_of_the_platform_without_a_rate_is_kept_and_not_compared() -> None:
    night = tonight(
        settings=IN_DOLLARS,
        fx_rate=RATES,
        sn_invst_pln_invst_investment_baseline_header="sys_id | name | task | created_on \n b | then | P1 | 2026-01-10 00:00:00",
        cost_plan_breakdown_baseline="sys_id | baseline_header | breakdown_type | fiscal_period | value | currency \n r1 | b | requirement | 2026-01 | 100 | CHF",
    )

    assert night.rows(BaselineCost).select("planned_cost", "entered_amount").rows() == [(None, Decimal(100))]
    assert night.rows(BaselineVariance)["planned_cost_variance"].to_list() == [None]


def test_a_baseline_of_an_unknown_figure_compares_it_with_nothing() -> None:
    choices = Settings(functional_currency="USD", approved_states={"pm_project": ["approved"]})
    night = tonight(
        settings=choices,
        fx_rate=RATES,
        pm_project="sys_id | state \n P1 | approved",
        cost_plan="sys_id | task | currency \n C1 | P1 | CHF",
        cost_plan_breakdown="fiscal_period | value \n 2026-01 | 100",
        benefit_plan_breakdown="fiscal_period | value \n 2026-01 | 70",
    )

    (variance,) = night.rows(BaselineVariance).to_dicts()
    assert (variance["planned_cost_baseline"], variance["planned_cost_current"]) == (None, None)
    assert variance["planned_benefit_variance"] == Decimal(0)


LIMIT = Decimal(10) ** 14
AMOUNTS = st.one_of(st.decimals(-(10**8), 10**8, places=4), st.decimals(1 - LIMIT, LIMIT - 1, places=4))
FACTORS = st.one_of(
    st.decimals("0.000000000001", 10**5, places=12), st.decimals("0.000000000001", LIMIT - 1, places=12)
)


@given(st.lists(st.tuples(AMOUNTS, FACTORS), min_size=1, max_size=30))
@settings(max_examples=150, deadline=None)
def test_conversion_equals_pythons_decimal(pairs: list[tuple[Decimal, Decimal]]) -> None:
    """The exact product, rounded once to cents, half away from zero; none where no amount may be so large."""
    rates = [(f"C{place}", "USD", factor) for place, (_, factor) in enumerate(pairs)]
    found = _converted([(f"C{place}", amount) for place, (amount, _) in enumerate(pairs)], rates)

    with localcontext(prec=80):
        products = [(amount * factor).quantize(Decimal("0.01"), ROUND_HALF_UP) for amount, factor in pairs]
    assert found == [product if abs(product) < LIMIT else None for product in products]


@pytest.mark.parametrize(
    ("amount", "rate", "converted"),
    [
        ("49999999999999.9949", "2", "99999999999999.99"),
        ("49999999999999.9975", "2", None),
        ("-49999999999999.9975", "2", None),
        ("99999999999999.9999", "0.999999999999", "99999999999900.00"),
        ("99999999999999.9999", "99999999999999.999999999999", None),
        ("0.0001", "99999999999999.999999999999", "10000000000.00"),
        ("0.0001", "0.000000000001", "0.00"),
        ("0.005", "1.000000000001", "0.01"),
        ("-0.005", "1.000000000001", "-0.01"),
    ],
)
def test_amounts_are_converted_exactly_up_to_the_limit(amount: str, rate: str, converted: str | None) -> None:
    (found,) = _converted([("EUR", Decimal(amount))], [("EUR", "USD", Decimal(rate))])

    assert found == (None if converted is None else Decimal(converted))


def _converted(amounts: list[tuple[str, Decimal]], rates: list[tuple[str, str, Decimal]]) -> list[Any]:
    table = rows(ExchangeRate, "from_currency | to_currency | rate | valid_from").collect()
    given_rates = pl.DataFrame(rates, schema=["from_currency", "to_currency", "rate"], orient="row")
    dated = given_rates.with_columns(pl.col("rate").cast(pl.Decimal(38, 12)), valid_from=pl.date(2026, 1, 1))
    fx_rate = ExchangeRate.cast(pl.concat([table, dated.select(table.columns)]).lazy())
    frame = pl.LazyFrame(amounts, schema={"currency": pl.String, "amount": pl.Decimal(38, 4)}, orient="row")
    numbered = frame.with_row_index("place").with_columns(rate_date=pl.date(2026, 1, 1))
    done = converted(numbered, ["amount"], Exchange(fx_rate, "USD", "null")).sort("place").collect()
    return done["amount"].to_list()
