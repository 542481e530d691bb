"""If this passes, engines, connections and tables work as in SQLAlchemy 1."""

import pytest

pytestmark = pytest.mark.filterwarnings("ignore")

START = """
from sqlalchemy import *
engine = create_engine(URL, convert_unicode=True, encoding='utf-8')
meta = MetaData(bind=engine)
notes = Table('notes', meta, Column('id', Integer, primary_key=True), Column('text', String(20)))
meta.create_all()
"""


@pytest.fixture
def run(run_old, tmp_path):
    return lambda code: run_old(
        START.replace("URL", repr(f"sqlite:///{tmp_path}/n.db")) + code
    )


def test_statements_are_executed_by_the_engine(run):
    names = run(
        "engine.execute(notes.insert(), text='a')\n"
        "engine.execute(\"insert into notes (text) values ('b')\")\n"
        "notes.insert().execute(text='c')\n"
        "rows = engine.execute('select * from notes order by id').fetchall()\n"
        "found = [row['text'] for row in rows], rows[0].keys(), rows[0].has_key('id')\n"
        "listed = select([notes.c.text], notes.c.id > 1).execute().fetchall()\n"
        "cased = engine.execute(select([case([(notes.c.id == 1, 'x')], else_='y')])).fetchall()\n"
        "names = engine.table_names()\n"
        "again = Table('notes', MetaData(engine), autoload=True)\n"
    )

    assert names["found"] == (["a", "b", "c"], ["id", "text"], True)
    assert [row[0] for row in names["listed"]] == ["b", "c"]
    assert [row[0] for row in names["cased"]] == ["x", "y", "y"]
    assert names["names"] == ["notes"]
    assert [c.name for c in names["again"].columns] == ["id", "text"]


def test_a_table_without_an_engine_says_so(run):
    with pytest.raises(Exception, match="no engine to be executed by"):
        run("Table('x', MetaData(), Column('id', Integer)).insert().execute()")


def test_a_driver_that_is_missing_is_replaced(run_old):
    names = run_old(
        "from sqlalchemy import create_engine\n"
        "urls = [create_engine(u).dialect.driver for u in (\n"
        "    'mysql://u:p@localhost/d?charset=utf8', 'postgres://u:p@localhost/d')]\n"
    )

    assert names["urls"] == ["pymysql", "psycopg"]


def test_a_base_knows_its_engine(run):
    run(
        "from sqlalchemy.ext.declarative import declarative_base\n"
        "Base = declarative_base(engine)\n"
        "class Person(Base):\n"
        "    __tablename__ = 'person'\n"
        "    id = Column(Integer, primary_key=True)\n"
        "Base.metadata.create_all()\n"
        "assert engine.has_table('person')\n"
        "assert declarative_base().metadata is not None\n"
    )
