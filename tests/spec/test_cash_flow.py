"""Chapter: the yearly vector, net present value and internal rate of return."""

from __future__ import annotations

from decimal import Decimal

import pytest

from models.figures import CashFlow
from models.settings import Settings
from tests.spec.world import Night, tonight


def yearly(
    *years: tuple[str, str], rate: str = "10", settings: Settings | None = None, as_of: str = "2026-05-15"
) -> Night:
    """P1 with cost and benefit per fiscal year, from 2025 on."""
    spread = list(enumerate(years, start=2025))
    return tonight(
        as_of=as_of,
        settings=settings,
        pm_project=f"sys_id | discount_rate \n P1 | {rate}",
        cost_plan_breakdown="\n".join(["fiscal_period | value", *(f"{y}-07 | {cost}" for y, (cost, _) in spread)]),
        benefit_plan_breakdown="\n".join(["fiscal_period | value", *(f"{y}-03 | {gain}" for y, (_, gain) in spread)]),
    )


def test_servicenow_community_1015562() -> None:
    """Cost 180,000 and benefit 240,000 in each of two fiscal years at 11 %: 60,000 + 60,000 / 1.11."""
    assert yearly(("180000", "240000"), ("180000", "240000"), rate="11").figure("npv") == Decimal("114054.05")


def test_servicenow_community_1016897() -> None:
    """Cost 10,045 and benefit 8,823, then 11,954 and 21,176, at 10 %: -1,222 + 9,222 / 1.1."""
    assert yearly(("10045", "8823"), ("11954", "21176"), rate="10").figure("npv") == Decimal("7161.64")


def test_at_rate_0_net_present_value_is_benefit_less_cost() -> None:
    night = yearly(("100.01", "50"), ("0.02", "75.5"), rate="0")

    assert night.figure("npv") == night.figure("net_benefit") == Decimal("25.47")


def test_the_vector_shows_cost_benefit_net_factor_and_present_value_of_each_year() -> None:
    yearly(("100", "0"), ("0", "60"), ("5", "65")).shows(
        CashFlow,
        """
            work_item | fiscal_period | t | cost | benefit | net  | discount_factor | present_value
            P1        | 2025          | 0 | 100  | 0       | -100 | 1               | -100
            P1        | 2026          | 1 | 0    | 60      | 60   | 0.909091        | 54.5455
            P1        | 2027          | 2 | 5    | 65      | 60   | 0.826446        | 49.5868
        """,
    )


def test_empty_years_between_the_first_and_the_last_count() -> None:
    night = tonight(
        pm_project="sys_id | discount_rate \n P1 | 100",
        cost_plan_breakdown="fiscal_period | value \n 2025-01 | 100",
        benefit_plan_breakdown="fiscal_period | value \n 2028-12 | 800",
    )

    night.shows(
        CashFlow, "fiscal_period | t | net \n 2025 | 0 | -100 \n 2026 | 1 | 0 \n 2027 | 2 | 0 \n 2028 | 3 | 800"
    )
    assert night.figure("npv") == 0
    assert night.figure("irr_pct") == 100


def test_a_row_of_amount_0_makes_a_year() -> None:
    yearly(("100", "0"), ("0", "0")).shows(CashFlow, "t | net \n 0 | -100 \n 1 | 0")


def test_a_missing_rate_is_0_with_a_finding_or_by_the_settings_unknown() -> None:
    zero = yearly(("10", "30"), ("10", "30"), rate="-")
    unknown = yearly(("10", "30"), ("10", "30"), rate="-", settings=Settings(missing_discount_rate="null"))

    assert zero.figure("npv") == 40
    assert unknown.figure("npv") is None
    for night in (zero, unknown):
        assert [finding["work_item"] for finding in night.findings("missing_discount_rate")] == ["P1"]


@pytest.mark.parametrize("rate", ["-100", "-250.5"])
def test_a_rate_of_minus_100_percent_or_less_has_no_present_value_and_a_finding(rate: str) -> None:
    night = yearly(("10", "30"), ("10", "30"), rate=rate)

    assert night.figure("npv") is None
    assert [finding["work_item"] for finding in night.findings("unusable_discount_rate")] == ["P1"]


def test_a_negative_rate_above_minus_100_percent_is_a_rate() -> None:
    assert yearly(("0", "10"), ("0", "10"), rate="-50").figure("npv") == 30


def test_present_value_is_rounded_once_half_away_from_zero() -> None:
    assert yearly(("0", "0.005"), rate="0").figure("npv") == Decimal("0.01")
    assert yearly(("0.005", "0"), rate="0").figure("npv") == Decimal("-0.01")
    assert yearly(("0", "0.004"), ("0", "0.004"), rate="0").figure("npv") == Decimal("0.01")


def test_by_the_settings_the_first_year_is_that_of_as_of_and_earlier_ones_are_left_out() -> None:
    settings = Settings(npv_first_year="as_of")

    night = yearly(("100", "0"), ("0", "60"), ("0", "66"), settings=settings, as_of="2026-01-01")

    night.shows(CashFlow, "fiscal_period | t | net \n 2026 | 0 | 60 \n 2027 | 1 | 66")
    assert night.figure("npv") == 120


def test_no_plan_at_all_has_no_present_value_and_too_few_years() -> None:
    night = tonight()

    assert night.figure("npv") is None
    assert (night.figure("irr_status"), night.figure("irr_pct")) == ("too_few_years", None)


@pytest.mark.parametrize(
    ("years", "status", "rate", "roots"),
    [
        ([("100", "0"), ("0", "10"), ("0", "110")], "ok", 10.0, None),
        ([("100", "0")], "too_few_years", None, None),
        ([("100", "0"), ("100", "0")], "no_sign_change", None, None),
        ([("100", "0"), ("0", "100"), ("100", "0")], "none", None, None),
        ([("1600", "0"), ("0", "10000"), ("10000", "0")], "multiple", None, "25.0000; 400.0000"),
    ],
)
def test_every_status_of_the_rate_of_return(
    years: list[tuple[str, str]], status: str, rate: float | None, roots: str | None
) -> None:
    night = yearly(*years)

    assert night.figure("irr_status") == status
    assert night.figure("irr_pct") == (None if rate is None else pytest.approx(rate, abs=1e-4))
    assert night.figure("irr_roots_pct") == roots


def test_present_values_are_divided_so_that_a_half_cent_stays_one() -> None:
    """143.9064 / 1.2^2 is 99.935 exactly."""
    assert yearly(("0", "0"), ("0", "0"), ("0", "143.9064"), rate="20").figure("npv") == Decimal("99.94")


def test_a_present_value_without_room_in_an_amount_is_null_with_a_finding() -> None:
    night = yearly(("0", "1"), ("0", "0"), ("0", "90000000000000"), rate="-99.9999999999")

    assert night.rows(CashFlow, t=2)["present_value"].item() is None
    assert night.figure("npv") is None
    assert [finding["work_item"] for finding in night.findings("net_present_value_out_of_range")] == ["P1"]
