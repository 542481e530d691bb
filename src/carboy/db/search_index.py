"""`SearchIndex`: full-text search in columns of a model, on each database.

FTS5 on SQLite, `tsvector` on PostgreSQL, FULLTEXT on MySQL and MariaDB. Words are split
here, so that a text has the same words on all of them; Chinese has no spaces between
words, so its characters and pairs of them are indexed.
"""

import itertools
import re
import unicodedata
from collections.abc import Iterator
from typing import Any

import sqlalchemy as sa
from sqlalchemy import event
from sqlalchemy.exc import CompileError
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.orm import Session
from sqlalchemy.sql.functions import FunctionElement

# What a search may ask for; more words find less.
_MOST_WORDS = 16
_BATCH = 500
# Han, kana and Hangul: scripts whose words are not separated by spaces, or not always.
_CHARACTERS = "\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7af"
_WORD = re.compile(rf"[{_CHARACTERS}]+|[^\W_{_CHARACTERS}]+")
_CREATE = {
    "sqlite": ("CREATE VIRTUAL TABLE {table} USING fts5(words, detail=none)",),
    "postgresql": (
        "CREATE TABLE {table} (rowid bigint PRIMARY KEY, words tsvector NOT NULL)",
        "CREATE INDEX ON {table} USING gin (words)",
    ),
    "mysql": (
        "CREATE TABLE {table} (rowid bigint PRIMARY KEY, words longtext NOT NULL, "
        "FULLTEXT (words)) CHARACTER SET ascii",
    ),
}
_CREATE["mariadb"] = _CREATE["mysql"]


def create_search_table(connection: sa.Connection, table: str) -> None:
    """Create the index of a table, as a migration does: `op.get_bind(), "post"`."""
    for statement in _statements_of(connection.dialect):
        name = _quote(connection.dialect, table)
        connection.exec_driver_sql(statement.format(table=name))


def drop_search_table(connection: sa.Connection, table: str) -> None:
    """Drop the index of a table; nothing happens if there is none."""
    name = _quote(connection.dialect, table)
    connection.exec_driver_sql(f"DROP TABLE IF EXISTS {name}")


class SearchIndex:
    """Indexes columns of a model as its rows are written, and searches them."""

    def __init__(self, model: type[Any], *columns: str) -> None:
        """Watch `model`, whose primary key has to be one number."""
        self._columns = columns
        self._table: sa.Table = model.__table__
        keys = list(self._table.primary_key)
        if len(keys) != 1 or not isinstance(keys[0].type, sa.Integer):
            message = (
                f"SearchIndex({model.__name__}) needs a primary key of one number, "
                f"but {self._table.name} has ({', '.join(k.name for k in keys)})."
            )
            raise TypeError(message)
        self._model = model
        self._key = getattr(model, sa.inspect(model).primary_key[0].name)
        event.listen(self._table, "after_create", self._after_create)
        event.listen(self._table, "after_drop", self._after_drop)
        for name in ("after_insert", "after_update", "after_delete"):
            event.listen(model, name, getattr(self, f"_{name}"), propagate=True)

    def matches(self, query: str) -> sa.ColumnElement[bool]:
        """Return the condition of the rows that have all words of `query`."""
        words = _list_query_words(query)
        if not words:
            return sa.false()
        table = self._search_table
        # FTS5 calls the whole row by the name of its table.
        row: Any = sa.column(table.name)
        condition: Any = _Matches(row, sa.bindparam(None, " ".join(words)))
        matching: sa.ColumnElement[bool] = self._key.in_(
            sa.select(table.c.rowid).where(condition)
        )
        return matching

    def index_rows(self, session: Session, keys: sa.Select[Any], text: str) -> None:
        """Index all rows whose keys a select returns, as having this text.

        One statement, for rows that were inserted by SQL and are not indexed yet.
        """
        connection = session.connection()
        words: Any = sa.literal(" ".join(_encode_words(text)))
        if connection.dialect.name == "postgresql":
            words = sa.func.array_to_tsvector(sa.func.string_to_array(words, " "))
        rows = keys.add_columns(words)
        connection.execute(
            sa.insert(self._search_table).from_select(["rowid", "words"], rows)
        )

    def rebuild(self, session: Session) -> int:
        """Index all rows again, as after statements of SQL; return their number."""
        connection = session.connection()
        connection.execute(sa.delete(self._search_table))
        columns = [getattr(self._model, name) for name in self._columns]
        select = sa.select(self._key, *columns).order_by(self._key).limit(_BATCH)
        last, count = None, 0
        while True:
            batch = select if last is None else select.where(self._key > last)
            rows = connection.execute(batch).all()
            if not rows:
                return count
            _insert(connection, self._table.name, [(r[0], r[1:]) for r in rows])
            last, count = rows[-1][0], count + len(rows)

    @property
    def _search_table(self) -> sa.TableClause:
        return sa.table(_name(self._table.name), sa.column("rowid"), sa.column("words"))

    def _after_create(self, _table: object, connection: Any, **_kw: object) -> None:
        create_search_table(connection, self._table.name)

    def _after_drop(self, _table: object, connection: Any, **_kw: object) -> None:
        drop_search_table(connection, self._table.name)

    def _after_insert(self, _mapper: object, connection: Any, row: Any) -> None:
        texts = [getattr(row, name) for name in self._columns]
        _insert(connection, self._table.name, [(self._key_of(row), texts)])

    def _after_update(self, mapper: object, connection: Any, row: Any) -> None:
        attributes = sa.inspect(row).attrs
        if any(attributes[name].history.has_changes() for name in self._columns):
            self._after_delete(mapper, connection, row)
            self._after_insert(mapper, connection, row)

    def _after_delete(self, _mapper: object, connection: Any, row: Any) -> None:
        table = self._search_table
        connection.execute(sa.delete(table).where(table.c.rowid == self._key_of(row)))

    def _key_of(self, row: Any) -> Any:
        return getattr(row, self._key.key)


class _Matches(FunctionElement[Any]):
    """Whether a row of the index has these words; compiled for each database below."""

    # No boolean: databases without that type would compare it with 1, and not use the
    # index.
    type = sa.types.NullType()
    name = "carboy_matches"
    inherit_cache = True


@compiles(_Matches)
def _compile_matches(element: Any, compiler: Any, **options: Any) -> str:
    table, words = element.clauses
    dialect = compiler.dialect
    _statements_of(dialect)
    words = compiler.process(words, **options)
    if dialect.name == "sqlite":
        return f"{compiler.process(table, **options)} MATCH {words}"
    if dialect.name == "postgresql":
        return f"words @@ CAST(replace({words}, ' ', '&') AS tsquery)"
    words = f"CONCAT('+', REPLACE({words}, ' ', ' +'))"
    return f"MATCH (words) AGAINST ({words} IN BOOLEAN MODE)"


def _insert(connection: Any, table: str, rows: list[tuple[Any, Any]]) -> None:
    dialect = connection.dialect
    index = sa.table(_name(table), sa.column("rowid"), sa.column("words"))
    words: Any = sa.bindparam("words_of_row", type_=sa.Text())
    if dialect.name == "postgresql":
        words = sa.func.array_to_tsvector(sa.func.string_to_array(words, " "))
    insert = sa.insert(index).values(rowid=sa.bindparam("key"), words=words)
    values = []
    for key, texts in rows:
        text = "\n".join(text for text in texts if text)
        values.append({"key": key, "words_of_row": " ".join(_encode_words(text))})
    connection.execute(insert, values)


def _statements_of(dialect: sa.Dialect) -> tuple[str, ...]:
    if dialect.name not in _CREATE:
        message = (
            f"SearchIndex does not know the database {dialect.name}. Use SQLite, "
            "PostgreSQL, MySQL or MariaDB."
        )
        raise CompileError(message)
    return _CREATE[dialect.name]


def _name(table: str) -> str:
    # Migrations leave tables alone that begin so.
    return f"carboy_search_{table}"


def _quote(dialect: sa.Dialect, table: str) -> str:
    return dialect.identifier_preparer.quote_identifier(_name(table))


def _encode_words(text: str) -> Iterator[str]:
    """Yield the different words of a text, as all databases take them for words."""
    words = itertools.chain.from_iterable(map(_split_run, _find_runs(text)))
    return map(_encode, dict.fromkeys(words))


def _list_query_words(query: str) -> list[str]:
    words = (
        word
        for run in _find_runs(query)
        # Of Chinese the pairs say all that the characters would.
        for word in (_split_run(run)[len(run) :] or _split_run(run))
    )
    return list(map(_encode, dict.fromkeys(itertools.islice(words, _MOST_WORDS))))


def _find_runs(text: str) -> list[str]:
    return _WORD.findall(unicodedata.normalize("NFKC", text).casefold())


def _split_run(run: str) -> list[str]:
    """Return a word alone, and of Chinese each character, then each pair."""
    if not re.match(f"[{_CHARACTERS}]", run):
        return [run]
    return [*run, *map("".join, itertools.pairwise(run))]


def _encode(word: str) -> str:
    # MySQL drops words of two letters and common ones, and each database has its own
    # idea of which characters are letters.
    return f"xw{word[:60]}" if word.isascii() else f"xu{word[:20].encode().hex()}"
