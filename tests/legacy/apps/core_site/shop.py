"""A shop on SQLAlchemy 1's Core and queries of text, of 2013."""
from flask import Flask, g, request, jsonify, abort, redirect, url_for, Markup
from sqlalchemy import (create_engine, MetaData, Table, Column, Integer, String, Numeric, ForeignKey, DateTime,
                        select, and_, or_, func, case, text, desc)
from sqlalchemy.orm import sessionmaker, scoped_session, mapper, relation, backref, eagerload, joinedload_all
from datetime import datetime

engine = create_engine('sqlite:///shop.db', convert_unicode=True, echo=False)
metadata = MetaData(bind=engine)
items = Table('items', metadata, Column('id', Integer, primary_key=True), Column('name', String(40), unique=True),
              Column('price', Integer, default=0), Column('stock', Integer, default=0))
orders = Table('orders', metadata, Column('id', Integer, primary_key=True),
               Column('item_id', None, ForeignKey('items.id')), Column('amount', Integer),
               Column('at', DateTime, default=datetime.now))
session = scoped_session(sessionmaker(autocommit=False, autoflush=False, bind=engine))


class Item(object):
    query = session.query_property()

    def __init__(self, name=None, price=0):
        self.name, self.price = name, price


class Order(object):
    query = session.query_property()


mapper(Item, items, properties={'orders': relation(Order, backref='item', order_by=orders.c.id)})
mapper(Order, orders)
app = Flask(__name__)
app.debug = True
metadata.create_all()


@app.before_request
def before_request():
    g.db = engine.connect()


@app.teardown_request
def teardown_request(exception=None):
    g.db.close()
    session.remove()


@app.route('/items', methods=['GET', 'POST'])
def list_items():
    if request.method == 'POST':
        result = g.db.execute(items.insert(), name=request.form['name'], price=int(request.form['price']), stock=5)
        return redirect(url_for('show', id=result.inserted_primary_key[0]))
    label = case([(items.c.price > 100, 'dear')], else_='cheap').label('label')
    rows = g.db.execute(select([items.c.name, items.c.price, label], order_by=[desc(items.c.price)]))
    return jsonify(items=[dict(row.items()) for row in rows])


@app.route('/items/<int:id>')
def show(id):
    row = g.db.execute(items.select(items.c.id == id)).fetchone()
    if row is None:
        abort(404)
    return Markup('<h1>%s</h1> %s left') % (row[items.c.name], row['stock'])


@app.route('/buy/<int:id>', methods=['POST'])
def buy(id):
    trans = g.db.begin()
    try:
        g.db.execute(items.update(items.c.id == id, {'stock': items.c.stock - 1}))
        g.db.execute(orders.insert().values(item_id=id, amount=1))
        if g.db.execute(select([items.c.stock]).where(items.c.id == id)).scalar() < 3:
            raise ValueError('sold out')
        trans.commit()
    except ValueError as e:
        trans.rollback()
        return str(e), 409
    return 'bought'


@app.route('/report')
def report():
    found = session.query(Item).options(eagerload('orders')).filter("price > :p").params(p=0).order_by('price desc')
    best = session.query(Item.name, func.sum(Order.amount).label('n')).join('orders').group_by(Item.id).from_self()
    total = engine.execute('select count(*) from orders').scalar()
    deep = session.query(Order).options(joinedload_all('item.orders')).count()
    return jsonify(items=[[i.name, len(i.orders)] for i in found], best=[list(b) for b in best],
                   total=total, counted=items.count().scalar(), deep=deep)


if __name__ == '__main__':
    app.run()
