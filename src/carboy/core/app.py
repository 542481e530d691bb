"""The app class: Flask to the letter, and a whole site once it is given settings."""

from __future__ import annotations

import os
from collections.abc import Iterable
from typing import Any, ClassVar, Self

from flask import Blueprint, Config as FlaskConfig, Flask
from werkzeug.middleware.proxy_fix import ProxyFix

from carboy.engine import Engine, bypassable_call
from carboy.errors import ConfigError

from .check import Check, run_checks
from .extension import Extension, in_order, registry_of
from .settings import Settings


class Config(FlaskConfig):
    """Flask's config, which also knows where each value was written."""

    def __init__(
        self, root_path: str | os.PathLike[str], defaults: dict[str, Any] | None = None
    ) -> None:
        super().__init__(root_path, defaults)
        self.origins: dict[str, str] = {}


class Carboy(Engine, Flask):
    """A Flask app.

    Without `settings` it is what `flask.Flask` is, only faster. With them it is a
    site: `settings` says what is on, and pages get safe headers, errors a page,
    requests a log line. Batteries that code works with are handed over with `use`.
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
        self._proxied: ProxyFix | None = None
        self._asked_for: dict[str, Extension] = {}
        if settings is not None:
            self._become_site(self._load(settings))

    def _load(self, settings: object) -> Settings:
        if isinstance(settings, Settings):
            return settings
        if isinstance(settings, type) and issubclass(settings, Settings):
            return settings.load()
        return self.settings_class.load(settings)

    def _become_site(self, settings: Settings) -> None:
        self._settings = settings
        self._is_started = False
        self.config.update(settings.config())
        if isinstance(self.config, Config):
            self.config.origins.update(settings.origins)
        if settings.proxy_hops:
            hops = settings.proxy_hops
            # Not around wsgi_app itself: the edge would have to make environs for it.
            self._proxied = ProxyFix(self._answer, hops, hops, hops, hops, hops)
        self.use(*self.standard(settings))
        # They wait for `use`, which may bring one that the site has made itself.
        self._asked_for = {e.name: e for e in self.asked_for(settings)}

    def standard(self, settings: Settings) -> Iterable[Extension]:  # noqa: ARG002 - for subclasses to look at
        """Make the batteries that every site has."""
        return ()

    def asked_for(self, settings: Settings) -> Iterable[Extension]:  # noqa: ARG002 - for subclasses to look at
        """Make the batteries that a value in the settings switches on."""
        return ()

    @property
    def settings(self) -> Settings:
        """The settings that this site was made with."""
        if self._settings is None:
            msg = (
                f"The app {self.name!r} was made without settings. Make it with "
                f"Carboy(__name__, settings=Settings.load())."
            )
            raise ConfigError(msg)
        return self._settings

    @property
    def has_settings(self) -> bool:
        """Whether this is a site; without settings an app is plain Flask."""
        return self._settings is not None

    def use(self, *things: Extension | Blueprint) -> Self:
        """Install batteries, in their right order, and then register blueprints."""
        given = [thing for thing in things if isinstance(thing, Extension)]
        waiting, self._asked_for = self._asked_for, {}
        for extension in given:
            waiting.pop(extension.name, None)
        for extension in in_order([*waiting.values(), *given], self.order):
            extension.init_app(self)
        for thing in things:
            if isinstance(thing, Blueprint):
                self.register_blueprint(thing)
            elif not isinstance(thing, Extension):
                msg = (
                    f"app.use() was given {thing!r}, which is neither a battery nor a "
                    f"blueprint. Hand over objects such as those in ext.py."
                )
                raise ConfigError(msg)
        return self

    def check(self) -> list[Check]:
        """Look for everything that may be wrong with this site."""
        silenced = self.settings.checks_silenced if self._settings else ()
        return run_checks(self, registry_of(self).checkers, silenced=silenced)

    def start(self) -> list[Check]:
        """Make sure that the site may serve; give the warnings.

        Servers call this before they serve. Under a server that does not know it, it
        runs with the first request.
        """
        self.use()
        found = self.check()
        errors = [str(check) for check in found if check.level == "error"]
        if errors:
            raise ConfigError("\n".join(errors))
        self._is_started = True
        return found

    @bypassable_call
    def __call__(self, environ: Any, start_response: Any) -> Any:
        """Answer a request as any WSGI callable does."""
        if not self._is_started:
            self.start()
        # Our own server has counted the hops already, and looked at who sends them.
        if self._proxied is None or "carboy.proxies_counted" in environ:
            return self.wsgi_app(environ, start_response)
        return self._proxied(environ, start_response)

    def _answer(self, environ: Any, start_response: Any) -> Any:
        """Call what is in `wsgi_app` at the moment: middleware may come later."""
        return self.wsgi_app(environ, start_response)
