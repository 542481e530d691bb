import datetime as dt

from flask_login import UserMixin
from flask_wtf import Form
from sqlalchemy.orm import relation
from werkzeug.security import check_password_hash, generate_password_hash
from wtforms import PasswordField, TextField
from wtforms.fields.html5 import EmailField
from wtforms.validators import Required, EqualTo, Length

from .extensions import db


class Role(db.Model):
    __tablename__ = 'roles'
    id = db.Column(db.Integer, primary_key=True)
    name = db.Column(db.String(80))
    user_id = db.Column(db.Integer, db.ForeignKey('users.id'))
    user = relation('User', backref='roles')


class User(UserMixin, db.Model):
    __tablename__ = 'users'
    id = db.Column(db.Integer, primary_key=True)
    username = db.Column(db.String(80), unique=True)
    password = db.Column(db.String(128))
    created_at = db.Column(db.DateTime, default=dt.datetime.utcnow)
    active = db.Column(db.Boolean(), default=True)

    def is_active(self):
        return self.active

    def set_password(self, password):
        self.password = generate_password_hash(password, method='sha256')

    def check_password(self, value):
        return check_password_hash(self.password, value)

    @classmethod
    def get_by_id(cls, record_id):
        return cls.query.get(int(record_id))


class LoginForm(Form):
    username = TextField('Username', validators=[Required()])
    password = PasswordField('Password', validators=[Required()])

    def __init__(self, *args, **kwargs):
        super(LoginForm, self).__init__(*args, **kwargs)
        self.user = None

    def validate(self):
        initial_validation = super(LoginForm, self).validate()
        if not initial_validation:
            return False
        self.user = User.query.filter_by(username=self.username.data).first()
        if not self.user:
            self.username.errors.append('Unknown username')
            return False
        if not self.user.check_password(self.password.data):
            self.password.errors.append('Invalid password')
            return False
        return True


class RegisterForm(Form):
    username = TextField('Username', validators=[Required(), Length(min=3, max=25)])
    email = EmailField('Email')
    password = PasswordField('Password', validators=[Required()])
    confirm = PasswordField('Verify', [Required(), EqualTo('password')])

    def validate(self):
        return super(RegisterForm, self).validate() and not User.query.filter_by(
            username=self.username.data).first()
