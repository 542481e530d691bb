"""The source of the migration that creates the table of a new model."""

import ast
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from hashlib import blake2b
from pathlib import Path
from typing import Any

from carboy.errors import ConfigError

from .fields import FieldSpec
from .names import Name, split_words

_SQL = {
    "text": "sa.Text()",
    "integer": "sa.Integer()",
    "float": "sa.Double()",
    "boolean": "sa.Boolean()",
    "date": "sa.Date()",
    "datetime": "carboy.db.types.UtcDateTime()",
    "json": "sa.JSON()",
    "uuid": "sa.Uuid()",
    "references": "sa.Integer()",
}


def render_migration(
    name: Name, fields: tuple[FieldSpec, ...], folder: Path
) -> tuple[Path, str]:
    """Return the path and the text of a migration after those in `folder`."""
    head = find_head(folder)
    revision = blake2b(f"{head} {name.snake}".encode(), digest_size=6).hexdigest()
    now = datetime.now(UTC).strftime("%Y-%m-%d %H:%M:%S")
    extra = "import carboy.db.types\n" if _needs_types(fields) else ""
    text = _TEMPLATE.format(
        title=f"Create the table {name.snake}",
        revision=revision,
        head=head or "",
        head_literal=repr(head).replace("'", '"'),
        now=now,
        extra=extra,
        create="\n".join(_render_create(name, fields)),
        drop="\n".join(_render_drop(name, fields)),
    )
    return folder / "versions" / f"{revision}_create_{name.plural}.py", text


def find_head(folder: Path) -> str | None:
    """Return the newest migration in a folder, or None; raise if there are several."""
    after: dict[str, set[str]] = {}
    for file in sorted((folder / "versions").glob("*.py")):
        values = _read_names(file)
        if "revision" in values:
            before: Any = values.get("down_revision") or ()
            names = {before} if isinstance(before, str) else {*before}
            after[str(values["revision"])] = names
    heads = [name for name in after if not any(name in each for each in after.values())]
    if len(heads) > 1:
        msg = (
            f"The migrations have {len(heads)} ends: {', '.join(heads)}. Join them "
            f"first with `carboy db merge`."
        )
        raise ConfigError(msg)
    return heads[0] if heads else None


def _read_names(file: Path) -> dict[str, object]:
    values: dict[str, object] = {}
    for node in ast.parse(file.read_text("utf-8")).body:
        match node:
            case (
                ast.Assign(targets=[ast.Name(name)], value=value)
                | ast.AnnAssign(target=ast.Name(name), value=ast.expr() as value)
            ) if re.fullmatch("(down_)?revision", name):
                values[name] = ast.literal_eval(value)
    return values


def _needs_types(fields: tuple[FieldSpec, ...]) -> bool:
    return any(field.kind == "datetime" for field in fields)


def _render_create(name: Name, fields: tuple[FieldSpec, ...]) -> Iterator[str]:
    yield "    op.create_table("
    yield f'        "{name.snake}",'
    yield '        sa.Column("id", sa.Integer(), nullable=False),'
    for field in fields:
        optional = not field.is_required and field.kind != "boolean"
        yield (
            f'        sa.Column("{field.column}", {_render_type(name, field)}, '
            f"nullable={optional}),"
        )
    for field in fields:
        if field.kind == "references":
            target = "_".join(split_words(field.target))
            key = f"fk_{name.snake}_{field.column}_{target}"
            yield "        sa.ForeignKeyConstraint("
            yield f'            ["{field.column}"], ["{target}.id"], name=op.f("{key}")'
            yield "        ),"
    yield f'        sa.PrimaryKeyConstraint("id", name=op.f("pk_{name.snake}")),'
    for field in fields:
        if field.is_unique:
            key = f"uq_{name.snake}_{field.column}"
            yield (
                f'        sa.UniqueConstraint("{field.column}", name=op.f("{key}")),'
            )
    yield "    )"
    for column in _list_indexed(fields):
        index = f"ix_{name.snake}_{column}"
        yield f'    op.create_index(op.f("{index}"), "{name.snake}", ["{column}"])'


def _render_drop(name: Name, fields: tuple[FieldSpec, ...]) -> Iterator[str]:
    for column in reversed([*_list_indexed(fields)]):
        index = f"ix_{name.snake}_{column}"
        yield f'    op.drop_index(op.f("{index}"), table_name="{name.snake}")'
    yield f'    op.drop_table("{name.snake}")'


def _list_indexed(fields: tuple[FieldSpec, ...]) -> Iterator[str]:
    for field in fields:
        is_indexed = field.is_indexed or field.kind == "references"
        if is_indexed and not field.is_unique:
            yield field.column


def _render_type(name: Name, field: FieldSpec) -> str:
    if field.kind == "string":
        return f"sa.String(length={field.length})"
    if field.kind == "decimal":
        return f"sa.Numeric(precision={field.length}, scale={field.scale})"
    if field.kind == "enum":
        members = ", ".join(f'"{member.upper()}"' for member in field.members)
        enum = (name.camel + field.name.replace("_", "")).lower()
        return f'sa.Enum({members}, name="{enum}", native_enum=False, length=40)'
    return _SQL[field.kind]


_TEMPLATE = '''"""{title}

Revision: {revision}
After: {head}
Made: {now}
"""

{extra}import sqlalchemy as sa
from alembic import op

revision = "{revision}"
down_revision = {head_literal}
branch_labels = None
depends_on = None


def upgrade():
{create}


def downgrade():
{drop}
'''
