"""What templates of our code generator call while they render.

Each function does what Jinja's own code does in its place, for less. Compiled templates
import it by name: it is no part of the engine's front door.
"""

from collections.abc import Callable
from types import BuiltinFunctionType, FunctionType, MethodType
from typing import Any

from jinja2 import Environment, pass_context
from jinja2.runtime import (
    BlockReference,
    Context,
    LoopContext,
    Macro,
)
from jinja2.utils import internalcode, missing
from markupsafe import Markup

from .template_escape import mark_safe
from .template_translations import TRANSLATORS

# Stands for an attribute that is not there.
nothing = object()
_stock_call: Any = Context.call
_stock_resolve: Any = Context.resolve_or_missing
_stock_getattr: Any = Environment.getattr
_stock_getitem: Any = Environment.getitem
_PASS_CONTEXT: Any = vars(pass_context(lambda: None))["jinja_pass_arg"]
# Instances of these never want the context.
_PLAIN = frozenset({BuiltinFunctionType, BlockReference, LoopContext})
Read = Callable[[Any, str, Any], Any]
Lookup = tuple[dict[str, Any], Callable[[str, Any], Any]]


def get_lookup(context: Context) -> Lookup:
    """Return where names are looked up: a dict that comes first, and a function."""
    resolve = context.resolve_or_missing
    if getattr(resolve, "__func__", None) is _stock_resolve:
        parent = context.parent
        if type(parent) is dict:
            return context.vars, parent.get
    return {}, lambda name, _: resolve(name)


def get_read(environment: Environment) -> tuple[Read, type | None]:
    """Return how attributes are read, and the type whose items are read at once.

    What reads an attribute returns its third argument if there is none.
    """
    read, item = environment.getattr, environment.getitem
    plain = dict if getattr(item, "__func__", None) is _stock_getitem else None
    if getattr(read, "__func__", None) is _stock_getattr:
        return getattr, plain
    return (lambda value, name, _: read(value, name)), plain


def get_call(context: Context) -> Callable[..., Any]:
    """Return what calls a function from a template."""
    stock = getattr(context.call, "__func__", None) is _stock_call
    return call if stock else _call_through_context


def read_item(environment: Environment, value: Any, name: str) -> Any:
    """Return the item for an attribute that is not there, as `Environment.getattr`."""
    try:
        return value[name]
    except (TypeError, LookupError, AttributeError):
        return environment.undefined(obj=value, name=name)


@internalcode
def call(
    context: Context,
    loop_vars: dict[str, Any] | None,
    block_vars: dict[str, Any] | None,
    function: Any,
    /,
    *args: Any,
    **kwargs: Any,
) -> Any:
    """Call a function as `Context.call` does."""
    __traceback_hide__ = True
    kind = type(function)
    if kind is FunctionType or (
        kind is MethodType and type(function.__func__) is FunctionType
    ):
        names = function.__dict__
        if names and ("jinja_pass_arg" in names or "__call__" in names):
            if names.get("jinja_pass_arg") is not _PASS_CONTEXT or "__call__" in names:
                return _call_through_context(
                    context, loop_vars, block_vars, function, *args, **kwargs
                )
            scope = context.derived(loop_vars) if loop_vars else context
            scope = scope.derived(block_vars) if block_vars else scope
            translate = TRANSLATORS.get(id(function.__code__))
            if translate is not None:
                return translate(call, scope, function, args, kwargs)
            args = (scope, *args)
    elif kind is not Macro and kind not in _PLAIN:
        return _call_through_context(
            context, loop_vars, block_vars, function, *args, **kwargs
        )
    try:
        if kind is Macro:
            return _call_macro(context, function, args, kwargs)
        return function(*args, **kwargs)
    except StopIteration:
        return context.environment.undefined(
            "value was undefined because a callable raised a StopIteration exception"
        )


@internalcode
def _call_macro(
    context: Context, macro: Any, args: tuple[Any, ...], kwargs: dict[str, Any]
) -> Any:
    """Call a macro as `Macro.__call__` does, which also says what is wrong."""
    __traceback_hide__ = True
    own = macro.__dict__
    count = own["_argument_count"]
    if own["_environment"] is not context.environment:
        return macro(context.eval_ctx, *args, **kwargs)
    is_escaped = context.eval_ctx.autoescape
    rest = dict(kwargs) if kwargs else {}
    filled = args[:count]
    is_caller_given = own["explicit_caller"]
    if len(args) < count:
        names = own["arguments"][len(args) :]
        is_caller_given = "caller" in names
        filled = (*filled, *[rest.pop(name, missing) for name in names])
    if own["caller"] and not is_caller_given:
        caller = rest.pop("caller", None)
        if caller is None:
            caller = context.environment.undefined("No caller defined", name="caller")
        filled = (*filled, caller)
    if own["catch_kwargs"]:
        filled = (*filled, rest)
    elif rest:
        return macro(context.eval_ctx, *args, **kwargs)
    if own["catch_varargs"]:
        filled = (*filled, args[count:])
    elif len(args) > count:
        return macro(context.eval_ctx, *args, **kwargs)
    text = own["_func"](*filled)
    if not is_escaped:
        return text
    return str.__new__(Markup, text) if type(text) is str else mark_safe(text)


@internalcode
def _call_through_context(
    context: Context,
    loop_vars: dict[str, Any] | None,
    block_vars: dict[str, Any] | None,
    function: Any,
    /,
    *args: Any,
    **kwargs: Any,
) -> Any:
    __traceback_hide__ = True
    if loop_vars is not None:
        kwargs["_loop_vars"] = loop_vars
    if block_vars is not None:
        kwargs["_block_vars"] = block_vars
    return context.call(function, *args, **kwargs)
