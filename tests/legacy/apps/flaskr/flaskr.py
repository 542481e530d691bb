# -*- coding: utf-8 -*-
"""A microblog with sqlite3, in the style of Flask's tutorial of 2013."""
import os
from sqlite3 import dbapi2 as sqlite3
from flask import Flask, request, session, g, redirect, url_for, abort, \
     render_template, flash, Markup, escape, _app_ctx_stack

app = Flask(__name__)
app.config.update(dict(
    DATABASE=os.path.join(app.root_path, 'flaskr.db'),
    DEBUG=False,
    SECRET_KEY='development key',
    USERNAME='admin',
    PASSWORD='default'
))
app.config.from_envvar('FLASKR_SETTINGS', silent=True)


def connect_db():
    rv = sqlite3.connect(app.config['DATABASE'])
    rv.row_factory = sqlite3.Row
    return rv


def init_db():
    with app.app_context():
        db = get_db()
        db.executescript('''
            drop table if exists entries;
            create table entries (
              id integer primary key autoincrement,
              title text not null,
              text text not null
            );''')
        db.commit()


def get_db():
    top = _app_ctx_stack.top
    if not hasattr(top, 'sqlite_db'):
        top.sqlite_db = connect_db()
    return top.sqlite_db


@app.teardown_appcontext
def close_db(error):
    top = _app_ctx_stack.top
    if hasattr(top, 'sqlite_db'):
        top.sqlite_db.close()


@app.before_first_request
def prepare():
    init_db()


@app.route('/')
def show_entries():
    cur = get_db().execute('select title, text from entries order by id desc')
    return render_template('show_entries.html', entries=cur.fetchall())


@app.route('/add', methods=['POST'])
def add_entry():
    if not session.get('logged_in'):
        abort(401)
    db = get_db()
    db.execute('insert into entries (title, text) values (?, ?)',
               [request.form['title'], request.form['text']])
    db.commit()
    flash(Markup('New entry <em>%s</em>') % request.form['title'])
    return redirect(url_for('show_entries'))


@app.route('/hello/<name>')
def hello(name):
    return 'Hello %s' % escape(name)


@app.route('/login', methods=['GET', 'POST'])
def login():
    error = None
    if request.method == 'POST':
        if request.form['username'] != app.config['USERNAME']:
            error = 'Invalid username'
        elif request.form['password'] != app.config['PASSWORD']:
            error = 'Invalid password'
        else:
            session['logged_in'] = True
            flash('You were logged in')
            return redirect(url_for('show_entries'))
    return render_template('login.html', error=error)


@app.route('/logout')
def logout():
    session.pop('logged_in', None)
    flash('You were logged out')
    return redirect(url_for('show_entries'))


if __name__ == '__main__':
    app.run()
