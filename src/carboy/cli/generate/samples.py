"""Example values for the tests that are generated."""

import ast
from collections.abc import Iterator
from pathlib import Path

from .fields import FieldSpec
from .imports import Import
from .names import Name
from .site import Site

_WIDTH = 88
# Type → what a person enters.
_ENTERED = {
    "text": '"Two lines."',
    "integer": '"3"',
    "float": '"1.5"',
    "boolean": '"y"',
    "date": '"2030-05-17"',
    "datetime": '"2030-05-17T09:30"',
    "json": "'{\"a\": 1}'",
    "uuid": '"0198c0de-0000-7000-8000-000000000001"',
}
# Type → the source of the value, and its imports.
_STORED: dict[str, tuple[str, tuple[Import, ...]]] = {
    "text": ('"Two lines."', ()),
    "integer": ("3", ()),
    "float": ("1.5", ()),
    "boolean": ("True", ()),
    "date": ("date(2030, 5, 17)", (("datetime", "date"),)),
    "datetime": (
        "datetime(2030, 5, 17, 9, 30, tzinfo=UTC)",
        (("datetime", "UTC"), ("datetime", "datetime")),
    ),
    "json": ('{"a": 1}', ()),
    "uuid": ("UUID(int=1)", (("uuid", "UUID"),)),
}


def list_targets(fields: tuple[FieldSpec, ...]) -> dict[str, str]:
    """Return the variable that holds a row of each referenced model, by model."""
    variables: dict[str, str] = {}
    for field in fields:
        if field.kind == "references":
            variables.setdefault(field.target, field.name)
    return variables


def list_entered(fields: tuple[FieldSpec, ...]) -> Iterator[tuple[str, str]]:
    """Yield each column with the source of what a person enters."""
    variables = list_targets(fields)
    for field in fields:
        if field.kind == "string":
            yield field.column, f'"{"Example"[: field.length]}"'
        elif field.kind == "decimal":
            yield field.column, f'"{_example_decimal(field)}"'
        elif field.kind == "enum":
            yield field.column, f'"{field.members[0]}"'
        elif field.kind == "references":
            yield field.column, f"str({variables[field.target]}.id)"
        else:
            yield field.column, _ENTERED[field.kind]


def render_stored(
    name: Name, fields: tuple[FieldSpec, ...], imports: set[Import], module: str
) -> str:
    """Return the call that makes a model which a test stores."""
    arguments = []
    variables = list_targets(fields)
    for field in fields:
        if field.kind == "references":
            arguments.append(f"{field.name}={variables[field.target]}")
            continue
        needed: tuple[Import, ...] = ()
        if field.kind == "string":
            value = f'"{"Example"[: field.length]}"'
        elif field.kind == "decimal":
            value = f'Decimal("{_example_decimal(field)}")'
            needed = (("decimal", "Decimal"),)
        elif field.kind == "enum":
            enum = name.camel + "".join(w.capitalize() for w in field.name.split("_"))
            value, needed = f"{enum}.{field.members[0].upper()}", ((module, enum),)
        else:
            value, needed = _STORED[field.kind]
        imports.update(needed)
        arguments.append(f"{field.name}={value}")
    line = f"    row = {name.camel}({', '.join(arguments)})"
    if len(line) <= _WIDTH:
        return line
    inner = "".join(f"        {argument},\n" for argument in arguments)
    return f"    row = {name.camel}(\n{inner}    )"


def _example_decimal(field: FieldSpec) -> str:
    whole = "9" if field.length > field.scale else "0"
    return f"{whole}.{'5' * field.scale}" if field.scale else whole


def find_sample(site: Site, target: str) -> str:
    """Return arguments for a model of the site, read from its source."""
    model = site.find_model(target)
    if model is None:
        return ""
    file = site.folder / Path(*model.module.split(".")).with_suffix(".py")
    arguments = []
    for node in ast.parse(file.read_text("utf-8")).body:
        if isinstance(node, ast.ClassDef) and node.name == target:
            arguments = [*_list_required(node)]
    return ", ".join(arguments)


def _list_required(model: ast.ClassDef) -> Iterator[str]:
    values = {"str": '"Example"', "int": "3", "float": "1.5", "bool": "True"}
    for node in model.body:
        match node:
            case ast.AnnAssign(
                target=ast.Name(name),
                annotation=ast.Subscript(slice=ast.Name(kind)),
                value=value,
            ) if kind in values:
                text = "" if value is None else ast.unparse(value)
                if "primary_key" not in text and "default" not in text:
                    yield f"{name}={values[kind]}"
