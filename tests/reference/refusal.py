"""The one error of the reference: input that must not be computed at all."""


class ReferenceRefusal(Exception):  # noqa: N818 - a refusal is an outcome that the contract names
    """Nothing can be published: the calendar is broken, or an indispensable table or column is missing."""
