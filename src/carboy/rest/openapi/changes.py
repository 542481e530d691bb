"""The changes between two OpenAPI documents, and what they mean for clients."""

import re
from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

from .change_rules import ChangeReport, Direction, DocumentChange
from .resolved_schemas import SchemaResolver
from .schema_changes import SchemaComparison

_METHODS = ("get", "put", "post", "delete", "options", "head", "patch", "trace")
_VARIABLE = re.compile(r"\{[^{}]*\}")
# What says how credentials are sent; descriptions do not.
_SCHEME_KEYS = ("type", "name", "in", "scheme", "openIdConnectUrl")
_STYLES = {"query": "form", "cookie": "form", "path": "simple", "header": "simple"}

Document = Mapping[str, Any]
Node = dict[str, Any]


def compare_documents(
    old: Document, new: Document, *, today: date
) -> list[DocumentChange]:
    """Return the changes from one document to another, breaking ones first."""
    comparison = _Comparison(old, new, today)
    comparison.compare()
    return comparison.report.sorted()


class _Comparison:
    """Compares the parts of two documents."""

    def __init__(self, old: Document, new: Document, today: date) -> None:
        self.report = ChangeReport()
        self._old, self._new, self._today = old, new, today
        self._before, self._after = SchemaResolver(old), SchemaResolver(new)
        self._schemas = SchemaComparison(self._before, self._after, self.report)

    def compare(self) -> None:
        """Report all changes."""
        self._compare_servers()
        self._compare_schemes()
        before, after = _list_paths(self._old), _list_paths(self._new)
        for key, (path, item) in before.items():
            if key in after:
                self._compare_path(path, item, *after[key])
            else:
                self._report_removed_path(path, item)
        for key, (path, _item) in after.items():
            if key not in before:
                self.report.add("path-added", path)

    def _compare_servers(self) -> None:
        before, after = _list_servers(self._old), _list_servers(self._new)
        for url in before:
            if url not in after:
                self.report.add("server-removed", "servers", old=url)
        for url in after:
            if url not in before:
                self.report.add("server-added", "servers", new=url)

    def _compare_schemes(self) -> None:
        before, after = _list_schemes(self._old), _list_schemes(self._new)
        for name, scheme in before.items():
            place = f"credentials {name}"
            if name not in after:
                self.report.add("security-scheme-removed", place)
                continue
            old, new = _describe_scheme(scheme), _describe_scheme(after[name])
            if old != new:
                self.report.add("security-scheme-changed", place, old=old, new=new)
        for name in after:
            if name not in before:
                self.report.add("security-scheme-added", f"credentials {name}")

    def _report_removed_path(self, path: str, item: Node) -> None:
        operations = [operation for _method, operation in _list_operations(item)]
        if any(operation.get("deprecated") for operation in operations):
            for method, operation in _list_operations(item):
                self._report_removed(f"{method.upper()} {path}", operation)
        else:
            self.report.add("path-removed", path)

    def _compare_path(self, path: str, old: Node, new_path: str, new: Node) -> None:
        before, after = dict(_list_operations(old)), dict(_list_operations(new))
        for method, operation in before.items():
            place = f"{method.upper()} {path}"
            if method not in after:
                self._report_removed(place, operation)
                continue
            current = after[method]
            self._compare_life(place, operation, current)
            self._compare_names(place, operation, current)
            self._compare_security(place, operation, current)
            self._compare_parameters(
                place,
                _list_parameters(self._before, old, operation, path),
                _list_parameters(self._after, new, current, new_path),
            )
            self._compare_bodies(place, operation, current)
            self._compare_responses(place, operation, current)
        for method in after:
            if method not in before:
                self.report.add("operation-added", f"{method.upper()} {path}")

    def _report_removed(self, place: str, operation: Node) -> None:
        sunset = operation.get("x-sunset")
        if not operation.get("deprecated"):
            self.report.add("operation-removed", place)
        elif sunset is None:
            self.report.add("operation-removed-after-deprecation", place)
        elif (day := _parse_day(sunset)) is None:
            self.report.add("sunset-invalid", place, new=sunset)
        elif day > self._today:
            self.report.add("operation-removed-before-sunset", place, old=sunset)
        else:
            self.report.add("operation-removed-after-deprecation", place)

    def _compare_life(self, place: str, old: Node, new: Node) -> None:
        before, after = bool(old.get("deprecated")), bool(new.get("deprecated"))
        if before != after:
            self.report.add(f"operation-{_pick_life(new)}", place)
        first, second = old.get("x-sunset"), new.get("x-sunset")
        if not after or first == second:
            return
        if second is None:
            self.report.add("sunset-removed", place, old=first)
            return
        day, known = _parse_day(second), _parse_day(first)
        if day is None:
            self.report.add("sunset-invalid", place, new=second)
        elif known is not None:
            name = "sunset-earlier" if day < known else "sunset-later"
            self.report.add(name, place, old=first, new=second)

    def _compare_names(self, place: str, old: Node, new: Node) -> None:
        before, after = old.get("operationId"), new.get("operationId")
        if before != after:
            change = "changed"
            if before is None or after is None:
                change = "added" if before is None else "removed"
            self.report.add(f"operation-id-{change}", place, old=before, new=after)
        first, second = old.get("tags", []), new.get("tags", [])
        for tag in first:
            if tag not in second:
                self.report.add("tag-removed", place, old=tag)
        for tag in second:
            if tag not in first:
                self.report.add("tag-added", place, new=tag)

    def _compare_security(self, place: str, old: Node, new: Node) -> None:
        before = _list_credentials(self._old, old)
        after = _list_credentials(self._new, new)
        if not before and after:
            self.report.add("security-added", place, new=_join(after))
        elif before and not after:
            self.report.add("security-dropped", place, old=_join(before))
        else:
            self._compare_credentials(place, before, after)

    def _compare_credentials(
        self, place: str, before: list[Node], after: list[Node]
    ) -> None:
        rest = [item for item in after if item not in before]
        for old in before:
            if old in after:
                continue
            new = next((item for item in rest if item.keys() == old.keys()), None)
            if new is None:
                self.report.add("credentials-refused", place, old=_join([old]))
                continue
            rest.remove(new)
            self._compare_scopes(place, old, new)
        for item in rest:
            self.report.add("credentials-accepted", place, new=_join([item]))

    def _compare_scopes(self, place: str, old: Node, new: Node) -> None:
        for name, scopes in old.items():
            for scope in sorted({*new[name]} - {*scopes}):
                self.report.add("scope-added", place, old=name, new=scope)
            for scope in sorted({*scopes} - {*new[name]}):
                self.report.add("scope-removed", place, old=scope, new=name)

    def _compare_parameters(
        self, place: str, before: dict[Any, Node], after: dict[Any, Node]
    ) -> None:
        for key, old in before.items():
            inner = f"{place} ({old.get('in')} {old.get('name')})"
            if key not in after:
                self.report.add("parameter-removed", inner)
            else:
                self._compare_parameter(inner, old, after[key])
        for key, new in after.items():
            if key not in before:
                word = "required" if new.get("required") else "optional"
                inner = f"{place} ({new.get('in')} {new.get('name')})"
                self.report.add(f"{word}-parameter-added", inner)

    def _compare_parameter(self, place: str, old: Node, new: Node) -> None:
        if bool(old.get("required")) != bool(new.get("required")):
            word = "required" if new.get("required") else "optional"
            self.report.add(f"parameter-became-{word}", place)
        if bool(old.get("deprecated")) != bool(new.get("deprecated")):
            self.report.add(f"parameter-{_pick_life(new)}", place)
        before, after = _read_style(old), _read_style(new)
        if before != after:
            self.report.add("parameter-style-changed", place, old=before, new=after)
        self._schemas.compare(
            old.get("schema"), new.get("schema"), Direction.REQUEST, place
        )

    def _compare_bodies(self, place: str, old: Node, new: Node) -> None:
        before = self._before.follow(old.get("requestBody"))
        after = self._after.follow(new.get("requestBody"))
        if before and not after:
            self.report.add("body-removed", place)
        elif after and not before:
            word = "required" if after.get("required") else "optional"
            self.report.add(f"{word}-body-added", place)
        elif before:
            if bool(before.get("required")) != bool(after.get("required")):
                word = "required" if after.get("required") else "optional"
                self.report.add(f"body-became-{word}", place)
            self._compare_contents(place, before, after, Direction.REQUEST)

    def _compare_responses(self, place: str, old: Node, new: Node) -> None:
        before, after = old.get("responses", {}), new.get("responses", {})
        for status, response in before.items():
            if status not in after:
                word = "success" if _is_success(status) else "error"
                self.report.add(f"{word}-status-removed", place, old=status)
                continue
            inner = f"{place} {status}"
            first = self._before.follow(response)
            second = self._after.follow(after[status])
            self._compare_headers(inner, first, second)
            self._compare_contents(inner, first, second, Direction.RESPONSE)
        for status in after:
            if status not in before:
                word = "success" if _is_success(status) else "error"
                self.report.add(f"{word}-status-added", place, new=status)

    def _compare_headers(self, place: str, old: Node, new: Node) -> None:
        before = _list_headers(self._before, old)
        after = _list_headers(self._after, new)
        for key, (name, header) in before.items():
            inner = f"{place} (header {name})"
            required = bool(header.get("required"))
            if key not in after:
                word = "required" if required else "optional"
                self.report.add(f"{word}-header-removed", inner)
                continue
            current = after[key][1]
            if required != bool(current.get("required")):
                word = "optional" if required else "required"
                self.report.add(f"header-became-{word}", inner)
            self._schemas.compare(
                header.get("schema"), current.get("schema"), Direction.RESPONSE, inner
            )
        for key, (name, _header) in after.items():
            if key not in before:
                self.report.add("header-added", f"{place} (header {name})")

    def _compare_contents(
        self, place: str, old: Node, new: Node, direction: Direction
    ) -> None:
        before, after = old.get("content", {}), new.get("content", {})
        for media_type, content in before.items():
            if media_type not in after:
                self.report.add(
                    f"{direction}-media-type-removed", place, old=media_type
                )
                continue
            first, second = content.get("schema"), after[media_type].get("schema")
            if first is not None or second is not None:
                self._schemas.compare(first, second, direction, f"{place} body")
        for media_type in after:
            if media_type not in before:
                self.report.add(f"{direction}-media-type-added", place, new=media_type)


def _list_paths(document: Document) -> dict[str, tuple[str, Node]]:
    """Return the paths by their form: the names of variables do not count."""
    paths = document.get("paths") or {}
    return {_VARIABLE.sub("{}", path): (path, item) for path, item in paths.items()}


def _list_operations(item: Node) -> Iterator[tuple[str, Node]]:
    for method in _METHODS:
        if method in item:
            yield method, item[method]


def _list_servers(document: Document) -> list[str]:
    return [server.get("url", "/") for server in document.get("servers", ())]


def _list_schemes(document: Document) -> dict[str, Node]:
    components = document.get("components") or {}
    schemes: dict[str, Node] = components.get("securitySchemes") or {}
    return schemes


def _describe_scheme(scheme: Node) -> str:
    # The names of HTTP schemes ignore case: Bearer is bearer.
    words = [str(scheme[key]) for key in _SCHEME_KEYS if key in scheme]
    return " ".join(words).lower()


def _list_credentials(document: Document, operation: Node) -> list[Node]:
    """Return the alternatives of credentials; none if the operation is open."""
    listed: list[Node] = operation.get("security", document.get("security")) or []
    return [] if {} in listed else listed


def _join(credentials: list[Node]) -> str:
    return " or ".join(" and ".join(item) for item in credentials)


def _list_parameters(
    resolver: SchemaResolver, item: Node, operation: Node, path: str
) -> dict[Any, Node]:
    """Return the parameters by place and name; those of paths by their number."""
    names = _VARIABLE.findall(path)
    found: dict[Any, Node] = {}
    for raw in (*item.get("parameters", ()), *operation.get("parameters", ())):
        parameter = resolver.follow(raw)
        place, name = parameter.get("in"), str(parameter.get("name"))
        key: Any = name.lower() if place == "header" else name
        if place == "path" and f"{{{name}}}" in names:
            key = names.index(f"{{{name}}}")
        found[place, key] = parameter
    return found


def _list_headers(
    resolver: SchemaResolver, response: Node
) -> dict[str, tuple[str, Node]]:
    headers = response.get("headers") or {}
    return {name.lower(): (name, resolver.follow(raw)) for name, raw in headers.items()}


def _read_style(parameter: Node) -> str:
    style = parameter.get("style") or _STYLES.get(str(parameter.get("in")), "form")
    explode = parameter.get("explode", style == "form")
    return f"{style}, exploded" if explode else str(style)


def _pick_life(node: Node) -> str:
    return "deprecated" if node.get("deprecated") else "restored"


def _is_success(status: str) -> bool:
    return str(status).startswith(("2", "3"))


def _parse_day(text: Any) -> date | None:
    try:
        return date.fromisoformat(str(text)[:10])
    except ValueError:
        return None
