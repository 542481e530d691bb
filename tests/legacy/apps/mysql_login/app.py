# -*- coding: utf-8 -*-
"""A login system with MySQL, as tutorials of 2016 build one."""
import os
import pymysql
pymysql.install_as_MySQLdb()
import MySQLdb
import MySQLdb.cursors
import hashlib
from functools import wraps
from flask import Flask, render_template, request, redirect, url_for, session, flash, g
from flask_sqlalchemy import SQLAlchemy
from werkzeug.security import generate_password_hash, check_password_hash
from werkzeug.urls import url_parse

app = Flask(__name__)
app.secret_key = 'your secret key'
app.config['SQLALCHEMY_DATABASE_URI'] = os.environ['MYSQL_URL']
app.config['SQLALCHEMY_TRACK_MODIFICATIONS'] = True
app.config['SQLALCHEMY_POOL_RECYCLE'] = 280
app.config['SQLALCHEMY_POOL_SIZE'] = 5
db = SQLAlchemy(app, use_native_unicode='utf8')


class Account(db.Model):
    __tablename__ = 'accounts'
    __table_args__ = {'mysql_engine': 'InnoDB', 'mysql_charset': 'utf8'}
    id = db.Column(db.Integer, primary_key=True, autoincrement=True)
    username = db.Column(db.String(50), nullable=False, unique=True)
    password = db.Column(db.String(255), nullable=False)
    email = db.Column(db.String(100), nullable=False)


db.create_all()


@app.before_request
def connect():
    url = url_parse(app.config['SQLALCHEMY_DATABASE_URI'])
    options = dict(part.split('=') for part in url.query.split('&') if part)
    g.conn = MySQLdb.connect(host=url.hostname or 'localhost', port=url.port or 3306, user=url.username or 'root',
                             passwd=url.password or '', db=url.path[1:], charset='utf8mb4',
                             unix_socket=options.get('unix_socket'))


@app.teardown_request
def close(exception):
    g.conn.close()


def is_logged_in(f):
    @wraps(f)
    def wrap(*args, **kwargs):
        if 'loggedin' in session:
            return f(*args, **kwargs)
        flash(u'Unauthorized, Please login', 'danger')
        return redirect(url_for('login'))
    return wrap


@app.route('/')
@app.route('/login', methods=['GET', 'POST'])
def login():
    msg = ''
    if request.method == 'POST' and 'username' in request.form and 'password' in request.form:
        cursor = g.conn.cursor(MySQLdb.cursors.DictCursor)
        cursor.execute('SELECT * FROM accounts WHERE username = %s', (request.form['username'],))
        account = cursor.fetchone()
        cursor.close()
        if account and check_password_hash(account['password'], request.form['password']):
            session['loggedin'] = True
            session['id'] = account['id']
            session['username'] = account['username']
            return redirect(url_for('home'))
        msg = 'Incorrect username/password!'
    return render_template('login.html', msg=msg)


@app.route('/register', methods=['GET', 'POST'])
def register():
    msg = ''
    if request.method == 'POST':
        if Account.query.filter("username = :name").params(name=request.form['username']).first():
            msg = 'Account already exists!'
        else:
            hashed = generate_password_hash(request.form['password'], method='sha256')
            cursor = g.conn.cursor()
            cursor.execute('INSERT INTO accounts VALUES (NULL, %s, %s, %s)',
                           (request.form['username'], hashed, request.form['email']))
            g.conn.commit()
            msg = 'You have successfully registered!'
    return render_template('login.html', msg=msg)


@app.route('/home')
@is_logged_in
def home():
    row = db.session.execute('select email from accounts where id = :id', {'id': session['id']}).fetchone()
    return u'Welcome back, %s! <%s> %s' % (session['username'], row['email'],
                                          db.engine.execute('select count(*) from accounts').scalar())


@app.route('/logout')
def logout():
    session.pop('loggedin', None)
    session.pop('id', None)
    session.pop('username', None)
    return redirect(url_for('login'))


if __name__ == '__main__':
    app.run(debug=True)
