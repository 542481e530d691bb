"""What every page of the console has: its frame, its navigation, its answer."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from itertools import groupby
from pathlib import Path
from typing import Any

from flask import Response, jsonify, render_template, request, url_for
from werkzeug.exceptions import Forbidden, NotFound

from carboy.admin.access import VIEW, Access
from carboy.admin.changes import RowChoices
from carboy.admin.console import AdminConsole, find_row
from carboy.admin.row_forms import find_choices
from carboy.admin.schema import ModelAdmin, decode_row_key
from carboy.auth import auth_state, is_fresh, require_fresh
from carboy.core import Panel
from carboy.translation import gettext
from carboy.ui import HashedFiles, secure_response

from .cells import Cells

FOLDER = Path(__file__).parent
_files = HashedFiles(FOLDER / "static")


@dataclass(frozen=True, slots=True)
class ConsolePage:
    """One request: the console, and what its user may do."""

    console: AdminConsole
    access: Access
    title: Any
    _cells: Cells = field(init=False)

    def __post_init__(self) -> None:
        """Make what a page asks for each of its values."""
        object.__setattr__(self, "_cells", Cells(self.console, self.access))

    @property
    def cells(self) -> Cells:
        """What shows values to the user."""
        return self._cells

    def row_url(self, admin: ModelAdmin, key: str) -> str:
        """Return the address of the page of a row."""
        return self.cells.row_url(admin, key)

    def get_admin(self, slug: str, action: str = VIEW) -> ModelAdmin:
        """Return a model that the user may `action`, or answer 404 or 403."""
        admin = self.console.admins.get(slug)
        if admin is None or not self.access.allows_some(VIEW, admin.model):
            raise NotFound
        if not self.access.allows_some(action, admin.model):
            raise Forbidden
        return admin

    def get_row(
        self,
        admin: ModelAdmin,
        key: str,
        action: str = VIEW,
        *,
        is_locked: bool = False,
    ) -> Any:
        """Return a row that the user may `action`, or answer 404 or 403.

        Nobody else changes a locked one until the end of the transaction.
        """
        values = decode_row_key(admin.mapper, key)
        session = self.console.session
        row = None
        if values is not None:
            row = find_row(session, admin, values, is_locked=is_locked)
        if row is None or not self.access.allows(VIEW, row):
            raise NotFound
        if not self.access.allows(action, row):
            raise Forbidden
        return row

    def require_fresh(self, admin: ModelAdmin | None = None) -> None:
        """Ask for a factor unless the login is fresh, where there are logins.

        With a model, only if that was registered with `fresh=True`.
        """
        if admin is not None and not admin.options.fresh:
            return
        if auth_state.find(self.console.app) is not None:
            require_fresh()

    def is_fresh(self) -> bool:
        """Return whether the user may do dangerous things without a question."""
        return auth_state.find(self.console.app) is None or is_fresh()

    def find_choices(self, model: type[Any]) -> RowChoices:
        """Return the rows of a model that the user may choose."""
        return find_choices(self.console, self.access, model)

    @property
    def has_history(self) -> bool:
        """Whether changes are recorded."""
        return self.console.settings.history != "off"

    def answer_json(self, value: Any) -> Response:
        """Return data for a script of the console."""
        return secure_response(jsonify(value))

    def url(self, endpoint: str, admin: ModelAdmin | None = None, **values: Any) -> str:
        """Return the address of a page, of a model if one is given."""
        if admin is not None:
            values["slug"] = admin.slug
        return self.console.url(endpoint, **values)

    def show(self, template: str, status: int = 200, **values: Any) -> Response:
        """Return a page."""
        body = render_template(
            f"admin/{template}.html",
            page=self,
            console_title=self.title or gettext("Admin"),
            admin_static=self._static,
            **values,
        )
        answer = secure_response(body)
        answer.status_code = status
        return answer

    def list_groups(self) -> list[tuple[str, list[ModelAdmin]]]:
        """Return the models that the user sees, by their groups."""
        admins = [
            each
            for each in self.console.admins.values()
            if self.access.allows_some(VIEW, each.model)
        ]
        ordered = sorted(
            admins, key=lambda each: (str(each.options.group), str(each.plural))
        )
        return [
            (name, [*members])
            for name, members in groupby(ordered, lambda each: str(each.options.group))
        ]

    def list_panels(self) -> list[Panel]:
        """Return the pages about batteries that the user sees, by their labels."""
        panels = [
            each
            for each in self.console.panels.values()
            if self.access.allows_panel(each.name)
        ]
        return sorted(panels, key=lambda each: str(each.label))

    def is_current(self, admin: ModelAdmin) -> bool:
        """Return whether the page is about a model."""
        return (request.view_args or {}).get("slug") == admin.slug

    def _static(self, name: str) -> str:
        digest = _files.digest(name) or "missing"
        return url_for(f"{self.console.name}.static", digest=digest, name=name)


View = Callable[..., Any]


def send_static(digest: str, name: str) -> Response:
    """Send a file of the console."""
    answer = _files.respond(digest, name)
    answer.headers["X-Content-Type-Options"] = "nosniff"
    return answer


def hidden_fields(values: Mapping[str, Any]) -> list[tuple[str, Any]]:
    """Return what a form keeps of the address of its page."""
    return [(name, value) for name, value in values.items() if value]
