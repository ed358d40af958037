"""Which lines ask for a site project at their location."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import dataframely as dy
import numpy as np
import polars as pl

from models.oversight import NO_LINE_PROJECT, NO_LOCATION, SITE, OrderDecision, OrderLine, OversightSetup, SiteDecision
from models.oversight_link import BY_LINE, OversightLineState
from models.oversight_project import SITE_PROJECT, RememberedProject
from transforms.condition.predicate import Nulls
from transforms.hierarchy import NO_PARENT, Positions, nearest, parent_positions
from transforms.oversight.decision import DecisionTable, template_decision
from transforms.oversight.line_decision import lines_and_obstacles
from transforms.oversight.matching import Rulesets
from transforms.oversight.rule_input import RuleInput
from transforms.oversight.rules import Rule


def site_decision(
    rule_input: RuleInput,
    order_line: dy.LazyFrame[OrderLine],
    order_decision: dy.LazyFrame[OrderDecision],
    oversight_line: dy.LazyFrame[OversightLineState],
    remembered_project: dy.LazyFrame[RememberedProject],
    oversight_setup: dy.LazyFrame[OversightSetup],
    *,
    instance_time_zone: str,
    condition_null: Nulls,
) -> dy.LazyFrame[SiteDecision]:
    """The `site_location` rules, for lines with a project of their own and a location.

    The rules of the line's location are asked first, then those of the location that this one is in, and so on upwards;
    then those without a location; then the default.
    """
    decision_table = DecisionTable(SITE, rule_input, instance_time_zone, condition_null)
    standing = lines_and_obstacles(order_line, order_decision, remembered_project, oversight_setup)
    candidates = _candidates(standing, oversight_line)

    def arranged(rules: list[Rule]) -> tuple[pl.LazyFrame, Rulesets]:
        return rulesets_by_location(order_line, rule_input.cmn_location, rules)

    return SiteDecision.cast(template_decision(SiteDecision, decision_table, candidates, arranged, SITE_PROJECT))


def _candidates(standing: pl.LazyFrame, oversight_line: pl.LazyFrame) -> pl.LazyFrame:
    """Every line with what stands in the way of a site project for it."""
    own = oversight_line.filter(level=BY_LINE).select("order_line_item", has_project=pl.lit(value=True))
    in_the_way = (
        pl.when(pl.col("obstacle").is_not_null())
        .then("obstacle")
        .when(pl.col("has_project").is_null())
        .then(pl.lit(NO_LINE_PROJECT))
        .when(pl.col("known_location").is_null())
        .then(pl.lit(NO_LOCATION))
    )
    joined = standing.join(own, on="order_line_item", how="left")
    return joined.select("record", obstacle=in_the_way, choice=pl.lit(None, pl.String))


def rulesets_by_location(
    order_line: pl.LazyFrame, cmn_location: pl.LazyFrame, rules: list[Rule]
) -> tuple[pl.LazyFrame, Rulesets]:
    """For each line the rules of its location and of those above, nearest first; then those for any location.

    All locations with the same nearest location that has a rule share one set of rules, as the way up from there is the
    same.
    """
    ruled = sorted({rule.location for rule in rules if rule.location is not None and not rule.is_default})
    places = _places(order_line, cmn_location, ruled).collect()
    parents = parent_positions(places, node="location", parent="parent")
    marked = places["location"].is_in(ruled).to_numpy()
    above = pl.Series("above", nearest(parents, marked)).replace(NO_PARENT, None)
    by_location = places.select("location", ruleset=places["location"].gather(above))
    sets = {
        places["location"][at]: _rules_at(_marked_above(at, parents, marked), places["location"], rules)
        for at in np.flatnonzero(marked).tolist()
    }
    lines = order_line.join(by_location.lazy(), on="location", how="left").select("ruleset", record="order_line_item")
    return lines, Rulesets([rule for rule in rules if rule.location is None or rule.is_default], sets)


def _places(order_line: pl.LazyFrame, cmn_location: pl.LazyFrame, ruled: Sequence[str]) -> pl.LazyFrame:
    """Every location that is exported, or that a line or a rule names, with the one it is in."""
    named = pl.concat(
        [order_line.select("location"), pl.LazyFrame({"location": ruled}, schema={"location": pl.String})]
    )
    known = cmn_location.select(location="sys_id", parent="parent")
    return named.drop_nulls().unique().join(known, on="location", how="full", coalesce=True).sort("location")


def _marked_above(start: int, parents: Positions, marked: np.ndarray) -> Iterator[int]:
    """The marked places from one upwards, itself first; a circle ends the walk."""
    seen: set[int] = set()
    place = start
    while place != NO_PARENT and place not in seen:
        seen.add(place)
        if marked[place]:
            yield place
        place = int(parents[place])


def _rules_at(places: Iterator[int], location: pl.Series, rules: list[Rule]) -> list[Rule]:
    """The rules of the places in turn."""
    levels = [location[place] for place in places]
    return [rule for level in levels for rule in rules if rule.location == level and not rule.is_default]
