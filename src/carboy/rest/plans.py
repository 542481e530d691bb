"""Compiled marshalling: what a dict of fields needs is found out once, not per object.

For each class of objects a plan writes a function, such as for `{"title": String}`:

    def marshal(obj):
        try:
            v0, = read(obj)
        except (AttributeError, KeyError):
            return slow(obj)
        if type(v0) is not k0:
            v0 = c0(v0)
        return {'title': v0}

`read` gets all values with one call of C code, and a value that already is what its
field writes is not converted. Whatever a plan does not know (a field with an `output`
of its own, a path, a missing value) goes through the field, as without plans.
"""

from collections.abc import Callable, Mapping
from operator import attrgetter, itemgetter
from pkgutil import resolve_name
from typing import Any

from carboy.bounded_dict import BoundedDict

Marshal = Callable[[Any], Any]

# Programs that make classes or fields at run time must not fill the memory.
_MOST_CLASSES = 256
_MOST_PLANS = 1024


class ByClass(BoundedDict[type, Marshal]):
    """Functions by the class of the value; one that is missing is made."""

    __slots__ = ("_make",)

    def __init__(self, make: Callable[[type], Marshal]) -> None:
        super().__init__(_MOST_CLASSES)
        self._make = make

    def __missing__(self, kind: type) -> Marshal:
        function = self[kind] = self._make(kind)
        return function


class Plan:
    """How to marshal objects with one dict of fields."""

    def __init__(self, fields: Mapping[str, Any]) -> None:
        self.source = fields
        self.by_class = ByClass(self._make)
        self._snapshot = tuple(fields.items())
        self._fields = {
            name: _Inline(item) if isinstance(item, dict) else make_field(item)
            for name, item in fields.items()
        }
        # The dicts inside, which may be changed as well; our functions call theirs.
        self._known: list[tuple[Mapping[str, Any], ByClass]] = []
        self._is_being_checked = False

    def find_inner(self) -> None:
        """Make the plans of the dicts inside, one of which may be this one again."""
        self._is_being_checked = True
        for field in self._fields.values():
            inner = field.list_inner()
            if inner is not None:
                self._known.append((inner, plan_of(inner).by_class))
        self._is_being_checked = False

    def is_current(self) -> bool:
        """Return whether nothing was changed in the dicts of fields."""
        if self._is_being_checked:
            # Fields that contain themselves.
            return True
        self._is_being_checked = True
        try:
            return self._snapshot == tuple(self.source.items()) and all(
                plan_of(inner).by_class is known for inner, known in self._known
            )
        finally:
            self._is_being_checked = False

    def _make(self, kind: type) -> Marshal:
        """Return the function for objects of one class."""
        if issubclass(kind, (list, tuple)):
            by_class = self.by_class
            return lambda objects: [by_class[type(obj)](obj) for obj in objects]
        read = make_reader(kind, [key for _, key, _ in self._plain()])
        return self._marshal_slowly if read is None else self._compile(read)

    def _plain(self) -> list[tuple[str, str, Any]]:
        """Return name, key and field of what can be read without asking the field."""
        plain = []
        for name, field in self._fields.items():
            key = name if field.attribute is None else field.attribute
            if field.has_plain_output() and isinstance(key, str) and "." not in key:
                plain.append((name, key, field))
        return plain

    def _compile(self, read: Callable[[Any], tuple[Any, ...]]) -> Marshal:
        names: dict[str, Any] = {"read": read, "slow": self._marshal_slowly}
        plain = {name: field for name, _, field in self._plain()}
        values = "".join(f"v{number}, " for number in range(len(plain)))
        lines = [
            "def marshal(obj):",
            "    try:",
            f"        {values}= read(obj)" if plain else "        pass",
            "    except (AttributeError, KeyError):",
            "        return slow(obj)",
        ]
        written = {}
        for number, (name, field) in enumerate(plain.items()):
            lines += _convert_lines(number, field, names)
            written[name] = f"v{number}"
        items = []
        for number, (name, field) in enumerate(self._fields.items()):
            if name not in written:
                names[f"o{number}"] = field.output
                written[name] = f"o{number}({name!r}, obj)"
            items.append(f"{name!r}: {written[name]}")
        lines.append(f"    return {{{', '.join(items)}}}")
        return define_function("marshal", lines, names)

    def _marshal_slowly(self, obj: Any) -> dict[str, Any]:
        return {name: field.output(name, obj) for name, field in self._fields.items()}


def define_function(name: str, lines: list[str], names: dict[str, Any]) -> Marshal:
    """Return the function that these lines define."""
    exec("\n".join(lines), names)  # noqa: S102 - only names of fields are in it, as literals
    function: Marshal = names[name]
    return function


def _convert_lines(number: int, field: Any, names: dict[str, Any]) -> list[str]:
    """Return the lines that convert a value where it needs it."""
    value, function, kind = f"v{number}", f"c{number}", f"k{number}"
    by_class = field.make_by_class()
    if by_class is not None:
        names[function] = by_class
        return [f"    {value} = {function}[type({value})]({value})"]
    names[function] = field.convert
    as_is = field.kind_written_as_is()
    if as_is is Any:
        return [f"    if {value} is None:", f"        {value} = {function}(None)"]
    if as_is is None:
        return [f"    {value} = {function}({value})"]
    names[kind] = as_is
    return [
        f"    if type({value}) is not {kind}:",
        f"        {value} = {function}({value})",
    ]


class _Inline:
    """A dict of fields inside a dict of fields: it reads from the same object."""

    attribute = None

    def __init__(self, fields: dict[str, Any]) -> None:
        self._fields = fields

    def has_plain_output(self) -> bool:
        return False

    def list_inner(self) -> Mapping[str, Any]:
        return self._fields

    def output(self, _name: str, obj: Any) -> Any:
        return plan_of(self._fields).by_class[type(obj)](obj)


def make_field(item: Any) -> Any:
    """Return the field that stands in a dict: an object, or a class to make one of."""
    return item() if isinstance(item, type) else item


def make_reader(kind: type, keys: list[str]) -> Callable[[Any], tuple[Any, ...]] | None:
    """Return what reads all keys of an object of this class; None: nothing quick."""
    if not keys:
        return _read_nothing
    if issubclass(kind, dict):
        # A subclass may look items up in its own way.
        return _always_tuple(itemgetter(*keys), len(keys)) if kind is dict else None
    if hasattr(kind, "__iter__") or _has_own_lookup(kind):
        return None
    if are_columns(kind, keys):
        read = _always_tuple(itemgetter(*keys), len(keys))
        return lambda obj: read(obj.__dict__)
    return _always_tuple(attrgetter(*keys), len(keys))


def _read_nothing(_obj: Any) -> tuple[Any, ...]:
    return ()


def _always_tuple(
    read: Callable[[Any], Any], count: int
) -> Callable[[Any], tuple[Any, ...]]:
    """Return a reader whose result is a tuple for one key too."""
    return read if count > 1 else lambda obj: (read(obj),)


def _has_own_lookup(kind: type) -> bool:
    return hasattr(kind, "__getattr__") or (
        getattr(kind, "__getattribute__", None) is not object.__getattribute__
    )


def are_columns(kind: type, keys: list[str]) -> bool:
    """Return whether SQLAlchemy keeps all these attributes in `__dict__`.

    Loaded values are items there; one that is not loaded is missing, so that the slow
    way asks the attribute, which loads it.
    """
    if not hasattr(kind, "__mapper__"):
        return False
    attribute: type = resolve_name("sqlalchemy.orm.attributes:InstrumentedAttribute")
    return all(type(getattr(kind, key, None)) is attribute for key in keys)


_plans: BoundedDict[int, Plan] = BoundedDict(_MOST_PLANS)


def plan_of(fields: Mapping[str, Any]) -> Plan:
    """Return the plan of a dict of fields; a new one if the dict was changed."""
    plan = _plans.get(id(fields))
    # A plan keeps its dict, so that no other can have the same id.
    if plan is None or plan.source is not fields or not plan.is_current():
        plan = _plans[id(fields)] = Plan(fields)
        plan.find_inner()
    return plan
