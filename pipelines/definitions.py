"""What Dagster loads: assembled here, defined elsewhere."""

import datetime as dt
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

import dagster as dg
from pydantic import Field

from pipelines.assets import TABLE_ASSETS
from pipelines.hand_over import NothingIsHandedOver
from pipelines.ingest_asset import ingested
from pipelines.night import load_settings, today
from pipelines.plain_path import is_address
from pipelines.project import PROJECT, WORKSPACE
from pipelines.publish_asset import numpy_financial_agrees, run_record, warehouse
from pipelines.readers import OWNER_OF_FOLDERS, keep_to_the_group
from pipelines.recall_asset import recall
from pipelines.run_claim import claimed
from pipelines.schedules import nightly_job, nightly_schedule
from pipelines.shown_text import in_one_line
from pipelines.workspace import KeptNight, Workspace

SOURCE, WAREHOUSE, SETTINGS = "TIEOUT_SOURCE", "TIEOUT_WAREHOUSE", "TIEOUT_SETTINGS"
"""Environment variables with the defaults of runs that are started in Dagster."""
SAMPLE: Final = "data/sample"
SAMPLE_SETTINGS: Final = "data/sample.toml"


class NightResource(dg.ConfigurableResource[KeptNight]):
    """The parameters of a run that is started in Dagster. Any of them can be changed in the launchpad."""

    source: str = Field(description="Folder with the exported tables.")
    warehouse: str = Field(description="File to publish.")
    settings_file: str = Field(default="", description="Settings, a TOML file; none = all defaults.")
    as_of: str = Field(default="", description="Day the figures are seen from, YYYY-MM-DD; none = today.")
    allow_older: bool = Field(default=False, description="Publish also over a warehouse that is seen from a later day.")

    @contextmanager
    def yield_for_execution(self, context: dg.InitResourceContext) -> Iterator[KeptNight]:
        """A night over the workspace that is kept."""
        keep_to_the_group()
        WORKSPACE.parent.mkdir(OWNER_OF_FOLDERS, parents=True, exist_ok=True)
        settings = load_settings(_path(self.settings_file) if self.settings_file else None)
        workspace = Workspace(WORKSPACE)
        log = context.log.info if context.log else print
        try:
            day = dt.date.fromisoformat(self.as_of) if self.as_of else today(settings)
            with claimed(context, lambda line: log(in_one_line(line))) as say:
                yield KeptNight(
                    _path(self.source), _path(self.warehouse), day, settings, self.allow_older, say, workspace=workspace
                )
        finally:
            workspace.close()


def _path(given: str) -> Path:
    """Relative paths are relative to the project, wherever Dagster was started."""
    return PROJECT / given


def default_night() -> NightResource:
    """The parameters of a run for which nothing else is chosen."""
    return NightResource(
        source=_given(SOURCE, SAMPLE),
        warehouse=_given(WAREHOUSE, "out/portfolio.duckdb"),
        settings_file=_settings_file(),
    )


def parameters(night: NightResource) -> dict[str, object]:
    """All parameters of a run, as a run that is asked for by them must give them."""
    return {name: getattr(night, name) for name in ("source", "warehouse", "settings_file", "as_of", "allow_older")}


def _given(name: str, default: str) -> str:
    """A path from the environment. Raises ValueError for an address: Dagster keeps what it is given."""
    path = os.environ.get(name, default)
    if is_address(path):
        raise ValueError(f"{name} is an address. Name a path on this machine.")
    return path


def _settings_file() -> str:
    """The settings that are given; the sample's own where no export is given either."""
    return _given(SETTINGS, "" if SOURCE in os.environ else SAMPLE_SETTINGS)


def _time_zone() -> str:
    file = _settings_file()
    return load_settings(_path(file) if file else None).instance_time_zone


defs: Final = dg.Definitions(
    assets=[ingested, recall, *TABLE_ASSETS, run_record, warehouse],
    asset_checks=[numpy_financial_agrees],
    jobs=[nightly_job],
    schedules=[nightly_schedule(_time_zone(), parameters(default_night()))],
    resources={"night": default_night(), "io_manager": NothingIsHandedOver()},
    executor=dg.in_process_executor,
)
