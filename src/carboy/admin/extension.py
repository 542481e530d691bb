"""`Admin`: the object that a site's code calls `admin`."""

from collections.abc import Callable, Sequence
from pkgutil import resolve_name
from typing import Any, Literal, TypeVar, Unpack

from flask import Flask

from carboy.core import AppState, Extension, Panel, Wiring
from carboy.db import database_of_app

from .dashboard import NUMBER, DashboardCard
from .history import CHANGES, record_changes
from .registrations import Guard, Identify, Registrations
from .schema import (
    ListColumn,
    PlainTable,
    RegisterOptions,
    make_label,
    make_options,
    make_row_action,
    make_row_class,
)
from .settings import AdminSettings

C = TypeVar("C", bound=Callable[[Any], Any])
F = TypeVar("F", bound=Callable[[], Any])


class Admin(Extension):
    """The console: the data of a site, for those whom its policies allow it.

    Every model is there by itself; `register` refines one. A second console has
    another `name`, which begins its endpoints, and another `url`. With
    `all_models=False` only registered models are there.
    """

    name = "admin"
    needs = ("db",)

    def __init__(
        self,
        app: Flask | None = None,
        *,
        name: str = "admin",
        url: str = "",
        title: Any = "",
        read_only: bool = False,
        all_models: bool = True,
    ) -> None:
        self.name = name  # type: ignore[misc]  # each console has its own
        self.url = (url or f"/-/{name}").rstrip("/")
        self.title = title
        self.read_only = read_only
        self._given = Registrations(all_models=all_models)
        super().__init__(app)

    def install(self, wiring: Wiring) -> None:
        """Add the pages."""
        settings = wiring.settings(AdminSettings)
        # Imported here: the pages need forms, and these WTForms.
        make_console = resolve_name("carboy.admin.console:AdminConsole")
        console = make_console(
            wiring.app, self.name, self._given, settings, read_only=self.read_only
        )
        AppState[Any](f"carboy.{self.name}").set(wiring.app, console)
        if settings.history != "off":
            database = database_of_app(wiring.app)
            record_changes(database.session.session_factory, console.make_recorder())
            wiring.table(CHANGES.name)
        check = resolve_name("carboy.admin.checks:check_console")
        wiring.check(lambda app: check(app, console))
        add_pages = resolve_name("carboy.admin.pages:add_pages")
        add_pages(wiring, console, self.url, self.title)

    def register(self, model: type[Any], **options: Unpack[RegisterOptions]) -> None:
        """Set how a model is shown, and which parts of it; see `ModelOptions`."""
        given: dict[str, Any] = {**options}
        # A mistake is told here, where it was made.
        make_options(model, given)
        self._given.options.setdefault(model, {}).update(given)

    def register_table(
        self,
        name: str,
        *,
        bind: str | None = None,
        primary_key: Sequence[str] = (),
        **options: Unpack[RegisterOptions],
    ) -> type[Any]:
        """Show a table that no model is for; return a class for policies and `column`.

        Its columns are read from the database when the console is first asked for.
        `bind` names another database, and `primary_key` the columns that tell rows
        apart, for a table that has no key.
        """
        model = make_row_class(name)
        self._given.tables.append(PlainTable(name, model, bind, tuple(primary_key)))
        self.register(model, **options)
        return model

    def hide(self, *models: type[Any]) -> None:
        """Leave models out of the console."""
        self._given.hidden.update(models)

    def column(self, model: type[Any], heading: Any = "") -> Callable[[C], C]:
        """Add the result of a function of a row as a column of a list."""

        def add(function: C) -> C:
            name = getattr(function, "__name__", "column")
            column = ListColumn(name, heading or make_label(name), function=function)
            self._given.columns.setdefault(model, []).append(column)
            return function

        return add

    def action(
        self, model: type[Any], label: Any = "", *, dangerous: bool = False
    ) -> Callable[[C], C]:
        """Add a function that is called with each of the rows that a user chooses.

        The policy about it is `admin.<name of the function>`, or that of `admin.edit`
        where there is none. A dangerous one needs a fresh login.
        """

        def add(function: C) -> C:
            action = make_row_action(function, label, is_dangerous=dangerous)
            self._given.actions.setdefault(model, []).append(action)
            return function

        return add

    def number(self, model: type[Any], label: Any = "") -> Callable[[F], F]:
        """Show the result of a function on the first page: a number, or a text.

        Who may see it says the policy `admin.<name of the function>`, else that of
        `admin.view` if it does not ask about single rows.
        """
        return self._add_card(model, label, NUMBER)

    def chart(
        self,
        model: type[Any],
        label: Any = "",
        *,
        kind: Literal["bars", "line"] = "bars",
    ) -> Callable[[F], F]:
        """Show the result of a function on the first page as a chart.

        It returns pairs of a label and a number, or a mapping of names to such pairs
        for several series. The policy is that of `number`.
        """
        return self._add_card(model, label, kind)

    def _add_card(self, model: type[Any], label: Any, kind: str) -> Callable[[F], F]:
        def add(function: F) -> F:
            name = getattr(function, "__name__", "card")
            card = DashboardCard(name, label or make_label(name), model, kind, function)
            self._given.cards.append(card)
            return function

        return add

    def panel(self, panel: Panel) -> Panel:
        """Add a page of the site's own, of numbers, tables and buttons."""
        self._given.panels[panel.name] = panel
        return panel

    def guard(self, function: Guard) -> Guard:
        """Register who may use the console, on a site without policies."""
        self._given.guard = function
        return function

    def identify(self, function: Identify) -> Identify:
        """Register the function that names the user in the history."""
        self._given.identify = function
        return function
