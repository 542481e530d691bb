"""Tokens for an API, with the hashes of 2013."""
import os
from flask import Flask, abort, request, jsonify, g, url_for, make_response
from flask.ext.sqlalchemy import SQLAlchemy
from itsdangerous import (TimedJSONWebSignatureSerializer as Serializer, BadSignature, SignatureExpired)
from werkzeug.security import generate_password_hash, check_password_hash, safe_str_cmp

app = Flask(__name__)
app.config['SECRET_KEY'] = 'the quick brown fox jumps over the lazy dog'
app.config['SQLALCHEMY_DATABASE_URI'] = 'sqlite:///%s/db.sqlite' % os.getcwd()
app.config['SQLALCHEMY_COMMIT_ON_TEARDOWN'] = True
db = SQLAlchemy(app)


class User(db.Model):
    __tablename__ = 'users'
    id = db.Column(db.Integer, primary_key=True)
    username = db.Column(db.String(32), index=True)
    password_hash = db.Column(db.String(200))

    def generate_auth_token(self, expiration=600):
        s = Serializer(app.config['SECRET_KEY'], expires_in=expiration)
        return s.dumps({'id': self.id})

    @staticmethod
    def verify_auth_token(token):
        s = Serializer(app.config['SECRET_KEY'])
        try:
            data = s.loads(token)
        except SignatureExpired:
            return None
        except BadSignature:
            return None
        return User.query.get(data['id'])


def verify_password(name_or_token, password):
    user = User.verify_auth_token(name_or_token)
    if not user:
        user = User.query.filter_by(username=name_or_token).first()
        if not user or not check_password_hash(user.password_hash, password):
            return False
    g.user = user
    return True


@app.errorhandler(400)
def bad(error):
    return make_response(jsonify({'error': 'Bad request'}), 400)


@app.route('/api/users', methods=['POST'])
def new_user():
    if not request.json:
        abort(400)
    username = request.json.get('username')
    if User.query.filter_by(username=username).first() is not None:
        abort(400)
    user = User(username=username)
    user.password_hash = generate_password_hash(request.json.get('password'))
    db.session.add(user)
    db.session.flush()
    return (jsonify({'username': user.username}), 201,
            {'Location': url_for('get_user', id=user.id, _external=True)})


@app.route('/api/users/<int:id>')
def get_user(id):
    user = User.query.get(id)
    if not user:
        abort(400)
    return jsonify({'username': user.username})


@app.route('/api/token')
def get_auth_token():
    auth = request.authorization
    if not auth or not verify_password(auth.username, auth.password):
        abort(401)
    token = g.user.generate_auth_token(600)
    return jsonify({'token': token.decode('ascii'), 'duration': 600})


@app.route('/api/same')
def same():
    return jsonify(same=safe_str_cmp(request.args['a'], 'secret'))


if __name__ == '__main__':
    db.create_all()
    app.run(debug=True)
