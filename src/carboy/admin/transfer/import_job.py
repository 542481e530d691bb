"""An import of a stored file, for one user: all that is needed to do it elsewhere."""

from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from typing import Any

from werkzeug.exceptions import NotFound

from carboy.admin.access import IMPORT, Access
from carboy.admin.actions import ActionReport
from carboy.admin.console import AdminConsole
from carboy.admin.console_user import ConsoleUser

from .import_rows import RowImporter
from .import_table import find_import

BATCH = 100
# The first line has the headings.
FIRST_LINE = 2


@dataclass(frozen=True, slots=True)
class ImportJob:
    """Which file, for which model, and what its columns are."""

    slug: str
    file: str
    names: tuple[str, ...]
    is_update: bool
    user: ConsoleUser

    @classmethod
    def from_json(cls, values: Mapping[str, Any]) -> "ImportJob":
        """Return what `to_json` has written."""
        user, names = ConsoleUser(**values["user"]), tuple(values["names"])
        return cls(**{**values, "user": user, "names": names})

    def to_json(self) -> dict[str, Any]:
        """Return it as arguments of a task."""
        return asdict(self)


def process_import(
    job: ImportJob, console: AdminConsole, access: Access, done: int = 0
) -> Iterator[tuple[int, int, ActionReport]]:
    """Import batch by batch; yield how many rows of how many are done, and the report.

    Who takes them commits.
    """
    session = console.session
    stored = find_import(session, job.user.id, job.slug, job.file)
    admin = console.admins.get(job.slug)
    if stored is None or admin is None:
        raise NotFound
    for start in range(done, len(stored.rows), BATCH):
        rows = stored.rows[start : start + BATCH]
        if access.allows_some(IMPORT, admin.model):
            importer = RowImporter(console, access, admin, job.names, job.is_update)
            report = importer.run(rows, start + FIRST_LINE)
        else:
            report = ActionReport(refused=len(rows))
        yield start + len(rows), len(stored.rows), report
        access = console.resume_access(job.user)
