"""Flask-RESTPlus and its successor Flask-RESTX: the part that `carboy.rest` has."""

from carboy.legacy.rows import Row, rows_of, same_names

from .flask_restful import FIELDS, INPUTS
from .restx_api import OPTIONS, SWAGGER

_GONE = {
    "flask_restplus": "Werkzeug 1 (its last release is of 2019)",
    "flask_restx": "",
}
_NAMES = "Namespace Resource abort fields inputs marshal marshal_with reqparse"
_PARTS = {
    "fields": FIELDS,
    "inputs": INPUTS,
    "reqparse": "RequestParser",
    "namespace": "Namespace",
    "resource": "Resource",
}


def _rows(package: str) -> list[Row]:
    gone = _GONE[package]
    rows = [*rows_of(package, gone, same_names("carboy.rest", _NAMES))]
    for module in (package, f"{package}.api"):
        rows += rows_of(
            module,
            gone,
            {"Api": "carboy.legacy.packages.restx_api:RestplusApi"},
            "from carboy.rest import Api",
        )
    for module in (package, f"{package}.model"):
        rows += rows_of(
            module,
            gone,
            {"Model": "carboy.rest.field_models:FieldModel"},
            "api.model(name, fields)",
        )
    for part, part_names in _PARTS.items():
        paths = same_names(f"carboy.rest.{part}", part_names)
        rows += rows_of(f"{package}.{part}", gone, paths)
    rows += rows_of(
        f"{package}.reqparse", gone, same_names("carboy.rest.arguments", "Argument")
    )
    return rows


MODULES = tuple(
    name + part
    for name in _GONE
    for part in ("", ".api", ".model", *(f".{p}" for p in _PARTS))
)
ROWS = (SWAGGER, OPTIONS, *(row for package in _GONE for row in _rows(package)))
