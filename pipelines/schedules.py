"""The nightly job, and when it runs."""

from collections.abc import Iterator, Mapping
from typing import Final

import dagster as dg

NIGHTLY: Final = "nightly"
EVERY_NIGHT_AT_TWO: Final = "0 2 * * *"

nightly_job: Final = dg.define_asset_job(
    NIGHTLY,
    selection=dg.AssetSelection.all(),
    description="Ingest the export, compute and check every table, and publish the warehouse as a whole.",
    executor_def=dg.in_process_executor,
    tags={"dagster/retry_strategy": "ALL_STEPS"},
)


def nightly_schedule(time_zone: str, night: Mapping[str, object]) -> dg.ScheduleDefinition:
    """Every night at two o'clock in the instance time zone, seen from the day of the schedule.

    The other parameters of the night are given too: Dagster takes those of a run whole, or not at all.
    """

    @dg.schedule(
        job=nightly_job,
        name=NIGHTLY,
        cron_schedule=EVERY_NIGHT_AT_TWO,
        execution_timezone=time_zone,
        description="Seen from the day on which it is due, also when it is made up for later.",
    )
    def schedule(context: dg.ScheduleEvaluationContext) -> Iterator[dg.RunRequest]:
        day = context.scheduled_execution_time.date().isoformat()
        yield dg.RunRequest(run_key=day, run_config=night_config(**{**night, "as_of": day}), tags={"as_of": day})

    return schedule


def night_config(**values: object) -> dict[str, object]:
    """Run configuration that sets parameters of the night."""
    return {"resources": {"night": {"config": values}}}
