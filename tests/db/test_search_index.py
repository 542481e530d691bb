"""A search finds the rows that have all of its words, on each database alike."""

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import CompileError
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column

from carboy.db import SearchIndex, create_search_table, drop_search_table, make_url


class Base(DeclarativeBase):
    """The models of these tests."""


class Note(Base):
    """A row with two texts that are searched."""

    __tablename__ = "search_note"
    id: Mapped[int] = mapped_column(primary_key=True)
    title: Mapped[str] = mapped_column(sa.String(80))
    text: Mapped[str | None] = mapped_column(sa.Text, default=None)
    stars: Mapped[int] = mapped_column(default=0)


notes = SearchIndex(Note, "title", "text")


@pytest.fixture(params=["sqlite", "postgresql", "mariadb"])
def session(request):
    url = "sqlite://"
    if request.param != "sqlite":
        url = request.getfixturevalue(f"fresh_{request.param}")
    engine = sa.create_engine(make_url(url))
    Base.metadata.create_all(engine)
    with Session(engine) as session:
        yield session
    engine.dispose()


def find(session, query):
    # MariaDB finds what is committed.
    session.commit()
    select = sa.select(Note.title).where(notes.matches(query)).order_by(Note.id)
    return list(session.scalars(select))


def test_all_words_are_in_the_row_in_any_column(session):
    session.add_all([
        Note(title="Cork or crown?", text="The crown is tighter."),
        Note(title="Crown", text=None),
        Note(title="A corkscrew", text="It is not a word of the others."),
    ])

    assert find(session, "cork CROWN") == ["Cork or crown?"]
    assert find(session, "crown") == ["Cork or crown?", "Crown"]
    assert find(session, "a") == ["A corkscrew"]
    assert find(session, "the") == ["Cork or crown?", "A corkscrew"]
    assert find(session, "wine") == []


def test_chinese_is_found_by_its_characters(session):
    session.add_all([Note(title="第一批苹果酒今天装瓶了"), Note(title="果汁和苹果")])

    assert find(session, "苹果酒") == ["第一批苹果酒今天装瓶了"]
    assert find(session, "苹果") == ["第一批苹果酒今天装瓶了", "果汁和苹果"]
    assert find(session, "酒") == ["第一批苹果酒今天装瓶了"]
    assert find(session, "瓶装") == []


def test_letters_of_all_scripts_and_widths_are_compared_without_case(session):
    session.add(Note(title="Straße ÉCLAIR \uff37\uff49\uff44\uff45 मधु 2024"))

    for query in ("STRASSE", "éclair", "wide", "मधु", "2024"):
        assert len(find(session, query)) == 1, query


@pytest.mark.parametrize(
    "query",
    [
        "",
        "  ",
        "+ - * ~",
        '"',
        "cork OR wine",
        "cork AND",
        "NEAR(cork wine)",
        "words:cork -wine*",
        "'; DROP TABLE search_note --",
        "! <-> ( )",
        "\x00 %s %(a)s :a ?",
        "w" * 5000,
        "a b c d e f g " * 200,
    ],
)
def test_a_query_is_words_and_no_language(session, query):
    session.add(Note(title="cork"))

    assert find(session, query) == []
    assert find(session, "cork") == ["cork"]


def test_the_index_follows_changes_deletions_and_rollbacks(session):
    note = Note(title="mead")
    session.add(note)
    assert find(session, "mead") == ["mead"]

    note.title = "cider"
    assert (find(session, "mead"), find(session, "cider")) == ([], ["cider"])
    note.stars = 5
    assert find(session, "cider") == ["cider"]
    note.title = "perry"
    session.flush()
    session.rollback()
    assert (find(session, "perry"), find(session, "cider")) == ([], ["cider"])

    session.delete(note)
    assert find(session, "cider") == []


def test_rows_of_sql_are_indexed_by_one_statement_or_all_again(session):
    session.execute(sa.insert(Note), [{"title": f"n{n}", "stars": 0} for n in range(9)])
    session.commit()

    few = sa.select(Note.id).where(Note.title.in_(["n1", "n2"]))
    notes.index_rows(session, few, "an old ale")
    assert find(session, "ale") == ["n1", "n2"]

    assert notes.rebuild(session) == 9
    assert (find(session, "ale"), find(session, "n7")) == ([], ["n7"])


def test_a_migration_creates_and_drops_the_table(session):
    connection = session.connection()

    drop_search_table(connection, "search_note")
    drop_search_table(connection, "search_note")
    create_search_table(connection, "search_note")

    session.add(Note(title="again"))
    assert find(session, "again") == ["again"]


def test_a_condition_goes_together_with_others_and_is_cached(session):
    session.add_all([Note(title="cork one"), Note(title="cork two", stars=3)])
    session.commit()

    for query, count in (("cork", 1), ("two", 1), ("one", 0)):
        select = sa.select(Note).where(notes.matches(query), Note.stars == 3)
        assert len(session.scalars(select).all()) == count


def test_another_database_is_named():
    from sqlalchemy.dialects import oracle  # noqa: PLC0415 - slow, and for this alone

    with pytest.raises(CompileError, match="does not know the database oracle"):
        sa.select(Note).where(notes.matches("x")).compile(dialect=oracle.dialect())


def test_a_key_of_several_columns_is_refused():
    class Pair(Base):
        __tablename__ = "search_pair"
        a: Mapped[int] = mapped_column(primary_key=True)
        b: Mapped[int] = mapped_column(primary_key=True)

    with pytest.raises(TypeError, match=r"primary key of one number.*\(a, b\)"):
        SearchIndex(Pair, "a")
