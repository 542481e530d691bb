"""Flask-RESTPlus and its successor Flask-RESTX: the part that `carboy.rest` has."""

from pkgutil import resolve_name

from carboy.legacy.rows import Row, rows_of, same_names

from .flask_restful import FIELDS, INPUTS

_GONE = {
    "flask_restplus": "Werkzeug 1 (its last release is of 2019)",
    "flask_restx": "",
}
_NAMES = "Api Resource abort fields inputs marshal marshal_with reqparse"
_PARTS = {"fields": FIELDS, "inputs": INPUTS, "reqparse": "RequestParser"}


def _has_namespaces() -> bool:
    return hasattr(resolve_name("carboy.rest"), "Namespace")


def _rows(package: str) -> list[Row]:
    names = f"{_NAMES} Namespace" if _has_namespaces() else _NAMES
    rows = [*rows_of(package, _GONE[package], same_names("carboy.rest", names))]
    for part, part_names in _PARTS.items():
        paths = same_names(f"carboy.rest.{part}", part_names)
        rows += rows_of(f"{package}.{part}", _GONE[package], paths)
    return rows


MODULES = tuple(
    name + part for name in _GONE for part in ("", *(f".{p}" for p in _PARTS))
)
ROWS = tuple(row for package in _GONE for row in _rows(package))
