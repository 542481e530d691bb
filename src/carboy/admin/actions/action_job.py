"""An action on a selection, for one user: all that is needed to do it elsewhere."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from werkzeug.exceptions import NotFound

from carboy.admin.access import Access
from carboy.admin.console import AdminConsole
from carboy.admin.console_user import ConsoleUser
from carboy.admin.lists import RowSelection, last_key
from carboy.admin.schema import ModelAdmin, RowAction

from .action_report import ActionReport
from .action_rows import apply_action

BATCH = 100


@dataclass(frozen=True, slots=True)
class ActionJob:
    """What to do with which rows, and for whom."""

    slug: str
    action: str
    selection: RowSelection
    user: ConsoleUser
    total: int = 0
    # The texts of the fields that change.
    values: Mapping[str, Sequence[str]] = field(default_factory=dict)

    @classmethod
    def from_json(cls, values: Mapping[str, Any]) -> "ActionJob":
        """Return what `to_json` has written."""
        return cls(
            values["slug"],
            values["action"],
            RowSelection.from_json(values["selection"]),
            ConsoleUser(**values["user"]),
            values["total"],
            values["values"],
        )

    def to_json(self) -> dict[str, Any]:
        """Return it as arguments of a task."""
        return {
            "slug": self.slug,
            "action": self.action,
            "selection": self.selection.to_json(),
            "user": self.user.to_json(),
            "total": self.total,
            "values": {name: [*texts] for name, texts in self.values.items()},
        }

    def get_admin(self, console: AdminConsole) -> ModelAdmin:
        """Return the model whose rows it is about."""
        admin = console.admins.get(self.slug)
        if admin is None:
            raise NotFound
        return admin

    def get_action(self, console: AdminConsole) -> RowAction:
        """Return what to do, or answer 404."""
        action = self.get_admin(console).actions.get(self.action)
        if action is None:
            raise NotFound
        return action


def process_job(
    job: ActionJob, console: AdminConsole, access: Access, after: str = ""
) -> Iterator[tuple[str, ActionReport]]:
    """Do the action batch by batch; yield the last key of each, and what became of it.

    Who takes them commits: what was done, and where to go on.
    """
    admin, action = job.get_admin(console), job.get_action(console)
    session = console.session
    while True:
        statement = job.selection.select(admin, access.visible)
        rows = job.selection.load_after(
            session, admin, statement, after, BATCH, is_locked=True
        )
        if not rows:
            return
        after = last_key(rows)
        report = apply_action(action, admin, access, console, rows, values=job.values)
        yield after, report
        access = console.resume_access(job.user)
