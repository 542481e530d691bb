"""The session of one request: a dict that is loaded from its store on first access."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any, Self

import msgspec
from flask.sessions import SessionMixin
from typing_extensions import override

from carboy.stores import DecodeError, EncodeError, pack, unpack

PERMANENT = "_permanent"
# The value that names the device of a login; a device can be ended by it.
DEVICE = "_auth_device"
# Cannot be changed in place, so their values need no comparison.
_IMMUTABLE = frozenset({str, int, float, bool, bytes, type(None)})


class Changes(msgspec.Struct, frozen=True):
    """What a request changed in its session, key by key."""

    changed: dict[str, bytes]
    removed: frozenset[str]
    regenerate_id: bool = False

    def __bool__(self) -> bool:
        return bool(self.changed or self.removed)

    def apply(self, values: Mapping[str, msgspec.Raw]) -> dict[str, msgspec.Raw]:
        """Return a copy of `values` with the changes applied."""
        remaining = {k: v for k, v in values.items() if k not in self.removed}
        changed = {key: msgspec.Raw(value) for key, value in self.changed.items()}
        return remaining | changed


class Opened(msgspec.Struct, frozen=True):
    """The loaded session of a request: its packed values and their origin."""

    values: Mapping[str, msgspec.Raw]
    # What the interface needs again when it saves; None for a new session.
    origin: Any = None


class LazySession(dict[str, Any], SessionMixin):
    """Behaves as Flask's session; `load` is called on first access.

    Changes inside a list, dict or set are detected too, beside `modified` and
    `accessed`. Without `on_damage`, a value that cannot be decoded is an error; with
    it, `on_damage` is called and the session is a new one.
    """

    def __init__(
        self,
        load: Callable[[], Opened],
        on_damage: Callable[[], None] | None = None,
    ) -> None:
        super().__init__()
        self._load = load
        self._on_damage = on_damage
        self._opened: Opened | None = None
        self.modified = False
        self._accessed = False
        self.regenerate_id = False
        # Whether the absolute lifetime starts again, as it does at a login.
        self.resets_age = False
        self.is_cleared = False

    @property
    def accessed(self) -> bool:
        """Whether the session was accessed; Flask sets it whenever it returns it."""
        return self._accessed

    @accessed.setter
    def accessed(self, value: bool) -> None:
        self._accessed = value
        if value:
            # Loaded now, for code that reads a dict without its methods, as `json`.
            self._open()

    @property
    def is_open(self) -> bool:
        """Whether the session was loaded."""
        return self._opened is not None

    @property
    def new(self) -> bool:  # type: ignore[override]  # a constant in SessionMixin
        """Whether nothing was stored for this client."""
        return self._open().origin is None

    @property
    def origin(self) -> Any:
        """What the interface stored about the origin of the values."""
        return self._open().origin

    def find_changes(self) -> Changes:
        """Compare with the loaded values, key by key; a new session is all changes."""
        before = {} if self.is_cleared else self._open().values
        compares_all = self.modified or not before
        changed = {}
        for key, value in dict.items(self):
            if not compares_all and type(value) in _IMMUTABLE:
                continue
            packed = _pack(key, value)
            old = before.get(key)
            if old is None or bytes(old) != packed:
                changed[key] = packed
        removed = frozenset(before.keys() - dict.keys(self))
        return Changes(changed, removed, self.regenerate_id)

    def pack_all(self) -> dict[str, msgspec.Raw]:
        """Return all values packed."""
        return {k: msgspec.Raw(_pack(k, v)) for k, v in dict.items(self)}

    def _open(self) -> Opened:
        self._accessed = True
        opened = self._opened
        if opened is None:
            opened = self._load()
            try:
                values = {key: unpack(raw) for key, raw in opened.values.items()}
            except DecodeError:
                if self._on_damage is None:
                    raise
                self._on_damage()
                opened, values = Opened({}), {}
            dict.update(self, values)
            self._opened = opened
        return opened

    def _change(self) -> None:
        self._open()
        self.modified = True

    # Reading

    @override
    def __getitem__(self, key: str) -> Any:
        self._open()
        return dict.__getitem__(self, key)

    @override
    def __iter__(self) -> Iterator[str]:
        self._open()
        return dict.__iter__(self)

    @override
    def __reversed__(self) -> Iterator[str]:
        self._open()
        return dict.__reversed__(self)

    @override
    def __len__(self) -> int:
        self._open()
        return dict.__len__(self)

    @override
    def __contains__(self, key: object) -> bool:
        self._open()
        return dict.__contains__(self, key)

    @override
    def __eq__(self, other: object) -> bool:
        self._open()
        return dict.__eq__(self, other)

    __hash__ = None  # type: ignore[assignment]  # unhashable, as every dict

    @override
    def __repr__(self) -> str:
        self._open()
        return f"<Session {dict.__repr__(self)}>"

    @override
    def get(self, key: str, default: Any = None) -> Any:
        self._open()
        return dict.get(self, key, default)

    @override
    def keys(self) -> Any:
        self._open()
        return dict.keys(self)

    @override
    def values(self) -> Any:
        self._open()
        return dict.values(self)

    @override
    def items(self) -> Any:
        self._open()
        return dict.items(self)

    @override
    def copy(self) -> dict[str, Any]:
        self._open()
        return dict(dict.items(self))

    @override
    def __or__(self, other: Any) -> Any:
        return self.copy() | other

    @override
    def __ror__(self, other: Any) -> Any:
        return other | self.copy()

    # Writing

    @override
    def __setitem__(self, key: str, value: Any) -> None:
        self._change()
        dict.__setitem__(self, key, value)

    @override
    def __delitem__(self, key: str) -> None:
        self._change()
        dict.__delitem__(self, key)

    @override
    def __ior__(self, other: Any) -> Self:  # type: ignore[override]  # as in dict
        self.update(other)
        return self

    @override
    def pop(self, key: str, *default: Any) -> Any:
        self._open()
        if dict.__contains__(self, key):
            self.modified = True
        return dict.pop(self, key, *default)

    @override
    def popitem(self) -> tuple[str, Any]:
        self._change()
        return dict.popitem(self)

    @override
    def setdefault(self, key: str, default: Any = None) -> Any:
        self._open()
        if not dict.__contains__(self, key):
            self.modified = True
        return dict.setdefault(self, key, default)

    @override
    def update(self, *other: Any, **more: Any) -> None:
        self._change()
        dict.update(self, *other, **more)

    @override
    def clear(self) -> None:
        """End this session; values set afterwards form a new one with a new id."""
        self._change()
        self.is_cleared = True
        dict.clear(self)


def _pack(key: object, value: Any) -> bytes:
    if not isinstance(key, str):
        raise EncodeError(
            f"session[{key!r}] has a key that is not a string. Use "
            f"session[{str(key)!r}] instead."
        )
    try:
        return pack(value)
    except EncodeError as error:
        raise EncodeError(f"session[{key!r}] cannot be saved. {error}") from None
