"""The operations of an API: added by decorators, registered when there is an app."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import wraps
from inspect import iscoroutinefunction
from typing import Any, Protocol, TypeVar

from flask import Flask

from .operation import AppOptions, Operation, Options, make_operation, make_view
from .rate_limits import RateLimit, parse_limit
from .security import SecurityScheme
from .signature import OperationError

F = TypeVar("F", bound=Callable[..., Any])
C = TypeVar("C", bound=type[Any])
_METHODS = ("get", "post", "put", "patch", "delete")


class Registrar(Protocol):
    """The parts of an API that give an operation its place in the app."""

    decorators: list[Callable[..., Any]]
    prefix: str

    def full_endpoint(self, endpoint: str) -> str:
        """Return the name of an endpoint, with that of the blueprint."""

    def add_rule(
        self, app: Flask, url: str, endpoint: str, view: Any, options: dict[str, Any]
    ) -> None:
        """Add a rule of an endpoint to the app."""


class Operations:
    """The operations of one API, in the order in which they were added."""

    def __init__(
        self,
        registrar: Registrar,
        security: Iterable[SecurityScheme] | None,
        *,
        limit: str = "",
        deprecated: bool = False,
    ) -> None:
        self.security = tuple(security or ())
        self._declares_access = security is not None
        self._limit = parse_limit(limit) if limit else None
        self.deprecated = deprecated
        self._registrar = registrar
        self._by_endpoint: dict[str, Operation] = {}
        self._app: Flask | None = None
        self._app_options: AppOptions | None = None

    def __iter__(self) -> Iterator[Operation]:
        """Yield the operations."""
        return iter(self._by_endpoint.values())

    def __len__(self) -> int:
        """Return their number."""
        return len(self._by_endpoint)

    def owns_endpoint(self, endpoint: str) -> bool:
        """Return whether an endpoint, with its blueprint, is one of them."""
        prefix = self._registrar.full_endpoint("")
        return (
            endpoint.startswith(prefix) and endpoint[len(prefix) :] in self._by_endpoint
        )

    def add(
        self,
        methods: Sequence[str],
        rule: str,
        *,
        endpoint: str | None = None,
        **options: Any,
    ) -> Callable[[F], F]:
        """Return the decorator that adds a function."""
        chosen = self._read_options(options)

        def decorate(function: F) -> F:
            name = endpoint or function.__name__
            self._add(make_operation(function, methods, rule, name, chosen))
            return function

        return decorate

    def add_class(
        self,
        rule: str,
        *,
        endpoint: str | None = None,
        statuses: Mapping[str, int] | None = None,
        **options: Any,
    ) -> Callable[[C], C]:
        """Return the decorator that adds a class with methods such as `get`."""
        chosen = self._read_options(options)

        def decorate(kind: C) -> C:
            base = endpoint or kind.__name__.lower()
            methods = [name for name in _METHODS if hasattr(kind, name)]
            if not methods:
                msg = (
                    f"{kind.__name__} has none of the methods {', '.join(_METHODS)}, "
                    "so it answers no request. Add one."
                )
                raise OperationError(msg)
            for name in methods:
                status = (statuses or {}).get(name, chosen.status)
                own = replace(
                    chosen,
                    status=status,
                    idempotent=chosen.idempotent and name != "get",
                )
                operation = make_operation(
                    getattr(kind, name), (name.upper(),), rule, f"{base}_{name}", own
                )
                self._add(replace(operation, function=_bind(kind, name)))
            return kind

        return decorate

    def _read_options(self, options: dict[str, Any]) -> Options:
        security = options.pop("security", None)
        accepted = self.security if security is None else tuple(security)
        tags = tuple(options.pop("tags", ()))
        options.setdefault("deprecated", self.deprecated)
        if limit := options.get("limit"):
            # A mistake in it is one of the line with the decorator.
            parse_limit(limit)
        declares = self._declares_access or security is not None
        options.setdefault("declares_access", declares)
        return Options(security=accepted, tags=tags, **options)

    def register(self, app: Flask, app_options: AppOptions) -> None:
        """Add all operations to an app, and those that follow at once."""
        self._app = app
        self._app_options = app_options
        for operation in list(self):
            self._register(operation)

    def _add(self, operation: Operation) -> None:
        if operation.endpoint in self._by_endpoint:
            msg = (
                f"There are two operations with the name {operation.endpoint!r}. "
                f"Rename one of the functions, or pass another endpoint='…'."
            )
            raise OperationError(msg)
        self._by_endpoint[operation.endpoint] = operation
        self._register(operation)

    def _register(self, operation: Operation) -> None:
        app = self._app
        app_options = self._app_options
        if app is None or app_options is None:
            return
        operation = replace(operation, rate=self._find_rate(operation, app_options))
        self._by_endpoint[operation.endpoint] = operation
        view: Any = make_view(operation, app, app_options)
        for decorator in self._registrar.decorators:
            view = decorator(view)
        self._registrar.add_rule(
            app,
            operation.rule,
            operation.endpoint,
            view,
            {"methods": list(operation.methods)},
        )

    def _find_rate(
        self, operation: Operation, app_options: AppOptions
    ) -> RateLimit | None:
        """Return the nearest limit: of the operation, of the API, of all APIs."""
        registrar = self._registrar
        own = operation.options.limit
        if own is not None:
            name = registrar.full_endpoint(operation.endpoint)
            return RateLimit(parse_limit(own), "operation", name) if own else None
        if self._limit is not None:
            name = f"{registrar.full_endpoint('')}{registrar.prefix}"
            return RateLimit(self._limit, "api", name)
        if app_options.limit is not None:
            return RateLimit(app_options.limit, "site", "")
        return None


def _bind(kind: type[Any], name: str) -> Callable[..., Any]:
    """Return a function that calls a method on an object of its own each time."""
    method = getattr(kind, name)

    @wraps(method)
    def call(**arguments: Any) -> Any:
        return getattr(kind(), name)(**arguments)

    @wraps(method)
    async def call_async(**arguments: Any) -> Any:
        return await getattr(kind(), name)(**arguments)

    return call_async if iscoroutinefunction(method) else call
