"""SQLAlchemy by itself in Flask, as its pattern page had it in 2012."""
from flask import Flask, request, abort, Response
from sqlalchemy import select, func, case, text
from database import db_session, init_db, engine
from models import User, Post, logs, metadata

app = Flask(__name__)


@app.teardown_request
def shutdown_session(exception=None):
    db_session.remove()


@app.before_first_request
def setup():
    init_db()
    metadata.create_all()


@app.route('/add/<name>')
def add(name):
    user = User(name)
    db_session.add(user)
    # the post follows its author into the session
    Post(title='first of ' + name, author=user)
    db_session.commit()
    logs.insert().execute(line='added ' + name)
    conn = engine.connect()
    conn.execute(logs.insert(), line='and again')
    conn.close()
    return 'added'


@app.route('/users')
def users():
    return ','.join(u.name for u in User.query.all())


@app.route('/posts')
def posts():
    found = Post.query.join('author').filter("users.name != 'nobody'").order_by('-id')
    return ','.join(p.title for p in found)


@app.route('/log')
def log():
    rows = engine.execute('select id, line from logs order by id')
    lines = [row['line'] for row in rows]
    first = engine.execute(select([logs.c.line], logs.c.id == 1)).first()
    return '|'.join(lines) + '/' + first.line + '/' + ','.join(first.keys())


@app.route('/count')
def count():
    flag = case([(User.name == 'bob', 1)], else_=0)
    bobs = db_session.query(func.sum(flag)).scalar()
    total = db_session.execute('select count(*) from users').scalar()
    return '%d of %d, tables %s' % (bobs, total, engine.has_table('users'))


@app.route('/user/<int:id>')
def user(id):
    found = User.query.get(id)
    if found is None:
        abort(404)
    return found.name


if __name__ == '__main__':
    app.run()
