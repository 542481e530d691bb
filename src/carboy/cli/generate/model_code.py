"""The source of a model."""

from collections.abc import Iterator

from .fields import FieldSpec
from .imports import Import, render_imports
from .marked_texts import GETTEXT
from .names import Name, split_words
from .site import Site

# Type → annotation and its imports.
_ANNOTATIONS: dict[str, tuple[str, tuple[Import, ...]]] = {
    "string": ("str", ()),
    "text": ("str", ()),
    "integer": ("int", ()),
    "float": ("float", ()),
    "decimal": ("Decimal", (("decimal", "Decimal"),)),
    "boolean": ("bool", ()),
    "date": ("date", (("datetime", "date"),)),
    "datetime": ("datetime", (("datetime", "datetime"),)),
    "json": ("Any", (("typing", "Any"),)),
    "uuid": ("UUID", (("uuid", "UUID"),)),
    "references": ("int", ()),
}
_ORM = "sqlalchemy.orm"
_WIDTH = 88


def render_model(name: Name, fields: tuple[FieldSpec, ...], site: Site) -> str:
    """Return the text of `models.py`."""
    imports: set[Import] = {
        (_ORM, "Mapped"),
        (_ORM, "mapped_column"),
        (f"{site.package}.ext", "Model"),
    }
    lines = [f"class {name.camel}(Model):", f'    """{_describe(name)}"""', ""]
    lines.append("    id: Mapped[int] = mapped_column(primary_key=True)")
    for field in fields:
        lines += _render_column(name, field, site, imports)
    lines += _render_str(fields, name, site, imports)
    enums = [_render_enum(name, field) for field in fields if field.kind == "enum"]
    if enums:
        imports.add(("enum", "StrEnum"))
    parts = [*enums, "\n".join(lines)]
    head = f'"""The {name.plural_label} in the database."""'
    body = "\n\n\n".join(parts)
    return f"{head}\n\n{render_imports(imports, site.package)}\n\n\n{body}\n"


def enum_name(name: Name, field: FieldSpec) -> str:
    """Return the name of the class of an enum field."""
    return name.camel + "".join(w.capitalize() for w in field.name.split("_"))


def _render_column(
    name: Name, field: FieldSpec, site: Site, imports: set[Import]
) -> Iterator[str]:
    if field.kind == "enum":
        annotation = enum_name(name, field)
    else:
        annotation, needed = _ANNOTATIONS[field.kind]
        imports.update(needed)
    arguments = [*_list_type(name, field, imports), *_list_options(field)]
    if not field.is_required and field.kind != "boolean":
        annotation = f"{annotation} | None"
    value = f" = mapped_column({', '.join(arguments)})" if arguments else ""
    line = f"    {field.column}: Mapped[{annotation}]{value}"
    yield from _wrap(line, arguments, f"    {field.column}: Mapped[{annotation}]")
    if field.kind == "references":
        target = site.find_model(field.target)
        own = field.target == name.camel
        if target is not None and not own:
            imports.add((target.module, field.target))
        imports.add((_ORM, "relationship"))
        kind = f'"{field.target}"' if own else field.target
        optional = "" if field.is_required else " | None"
        if own and optional:
            kind, optional = f'"{field.target} | None"', ""
        remote = "remote_side=[id], " if own else ""
        start = f"    {field.name}: Mapped[{kind}{optional}] = relationship("
        inner = f"{remote}foreign_keys=[{field.column}]"
        if len(start) + len(inner) < _WIDTH:
            yield f"{start}{inner})"
        else:
            yield from (start, f"        {inner}", "    )")


def _wrap(line: str, arguments: list[str], start: str) -> Iterator[str]:
    if len(line) <= _WIDTH:
        yield line
        return
    inner = ", ".join(arguments)
    yield f"{start} = mapped_column("
    if len(inner) + 8 <= _WIDTH:
        yield f"        {inner}"
    else:
        yield from (f"        {argument}," for argument in arguments)
    yield "    )"


def _list_type(name: Name, field: FieldSpec, imports: set[Import]) -> Iterator[str]:
    kind = field.kind
    names = {"json": "JSON", "text": "Text", "uuid": "Uuid"}
    if kind in names:
        imports.add(("sqlalchemy", names[kind]))
        yield names[kind]
    elif kind == "string":
        imports.add(("sqlalchemy", "String"))
        yield f"String({field.length})"
    elif kind == "decimal":
        imports.add(("sqlalchemy", "Numeric"))
        yield f"Numeric({field.length}, {field.scale})"
    elif kind == "datetime":
        imports.add(("carboy.db", "UtcDateTime"))
        yield "UtcDateTime"
    elif kind == "enum":
        imports.add(("sqlalchemy", "Enum"))
        yield f"Enum({enum_name(name, field)}, native_enum=False, length=40)"
    elif kind == "references":
        imports.add(("sqlalchemy", "ForeignKey"))
        yield f'ForeignKey("{"_".join(split_words(field.target))}.id")'


def _list_options(field: FieldSpec) -> Iterator[str]:
    if field.kind == "boolean":
        yield "default=False"
    if field.is_unique:
        yield "unique=True"
    elif field.is_indexed or field.kind == "references":
        yield "index=True"


def _render_str(
    fields: tuple[FieldSpec, ...], name: Name, site: Site, imports: set[Import]
) -> list[str]:
    for field in fields:
        if field.kind == "string":
            value = f"self.{field.name}"
            value = value if field.is_required else f'{value} or ""'
            break
    else:
        value = f'f"{name.label.capitalize()} {{self.id}}"'
        if site.is_translated:
            imports.add(GETTEXT)
            value = f'_("{name.label.capitalize()} %(number)s", number=self.id)'
    return [
        *("", "    def __str__(self) -> str:"),
        f'        """Return what pages call {name.article} {name.label}."""',
        f"        return {value}",
    ]


def _render_enum(name: Name, field: FieldSpec) -> str:
    members = "\n".join(f'    {m.upper()} = "{m}"' for m in field.members)
    return (
        f"class {enum_name(name, field)}(StrEnum):\n"
        f'    """What the {field.noun} of {name.article} {name.label} may be."""\n\n'
        f"{members}"
    )


def _describe(name: Name) -> str:
    return f"{name.article.capitalize()} {name.label}."
