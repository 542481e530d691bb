"""If this passes, what is written is committed at once, except in a transaction."""

import pytest

pytestmark = pytest.mark.filterwarnings("ignore")

START = """
from sqlalchemy import *
from sqlalchemy.orm import sessionmaker
engine = create_engine(URL)
meta = MetaData()
notes = Table('notes', meta, Column('id', Integer, primary_key=True), Column('text', String(20)))
meta.create_all(engine)
def count():
    return engine.execute('select count(*) from notes').scalar()
conn = engine.connect()
"""


@pytest.fixture
def run(run_old, tmp_path):
    def run(code):
        names = run_old(START.replace("URL", repr(f"sqlite:///{tmp_path}/n.db")) + code)
        names["conn"].close()
        names["engine"].dispose()
        return names

    return run


def test_a_statement_is_committed(run):
    run(
        "conn.execute(notes.insert(), text='a')\nconn.execute(notes.update().values(text='b'))\nassert count() == 1"
    )


def test_a_transaction_is_rolled_back(run):
    run(
        "conn.execute(select([notes]))\n"
        "trans = conn.begin()\n"
        "conn.execute(notes.insert(), text='a')\n"
        "trans.rollback()\n"
        "assert count() == 0\n"
        "with conn.begin():\n"
        "    conn.execute(notes.insert(), text='a')\n"
        "assert count() == 1\n"
    )


def test_a_session_is_a_transaction(run):
    run(
        "session = sessionmaker(bind=engine)()\n"
        "session.execute(\"insert into notes (text) values ('a')\")\n"
        "session.rollback()\n"
        "session.close()\n"
        "assert count() == 0\n"
    )
