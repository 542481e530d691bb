"""What the annotations of an operation say: its parameters and what it returns."""

import inspect
from collections.abc import Callable, Iterable
from dataclasses import dataclass, is_dataclass
from types import NoneType, UnionType
from typing import (
    Annotated,
    Any,
    Union,
    get_args,
    get_origin,
    get_type_hints,
    is_typeddict,
)

import msgspec
from werkzeug.datastructures import FileStorage

from carboy.errors import ConfigError

from .other_types import is_pydantic
from .sources import Place, Source

NO_DEFAULT: Any = msgspec.NODEFAULT


class OperationError(ConfigError, TypeError):
    """Raised when the annotations of an operation do not say what it needs."""


@dataclass(frozen=True, slots=True)
class Parameter:
    """A parameter of a function, and where in a request its value is."""

    name: str
    place: Place
    wire_name: str
    type: Any
    default: Any
    description: str

    @property
    def is_required(self) -> bool:
        """Whether requests must have it."""
        return self.default is NO_DEFAULT

    @property
    def is_object(self) -> bool:
        """Whether its fields are parameters of their own, unless it is the body."""
        return is_object(self.type)


@dataclass(frozen=True, slots=True)
class Signature:
    """The parameters of an operation and the annotation of its result."""

    parameters: tuple[Parameter, ...]
    result: Any

    def of(self, *places: Place) -> list[Parameter]:
        """List the parameters of these places."""
        return [each for each in self.parameters if each.place in places]


def read_signature(
    function: Callable[..., Any], path_names: Iterable[str], *, has_body: bool
) -> Signature:
    """Read the annotations of a function, or raise `OperationError`."""
    name = getattr(function, "__qualname__", repr(function))
    try:
        hints = get_type_hints(function, include_extras=True)
    except NameError as error:
        msg = (
            f"The annotations of {name}() use {error.name!r}, which is not defined in "
            "its module. Import it there, outside of `if TYPE_CHECKING`."
        )
        raise OperationError(msg) from None
    paths = set(path_names)
    parameters = tuple(
        _read_parameter(name, each, hints, paths, has_body=has_body)
        for each in inspect.signature(function).parameters.values()
        if each.name != "self"
    )
    lost = paths - {each.wire_name for each in parameters if each.place == "path"}
    if lost:
        msg = (
            f"The address of {name}() has the variable {sorted(lost)[0]!r}, which is "
            "no parameter of the function. Add it, with its type."
        )
        raise OperationError(msg)
    bodies = [each for each in parameters if each.place == "body"]
    forms = [each for each in parameters if each.place in {"form", "file"}]
    if len(bodies) > 1 or (bodies and forms):
        pair = [each.name for each in (*bodies, *forms)][:2]
        msg = (
            f"{name}() reads both {pair[0]!r} and {pair[1]!r} from the body. Put them "
            "into one class, or read them elsewhere: Annotated[…, query()]."
        )
        raise OperationError(msg)
    return Signature(parameters, hints.get("return", Any))


def _read_parameter(
    function: str,
    parameter: inspect.Parameter,
    hints: dict[str, Any],
    paths: set[str],
    *,
    has_body: bool,
) -> Parameter:
    name = parameter.name
    if parameter.kind in {parameter.VAR_POSITIONAL, parameter.VAR_KEYWORD}:
        msg = (
            f"{function}() takes {parameter}, and no request says what that is. Name "
            "each parameter, with its type."
        )
        raise OperationError(msg)
    if name not in hints:
        msg = (
            f"The parameter {name!r} of {function}() has no annotation, so nothing "
            f"tells how to read it. Write for instance {name}: str"
        )
        raise OperationError(msg)
    kind, source = _split_source(hints[name])
    if source is None:
        source = Source(_guess_place(name, kind, paths, has_body=has_body))
    wire_name = source.name or name
    if source.place == "header" and source.name is None:
        wire_name = name.replace("_", "-")
    default = parameter.default
    default = NO_DEFAULT if default is parameter.empty else default
    return Parameter(name, source.place, wire_name, kind, default, source.description)


def _split_source(hint: Any) -> tuple[Any, Source | None]:
    """Return an annotation without its source, and the source."""
    if get_origin(hint) is not Annotated:
        return hint, None
    kind, *extras = get_args(hint)
    sources = [each for each in extras if isinstance(each, Source)]
    others = [each for each in extras if not isinstance(each, Source)]
    if others:
        kind = Annotated[kind, *others]
    return kind, sources[0] if sources else None


def _guess_place(name: str, kind: Any, paths: set[str], *, has_body: bool) -> Place:
    if name in paths:
        return "path"
    if is_file(kind):
        return "file"
    plain = strip_optional(kind)
    is_structured = is_object(plain) or get_origin(plain) is dict or plain is dict
    if get_origin(plain) in {list, tuple, set, frozenset}:
        is_structured = any(is_object(each) for each in get_args(plain))
    return "body" if has_body and is_structured else "query"


def strip_optional(hint: Any) -> Any:
    """Return the type of an annotation without `Annotated` and `| None`."""
    while True:
        if get_origin(hint) is Annotated:
            hint = get_args(hint)[0]
        elif get_origin(hint) in {Union, UnionType}:
            others = [each for each in get_args(hint) if each is not NoneType]
            if len(others) != 1:
                return hint
            hint = others[0]
        else:
            return hint


def is_list(hint: Any) -> bool:
    """Return whether a parameter may stand several times in a query string."""
    plain = strip_optional(hint)
    kinds = {list, set, frozenset, tuple}
    return plain in kinds or get_origin(plain) in kinds


def is_file(hint: Any) -> bool:
    """Return whether a parameter is an uploaded file, or a list of them."""
    plain = strip_optional(hint)
    if get_origin(plain) is list:
        plain = get_args(plain)[0]
    return isinstance(plain, type) and issubclass(plain, FileStorage)


def is_object(hint: Any) -> bool:
    """Return whether a type has fields: a struct, dataclass, TypedDict or model."""
    plain = strip_optional(hint)
    plain = get_origin(plain) or plain
    return isinstance(plain, type) and (
        issubclass(plain, msgspec.Struct)
        or is_dataclass(plain)
        or is_typeddict(plain)
        or hasattr(plain, "__attrs_attrs__")
        or is_pydantic(plain)
    )
