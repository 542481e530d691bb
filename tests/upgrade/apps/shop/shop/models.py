from datetime import datetime

from sqlalchemy import event
from sqlalchemy.orm import backref

from .extensions import db


class Product(db.Model):
    __tablename__ = 'products'
    id = db.Column(db.Integer, primary_key=True)
    title = db.Column(db.String(64), index=True)
    price = db.Column(db.Integer)
    added = db.Column(db.DateTime(), default=datetime.utcnow)

    @classmethod
    def cheapest(cls):
        return cls.query.order_by('price').first()

    @staticmethod
    def report():
        sql = 'SELECT title, price FROM products ORDER BY price'
        return [dict(r) for r in db.session.execute(sql)]

    def to_json(self):
        return {'title': self.title, 'price': self.price}


class Order(db.Model):
    __tablename__ = 'orders'
    id = db.Column(db.Integer, primary_key=True)
    email = db.Column(db.String(120))
    product_id = db.Column(db.Integer, db.ForeignKey('products.id'))
    product = db.relationship(Product, backref=backref('orders', lazy='dynamic'))
    paid = db.Column(db.Boolean, default=False)


@event.listens_for(Product.title, 'set', retval=True)
def clean(target, value, oldvalue, initiator):
    return value.strip()
