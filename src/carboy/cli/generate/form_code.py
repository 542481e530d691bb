"""The source of a form."""

from collections.abc import Iterator

from .fields import FieldSpec
from .imports import Import, render_imports
from .marked_texts import GETTEXT, LAZY, LAZY_IMPORTS, MarkedTexts
from .model_code import enum_name
from .names import Name
from .site import Site

_FIELDS = {
    "string": "StringField",
    "text": "TextAreaField",
    "integer": "IntegerField",
    "float": "FloatField",
    "decimal": "DecimalField",
    "boolean": "BooleanField",
    "date": "DateField",
    "datetime": "DateTimeLocalField",
    "enum": "SelectField",
    "references": "SelectField",
}
_WIDTH = 88
_CHOICE = ("carboy.forms", "SelectChoice")
_EMPTY = 'SelectChoice("", "")'
_JSON = '''class JSONField(TextAreaField):
    """A text area with JSON."""

    def _value(self) -> str:
        if self.raw_data:
            return str(self.raw_data[0])
        return "" if self.data is None else json.dumps(self.data, indent=2)

    def process_formdata(self, valuelist: list[Any]) -> None:
        """Parse what was typed."""
        text = str(valuelist[0]).strip() if valuelist else ""
        try:
            self.data = json.loads(text) if text else None
        except ValueError:
            raise ValueError(<json>) from None'''
_UUID = '''class UUIDField(StringField):
    """A text field with a UUID."""

    def process_formdata(self, valuelist: list[Any]) -> None:
        """Parse what was typed."""
        text = str(valuelist[0]).strip() if valuelist else ""
        try:
            parsed: Any = UUID(text) if text else None
        except ValueError:
            raise ValueError(<uuid>) from None
        self.data = parsed'''
_AS_UTC = '''def as_utc(value: datetime | None) -> datetime | None:
    """Return a time as it was typed, in UTC."""
    return value.replace(tzinfo=UTC) if value and value.tzinfo is None else value'''


def render_form(
    name: Name, fields: tuple[FieldSpec, ...], site: Site, *, has_model: bool
) -> str:
    """Return the text of `forms.py`, with or without a model beside it."""
    imports: set[Import] = {("carboy.forms", "Form")}
    texts = MarkedTexts(site.is_translated)
    own = list(_render_helpers(fields, imports, texts))
    lines = [f"class {name.camel}Form(Form):"]
    lines.append(f'    """What people enter for {name.article} {name.label}."""')
    lines.append("")
    for field in fields:
        lines += _render_field(name, field, imports, texts, model=has_model)
    if has_model and any(f.is_unique or f.kind == "references" for f in fields):
        lines += ["", *_render_init(name, fields, site, imports)]
    own.append("\n".join(lines))
    finder = [f for f in fields if f.is_unique and has_model]
    own += [_render_finder(name, field, site, imports) for field in finder]
    head = f'"""The form of {name.plural_label}."""'
    if texts.is_marked:
        imports |= LAZY_IMPORTS
    body = "\n\n\n".join(own)
    lazy = f"\n\n{LAZY}" if texts.is_marked else ""
    return f"{head}\n\n{render_imports(imports, site.package)}{lazy}\n\n\n{body}\n"


def _render_helpers(
    fields: tuple[FieldSpec, ...], imports: set[Import], texts: MarkedTexts
) -> Iterator[str]:
    kinds = {field.kind for field in fields}
    if "json" in kinds:
        imports |= {("json", ""), ("typing", "Any"), ("wtforms", "TextAreaField")}
        yield _JSON.replace("<json>", texts.now("Enter valid JSON."))
    if "uuid" in kinds:
        imports |= {("uuid", "UUID"), ("typing", "Any"), ("wtforms", "StringField")}
        yield _UUID.replace("<uuid>", texts.now("Enter a UUID."))
    if texts.is_marked and kinds & {"json", "uuid"}:
        imports.add(GETTEXT)
    if "datetime" in kinds:
        imports |= {("datetime", "UTC"), ("datetime", "datetime")}
        yield _AS_UTC


def _render_field(
    name: Name,
    field: FieldSpec,
    imports: set[Import],
    texts: MarkedTexts,
    *,
    model: bool,
) -> Iterator[str]:
    kind = {"json": "JSONField", "uuid": "UUIDField"}.get(field.kind)
    if kind is None:
        kind = _FIELDS[field.kind]
        imports.add(("wtforms", kind))
    arguments = [texts.lazy(field.label)]
    validators = list(_list_validators(field, imports, texts, model=model))
    if validators:
        arguments.append(f"[{', '.join(validators)}]")
    arguments += _list_options(name, field, imports, texts, model=model)
    line = f"    {field.column} = {kind}({', '.join(arguments)})"
    if len(line) <= _WIDTH:
        yield line
        return
    yield f"    {field.column} = {kind}("
    inner = ", ".join(arguments)
    if len(inner) + 8 <= _WIDTH:
        yield f"        {inner}"
    else:
        yield from _wrap_arguments(arguments)
    yield "    )"


def _wrap_arguments(arguments: list[str]) -> Iterator[str]:
    for argument in arguments:
        if len(argument) + 9 <= _WIDTH or not argument.startswith(("[", "choices=[")):
            yield f"        {argument},"
            continue
        start, _, rest = argument.partition("[")
        yield f"        {start}["
        yield from (f"            {part}," for part in split_items(rest[:-1]))
        yield "        ],"


def split_items(text: str) -> list[str]:
    """Split at commas outside of brackets and quotes."""
    items, depth, quoted, start = [], 0, False, 0
    for index, character in enumerate(text):
        if character == '"':
            quoted = not quoted
        elif not quoted:
            depth += (character in "([") - (character in ")]")
            if character == "," and depth == 0:
                items.append(text[start:index].strip())
                start = index + 1
    return [*items, text[start:].strip()]


def _list_validators(
    field: FieldSpec, imports: set[Import], texts: MarkedTexts, *, model: bool
) -> Iterator[str]:
    module = "carboy.forms.validators"
    if field.kind == "boolean":
        return
    if field.is_required:
        verb = "Choose" if field.kind in {"enum", "references"} else "Enter"
        article = "an" if field.noun[0] in "aeiou" else "a"
        validator = (
            "DataRequired" if field.kind in {"string", "text"} else "InputRequired"
        )
        message = texts.lazy(f"{verb} {article} {field.noun}")
        yield f"{validator}({message})"
    else:
        validator = "Optional"
        yield "Optional()"
    imports.add((module, validator))
    if field.kind == "string":
        imports.add((module, "Length"))
        yield f"Length(max={field.length})"
    if field.is_unique and model:
        imports.add((module, "Unique"))
        yield f"Unique(lambda value: find_{field.column}(value))"


def _list_options(
    name: Name,
    field: FieldSpec,
    imports: set[Import],
    texts: MarkedTexts,
    *,
    model: bool,
) -> Iterator[str]:
    if field.kind == "decimal":
        yield f"places={field.scale}"
    elif field.kind == "datetime":
        yield "filters=[as_utc]"
    elif field.kind in {"string", "text"} and not field.is_required:
        yield "filters=[lambda value: value or None]"
    elif field.kind == "enum":
        imports.add(_CHOICE)
        pairs = [
            f'SelectChoice("{m}", {texts.lazy(m.replace("_", " ").capitalize())})'
            for m in field.members
        ]
        empty = [] if field.is_required else [_EMPTY]
        yield f"choices=[{', '.join([*empty, *pairs])}]"
        coerce = "str"
        if model:
            coerce = enum_name(name, field)
            imports.add((".models", coerce))
        yield _coerce(coerce, field)
    elif field.kind == "references":
        yield _coerce("int", field)


def _coerce(function: str, field: FieldSpec) -> str:
    if field.is_required:
        return f"coerce={function}"
    return f"coerce=lambda value: {function}(value) if value else None"


def _render_init(
    name: Name, fields: tuple[FieldSpec, ...], site: Site, imports: set[Import]
) -> Iterator[str]:
    imports.add((".models", name.camel))
    yield f"    def __init__(self, obj: {name.camel} | None = None) -> None:"
    yield "        super().__init__(obj=obj)"
    yield "        self.edited = obj"
    for field in fields:
        if field.kind == "references":
            yield from _render_choices(name, field, site, imports)


def _render_choices(
    name: Name, field: FieldSpec, site: Site, imports: set[Import]
) -> Iterator[str]:
    imports.add((f"{site.package}.ext", "db"))
    model = field.target
    target = site.find_model(model)
    if target is not None and model != name.camel:
        imports.add((target.module, model))
    select = f"db.select({model}).order_by({model}.id)"
    start = f"        {field.name}_rows = db.session.scalars("
    if len(start) + len(select) < _WIDTH:
        yield f"{start}{select})"
    else:
        yield from (start, f"            {select}", "        )")
    imports.add(_CHOICE)
    pairs = f"SelectChoice(row.id, str(row)) for row in {field.name}_rows"
    items = [pairs] if field.is_required else [_EMPTY, f"*({pairs})"]
    start = f"        self.{field.column}.choices = ["
    line = f"{start}{', '.join(items)}]"
    if len(line) <= _WIDTH:
        yield line
        return
    yield start
    if field.is_required:
        first, _, loop = pairs.partition(" for ")
        yield from (f"            {first}", f"            for {loop}")
    else:
        yield from (f"            {item}," for item in items)
    yield "        ]"


def _render_finder(
    name: Name, field: FieldSpec, site: Site, imports: set[Import]
) -> str:
    imports |= {(f"{site.package}.ext", "db"), (".models", name.camel)}
    imports.add(("typing", "Any"))
    select = f"db.select({name.camel}).filter_by({field.column}=value)"
    start = f"    found: {name.camel} | None = db.session.scalar("
    found = f"{start}{select})"
    if len(found) > _WIDTH:
        found = f"{start}\n        {select}\n    )"
    return (
        f"def find_{field.column}(value: Any) -> {name.camel} | None:\n"
        f'    """Return the {name.label} with this {field.noun}, or None."""\n'
        f"{found}\n"
        f"    return found"
    )
