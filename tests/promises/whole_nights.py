"""Whole nights over a small export whose amount says which night it was."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any, Final

from pipelines.warehouse import verify
from tests.pipelines.test_cli import export
from tests.promises.marked_warehouses import litter
from tests.published import rows

TIEOUT: Final = Path(sys.executable).parent / "tieout"
AS_OF: Final = "2026-03-01"
LINES: Final = 20
SHOWN: Final = f"""
    SELECT actual_cost FROM mart.work_item
     UNION SELECT sum(amount) FROM source.fm_expense_line
     UNION SELECT sum(amount_accepted) FROM audit.source_file_amount
     UNION SELECT sum(amount) FROM history.counted_row WHERE valid_to IS NULL
     UNION SELECT {LINES} * max(amount) FROM source.fm_expense_line
"""


@dataclass(frozen=True)
class Nights:
    """A warehouse, and a folder for the exports that it is published from."""

    exports: Path
    warehouse: Path

    @classmethod
    def under(cls, folder: Path) -> Nights:
        return cls(folder, folder / "warehouse" / "portfolio.duckdb")

    def arguments(self, number: int) -> list[str]:
        """What to give the command `tieout` for a night in which every expense line has this amount."""
        lines = "".join(f"X{line},processed,2026-02-01,{number},P1\n" for line in range(LINES))
        source = export(self.exports / f"night-{number}", fm_expense_line=f"sys_id,state,date,amount,task\n{lines}")
        return ["run", "--source", str(source), "--warehouse", str(self.warehouse), "--as-of", AS_OF]

    def started(self, number: int, **process: Any) -> subprocess.Popen[str]:
        """A night in a process of its own."""
        given = {"stdout": subprocess.PIPE, "stderr": subprocess.STDOUT, **process}
        return subprocess.Popen([str(TIEOUT), *self.arguments(number)], text=True, **given)

    def run(self, number: int) -> None:
        """A night that must be published, and leave nothing but versions."""
        with self.started(number) as night:
            said = night.communicate()[0]
        assert night.returncode == 0, said
        assert self.shown() == number
        assert litter(self.warehouse) == []

    def shown(self) -> int | None:
        """The number of the night whose figures are shown; None where nothing is. A file must hold as a whole."""
        if not self.warehouse.exists():
            assert not self.warehouse.is_symlink()
            return None
        verify(self.warehouse)
        (amount,) = {Decimal(amount) for (amount,) in rows(self.warehouse, SHOWN)}
        return int(amount / LINES)
