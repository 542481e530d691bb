"""What one console is on one app: its models, and who is at work in it."""

import threading
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from flask import Flask, url_for
from sqlalchemy import orm

from carboy.auth import current_user
from carboy.core import AppState, ContextState, Panel, registry_of
from carboy.db import database_of_app

from .access import Access, has_policies, is_developer
from .changes import RowFormFactory
from .console_user import ConsoleUser, console_user_state
from .history import ChangeRecorder
from .panels import make_panels
from .registrations import Registrations
from .schema import (
    ModelAdmin,
    list_models,
    make_label,
    make_model_admin,
    make_options,
    make_slugs,
)
from .settings import AdminSettings

# The console in which the request of this context makes its changes.
source_state: ContextState[str] = ContextState("admin_source", str)
_recorder_state: AppState[str] = AppState("carboy.admin_recorder")
_MODULES = frozenset({"models", "model", "__main__"})


class AdminConsole:
    """The models of a site with their options, made when they are first asked for.

    By then all modules with models are imported.
    """

    def __init__(
        self,
        app: Flask,
        name: str,
        registrations: Registrations,
        settings: AdminSettings,
        *,
        read_only: bool = False,
    ) -> None:
        self.app = app
        self.name = name
        self.settings = settings
        self.registrations = registrations
        self.is_read_only = read_only or settings.read_only
        self.forms = RowFormFactory(lambda: self.session, self.find, self.url)
        self._admins: Mapping[str, ModelAdmin] | None = None
        self._panels: Mapping[str, Panel] | None = None
        self._by_model: dict[type[Any], ModelAdmin] = {}
        self._lock = threading.Lock()

    @property
    def admins(self) -> Mapping[str, ModelAdmin]:
        """The models by their part of an address."""
        if self._admins is None:
            with self._lock:
                if self._admins is None:
                    self._admins = self._make_admins()
        return self._admins

    @property
    def session(self) -> orm.Session:
        """The session of this request."""
        session: orm.Session = database_of_app(self.app).session()
        return session

    @property
    def has_policies(self) -> bool:
        """Whether the site has policies about the console."""
        return has_policies(each.model for each in self.admins.values())

    @property
    def panels(self) -> Mapping[str, Panel]:
        """The pages about batteries and of the site, by name."""
        if self._panels is None:
            makers = registry_of(self.app).panels
            self._panels = {
                **make_panels(self.app),
                **{name: make() for name, make in makers.items()},
                **self.registrations.panels,
            }
        return self._panels

    def find(self, model: type[Any]) -> ModelAdmin | None:
        """Return what is shown of a class, or of its nearest parent."""
        _ = self.admins
        for parent in model.__mro__:
            if (admin := self._by_model.get(parent)) is not None:
                return admin
        return None

    def make_access(self) -> Access:
        """Return what the user of this request may do."""
        guard = self.registrations.guard
        is_admitted = guard is not None and guard()
        decides_alone = not self.has_policies
        if guard is None:
            is_open = decides_alone and is_developer()
        else:
            is_open = decides_alone and is_admitted
        user = self.find_user() if guard is None or is_admitted else None
        return Access(user, self.find, read_only=self.is_read_only, is_open=is_open)

    def resume_access(self, user: ConsoleUser) -> Access:
        """Return what a user may do for whom a task works: as of now."""
        found = self._load_user(user.id) if user.id else None
        return Access(
            found, self.find, read_only=self.is_read_only, is_open=user.is_open
        )

    def identify_user(self, access: Access) -> ConsoleUser:
        """Return who is at work, for a task."""
        user = access.user
        user_id = "" if user is None else str(user.get_id())
        return ConsoleUser(user_id, self.name_user(), access.is_open)

    def find_user(self) -> Any:
        """Return who is logged in, or None."""
        if not hasattr(self.app, "login_manager"):
            return None
        user = current_user._get_current_object()  # noqa: SLF001 - the public way of Werkzeug to the object behind a proxy
        return user if user is not None and user.is_authenticated else None

    def name_user(self) -> str:
        """Return who is at work, as the history writes it."""
        if (working := console_user_state.find()) is not None:
            return working.name
        if self.registrations.identify is not None:
            return self.registrations.identify() or ""
        user = self.find_user()
        if user is None:
            return ""
        return str(getattr(user, "email", "") or user.get_id())

    def make_recorder(self) -> ChangeRecorder:
        """Return what records changes of this app."""
        records_all = self.settings.history == "site"
        first = _recorder_state.find(self.app)
        if first is None:
            _recorder_state.set(self.app, self.name)
        # Changes made elsewhere are recorded by one console of several.
        records_others = records_all and first is None

        def find_source() -> str | None:
            source = source_state.find()
            if source:
                return source if source == self.name else None
            return "" if records_others else None

        return ChangeRecorder(self.app, self.find, self.name_user, find_source)

    def url(self, endpoint: str, **values: Any) -> str:
        """Return the address of a page of this console."""
        return url_for(f"{self.name}.{endpoint}", **values)

    def label_columns(self) -> dict[type[Any], list[Any]]:
        """Return, by class, the columns that a row is named by."""
        _ = self.admins
        return {
            model: admin.list_label_columns() or admin.list_loaded()
            for model, admin in self._by_model.items()
        }

    def _load_user(self, user_id: str) -> Any:
        manager: Any = getattr(self.app, "login_manager", None)
        load = None if manager is None else manager.user_callback
        return None if load is None else load(user_id)

    def _make_admins(self) -> Mapping[str, ModelAdmin]:
        given = self.registrations
        database = database_of_app(self.app)
        for table in given.tables:
            given.mapper.map(table, database)
        orm.configure_mappers()
        everything = list_models(self.app, database)
        others = [model for model in given.options if model not in everything]
        models = [
            model
            for model in [*everything, *others]
            if model not in given.hidden
            and (given.all_models or model in given.options)
        ]
        admins: dict[str, ModelAdmin] = {}
        for model, slug in make_slugs(models).items():
            options = make_options(model, given.options.get(model, {}))
            if not options.group:
                options = replace(options, group=self._find_group(model))
            columns = given.columns.get(model, ())
            actions = given.actions.get(model, ())
            admin = make_model_admin(model, slug, options, columns, actions)
            admins[slug] = self._by_model[model] = admin
        return admins

    def _find_group(self, model: type[Any]) -> str:
        """Return the module of the site that a model is of, or nothing."""
        for name, base in registry_of(self.app).models.items():
            if issubclass(model, base):
                return make_label(name)
        parts = [
            part for part in model.__module__.split(".")[1:] if part not in _MODULES
        ]
        return make_label(parts[-1]) if parts else ""


def find_row(
    session: orm.Session,
    admin: ModelAdmin,
    key: tuple[Any, ...],
    *,
    is_locked: bool = False,
) -> Any:
    """Return a row that the console shows of a model, or None."""
    pairs = zip(admin.mapper.primary_key, key, strict=True)
    statement = admin.select().where(*(column == value for column, value in pairs))
    if is_locked:
        statement = statement.with_for_update(of=admin.mapper.local_table)
    # Anew: another request may have changed what this one has read.
    options = {"populate_existing": True}
    return session.scalars(statement, execution_options=options).unique().one_or_none()
