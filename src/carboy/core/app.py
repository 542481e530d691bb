"""The app class: Flask to the letter, and a whole site once it has settings."""

import os
from collections.abc import Callable, Coroutine, Iterable
from importlib.util import find_spec
from threading import RLock
from typing import Any, ClassVar, Self, TypeVar

from flask import Blueprint, Config as FlaskConfig, Flask
from werkzeug.middleware.proxy_fix import ProxyFix

from carboy.engine import Engine, bypassable_call, make_sync
from carboy.errors import ConfigError

from .check import Check, run_checks
from .extension import Extension, in_order, registry_of
from .flask_requirement import require_site_flask
from .lifespan import Hook, Lifespan
from .section import Field
from .settings import Settings

HookT = TypeVar("HookT", bound=Hook)


class Config(FlaskConfig):
    """Flask's config, which also has the origin of each value."""

    def __init__(
        self, root_path: str | os.PathLike[str], defaults: dict[str, Any] | None = None
    ) -> None:
        super().__init__(root_path, defaults)
        self.origins: dict[str, str] = {}
        self.settings: Settings | None = None

    def read_others(self, fields: Iterable[Field]) -> None:
        """Take the settings of a module, whose names a site's settings do not know."""
        if self.settings is not None:
            for item in self.settings.list_others(fields):
                self[item.key], self.origins[item.key] = item.value, item.origin


class Carboy(Engine, Flask):
    """A Flask app.

    Without `settings` it is what `flask.Flask` is, only faster. With them it is a
    site with security headers, error pages, health pages and a log. Batteries that
    code works with are added with `use`.
    """

    config_class = Config
    settings_class: ClassVar[type[Settings]] = Settings
    order: ClassVar[tuple[str, ...]] = ()

    def __init__(
        self,
        import_name: str,
        *args: Any,
        settings: Settings | type[Settings] | str | object | None = None,
        **options: Any,
    ) -> None:
        super().__init__(import_name, *args, **options)
        self._settings: Settings | None = None
        self._is_started = True
        self._lifespan = Lifespan(self, self._mark_stopped)
        self._start_lock = RLock()
        self._proxied: ProxyFix | None = None
        self._configured: dict[str, Extension] = {}
        if settings is not None:
            self._configure(self._load(settings))

    def _load(self, settings: object) -> Settings:
        if isinstance(settings, Settings):
            return settings
        if isinstance(settings, type) and issubclass(settings, Settings):
            return settings.load()
        return self.settings_class.load(settings)

    def _configure(self, settings: Settings) -> None:
        require_site_flask()
        self._settings = settings
        self._is_started = False
        self.config.update(settings.config())
        if isinstance(self.config, Config):
            self.config.origins.update(settings.origins)
            self.config.settings = settings
        if settings.proxy_hops:
            hops = settings.proxy_hops
            # Not around wsgi_app itself: our server would have to make environs for it.
            self._proxied = ProxyFix(self._call_wsgi_app, hops, hops, hops, hops, hops)
        self.use(*self.default_extensions(settings))
        # Installed by `use`, because the site may pass one that it has made itself.
        configured = self.configured_extensions(settings)
        self._configured = {extension.name: extension for extension in configured}

    def default_extensions(self, settings: Settings) -> Iterable[Extension]:  # noqa: ARG002 - used by subclasses
        """Return the batteries that every site has."""
        return ()

    def configured_extensions(self, settings: Settings) -> Iterable[Extension]:  # noqa: ARG002 - used by subclasses
        """Return the batteries that a setting switches on."""
        return ()

    @property
    def settings(self) -> Settings:
        """The settings that the site was made with."""
        if self._settings is None:
            msg = (
                f"The app {self.name!r} was made without settings. Make it with "
                f"Carboy(__name__, settings=Settings.load())."
            )
            raise ConfigError(msg)
        return self._settings

    @property
    def has_settings(self) -> bool:
        """Whether the app is a site; without settings it is plain Flask."""
        return self._settings is not None

    def use(self, *parts: Extension | Blueprint) -> Self:
        """Install batteries, in their right order, and then register blueprints."""
        extensions = [part for part in parts if isinstance(part, Extension)]
        configured, self._configured = self._configured, {}
        for extension in extensions:
            configured.pop(extension.name, None)
        for extension in in_order([*configured.values(), *extensions], self.order):
            extension.init_app(self)
        for part in parts:
            if isinstance(part, Blueprint):
                self.register_blueprint(part)
            elif not isinstance(part, Extension):
                msg = (
                    f"app.use() got {part!r}, which is neither a battery nor a "
                    f"blueprint. Pass objects such as those in ext.py."
                )
                raise ConfigError(msg)
        return self

    def async_to_sync(
        self, func: Callable[..., Coroutine[Any, Any, Any]]
    ) -> Callable[..., Any]:
        """Return a function that runs `func` on the event loop of this process.

        Without settings it is Flask's own, which starts a loop for each call, unless
        the package that Flask needs for that is missing.
        """
        if self.has_settings or find_spec("asgiref") is None:
            return make_sync(func)
        return super().async_to_sync(func)

    def check(self) -> list[Check]:
        """Run all checks of the site and return their findings."""
        silenced = self.settings.checks_silenced if self._settings else ()
        return run_checks(self, registry_of(self).checkers, silenced=silenced)

    def validate(self) -> list[Check]:
        """Raise `ConfigError` for errors that checks find; return the warnings."""
        self.use()
        checks = self.check()
        errors = [str(check) for check in checks if check.level == "error"]
        if errors:
            raise ConfigError("\n".join(errors))
        return checks

    def start(self) -> list[Check]:
        """Validate the site, run its start hooks, and return the warnings.

        Servers of Carboy do both before they serve. Under other servers it happens at
        the first request of each process.
        """
        with self._start_lock:
            checks = self.validate()
            self._lifespan.start()
            self._is_started = not self._lifespan.is_starting
            return checks

    def on_start(self, function: HookT) -> HookT:
        """Run `function` once in each process that serves, before its first request.

        A generator function runs up to its `yield` at the start and from there at the
        stop. Hooks run in the order in which they were added.
        """
        self._lifespan.add(function, is_start=True)
        self._is_started = False
        return function

    def on_stop(self, function: HookT) -> HookT:
        """Run `function` when a process that has run the start hooks ends.

        Stop hooks run in the opposite order, the last one added first.
        """
        self._lifespan.add(function, is_start=False)
        self._is_started = False
        return function

    def run_start_hooks(self) -> bool:
        """Run the start hooks, unless they have run in this process; return if so."""
        return self._lifespan.has_hooks and self._lifespan.start()

    def stop(self) -> None:
        """Run the stop hooks, if the start hooks have run in this process."""
        self._lifespan.stop()

    def _mark_stopped(self) -> None:
        # In the child of a fork, another thread may have held it.
        self._start_lock = RLock()
        if self._lifespan.has_hooks:
            self._is_started = False

    def _start_at_first_request(self) -> None:
        # Several threads may have a first request.
        with self._start_lock:
            if self._is_started:
                return
            if self.has_settings:
                self.start()
            else:
                self._lifespan.start()
                self._is_started = not self._lifespan.is_starting

    @bypassable_call
    def __call__(self, environ: Any, start_response: Any) -> Any:
        """Answer a request as any WSGI callable does."""
        if not self._is_started:
            self._start_at_first_request()
        # Our own server has counted the hops already and checked who sends them.
        if self._proxied is None or "carboy.proxies_counted" in environ:
            return self.wsgi_app(environ, start_response)
        return self._proxied(environ, start_response)

    def _call_wsgi_app(self, environ: Any, start_response: Any) -> Any:
        """Call `wsgi_app` as it is now: middleware may be added later."""
        return self.wsgi_app(environ, start_response)
