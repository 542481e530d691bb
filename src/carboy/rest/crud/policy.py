"""Which actions a visitor may do with which rows."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from .errors import CrudError

Allow = Callable[[str, Any], bool]
Rule = Callable[[Any], bool]
JUDGED = ("list", "read", "create", "update", "delete")


@dataclass(frozen=True, slots=True)
class RowPolicy:
    """Rules by action; an action without a rule is allowed."""

    rules: Mapping[str, Rule] = field(default_factory=dict)

    def allows(self, action: str, row: Any) -> bool:
        """Return whether the visitor of this request may do this with a row."""
        rule = self.rules.get(action)
        return rule is None or bool(rule(row))

    @property
    def hides_rows(self) -> bool:
        """Whether each row of a list has to be asked for."""
        return "read" in self.rules


def make_policy(allow: Allow | Mapping[str, Rule] | None) -> RowPolicy:
    """Return the policy for `allow=`, or raise `CrudError` for an unknown action."""
    if allow is None:
        return RowPolicy()
    if not isinstance(allow, Mapping):
        return RowPolicy({action: partial(allow, action) for action in JUDGED})
    if unknown := sorted(set(allow) - set(JUDGED)):
        msg = (
            f"allow has a rule for {unknown[0]!r}. Rules are for {', '.join(JUDGED)}; "
            "that for update holds for PUT and PATCH."
        )
        raise CrudError(msg)
    return RowPolicy(dict(allow))
