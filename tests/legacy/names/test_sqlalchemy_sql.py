"""If this passes, statements take lists, conditions, values and text as in SQLAlchemy 1."""

import pytest

pytestmark = pytest.mark.filterwarnings("ignore")


STATEMENTS_OF_CORE = """
from sqlalchemy import *
from sqlalchemy.sql import select, and_, or_, not_, func, text, exists, bindparam, literal_column, join
engine = create_engine('sqlite://')
metadata = MetaData()
users = Table('users', metadata, Column('id', Integer, primary_key=True), Column('name', String), Column('fullname', String))
addresses = Table('addresses', metadata, Column('id', Integer, primary_key=True), Column('user_id', None, ForeignKey('users.id')), Column('email', String, nullable=False))
metadata.create_all(engine)
conn = engine.connect()
result = conn.execute(users.insert(), name='jack', fullname='Jack')
assert result.inserted_primary_key == [1] or tuple(result.inserted_primary_key) == (1,)
conn.execute(users.insert().values(name='w'))
conn.execute(addresses.insert(), [{'user_id': 1, 'email': 'a'}, {'user_id': 1, 'email': 'b'}])
for row in conn.execute(select([users])): row[users.c.name]; row['name']; row.name; row[0]
assert conn.execute(select([users, addresses]).where(users.c.id == addresses.c.user_id)).fetchall()
s = select([(users.c.fullname + ", " + addresses.c.email).label('title')]).where(and_(users.c.id == addresses.c.user_id, or_(addresses.c.email == 'a')))
assert conn.execute(s).fetchall()[0]['title']
assert conn.execute(select(["name"]).select_from(users) if False else select([text("name")]).select_from(text("users"))).fetchall()
assert conn.execute(select(['name'], from_obj=['users'])).fetchall()
assert conn.execute(select([users.c.name]).where("id = 1")).fetchall()
assert conn.execute(select([func.count(users.c.id)])).scalar() == 2
assert conn.execute(users.count()).scalar() == 2
assert conn.execute(users.select(users.c.id == 1)).fetchone()
conn.execute(users.update(users.c.id == 1, {'name': 'n'}))
conn.execute(users.update().where(users.c.id == 1).values(name='n2'))
conn.execute(users.update(whereclause=users.c.id == 1, values=dict(fullname='N')))
assert conn.execute("select name from users where id = ?", 1).scalar() == 'n2', 2
assert conn.execute("select name from users where id = ?", (1,)).scalar() == 'n2'
assert conn.execute(text("select name from users where id = :i"), i=1).scalar() == 'n2'
j = users.join(addresses)
assert len(conn.execute(select([users.c.name]).select_from(j)).fetchall()) == 2
st = select([users.c.id], users.c.id > 0, order_by=[users.c.id.desc()], limit=1, offset=0)
assert conn.execute(st).fetchall()[0][0] == 2
assert conn.execute(select([users.c.id]).as_scalar().label('x') if False else select([select([users.c.id]).limit(1).as_scalar()])).scalar()
sub = select([users.c.id]).alias('sub'); assert conn.execute(select([sub.c.id])).fetchall()
trans = conn.begin()
try:
    conn.execute(users.delete().where(users.c.id == 2)); trans.commit()
except: trans.rollback(); raise
with engine.begin() as c2: c2.execute("insert into users (name) values ('q')")
engine.transaction(lambda c: c.execute("select 1")) if hasattr(engine, 'transaction') else 1
assert engine.has_table('users')
assert sorted(engine.table_names()) == ['addresses', 'users']
metadata.bind = engine
assert users.select().execute().fetchall()
assert users.insert().execute(name='m').inserted_primary_key
assert select([users.c.id]).execute().scalar()
assert users.select().execute().rowcount is not None
users.exists(); assert users.exists()
r = engine.execute(users.select()); assert r.keys(); r.close()
assert text("select 1").execute().scalar() == 1 if False else text("select 1", bind=engine).execute().scalar() == 1
assert func.count(1).execute().scalar() == 1 if False else 1
proxy = engine.execute('select * from users'); row = proxy.fetchone(); assert 'name' in row, 'contains'; assert row.has_key('name'); assert dict(zip(row.keys(), row.values()))['id'] == row.id
d = dict(row); assert d['id'] == 1
"""


def test_statements_of_core(run_old, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)

    run_old(STATEMENTS_OF_CORE)
