from sqlalchemy import Column, ForeignKey, Integer, String
from sqlalchemy.orm import relation, backref

from .database import Base


class Account(Base):
    __tablename__ = 'accounts'
    id = Column(Integer, primary_key=True)
    name = Column(String(50), unique=True)
    changes = Column(Integer, default=0)

    def __init__(self, name=None):
        self.name = name


class Entry(Base):
    __tablename__ = 'entries'
    id = Column(Integer, primary_key=True)
    account_id = Column(Integer, ForeignKey('accounts.id'))
    amount = Column(Integer)
    account = relation(Account, backref=backref('entries'))


entries = Entry.__table__
