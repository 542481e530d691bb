"""`JSON_AS_ASCII` and its like, and `app.json_encoder`."""

from typing import Any

from flask import Flask
from flask.blueprints import Blueprint
from flask.json.provider import DefaultJSONProvider

from carboy.legacy.patches import Patches
from carboy.legacy.rows import Row
from carboy.legacy.uses import record_use

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


class EncoderAttribute:
    """`app.json_encoder`: a class whose `default` is used by `app.json`."""

    def __get__(self, owner: Any, _type: type[Any] | None = None) -> Any:
        """Return the class that was set, or Flask's own."""
        if owner is None:
            return self
        return vars(owner).get("_legacy_json_encoder")

    def __set__(self, owner: Any, kind: type[Any] | None) -> None:
        """Use the encoder; for a blueprint, on the app that it is registered on."""
        record_use(ENCODER)
        owner._legacy_json_encoder = kind
        if kind is None:
            return
        if isinstance(owner, Flask):
            owner.json = EncoderProvider(owner, kind)
        else:
            owner.record(lambda state: _set_for_app(state.app, kind))


class EncoderProvider(DefaultJSONProvider):
    """A JSON provider that asks an old encoder for what JSON has not."""

    def __init__(self, app: Flask, kind: type[Any]) -> None:
        super().__init__(app)
        encoder = kind()
        self.default = encoder.default


def _set_for_app(app: Flask, kind: type[Any]) -> None:
    if not isinstance(app.json, EncoderProvider):
        app.json = EncoderProvider(app, kind)


def _apply(patches: Patches) -> None:
    for name in _KEYS:
        default = vars(DefaultJSONProvider)[name]
        patches.set(DefaultJSONProvider, name, SettingDefault(name, default))
    patches.set(Flask, "json_encoder", EncoderAttribute())
    patches.set(Blueprint, "json_encoder", EncoderAttribute())


HOOKS = {"flask.json.provider": _apply}
ROWS = (*SETTINGS.values(), ENCODER)
