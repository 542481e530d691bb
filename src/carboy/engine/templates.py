# ruff: noqa: A002, FBT001, FBT002 - signatures of Jinja
"""Faster rendering of the same text.

Templates are compiled by our code generator, or Jinja's with a faster `escape`.
"""

from collections import ChainMap
from collections.abc import Callable
from pkgutil import resolve_name
from typing import Any

import markupsafe
from flask import Flask
from jinja2 import Environment, Template
from jinja2.compiler import CodeGenerator
from jinja2.runtime import Context

from .flask31 import ORIGINALS, find_request_context, is_sync_function

original_create_environment = Flask.create_jinja_environment
original_update_context = Flask.update_template_context
_escape = markupsafe.escape


class FastTemplate(Template):
    """A template that escapes without wrapping each piece in Markup."""

    @classmethod
    def from_code(
        cls,
        environment: Environment,
        code: Any,
        globals: Any,
        uptodate: Callable[[], bool] | None = None,
    ) -> Template:
        """Return the template as Jinja makes it, with the faster escape."""
        template = super().from_code(environment, code, globals, uptodate)
        names = template.root_render_func.__globals__
        if names.get("escape") is _escape:
            names["escape"] = _find("template_escape:escape_value")
        return template

    def new_context(
        self,
        vars: dict[str, Any] | None = None,
        shared: bool = False,
        locals: Any = None,
    ) -> Context:
        """Return the context as Jinja makes it, with the globals read once."""
        chain = self.globals
        if shared or locals or vars is None or type(chain) is not ChainMap:
            return super().new_context(vars, shared, locals)
        names: dict[str, Any] = {}
        for each in reversed(chain.maps):
            names.update(each)
        environment = self.environment
        parent = {**names, **vars}
        return environment.context_class(
            environment, parent, self.name, self.blocks, globals=names
        )


FastTemplate.__name__ = Template.__name__
FastTemplate.__qualname__ = Template.__qualname__
FastTemplate.__module__ = Template.__module__


def fast_create_environment(app: Flask) -> Any:
    """Return the environment as Flask makes it, with the faster parts."""
    environment = original_create_environment(app)
    patch_environment(environment)
    return environment


def _find(name: str) -> Any:
    """Import what an app without templates does not need."""
    return resolve_name(f"{__package__}.{name}")


def patch_environment(environment: Any) -> None:
    """Replace in an environment what Jinja put there by what does the same faster."""
    if environment.code_generator_class is CodeGenerator:
        environment.code_generator_class = _find("template_code:make_code_generator")
    if environment.template_class is Template:
        environment.template_class = FastTemplate


def fast_update_context(app: Flask, context: dict[str, Any]) -> None:
    """Add the results of the context processors, without going through proxies."""
    is_own = type(app).ensure_sync is not ORIGINALS["ensure_sync"]
    if is_own or "ensure_sync" in vars(app):
        original_update_context(app, context)
        return
    names: tuple[str | None, ...] = (None,)
    outer = find_request_context(None)
    request: Any = None if outer is None else outer.request
    if request:
        names = (None, *reversed(request.blueprints))
    given = context.copy()
    for name in names:
        for func in app.template_context_processors.get(name, ()):
            found: Any = (func if is_sync_function(func) else app.ensure_sync(func))()
            context.update(found)
    context.update(given)
