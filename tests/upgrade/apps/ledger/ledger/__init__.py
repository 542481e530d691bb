from flask import Flask, abort, escape, jsonify, request
from sqlalchemy import select, func, case

from .database import db_session, engine, init_db, metadata
from .models import Account, Entry, entries

app = Flask(__name__)
app.config['JSONIFY_PRETTYPRINT_REGULAR'] = False
app.session_cookie_name = 'ledger'


@app.teardown_appcontext
def shutdown_session(exception=None):
    db_session.remove()


@app.before_first_request
def prepare():
    init_db()


@app.route('/accounts', methods=['POST'])
def create():
    account = Account(request.json['name'])
    db_session.add(account)
    db_session.commit()
    return jsonify(id=account.id)


@app.route('/accounts/<int:id>')
def show(id):
    account = Account.query.get(id)
    if account is None:
        abort(404)
    total = engine.execute(select([func.sum(entries.c.amount)], entries.c.account_id == id)).scalar()
    return jsonify(name=escape(account.name), total=total or 0)


@app.route('/accounts/<int:id>/entries', methods=['POST'])
def add(id):
    engine.execute(entries.insert(), account_id=id, amount=request.json['amount'])
    engine.execute("UPDATE accounts SET changes = changes + 1")
    return '', 201


@app.route('/report')
def report():
    kind = case([(Entry.amount < 0, 'out')], else_='in')
    rows = db_session.query(kind, func.count('*')).group_by(kind).order_by('count_1 desc').all()
    changes = db_session.execute("SELECT changes FROM accounts ORDER BY id").fetchall()
    conn = engine.connect()
    result = conn.execute("SELECT name, changes FROM accounts")
    names = [row['name'] for row in result]
    first = conn.execute(select([Account.__table__])).first()
    conn.close()
    return jsonify(rows=[list(r) for r in rows], changes=[c[0] for c in changes], names=names,
                   first=dict(first.items()), tables=sorted(engine.table_names()))


@app.route('/clear')
def clear():
    for table in reversed(metadata.sorted_tables):
        engine.execute(table.delete())
    return 'ok'
