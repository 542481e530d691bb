"""Texts of templates, translated without the layers in between.

`gettext("…")` in a template goes through the context three times, and Flask-Babel looks
for the catalogue for each text. Catalogues and messages are the same.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from types import CodeType, FunctionType, SimpleNamespace
from typing import Any

from flask.ctx import _AppCtxGlobals
from jinja2 import ext
from jinja2.runtime import Context
from jinja2.utils import internalcode
from markupsafe import Markup

from .flask31 import find_app_context
from .template_escape import escape_text, mark_safe

Call = Callable[..., Any]
Translate = Callable[[Call, Context, Any, Sequence[Any], dict[str, Any]], Any]
# With one of these as a variable, Jinja's functions raise.
_PARAMETERS = frozenset({"__context", "__string", "__singular", "__plural", "__num"})
_FLASK_BABEL_PARTS = ("get_translations", "get_domain", "get_locale", "Domain")
_FLASK_BABEL_CALLS = {
    ("get_translations", "ugettext"),
    ("get_translations", "ungettext"),
}
_has_only_names = re.compile(r"(?:[^%]|%%|%\(\w+\)s)*").fullmatch
_has_only_numbers = re.compile(r"(?:[^%]|%%|%\(\w+\)[sd])*").fullmatch
_KNOWN_VALUES: dict[str, frozenset[type]] = {}
_CODES: list[CodeType] = []
_escape_text: Any = escape_text
_LIMIT = 10_000


@internalcode
def _translate_alias(
    call: Call,
    context: Context,
    _function: Any,
    args: Sequence[Any],
    variables: dict[str, Any],
) -> Any:
    """Do what `_` does: call what is named gettext."""
    __traceback_hide__ = True
    return call(context, None, None, context.resolve("gettext"), *args, **variables)


@internalcode
def _translate_text(
    call: Call,
    context: Context,
    function: Any,
    args: Sequence[Any],
    variables: dict[str, Any],
) -> Any:
    """Do what Jinja's `gettext` does."""
    __traceback_hide__ = True
    if len(args) != 1 or not _PARAMETERS.isdisjoint(variables):
        return function(context, *args, **variables)
    return _fill(context, _find_text(call, context, function, args), variables)


@internalcode
def _translate_plural(
    call: Call,
    context: Context,
    function: Any,
    args: Sequence[Any],
    variables: dict[str, Any],
) -> Any:
    """Do what Jinja's `ngettext` does."""
    __traceback_hide__ = True
    if len(args) != 3 or not _PARAMETERS.isdisjoint(variables):
        return function(context, *args, **variables)
    variables.setdefault("num", args[2])
    return _fill(context, _find_text(call, context, function, args), variables)


def _list_translators() -> dict[int, Translate]:
    """Return our functions by the address of the code of Jinja's.

    It has no public face: a Jinja without these names translates by itself. To hash
    code takes longer than to translate.
    """
    own: Mapping[str, Any] = vars(ext)
    if not own.keys() >= {"_make_new_gettext", "_make_new_ngettext", "_gettext_alias"}:
        return {}
    makers = own["_make_new_gettext"], own["_make_new_ngettext"]
    _CODES.extend(make(None).__code__ for make in makers)
    _CODES.append(own["_gettext_alias"].__code__)
    ours = _translate_text, _translate_plural, _translate_alias
    return {id(code): each for code, each in zip(_CODES, ours, strict=True)}


TRANSLATORS = _list_translators()


@internalcode
def _find_text(call: Call, context: Context, function: Any, args: Sequence[Any]) -> Any:
    """Return the text of the function that was installed in the environment."""
    __traceback_hide__ = True
    inner = function.__closure__[0].cell_contents
    if type(inner) is FunctionType and inner.__module__ == "flask_babel":
        method = inner.__code__.co_names[1:2]
        translations = find_flask_babel_catalogue(inner)
        if translations is not None:
            return getattr(translations, method[0])(*args)
    return call(context, None, None, inner, *args)


def _fill(context: Context, text: Any, variables: dict[str, Any]) -> Any:
    """Return a text with its variables, escaped where the template is."""
    if not context.eval_ctx.autoescape:
        return text % variables
    if type(text) is not str:
        return mark_safe(text) % variables
    if "%" not in text:
        return str.__new__(Markup, text)
    known = _KNOWN_VALUES.get(text)
    if known is None:
        known = _find_known_values(text)
    if not known.issuperset(map(type, variables.values())):
        return mark_safe(text) % variables
    for name, value in variables.items():
        if type(value) is str:
            variables[name] = _escape_text(value)
    return str.__new__(Markup, text % variables)


def _find_known_values(text: str) -> frozenset[type]:
    """Return of which types values may be that are put into a text as they are."""
    known: frozenset[type] = frozenset()
    if _has_only_names(text) and escape_text is not None:
        known = frozenset({int, Markup, str})
    elif _has_only_numbers(text):
        known = frozenset({int})
    if len(_KNOWN_VALUES) >= _LIMIT:
        _KNOWN_VALUES.clear()
    _KNOWN_VALUES[text] = known
    return known


def find_flask_babel_catalogue(function: Any) -> Any:
    """Return the catalogue that Flask-Babel's function asks, or None to call it.

    It chose the language and loaded the catalogue before in this context, and none of
    its parts is replaced. What is kept is how the language is written.
    """
    names = function.__globals__
    context = find_app_context(None)
    if context is None or type(context.g) is not _AppCtxGlobals:
        return None
    state = context.g.__dict__.get("_flask_babel")
    if type(state) is not SimpleNamespace:
        return None
    chosen = state.__dict__
    locale = chosen.get("babel_locale")
    domain: Any = chosen.get("babel_domain")
    kept: Any = chosen.get("carboy_locale")
    if locale is None or function.__code__.co_names not in _FLASK_BABEL_CALLS:
        return None
    parts = [names[part] for part in _FLASK_BABEL_PARTS]
    if kept is None or kept[0] is not locale:
        if any(part.__module__ != "flask_babel" for part in parts):
            return None
        kept = chosen["carboy_locale"] = locale, str(locale), parts
    if kept[2] != parts or type(domain) is not parts[-1]:
        return None
    return domain.cache.get((kept[1], domain.domain[0]))
