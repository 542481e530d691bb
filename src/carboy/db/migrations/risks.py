"""Name the steps of a migration that lose data, lock a table or may fail, and why."""

import ast
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

from alembic.operations import ops

_LOSS = "Make a backup first."


def find_risks(steps: Iterable[Any], dialect: str) -> list[str]:
    """Return a sentence for each step that deserves a thought."""
    risks: list[str] = []
    created: set[str] = set()
    for step in steps:
        if isinstance(step, ops.CreateTableOp):
            created.add(step.table_name)
        elif isinstance(step, ops.ModifyTableOps):
            risks += _find_in_table(step, dialect, new=step.table_name in created)
        else:
            risks += _find_in_step(step, dialect, created)
    return risks


def read_risks(path: Path) -> list[str]:
    """Return a sentence for each destructive step that a script's `upgrade` takes."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    for node in reversed(tree.body):
        if isinstance(node, ast.FunctionDef) and node.name == "upgrade":
            return list(_read_function(node))
    return []


def _find_in_table(table: Any, dialect: str, *, new: bool) -> list[str]:
    risks = []
    dropped = [s for s in table.ops if isinstance(s, ops.DropColumnOp)]
    added = [s for s in table.ops if isinstance(s, ops.AddColumnOp)]
    if dropped and added:
        old, fresh = dropped[0].column_name, added[0].column.name
        risks.append(
            f"drops the column {table.table_name}.{old} and adds {fresh}. If that is "
            f"one column with a new name, write "
            f"alter_column({old!r}, new_column_name={fresh!r}) instead, or its values "
            f"are lost."
        )
    created = {table.table_name} if new else set()
    for step in table.ops:
        risks += _find_in_step(step, dialect, created)
    return risks


def _find_in_step(step: Any, dialect: str, created: set[str]) -> list[str]:
    name = getattr(step, "table_name", "") or getattr(step, "source_table", "")
    if isinstance(step, ops.DropTableOp):
        return [f"drops the table {name} with all its rows. {_LOSS}"]
    if isinstance(step, ops.DropColumnOp):
        column = step.column_name
        return [f"drops the column {name}.{column} with all its values. {_LOSS}"]
    if name in created:
        return []
    for kind, find in _FINDERS.items():
        if isinstance(step, kind):
            return find(step, name, dialect)
    return []


def _find_in_unique(
    step: ops.CreateUniqueConstraintOp | ops.CreateIndexOp, name: str, _dialect: str
) -> list[str]:
    columns = ", ".join(str(getattr(c, "name", c)) for c in step.columns)
    return [f"makes {name} ({columns}) unique: fails if two rows are equal."]


def _find_in_index(step: ops.CreateIndexOp, name: str, dialect: str) -> list[str]:
    risks = _find_in_unique(step, name, dialect) if step.unique else []
    if dialect == "postgresql":
        risks.append(
            f"makes an index on {name}: nobody can write to it meanwhile. On a large "
            f"table use postgresql_concurrently=True in an autocommit_block()."
        )
    return risks


def _find_in_key(_step: object, name: str, _dialect: str) -> list[str]:
    return [f"adds a foreign key to {name}: fails if a row points to nothing."]


def _find_in_added(step: ops.AddColumnOp, name: str, _dialect: str) -> list[str]:
    column = step.column
    if column.nullable or column.server_default is not None:
        return []
    return [
        f"adds {name}.{column.name}, which must have a value, and gives none to the "
        f"rows that are there: fails unless the table is empty. Give it a "
        f"server_default, or let it be NULL, fill it, and forbid NULL after that."
    ]


def _find_in_altered(step: ops.AlterColumnOp, name: str, dialect: str) -> list[str]:
    column_name = f"{name}.{step.column_name}"
    risks = []
    if step.modify_type is not None:
        lock = "" if dialect == "sqlite" else "; the table is locked meanwhile"
        risks.append(
            f"changes the type of {column_name} from {step.existing_type} to "
            f"{step.modify_type}: every row is written anew{lock}, and values that do "
            f"not fit are cut or refused."
        )
    if step.modify_nullable is False:
        risks.append(f"forbids NULL in {column_name}: fails if a row has it.")
    return risks


def _read_function(function: ast.FunctionDef) -> Iterator[str]:
    tables = dict(_read_batches(function))
    for node in ast.walk(function):
        if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Attribute):
            continue
        arguments = [a.value for a in node.args if isinstance(a, ast.Constant)]
        table = tables.get(ast.unparse(node.func.value))
        names = ".".join(
            map(str, arguments[:2] if table is None else [table, *arguments[:1]])
        )
        if node.func.attr == "drop_table":
            yield f"drops the table {names} with all its rows"
        elif node.func.attr == "drop_column":
            yield f"drops the column {names} with all its values"


def _read_batches(function: ast.FunctionDef) -> Iterator[tuple[str, str]]:
    """Return what `with op.batch_alter_table("post") as batch_op` calls its table."""
    withs = [node for node in ast.walk(function) if isinstance(node, ast.With)]
    for item in (item for node in withs for item in node.items):
        match item:
            case ast.withitem(
                ast.Call(args=[ast.Constant(value=table), *_]), ast.Name(id=name)
            ):
                yield name, str(table)


_FINDERS: dict[type, Callable[[Any, str, str], list[str]]] = {
    ops.AddColumnOp: _find_in_added,
    ops.AlterColumnOp: _find_in_altered,
    ops.CreateUniqueConstraintOp: _find_in_unique,
    ops.CreateIndexOp: _find_in_index,
    ops.CreateForeignKeyOp: _find_in_key,
}
