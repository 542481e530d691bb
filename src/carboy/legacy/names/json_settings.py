"""`JSON_AS_ASCII` and its like, `app.json_encoder` and `app.json_decoder`."""

from collections.abc import Callable
from functools import wraps
from pkgutil import resolve_name
from typing import Any

from flask import Flask
from flask.blueprints import Blueprint
from flask.json.provider import DefaultJSONProvider

from carboy.legacy.patches import Patches
from carboy.legacy.rows import Row
from carboy.legacy.uses import record_use

_DEFAULTS = {"json_encoder": "OldJSONEncoder", "json_decoder": "OldJSONDecoder"}
_KEYS = {
    "ensure_ascii": "JSON_AS_ASCII",
    "sort_keys": "JSON_SORT_KEYS",
    "mimetype": "JSONIFY_MIMETYPE",
    "compact": "JSONIFY_PRETTYPRINT_REGULAR",
}
SETTINGS = {
    name: Row(
        f"app.config[{key!r}]",
        "Flask 2.3",
        f"read as app.json.{name}",
        f"app.json.{name} = …",
    )
    for name, key in _KEYS.items()
}
ENCODER = Row(
    "app.json_encoder",
    "Flask 2.3",
    "its method default is used for what JSON has not; also for blueprints",
    "class Provider(DefaultJSONProvider): default = …; app.json = Provider(app)",
)


class SettingDefault:
    """An attribute of a JSON provider whose default is an old setting."""

    def __init__(self, name: str, default: Any) -> None:
        self.name, self.key, self.default = name, _KEYS[name], default

    def __get__(self, provider: Any, _owner: type[Any] | None = None) -> Any:
        """Return the setting, or Flask's default where it is not set."""
        if provider is None:
            return self.default
        value = provider._app.config.get(self.key)
        if value is None:
            return self.default
        record_use(SETTINGS[self.name])
        return not value if self.name == "compact" else value


DECODER = Row(
    "app.json_decoder",
    "Flask 2.3",
    "the class reads JSON; also for blueprints",
    "class Provider(DefaultJSONProvider): loads = …; app.json = Provider(app)",
)
_ROWS = {"json_encoder": ENCODER, "json_decoder": DECODER}


class CodecAttribute:
    """`app.json_encoder` or `app.json_decoder`: a class that `app.json` uses."""

    def __init__(self, name: str) -> None:
        self.name = name

    def __get__(self, owner: Any, _type: type[Any] | None = None) -> Any:
        """Return the class that was set, or Flask's own."""
        if owner is None:
            return self
        default = resolve_name(
            f"carboy.legacy.names.flask_names:{_DEFAULTS[self.name]}"
        )
        return vars(owner).get(f"_legacy_{self.name}", default)

    def __set__(self, owner: Any, kind: type[Any] | None) -> None:
        """Use the class; for a blueprint, on the app that it is registered on."""
        record_use(_ROWS[self.name])
        vars(owner)[f"_legacy_{self.name}"] = kind
        if kind is None:
            return
        if isinstance(owner, Flask):
            _provide(owner).use(self.name, kind)
        else:
            owner.record(
                lambda state: _provide(state.app).use_unless_set(self.name, kind)
            )


class CodecProvider(DefaultJSONProvider):
    """A JSON provider that asks old classes: one to write, one to read."""

    def __init__(self, app: Flask) -> None:
        super().__init__(app)
        self._used: dict[str, type[Any]] = {}

    def use(self, name: str, kind: type[Any]) -> None:
        """Use an encoder, for what JSON has not, or a decoder."""
        self._used[name] = kind
        if name == "json_encoder":
            self.default = kind().default

    def use_unless_set(self, name: str, kind: type[Any]) -> None:
        """Use a class of a blueprint."""
        if name not in self._used:
            self.use(name, kind)

    def loads(self, s: str | bytes, **options: Any) -> Any:
        """Read JSON, with the decoder if there is one."""
        if "json_decoder" in self._used:
            options.setdefault("cls", self._used["json_decoder"])
        return super().loads(s, **options)


def _provide(app: Flask) -> CodecProvider:
    if not isinstance(app.json, CodecProvider):
        app.json = CodecProvider(app)
    return app.json


def _wrap_init(init: Callable[..., None]) -> Callable[..., None]:
    """Use what a subclass of Flask names: `json_encoder = MyEncoder`."""

    @wraps(init)
    def make(app: Flask, *args: Any, **options: Any) -> None:
        init(app, *args, **options)
        for name, row in _ROWS.items():
            kind = getattr(type(app), name, None)
            if isinstance(kind, type):
                record_use(row)
                _provide(app).use(name, kind)

    return make


def _apply(patches: Patches) -> None:
    for name in _KEYS:
        default = vars(DefaultJSONProvider)[name]
        patches.set(DefaultJSONProvider, name, SettingDefault(name, default))
    for name in _ROWS:
        patches.set(Flask, name, CodecAttribute(name))
        patches.set(Blueprint, name, CodecAttribute(name))
    patches.set(Flask, "__init__", _wrap_init(Flask.__init__))


HOOKS = {"flask.json.provider": _apply}
ROWS = (*SETTINGS.values(), *_ROWS.values())
