"""All rules, and the choice of those that run."""

from collections.abc import Iterable, Mapping
from difflib import get_close_matches
from functools import cache
from importlib import import_module
from pkgutil import iter_modules

from carboy.errors import ConfigError

from . import rules
from .rule import UpgradeRule
from .targets import is_reached


@cache
def list_rules() -> tuple[UpgradeRule, ...]:
    """Return the rule of each module in the folder `rules`, by their ids.

    That for `flask.ext` comes first: others need the names that it makes.
    """
    names = sorted(info.name for info in iter_modules(rules.__path__))
    loaded = (import_module(f"{rules.__name__}.{name}").RULE for name in names)
    return tuple(sorted(loaded, key=lambda rule: (rule.id != "flask-ext", rule.id)))


def choose_rules(
    targets: Mapping[str, str],
    *,
    only: Iterable[str] = (),
    skip: Iterable[str] = (),
    unsafe: bool = False,
    groups: Iterable[str] = (),
) -> list[UpgradeRule]:
    """Return the rules to run; an unsafe one if `unsafe`, or if `only` names it.

    Of unsafe rules that are not chosen, the places are reported.
    """
    every = list_rules()
    known = [rule.id for rule in every]
    for name in (*only, *skip):
        if name not in known:
            matches = get_close_matches(name, known, n=1)
            advice = f" Did you mean {matches[0]}?" if matches else ""
            raise ConfigError(
                f"There is no rule {name!r}.{advice} `--list-rules` lists all rules."
            )
    named = set(only)
    return [
        rule
        for rule in every
        if is_reached(targets, rule.package, rule.since)
        and rule.id not in skip
        and (rule.id in named if named else not rule.group or rule.group in groups)
        and (rule.is_safe or unsafe or rule.id in named)
    ]
