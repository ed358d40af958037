"""The text of an encoded query, taken apart.

`query = group (^NQ group)*`, `group = clause (^ clause)*`, `clause = term (^OR term)*`, and one optional `^EQ` at the
very end: `a^b^ORc^NQd` is (a and (b or c)) or d.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final, NamedTuple

from transforms.condition.rejection import Rejected

FIELD: Final = re.compile(r"[a-z][a-z0-9_]*(?:\.[a-z][a-z0-9_]*)*")
NEW_GROUP: Final = "NQ"
ALTERNATIVE: Final = "OR"
END: Final = "EQ"
SORTING: Final = ("ORDERBY", "GROUPBY")
SCRIPT: Final = "javascript:"
WITHOUT_VALUE: Final = ("ISEMPTY", "ISNOTEMPTY", "ANYTHING")
SPELLED: Final = {"NOTIN": "NOT IN", "NOTLIKE": "NOT LIKE"}
OPERATORS: Final = sorted(
    {
        *("=", "!=", ">", ">=", "<", "<=", "IN", "NOT IN", "NOTIN", "LIKE", "NOT LIKE", "NOTLIKE"),
        *("STARTSWITH", "ENDSWITH", "BETWEEN", "SAMEAS", "NSAMEAS", *WITHOUT_VALUE),
    },
    key=lambda operator: (-len(operator), operator),
)
"""Longest first, so that `>=` is not read as `>`."""


class Term(NamedTuple):
    """One comparison of a field."""

    position: int
    """Where it begins, in characters from 0."""
    field: str
    operator: str
    value: str
    value_position: int


Clause = tuple[Term, ...]
"""Terms of which one must hold."""
Group = tuple[Clause, ...]
"""Clauses that must all hold."""
Query = tuple[Group, ...]
"""Groups of which one must hold."""


def parsed_query(text: str) -> Query:
    """The query in parts. Raises Rejected."""
    groups: list[list[list[Term]]] = [[]]
    for place, (begin, piece) in enumerate(_pieces(text)):
        if place and piece.startswith(NEW_GROUP):
            groups.append([[_term(piece, begin, len(NEW_GROUP))]])
        elif place and piece.startswith(ALTERNATIVE) and not piece.startswith(SORTING):
            groups[-1][-1].append(_term(piece, begin, len(ALTERNATIVE)))
        else:
            groups[-1].append([_term(piece, begin, 0)])
    return tuple(tuple(tuple(clause) for clause in group) for group in groups)


def _pieces(text: str) -> list[tuple[int, str]]:
    """What stands between the `^`, with its position; without the `^EQ` at the end."""
    begin, found = 0, []
    for piece in text.split("^"):
        found.append((begin, piece))
        begin += len(piece) + 1
    if len(found) > 1 and found[-1][1].rstrip() == END:
        found.pop()
    return found


def _term(piece: str, begin: int, mark: int) -> Term:
    position, text = begin + mark, piece[mark:]
    if not text.strip():
        raise Rejected(position, "a term such as state=open was expected, but there is none")
    if text.startswith(SORTING):
        raise Rejected(position, "a term such as state=open was expected: a condition does not sort or group")
    field = FIELD.match(text)
    if field is None:
        raise Rejected(position, f"the name of a field was expected, but found {_shown(text)}")
    return _compared(position, field.group(), text[field.end() :], position + field.end())


def _compared(position: int, field: str, rest: str, at: int) -> Term:
    spelled = next((operator for operator in OPERATORS if rest.startswith(operator)), None)
    if spelled is None:
        raise Rejected(at, f"one of the operators {', '.join(OPERATORS)} was expected, but found {_shown(rest)}")
    value, value_at = rest[len(spelled) :], at + len(spelled)
    term = Term(position, field, SPELLED.get(spelled, spelled), value, value_at)
    if SCRIPT in value.lower():
        raise Rejected(value_at + value.lower().index(SCRIPT), "a plain value was expected: scripts are not run")
    for reason in _faults(term):
        raise Rejected(value_at, reason)
    return _emptiness(term)


def _faults(term: Term) -> Iterator[str]:
    """What is wrong with the value, whatever the type of the field."""
    value = term.value.strip()
    if term.operator in WITHOUT_VALUE and value:
        yield f"nothing was expected after {term.operator}, but found {_shown(value)}"
    if term.operator not in (*WITHOUT_VALUE, "=", "!=") and not value:
        yield f"a value was expected after {term.operator}"


def _emptiness(term: Term) -> Term:
    """`f=` asks whether f is empty, `f!=` whether it is not."""
    empty = {"=": "ISEMPTY", "!=": "ISNOTEMPTY"}
    return term._replace(operator=empty[term.operator]) if term.operator in empty and not term.value.strip() else term


def _shown(text: str) -> str:
    return repr(text if len(text) <= len(SCRIPT) * 2 else text[: len(SCRIPT) * 2] + "…") if text else "the end"
