"""An operation: a typed function that answers one method of one address."""

import re
from collections.abc import Callable, Mapping, Sequence
from contextlib import nullcontext
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from flask import Flask
from werkzeug.exceptions import NotFound

from carboy.site import mark_access
from carboy.stores import Limit, Store

from .credentials import identify_address, identify_credential
from .idempotency import Watch, answer_once
from .problems import InvalidRequestError, UnauthorizedError
from .rate_limits import RateLimit, require_rate
from .readers import make_readers
from .results import Responder, Result, read_result
from .security import SecurityScheme, require_one
from .signature import OperationError, Signature, read_signature, strip_optional

_VARIABLE = re.compile(r"<(?:(?P<converter>[^<>:]+):)?(?P<name>[^<>:]+)>")
_CONVERTERS: Mapping[Any, str] = {int: "int", float: "float", UUID: "uuid"}
_WITH_BODY = {"POST", "PUT", "PATCH", "DELETE"}


@dataclass(frozen=True, slots=True)
class Options:
    """What the decorator of an operation says of it."""

    status: int = 200
    summary: str | None = None
    tags: tuple[str, ...] = ()
    security: tuple[SecurityScheme, ...] = ()
    responses: Mapping[int, Any] | None = None
    deprecated: bool = False
    hidden: bool = False
    partial: bool = False
    example: Any = None
    idempotent: bool = False
    # None: the limit of the API, "": no limit.
    limit: str | None = None
    # `security` was passed, which may be empty, or rules for rows.
    declares_access: bool = False


@dataclass(frozen=True, slots=True)
class Operation:
    """A typed function with its address, as the router and OpenAPI see it."""

    function: Callable[..., Any]
    methods: tuple[str, ...]
    rule: str
    endpoint: str
    signature: Signature
    result: Result
    responder: Responder
    options: Options
    rate: RateLimit | None = None

    @property
    def name(self) -> str:
        """The name of the function."""
        return self.endpoint.rpartition(".")[2]

    @property
    def security(self) -> Sequence[SecurityScheme]:
        """The kinds of credentials that it accepts; none: everybody may call it."""
        return self.options.security


@dataclass(frozen=True, slots=True)
class AppOptions:
    """What the settings of an app say of all its operations."""

    get_store: Callable[[], Store]
    refuse_unknown: bool = True
    idempotency_seconds: int = 86_400
    limit: Limit | None = None
    watch_commits: Watch = lambda *_: nullcontext()


def make_operation(
    function: Callable[..., Any],
    methods: Sequence[str],
    rule: str,
    endpoint: str,
    options: Options,
) -> Operation:
    """Read a function's annotations, or raise `OperationError`."""
    names = [match["name"] for match in _VARIABLE.finditer(rule)]
    has_body = not _WITH_BODY.isdisjoint(methods)
    signature = read_signature(function, names, has_body=has_body)
    result = read_result(signature.result)
    if options.idempotent and (result.kind in {"stream", "events"} or not has_body):
        msg = (
            f"{endpoint} is idempotent=True, which stores its response. Leave that out "
            "for GET, which changes nothing, and for results that are streams."
        )
        raise OperationError(msg)
    responder = Responder(
        endpoint, result, options.status, has_selection=options.partial
    )
    return Operation(
        function=function,
        methods=tuple(methods),
        rule=_add_converters(rule, signature),
        endpoint=endpoint,
        signature=signature,
        result=result,
        responder=responder,
        options=options,
    )


def make_view(
    operation: Operation, app: Flask, options: AppOptions
) -> Callable[..., Any]:
    """Return the Flask view of an operation."""
    readers = make_readers(operation.signature, refuse_unknown=options.refuse_unknown)
    schemes = operation.security
    rate = operation.rate
    is_idempotent = operation.options.idempotent
    get_store, seconds = options.get_store, options.idempotency_seconds
    respond = operation.responder.respond
    require_answerable = operation.responder.require_answerable
    may_change = not _WITH_BODY.isdisjoint(operation.methods)
    function = operation.function
    call = app.ensure_sync(function)

    def view(**arguments: Any) -> Any:
        if rate is not None:
            _require_within(rate, schemes, get_store())
        elif schemes:
            require_one(schemes)
        refused: list[InvalidRequestError] = []
        for read in readers:
            try:
                read(arguments)
            except InvalidRequestError as error:
                refused.append(error)
        if refused:
            raise _join(refused)
        if may_change:
            require_answerable()
        if is_idempotent:
            return answer_once(
                get_store(),
                seconds,
                schemes,
                lambda: respond(call(**arguments)),
                options.watch_commits,
            )
        return respond(call(**arguments))

    return _describe_view(view, operation)


def _describe_view(view: Any, operation: Operation) -> Callable[..., Any]:
    """Return the view with the names of its function and what is noted of that."""
    function = operation.function
    # Decorators below have noted scopes, exemptions and access.
    vars(view).update(vars(function))
    view.__name__ = operation.name
    view.__doc__ = function.__doc__
    view.__module__ = function.__module__
    names = " or ".join(scheme.name for scheme in operation.security)
    return mark_access(view, names) if names else view


def _join(refused: Sequence[InvalidRequestError]) -> Exception:
    """Return one error with the mistakes of all parameters."""
    mistakes = [each for error in refused for each in error.errors]
    if any(place == "path" for place, _ in mistakes):
        # There is nothing at such an address.
        return NotFound()
    first, *_ = refused
    first.errors = mistakes
    return first


def _require_within(
    rate: RateLimit, schemes: Sequence[SecurityScheme], store: Store
) -> None:
    """Check the credentials of a request and count it, with those that are refused."""
    try:
        scheme = require_one(schemes) if schemes else None
    except UnauthorizedError:
        require_rate(store, rate, identify_address())
        raise
    require_rate(store, rate, identify_credential(scheme))


def _add_converters(rule: str, signature: Signature) -> str:
    """Make the router refuse what is no number where the function wants one."""
    kinds = {each.wire_name: strip_optional(each.type) for each in signature.of("path")}

    def add(match: re.Match[str]) -> str:
        name = match["name"]
        converter = match["converter"] or _CONVERTERS.get(kinds.get(name))
        return match[0] if converter is None else f"<{converter}:{name}>"

    return _VARIABLE.sub(add, rule)
