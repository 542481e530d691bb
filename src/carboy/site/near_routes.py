"""Routes that come near an address that does not exist."""

from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import zip_longest

from flask import Flask
from werkzeug.routing import Rule

_MAX_ROUTES = 8
# All are listed if there are this few.
_FEW_ROUTES = 8
_CUTOFF = 0.5


@dataclass(frozen=True, slots=True)
class NearRoute:
    """A rule, with the address that a link can go to if it needs no values."""

    rule: str
    methods: str
    endpoint: str
    url: str | None


def list_near_routes(app: Flask, path: str) -> list[NearRoute]:
    """List the routes of the site that come near `path`, the nearest first."""
    rules = [rule for rule in app.url_map.iter_rules() if _is_of_site(rule)]
    scored = sorted(
        ((_compare(rule.rule, path), rule) for rule in rules),
        key=lambda pair: (-pair[0], pair[1].rule),
    )
    if len(rules) > _FEW_ROUTES:
        scored = [(score, rule) for score, rule in scored if score >= _CUTOFF]
    return [_describe(rule) for _, rule in scored[:_MAX_ROUTES]]


def _is_of_site(rule: Rule) -> bool:
    return not rule.rule.startswith("/-/") and rule.endpoint != "static"


def _compare(rule: str, path: str) -> float:
    """Return how near a path is to a rule, part by part; a <part> takes anything."""
    parts = list(zip_longest(_split(rule), _split(path.casefold()), fillvalue="")) or [
        ("", "")
    ]
    scores = [_score(own.casefold(), given) for own, given in parts]
    return sum(scores) / len(scores)


def _split(path: str) -> list[str]:
    return [part for part in path.split("/") if part]


def _score(own: str, given: str) -> float:
    if own.startswith("<"):
        return 0.9 if given else 0.0
    if own == given:
        return 1.0
    return SequenceMatcher(None, own.partition("<")[0], given).ratio()


def _describe(rule: Rule) -> NearRoute:
    methods = sorted((rule.methods or set()) - {"HEAD", "OPTIONS"})
    is_linked = not rule.arguments and "GET" in methods
    return NearRoute(
        rule.rule, " ".join(methods), rule.endpoint, rule.rule if is_linked else None
    )
