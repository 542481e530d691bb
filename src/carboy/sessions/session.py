"""The session of one request: a dict that is read from its store at first touch."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any, Self

import msgspec
from flask.sessions import SessionMixin
from typing_extensions import override

from carboy.stores import EncodeError, pack, unpack

PERMANENT = "_permanent"
# What cannot be changed in place, and so need not be compared.
_FIXED = frozenset({str, int, float, bool, bytes, type(None)})


class Changes(msgspec.Struct, frozen=True):
    """What a request did to its session, key by key."""

    changed: dict[str, bytes]
    removed: frozenset[str]

    def __bool__(self) -> bool:
        return bool(self.changed or self.removed)

    def apply(self, kept: Mapping[str, Any]) -> dict[str, msgspec.Raw]:
        """Give `kept` with the changes in it, each value packed."""
        left = {k: v for k, v in kept.items() if k not in self.removed}
        return left | {key: msgspec.Raw(value) for key, value in self.changed.items()}


class Opened(msgspec.Struct, frozen=True):
    """What was found for a request: packed values, and where they are kept."""

    values: Mapping[str, msgspec.Raw]
    # What the interface has to know again when it saves; None is a new session.
    origin: Any = None


class Session(dict[str, Any], SessionMixin):
    """Behaves as Flask's session does; its store is asked at the first touch.

    Beside `modified` and `accessed`, a change inside a list, dict or set is noticed
    too.
    """

    def __init__(self, find: Callable[[], Opened]) -> None:
        super().__init__()
        self._find = find
        self._opened: Opened | None = None
        self.modified = False
        self._accessed = False
        self.wants_renewal = False
        # Whether its time begins anew, as at a login.
        self.starts_anew = False
        self.was_cleared = False

    @property
    def accessed(self) -> bool:
        """Whether anybody has touched it; Flask says so each time it hands it out."""
        return self._accessed

    @accessed.setter
    def accessed(self, value: bool) -> None:
        self._accessed = value
        if value:
            # Opened now, for what reads a dict without asking it, such as `json`.
            self._open()

    @property
    def is_open(self) -> bool:
        """Whether anybody has touched it."""
        return self._opened is not None

    @property
    def new(self) -> bool:  # type: ignore[override]  # a constant there
        """Whether nothing was kept for this visitor."""
        return self._open().origin is None

    @property
    def origin(self) -> Any:
        """What the interface keeps about where this came from."""
        return self._open().origin

    def find_changes(self) -> Changes:
        """Compare with what was read, key by key."""
        before = self._open().values
        changed = {}
        for key, value in dict.items(self):
            if not self.modified and type(value) in _FIXED:
                continue
            packed = _pack(key, value)
            old = before.get(key)
            if old is None or bytes(old) != packed:
                changed[key] = packed
        return Changes(changed, frozenset(before.keys() - dict.keys(self)))

    def pack_all(self) -> dict[str, msgspec.Raw]:
        """Give every value packed."""
        return {k: msgspec.Raw(_pack(k, v)) for k, v in dict.items(self)}

    def _open(self) -> Opened:
        self._accessed = True
        opened = self._opened
        if opened is None:
            opened = self._find()
            values = {key: unpack(raw) for key, raw in opened.values.items()}
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

    __hash__ = None  # type: ignore[assignment]  # as every dict

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
    def __ior__(self, other: Any) -> Self:  # type: ignore[override]  # as dict
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
        """End this session; what is put in afterwards is a new one, with a new id."""
        self._change()
        self.was_cleared = True
        dict.clear(self)


def _pack(key: object, value: Any) -> bytes:
    if not isinstance(key, str):
        raise EncodeError(
            f"session[{key!r}] has a key that is not a text. Write it as one: "
            f"session[{str(key)!r}]."
        )
    try:
        return pack(value)
    except EncodeError as error:
        raise EncodeError(f"session[{key!r}] cannot be saved. {error}") from None
