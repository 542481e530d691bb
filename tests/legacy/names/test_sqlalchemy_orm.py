"""If this passes, sessions and relationships work as in SQLAlchemy 1."""

import pytest

pytestmark = pytest.mark.filterwarnings("ignore")

START = """
from sqlalchemy import *
from sqlalchemy.orm import *
from sqlalchemy.orm import relation, mapper
from sqlalchemy.ext.declarative import declarative_base
engine = create_engine('sqlite://')
Base = declarative_base(engine)
class User(Base):
    __tablename__ = 'user'
    __mapper_args__ = {'order_by': 'name'}
    id = Column(Integer, primary_key=True)
    name = Column(String(20))
class Post(Base):
    __tablename__ = 'post'
    id = Column(Integer, primary_key=True)
    title = Column(String(20))
    __mapper_args__ = {'order_by': title.desc()}
    user_id = Column(Integer, ForeignKey('user.id'))
    author = relation('User', backref='posts')
Base.metadata.create_all()
session = sessionmaker(engine)()
"""


def test_a_backref_takes_objects_into_the_session(run_old):
    run_old(
        START + "user = User(name='ed')\nsession.add(user)\n"
        "Post(title='a', author=user)\n"
        "Post(title='b').author = user\n"
        "session.commit()\n"
        "assert [p.title for p in session.query(Post)] == ['b', 'a']\n"
        "assert len(user.posts) == 2\n"
    )


def test_mappers_have_an_order_and_sessions_take_text(run_old):
    run_old(
        START + "session.add_all([User(name=n) for n in 'cab'])\nsession.commit()\n"
        "assert [u.name for u in session.query(User)] == ['a', 'b', 'c']\n"
        "assert session.execute('select count(*) from user').scalar() == 3\n"
        "assert session.scalar('select 1') == 1\n"
        "assert session.query(User).get(1).name == 'c'\n"
    )


def test_classes_are_mapped_and_sessions_commit_by_themselves(run_old):
    run_old(
        START
        + "table = Table('thing', MetaData(engine), Column('id', Integer, primary_key=True))\n"
        "table.create()\n"
        "class Thing(object): pass\n"
        "mapper(Thing, table)\n"
        "auto = sessionmaker(engine, autocommit=True)()\n"
        "auto.add(Thing())\n"
        "auto.flush()\n"
        "auto.rollback()\n"
        "assert auto.query(Thing).count() == 1\n"
    )
