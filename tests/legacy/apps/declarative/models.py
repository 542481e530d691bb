from datetime import datetime
from sqlalchemy import Column, Integer, String, ForeignKey, DateTime, MetaData, Table
from sqlalchemy.orm import relation, backref
from database import Base, engine


class User(Base):
    __tablename__ = 'users'
    __mapper_args__ = {'order_by': 'name'}
    id = Column(Integer, primary_key=True)
    name = Column(String(50), unique=True)

    def __init__(self, name=None):
        self.name = name


class Post(Base):
    __tablename__ = 'posts'
    id = Column(Integer, primary_key=True)
    title = Column(String(50))
    stamp = Column(DateTime, default=datetime.utcnow)
    user_id = Column(Integer, ForeignKey('users.id'))
    author = relation(User, backref=backref('posts', order_by=stamp, lazy='dynamic'))


metadata = MetaData(bind=engine)
logs = Table('logs', metadata, Column('id', Integer, primary_key=True), Column('line', String(80)))
