"""`python -m carboy.server TARGET`: the server without the rest of Carboy."""

import argparse
import sys
from dataclasses import fields
from pathlib import Path
from typing import Any

from carboy.errors import SettingsError

from . import Limits, ServeOptions, Tls, serve


def main(arguments: list[str] | None = None) -> int:
    """Parse, serve, return the exit code."""
    parser = _make_parser()
    arguments_by_name = vars(parser.parse_args(arguments))
    try:
        options = _make_options(arguments_by_name)
    except SettingsError as error:
        parser.error(str(error))
    return serve(arguments_by_name["target"], options)


def _make_parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m carboy.server")
    parser.add_argument("target", help="module:app, module:create_app() or file.py")
    for name in ("bind", "trusted_hosts", "trusted_proxies"):
        parser.add_argument(_as_flag(name), action="append")
    parser.add_argument("--static", action="append", default=[], metavar="/URL=FOLDER")
    parser.add_argument("--access-log")
    parser.add_argument("--certificate", type=Path)
    parser.add_argument("--key", type=Path)
    for owner in (Limits(), ServeOptions()):
        for each in fields(owner):
            kind = type(getattr(owner, each.name))
            if kind in {int, float}:
                parser.add_argument(_as_flag(each.name), type=kind)
    return parser


def _as_flag(name: str) -> str:
    return "--" + name.replace("_", "-")


def _make_options(arguments_by_name: dict[str, Any]) -> ServeOptions:
    chosen = {
        name: value for name, value in arguments_by_name.items() if value is not None
    }
    limits = _select(chosen, Limits)
    rest = _select(chosen, ServeOptions)
    for name in ("bind", "trusted_hosts", "trusted_proxies"):
        if name in rest:
            rest[name] = tuple(rest[name])
    pairs = [text.partition("=") for text in arguments_by_name["static"]]
    rest["static"] = tuple((prefix, Path(folder)) for prefix, _, folder in pairs)
    certificate = arguments_by_name["certificate"]
    if certificate is not None:
        rest["tls"] = Tls(certificate, arguments_by_name["key"] or certificate)
    names_given = frozenset({*limits, *rest})
    return ServeOptions(limits=Limits(**limits), chosen=names_given, **rest)


def _select(
    chosen: dict[str, Any], owner: type[Limits] | type[ServeOptions]
) -> dict[str, Any]:
    names = {each.name for each in fields(owner)}
    return {name: value for name, value in chosen.items() if name in names}


if __name__ == "__main__":
    sys.exit(main())
