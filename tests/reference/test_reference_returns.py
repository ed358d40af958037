"""Worked and published examples for the figures: section 5 of the contract."""

import datetime as dt
from decimal import Decimal
from fractions import Fraction

import pytest

from .drawing import Draw, Tables
from .returns import RATE_PRECISION, internal_rate_of_return, net_present_value
from .roots import positive_roots
from .settings import Settings
from .tiny import column, fiscal_years, one, publish, tables


def _flows(*net: int | str) -> list[Decimal]:
    return [Decimal(flow) for flow in net]


@pytest.mark.parametrize(
    ("net", "status", "irr", "roots"),
    [
        ((-70000, 12000, 15000, 18000, 21000, 26000), "ok", 8.6631, None),
        ((-50, -100, 600, 300, -100), "multiple", None, "-76.8895; 185.4418"),
        ((-1600, 10000, -10000), "multiple", None, "25.0000; 400.0000"),
        ((-100, 220, -121), "ok", 10.0, None),
        ((100, -100, 100), "none", None, None),
        ((0, -100, 110), "ok", 10.0, None),
        ((-100, 0, 121), "ok", 10.0, None),
        ((-1000, 1), "ok", -99.9, None),
        ((-1, 1000000), "ok", 99999900.0, None),
        ((100, -110), "ok", 10.0, None),
        ((-100, -50), "no_sign_change", None, None),
        ((0, 5, 0), "no_sign_change", None, None),
        ((0, 0), "no_sign_change", None, None),
        ((-100,), "too_few_years", None, None),
        ((), "too_few_years", None, None),
    ],
)
def test_internal_rate_of_return(net: tuple[int, ...], status: str, irr: float | None, roots: str | None) -> None:
    """Excel's IRR page, the issue's multiple roots, a root that only touches zero, and the ends of the scale."""
    rate = internal_rate_of_return(_flows(*net))
    assert (rate.irr_status, rate.irr_pct, rate.irr_roots_pct) == (status, irr, roots)


@pytest.mark.parametrize(
    ("net", "rate", "npv"),
    [
        ((60000, 60000), "11", "114054.05"),
        ((-1222, 9222), "10", "7161.64"),
        ((-100, 60, 60), "0", "20.00"),
        ((-100, 55), "-50", "10.00"),
        (("0.125",), "10", "0.13"),
        (("-0.125",), "10", "-0.13"),
        (("1.005",), "0", "1.01"),
        ((-100, 110), "-100", None),
        ((-100, 110), "-150", None),
    ],
)
def test_net_present_value(net: tuple[int | str, ...], rate: str, npv: str | None) -> None:
    """ServiceNow community td-p/1015562 and td-p/1016897, then rounding and rates that can't discount."""
    assert net_present_value(_flows(*net), Decimal(rate)) == (None if npv is None else Decimal(npv))


def test_roots_are_those_the_polynomial_was_made_of() -> None:
    """Products of (x - root) over roots of both signs, some twice: exactly the distinct positive ones are found."""
    draw = Draw(1)
    for _ in range(40):
        roots = [Fraction(draw.count(-9, 9) or 3, draw.count(1, 7)) for _ in range(draw.count(1, 5))]
        polynomial = [Fraction(1)]
        for root in roots:
            shifted, scaled = [Fraction(0), *polynomial], [*(-root * c for c in polynomial), Fraction(0)]
            polynomial = [a + b for a, b in zip(shifted, scaled, strict=True)]
        found = positive_roots(polynomial, RATE_PRECISION)
        expected = sorted({root for root in roots if root > 0})
        assert len(found) == len(expected)
        assert all(low <= root <= high for (low, high), root in zip(found, expected, strict=True))


def _plans(cost: str, benefit: str, rate: str = "-") -> Tables:
    """A project with one cost row per `period amount` word pair and one benefit row per pair of the other."""
    costs = [f"C{place} | requirement | C1 | {pair}" for place, pair in enumerate(cost.split(", "))]
    benefits = [f"V{place} | V1 | {pair}" for place, pair in enumerate(benefit.split(", "))]
    return tables(
        fiscal_period=fiscal_years(2025, 2026, 2027, 2028),
        pm_project=f"sys_id | discount_rate\nP1 | {rate}",
        cost_plan="sys_id | name | task\nC1 | a | P1",
        benefit_plan="sys_id | name | task\nV1 | a | P1",
        cost_plan_breakdown="\n".join(["sys_id | breakdown_type | cost_plan | fiscal_period | value", *costs]),
        benefit_plan_breakdown="\n".join(["sys_id | benefit_plan | fiscal_period | value", *benefits]),
    )


def test_the_vector_runs_from_the_first_to_the_last_year_with_a_row_and_empty_years_count() -> None:
    result = publish(_plans("M2603 | 100, M2501 | 0", "M2803 | 121", rate="10"))
    assert [(row["fiscal_period"], row["t"], row["net"]) for row in result.tables["mart.cash_flow"]] == [
        ("Y25", 0, 0),
        ("Y26", 1, -100),
        ("Y27", 2, 0),
        ("Y28", 3, 121),
    ]
    item = one(result, "mart.work_item")
    assert (item["npv"], item["irr_pct"], item["irr_status"]) == (Decimal("0.00"), 10.0, "ok")


def test_npv_may_start_with_the_year_that_holds_as_of() -> None:
    source = _plans("M2503 | 50, M2603 | 100", "M2703 | 110", rate="10")
    from_as_of = Settings(npv_first_year="as_of")
    result = publish(source, as_of=dt.date(2026, 2, 1), settings=from_as_of)
    assert column(result, "mart.cash_flow", "fiscal_period", "t") == {"Y26": 0, "Y27": 1}
    assert one(result, "mart.work_item")["npv"] == 0
    early = publish(_plans("M2703 | 110", "M2703 | 0", "10"), as_of=dt.date(2026, 2, 1), settings=from_as_of)
    assert one(early, "mart.work_item")["npv"] == -100


def test_a_missing_discount_rate_is_zero_or_null() -> None:
    source = _plans("M2603 | 100", "M2703 | 121")
    assert one(publish(source), "mart.work_item")["npv"] == 21
    nothing = publish(source, settings=Settings(missing_discount_rate="null"))
    assert one(nothing, "mart.work_item")["npv"] is None
    assert one(nothing, "mart.work_item")["irr_pct"] == 21.0


def test_without_any_plan_there_is_no_npv() -> None:
    item = one(publish(tables(pm_project="sys_id | discount_rate\nP1 | 5")), "mart.work_item")
    assert (item["npv"], item["irr_status"], item["planned_roi_pct"]) == (None, "too_few_years", None)


def test_return_and_roi_have_opposite_signs() -> None:
    source = _plans("M2601 | 80", "M2601 | 100")
    item = one(publish(source), "mart.work_item")
    assert (item["planned_return"], item["net_benefit"], item["planned_roi_pct"]) == (-20, 20, 25.0)
    turned = one(publish(source, settings=Settings(planned_return_sign="benefit_minus_cost")), "mart.work_item")
    assert (turned["planned_return"], turned["net_benefit"], turned["planned_roi_pct"]) == (20, 20, 25.0)


def test_in_may_the_estimate_is_actuals_to_april_and_plan_from_may() -> None:
    """Plan 10 a month, actual 12 a month to mid May: 4 times 12 and 8 times 10 is 128; quarters 36, 32, 30, 30."""
    source = _plans(", ".join(f"M26{month:02d} | 10" for month in range(1, 13)), "M2601 | 0")
    source["fm_expense_line"] = [
        {"sys_id": f"E{month}", "state": "processed", "date": f"2026-{month:02d}-10", "amount": "12", "task": "P1"}
        for month in range(1, 6)
    ]
    result = publish(source, as_of=dt.date(2026, 5, 15))
    item = one(result, "mart.work_item")
    assert (item["estimate_at_completion"], item["actual_cost"], item["budget_variance"]) == (128, 60, -128)
    assert column(result, "mart.forecast", "fiscal_period", "forecast_cost") == {
        "Q261": 36,
        "Q262": 32,
        "Q263": 30,
        "Q264": 30,
        "Y26": 128,
    }


@pytest.mark.parametrize(("as_of", "forecast"), [("2026-04-30", 10), ("2026-05-01", 12)])
def test_a_period_is_past_when_it_ended_before_as_of(as_of: str, forecast: int) -> None:
    source = _plans("M2604 | 10", "M2604 | 0")
    source["fm_expense_line"] = [
        {"sys_id": "E1", "state": "processed", "date": "2026-04-30", "amount": "12", "task": "P1"}
    ]
    april = one(publish(source, as_of=dt.date.fromisoformat(as_of)), "mart.work_item_period", fiscal_period="M2604")
    assert april["forecast_cost"] == forecast
