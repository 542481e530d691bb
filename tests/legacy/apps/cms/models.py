# encoding: utf-8
from datetime import datetime
from werkzeug import generate_password_hash, check_password_hash
from exts import db


class CMSUser(db.Model):
    __tablename__ = 'cms_user'
    id = db.Column(db.Integer, primary_key=True, autoincrement=True)
    username = db.Column(db.String(50), nullable=False)
    _password = db.Column(db.String(200), nullable=False)
    join_time = db.Column(db.DateTime, default=datetime.now)

    def __init__(self, username, password):
        self.username = username
        self.password = password

    @property
    def password(self):
        return self._password

    @password.setter
    def password(self, raw):
        self._password = generate_password_hash(raw)

    def check_password(self, raw):
        return check_password_hash(self.password, raw)


class Banner(db.Model):
    __tablename__ = 'banner'
    __mapper_args__ = {'order_by': '-priority'}
    id = db.Column(db.Integer, primary_key=True, autoincrement=True)
    name = db.Column(db.String(255), nullable=False)
    priority = db.Column(db.Integer, default=0)
    author_id = db.Column(db.Integer, db.ForeignKey('cms_user.id'))
    author = db.relationship('CMSUser', backref=db.backref('banners', lazy='dynamic'))
