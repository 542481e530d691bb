"""`carboy routes`: the URL rules of an app, in the order of matching."""

import click
from flask import Flask
from werkzeug.routing import Rule

from carboy.forms import list_unsafe_rules

from .locate_app import AppInfo, pass_app_info
from .profile import use_profile
from .table import write_table

_ORDERS = ("match", "rule", "endpoint")
_IMPLICIT = frozenset({"HEAD", "OPTIONS"})


@click.command
@click.option(
    "--sort",
    type=click.Choice(_ORDERS),
    default="match",
    show_default=True,
    help="Sort by the order of matching, or by name.",
)
@click.option("--all-methods", is_flag=True, help="Show HEAD and OPTIONS too.")
@click.option("--find", metavar="TEXT", help="Only rules or endpoints with this text.")
@click.option(
    "--csrf", is_flag=True, help="Only routes that change something, and what protects."
)
@click.option("--access", is_flag=True, help="Who may reach each route.")
@pass_app_info
def routes(
    info: AppInfo,
    *,
    sort: str,
    all_methods: bool,
    find: str | None,
    csrf: bool,
    access: bool,
) -> None:
    """List the URL rules and their endpoints."""
    use_profile("development")
    app = info.load_app()
    if csrf:
        _write_protection(app, find)
        return
    if access:
        _write_access(app, find)
        return
    rows = [
        _to_row(app, rule, hidden=frozenset() if all_methods else _IMPLICIT)
        for rule in _sorted(app, sort)
        if not find or find in rule.rule or find in rule.endpoint
    ]
    if not rows:
        click.echo(
            "The app has no routes." if not find else f"No route contains {find!r}."
        )
        return
    has_host = any(row[-1] for row in rows)
    head = ("Methods", "Rule", "Endpoint", "Host")
    width = 4 if has_host else 3
    write_table(head[:width], [row[:width] for row in rows])


def _write_protection(app: Flask, find: str | None) -> None:
    """List the unsafe routes, the ones that are not protected first."""
    rules = [
        rule
        for rule in list_unsafe_rules(app)
        if not find or find in rule.rule or find in rule.endpoint
    ]
    if not rules:
        click.echo("No route accepts an unsafe method.")
        return
    rules.sort(key=lambda rule: (rule.is_protected, rule.protection, rule.rule))
    write_table(
        ("Protection", "Methods", "Rule", "Endpoint"),
        [
            (rule.protection, ", ".join(rule.methods), rule.rule, rule.endpoint)
            for rule in rules
        ],
    )
    count = sum(rule.is_protected for rule in rules)
    click.echo(f"\n{count} of {len(rules)} routes with unsafe methods are protected.")


def _write_access(app: Flask, find: str | None) -> None:
    """List who may reach the routes, the open ones first."""
    from carboy.auth import describe_access  # noqa: PLC0415 - a battery that may be off

    rows = [row for row in describe_access(app) if not find or find in row[2] + row[3]]
    if not rows:
        click.echo("The app has no such route.")
        return
    write_table(("Access", "Methods", "Rule", "Endpoint"), rows)


def _sorted(app: Flask, order: str) -> list[Rule]:
    # Werkzeug sorts the rules at the first match only.
    app.url_map.update()
    rules = list(app.url_map.iter_rules())
    if order == "match":
        return sorted(rules, key=_match_order)
    return sorted(rules, key=lambda rule: getattr(rule, order))


def _match_order(rule: Rule) -> tuple[object, ...]:
    return tuple(
        (not part.static, part.weight if not part.static else (), part.content)
        for part in rule._parts  # noqa: SLF001 - Werkzeug has no public order of matching
    )


def _to_row(app: Flask, rule: Rule, *, hidden: frozenset[str]) -> tuple[str, ...]:
    methods = ", ".join(sorted((rule.methods or set()) - hidden)) or "any"
    host = rule.host if app.url_map.host_matching else rule.subdomain
    return methods, rule.rule, rule.endpoint, host or ""
