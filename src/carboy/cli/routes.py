"""`carboy routes`: the URL rules of an app, in the order of matching."""

from collections import Counter
from pkgutil import resolve_name
from typing import Any

import click
from flask import Flask
from flask.sansio.scaffold import Scaffold
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
@click.option("--all", "with_built_in", is_flag=True, help="Show Carboy's own too.")
@click.option("--find", metavar="TEXT", help="Only rules or endpoints with this text.")
@click.option(
    "--csrf", is_flag=True, help="Only routes that change something, and what protects."
)
@click.option("--access", is_flag=True, help="Who may reach each route.")
@pass_app_info
def routes(
    info: AppInfo,
    /,
    *,
    sort: str,
    find: str | None,
    **flags: bool,
) -> None:
    """List the URL rules of the site and their endpoints.

    Those that come with Carboy are counted, and listed with --all; --find, --csrf and
    --access search all of them.
    """
    use_profile("development")
    app = info.load_app()
    if flags["csrf"]:
        _write_protection(app, find)
        return
    if flags["access"]:
        _write_access(app, find)
        return
    rules = [rule for rule in _sorted(app, sort) if _is_found(rule, find)]
    if not rules:
        click.echo(
            "The app has no routes." if not find else f"No route contains {find!r}."
        )
        return
    built_in = [rule for rule in rules if _is_built_in(app, rule.endpoint)]
    listed = [rule for rule in rules if rule not in built_in]
    if flags["with_built_in"] or find:
        listed, built_in = rules, []
    if listed:
        hidden = frozenset() if flags["all_methods"] else _IMPLICIT
        _write_rules([_to_row(app, rule, hidden=hidden) for rule in listed])
    else:
        click.echo("The site has no routes of its own yet.")
    if built_in:
        click.echo(f"\n{_count_folded(built_in)}")


def _write_rules(rows: list[tuple[str, ...]]) -> None:
    has_host = any(row[-1] for row in rows)
    head = ("Methods", "Rule", "Endpoint", "Host")
    width = 4 if has_host else 3
    write_table(head[:width], [row[:width] for row in rows])


def _count_folded(rules: list[Rule]) -> str:
    """Return how many routes are not listed, where they are, and how to see them."""
    counts = Counter("/" + rule.rule.split("/")[1] for rule in rules)
    places = ", ".join(f"{count} in {part}" for part, count in counts.most_common())
    noun = "route comes" if len(rules) == 1 else "routes come"
    return f"{len(rules)} more {noun} with Carboy ({places}); --all lists them."


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
    built_in = {rule.endpoint for rule in rules if _is_built_in(app, rule.endpoint)}
    rules.sort(
        key=lambda rule: (
            rule.is_protected,
            rule.endpoint in built_in,
            rule.protection,
            rule.rule,
        )
    )
    write_table(
        ("Protection", "Methods", "Rule", "Endpoint"),
        [
            (rule.protection, ", ".join(rule.methods), rule.rule, rule.endpoint)
            for rule in rules
        ],
    )
    count = sum(rule.is_protected for rule in rules)
    click.echo(f"\n{count} of {len(rules)} routes with unsafe methods are protected.")
    click.echo(_count_both(app, [rule.endpoint for rule in rules]))


def _write_access(app: Flask, find: str | None) -> None:
    """List who may reach the routes, the open ones first."""
    # Imported here: a battery that may be off.
    describe_access: Any = resolve_name("carboy.auth:describe_access")

    rows = [row for row in describe_access(app) if not find or find in row[2] + row[3]]
    if not rows:
        click.echo("The app has no such route.")
        return
    # Open ones stay first: a stable sort by who wrote the route within each access.
    order = {access: number for number, access in enumerate(row[0] for row in rows)}
    rows.sort(key=lambda row: (order[row[0]], _is_built_in(app, row[3])))
    write_table(("Access", "Methods", "Rule", "Endpoint"), rows)
    click.echo(f"\n{_count_both(app, [row[3] for row in rows])}")


def _count_both(app: Flask, endpoints: list[str]) -> str:
    built_in = sum(_is_built_in(app, endpoint) for endpoint in endpoints)
    own = len(endpoints) - built_in
    return f"{len(endpoints)} are listed: {own} of the site, {built_in} of Carboy."


def _is_built_in(app: Flask, endpoint: str) -> bool:
    """Return whether Carboy brings the view, and not the site or another package."""
    view = app.view_functions.get(endpoint)
    owner = getattr(view, "__self__", None)
    # Flask's view of static files belongs to the blueprint that has the files.
    name = owner.import_name if isinstance(owner, Scaffold) else None
    name = name or getattr(view, "__module__", None) or ""
    return name.partition(".")[0] == "carboy"


def _is_found(rule: Rule, find: str | None) -> bool:
    return not find or find in rule.rule or find in rule.endpoint


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
