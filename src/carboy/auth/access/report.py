"""Who may reach each route of an app, as its decorators and batteries say."""

from flask import Flask

from carboy.site import OPEN_TO_EVERYBODY, describe_view


def describe_access(app: Flask) -> list[tuple[str, str, str, str]]:
    """List access, methods, rule and endpoint, the open routes first."""
    rows = []
    for rule in app.url_map.iter_rules():
        view = app.view_functions.get(rule.endpoint)
        methods = ", ".join(sorted((rule.methods or set()) - {"HEAD", "OPTIONS"}))
        rows.append((describe_view(view), methods or "any", rule.rule, rule.endpoint))
    rows.sort(key=lambda row: (row[0] != OPEN_TO_EVERYBODY, row[0], row[2]))
    return rows
