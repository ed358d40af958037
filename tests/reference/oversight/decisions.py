"""What a decision says, and what becomes of an answer that is a template."""

from dataclasses import dataclass

from .instance import Instance, Row, word

OVERSEEN = ("agent_choice", "matched", "default")
"""Outcomes by which something is created or linked."""


@dataclass(frozen=True)
class Decision:
    outcome: str
    rule: str | None = None
    answer: str | None = None

    @property
    def is_positive(self) -> bool:
        return self.outcome in OVERSEEN


def of_rule(instance: Instance, rule: Row | None, kind: str, *, is_default: bool) -> Decision:
    """The decision by a rule whose answer has to be a template of this kind."""
    if rule is None:
        return Decision("no_rule_matched")
    fine = "default" if is_default else "matched"
    return Decision(judged(instance, rule["answer"], kind) or fine, rule["sys_id"], rule["answer"])


def judged(instance: Instance, answer: str | None, kind: str) -> str | None:
    """What is wrong with a template; None where nothing is."""
    template = instance.find("project_template", answer)
    if template is None:
        return "answer_unknown"
    if word(template["kind"]) != kind:
        return "answer_wrong_kind"
    return "template_inactive" if template["active"] is False else None
