"""`url_for` within a site, by a builder that is made once for each endpoint.

Only what is certain is answered here: one rule for the endpoint, all its arguments, and
neither a host nor a scheme nor a method asked for. Everything else is left to Flask.
"""

import re
from collections.abc import Callable
from typing import Any

from flask import Flask
from werkzeug.routing import (
    BaseConverter,
    IntegerConverter,
    Map,
    MapAdapter,
    Rule,
    ValidationError,
)

from .flask31 import find_request_context

original_url_for = Flask.url_for
_stock_inject = Flask.inject_url_defaults
_encode_query: Any = vars(Rule)["_encode_query_vars"]
_RULE_METHODS = ("build", "suitable_for", "_compile_builder", "_encode_query_vars")
_text_to_url, _number_to_url = BaseConverter.to_url, IntegerConverter.to_url
# What stands for itself in a path, and in a query.
_is_plain_in_path = re.compile(r"[A-Za-z0-9_.~/:;=@!$&'()*+,-]*").fullmatch
_is_plain_in_query = re.compile(r"[A-Za-z0-9_.~-]*").fullmatch
Convert = Callable[[Any], str]


class UrlBuilder:
    """What the URLs of an endpoint are made of."""

    __slots__ = (
        "arguments", "before", "domain", "names", "own", "rule", "rules", "stock",
    )  # fmt: skip

    def __init__(self, rules: list[Any]) -> None:
        # The live list: it grows when the endpoint gets another rule.
        self.rules = rules
        self.rule = rule = rules[0]
        # Werkzeug has no public face for it.
        self.own = own = vars(rule)
        # Another object after `Rule.refresh`.
        self.stock = own["_build_unknown"]
        self.names = rule.arguments
        # The subdomain, or None if Flask has to build the URLs.
        self.domain: str | None = None
        # Each value with the text that follows it.
        self.before = ""
        self.arguments: list[tuple[str, Convert, str]] = []
        for is_dynamic, text in own["_trace"]:
            if is_dynamic:
                to_url = _find_convert(own["_converters"][text])
                self.arguments.append((text, to_url, ""))
            elif text == "|" and self.domain is None:
                self.domain = None if self.arguments else self.before
                self.before = ""
            elif self.arguments:
                name, to_url, after = self.arguments[-1]
                self.arguments[-1] = name, to_url, after + _text_to_url(rule, text)
            else:
                self.before += _text_to_url(rule, text)
        if not _is_usual(rule):
            self.domain = None

    def build(self, values: dict[str, Any]) -> str:
        """Return the path and the query."""
        # The query first, as in Werkzeug: what is raised is the same.
        query = ""
        if len(values) > len(self.arguments):
            query = self._build_query(values)
        url = self.before
        for name, to_url, after in self.arguments:
            url += to_url(values[name]) + after
        return url + query

    def _build_query(self, values: dict[str, Any]) -> str:
        rest = {name: values[name] for name in values if name not in self.names}
        pairs: list[str] = []
        for name, value in rest.items():
            text = str(value) if type(value) is int else value
            if (
                type(text) is not str
                or not _is_plain_in_query(text)
                or not _is_plain_in_query(name)
                or self.rule.map.sort_parameters
            ):
                query: str = _encode_query(self.rule, rest)
                return f"?{query}" if query else ""
            pairs.append(f"{name}={text}")
        return "?" + "&".join(pairs)


def _is_usual(rule: Any) -> bool:
    return not (
        rule.defaults
        or rule.websocket
        or type(rule.map).update is not Map.update
        or any(getattr(type(rule), n) is not getattr(Rule, n) for n in _RULE_METHODS)
    )


def _find_convert(converter: BaseConverter) -> Convert:
    """Return what writes a value as the converter does."""
    to_url = converter.to_url
    stock: Any = type(converter).to_url
    if stock is _text_to_url:
        return lambda value: (
            value if type(value) is str and _is_plain_in_path(value) else to_url(value)
        )
    if type(converter) is IntegerConverter and not converter.fixed_digits:
        return lambda value: str(value) if type(value) is int else to_url(value)
    return to_url


def fast_url_for(
    app: Flask,
    /,
    endpoint: str,
    *,
    _anchor: str | None = None,
    _method: str | None = None,
    _scheme: str | None = None,
    _external: bool | None = None,
    **values: Any,
) -> str:
    """Return the URL as Flask does."""
    context: Any = find_request_context(None)
    if (
        context is not None
        and _external is None
        and _anchor is None
        and _method is None
        and _scheme is None
        and type(adapter := context.url_adapter) is MapAdapter
        and not app.url_default_functions
        and type(app).inject_url_defaults is _stock_inject
        and "inject_url_defaults" not in app.__dict__
    ):
        if endpoint[:1] == ".":
            blueprint = context.request.blueprint
            name = endpoint[1:] if blueprint is None else blueprint + endpoint
        else:
            name = endpoint
        url = _build_path(adapter, name, values)
        if url is not None:
            return url
    return original_url_for(
        app,
        endpoint,
        _anchor=_anchor,
        _method=_method,
        _scheme=_scheme,
        _external=_external,
        **values,
    )


def _build_path(adapter: Any, endpoint: str, values: dict[str, Any]) -> str | None:
    """Return the URL if it is certain by which rule, or None."""
    own = adapter.map.__dict__
    if own["_remap"] or own["host_matching"]:
        return None
    try:
        builder = own["carboy_builders"][endpoint]
    except (KeyError, TypeError):
        builder = _make_builder(own, endpoint)
    if (
        builder is None
        or builder.domain != adapter.subdomain
        or len(builder.rules) != 1
        or builder.stock is not builder.own["_build_unknown"]
        or not builder.names <= values.keys()
    ):
        return None
    for value in values.values():
        if value is None:
            return None
    try:
        url: str = builder.build(values)
    except ValidationError:
        return None
    root = adapter.script_name
    if root == "/" and url[:1] == "/" and url[1:2] != "/":
        return url
    return f"{root.rstrip('/')}/{url.lstrip('/')}"


def _make_builder(own: dict[str, Any], endpoint: str) -> UrlBuilder | None:
    """Return the builder of an endpoint, kept in the attributes of the map."""
    rules = own["_rules_by_endpoint"].get(endpoint)
    if not rules or len(rules) != 1 or type(endpoint) is not str:
        return None
    builder = UrlBuilder(rules)
    own.setdefault("carboy_builders", {})[endpoint] = builder
    return builder
