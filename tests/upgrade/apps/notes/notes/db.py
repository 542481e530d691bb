import datetime
from contextlib import contextmanager

from sqlalchemy import (Boolean, Column, DateTime, ForeignKey, Integer, MetaData, String,
                        Table, create_engine, select)
from sqlalchemy.ext.declarative import declarative_base
from sqlalchemy.orm import joinedload, relationship, scoped_session, sessionmaker

engine = create_engine('sqlite:///notes-test.db', convert_unicode=True)
session = scoped_session(sessionmaker(autocommit=False, autoflush=False, bind=engine))
Base = declarative_base()
Base.query = session.query_property()


class Owner(Base):
    __tablename__ = 'owners'
    id = Column(Integer, primary_key=True)
    name = Column(String(30), unique=True)
    password = Column(String(200))
    notes = relationship('Note', back_populates='owner')


class Note(Base):
    __tablename__ = 'notes'
    id = Column(Integer, primary_key=True)
    owner_id = Column(Integer, ForeignKey('owners.id'))
    text = Column(String)
    done = Column(Boolean, default=False)
    created = Column(DateTime, default=datetime.datetime.utcnow)
    owner = relationship('Owner', back_populates='notes')


def init_db():
    Base.metadata.drop_all(bind=engine)
    Base.metadata.create_all(bind=engine)


def counts():
    """Number of notes for each owner."""
    table = Note.__table__
    rows = engine.execute(select([table.c.owner_id, table.c.done]).where(table.c.text != ''))
    result = {}
    for row in rows:
        result[row['owner_id']] = result.get(row['owner_id'], 0) + 1
    return result


def purge():
    engine.execute("DELETE FROM notes WHERE done = 1")


def with_owner(id):
    return Note.query.options(joinedload('owner')).get(id)


def mark_all(owner_id):
    connection = engine.connect()
    connection.execute(Note.__table__.update().where(Note.owner_id == owner_id), done=True)
    connection.close()
