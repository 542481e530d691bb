"""Arguments of requests, as Flask-RESTful reads them.

    parser = reqparse.RequestParser()
    parser.add_argument("age", type=int, required=True, help="A whole number")
    args = parser.parse_args()

Arguments come from JSON, forms, the query string, headers, cookies or files.
"""

from copy import deepcopy
from typing import Any, Self

from flask.globals import request_ctx
from werkzeug.exceptions import BadRequest

from .arguments import Argument
from .errors import abort

__all__ = ["Argument", "Namespace", "RequestParser"]


class Namespace(dict[str, Any]):
    """The arguments of a request: `args["age"]` or `args.age`."""

    def __getattr__(self, name: str) -> Any:
        try:
            return self[name]
        except KeyError:
            raise AttributeError(name) from None

    def __setattr__(self, name: str, value: Any) -> None:
        self[name] = value


class RequestParser:
    """Reads and converts arguments, or answers 400 with the reasons."""

    def __init__(
        self,
        argument_class: type[Argument] = Argument,
        namespace_class: type[Namespace] = Namespace,
        trim: bool = False,
        bundle_errors: bool = False,
    ) -> None:
        self.args: list[Argument] = []
        self.argument_class = argument_class
        self.namespace_class = namespace_class
        self.trim = trim
        self.bundle_errors = bundle_errors

    def add_argument(self, *args: Any, **kwargs: Any) -> Self:
        """Add an argument: an `Argument`, or what makes one."""
        if len(args) == 1 and isinstance(args[0], self.argument_class):
            argument = args[0]
        else:
            argument = self.argument_class(*args, **kwargs)
        if self.trim and self.argument_class is Argument:
            argument.trim = kwargs.get("trim", True)
        self.args.append(argument)
        return self

    def parse_args(
        self,
        req: Any = None,
        strict: bool = False,
        http_error_code: int = 400,
    ) -> Any:
        """Return the arguments of the request at work now, or of another.

        `strict` refuses requests with arguments that nobody asked for.
        """
        if req is None:
            # Not the proxy, which would look the request up for each argument.
            req = request_ctx.request
        unknown = dict(self.argument_class("").source(req)) if strict else {}
        req.unparsed_arguments = unknown
        # Read once for all arguments that look in the same places.
        req.argument_sources = {}
        namespace = self.namespace_class()
        errors: dict[str, str] = {}
        for argument in self.args:
            value, was_sent = argument.parse(req, self.bundle_errors)
            if isinstance(value, Exception) and isinstance(was_sent, dict):
                errors.update(was_sent)
                continue
            if was_sent or argument.store_missing:
                namespace[argument.dest or argument.name] = value
        if errors:
            abort(http_error_code, message=errors)
        if strict and req.unparsed_arguments:
            raise BadRequest(f"Unknown arguments: {', '.join(req.unparsed_arguments)}")
        return namespace

    def copy(self) -> Self:
        """Return a parser with the same arguments, for a view that needs more."""
        copied = type(self)(self.argument_class, self.namespace_class)
        copied.args = deepcopy(self.args)
        copied.trim = self.trim
        copied.bundle_errors = self.bundle_errors
        return copied

    def replace_argument(self, name: str, *args: Any, **kwargs: Any) -> Self:
        """Replace an argument, which moves to the end."""
        if any(argument.name == name for argument in self.args):
            self.remove_argument(name)
            self.args.append(self.argument_class(name, *args, **kwargs))
        return self

    def remove_argument(self, name: str) -> Self:
        """Remove an argument."""
        for argument in self.args:
            if argument.name == name:
                self.args.remove(argument)
                break
        return self
