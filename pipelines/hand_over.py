"""How assets hand tables on: not at all through Dagster, which would keep Python objects in files.

Whoever reads such a file runs what is in it. Tables travel through the night's workspace only; all else fails.
"""

import dagster as dg

REFUSED = "Tables travel through the night's workspace: an asset returns no value, and asks for none."


class NothingIsHandedOver(dg.IOManager):
    """Takes no value of an asset, and has none."""

    def handle_output(self, context: dg.OutputContext, obj: object) -> None:
        """Refuse to keep a value."""
        raise dg.Failure(description=f"{context.step_key} returns {type(obj).__name__}. {REFUSED}", allow_retries=False)

    def load_input(self, context: dg.InputContext) -> object:
        """Refuse to look for one."""
        raise dg.Failure(description=f"{context.name} is asked for. {REFUSED}", allow_retries=False)
