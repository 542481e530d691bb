import collections
from datetime import datetime, date

from flask import Flask, jsonify
from flask.json import JSONEncoder
from flask_jwt_extended import (
    JWTManager, create_access_token, create_refresh_token, fresh_jwt_required,
    get_jwt_claims, get_jwt_identity, get_raw_jwt, jwt_optional,
    jwt_refresh_token_required, jwt_required)
from flask_restful import Api, Resource, reqparse
from flask_sqlalchemy import SQLAlchemy
from werkzeug.security import safe_str_cmp

BLACKLIST = set()


class CustomEncoder(JSONEncoder):
    def default(self, obj):
        if isinstance(obj, date):
            return obj.isoformat()
        if isinstance(obj, collections.Set):
            return sorted(obj)
        return super(CustomEncoder, self).default(obj)


app = Flask(__name__)
app.config['SQLALCHEMY_DATABASE_URI'] = 'sqlite:///:memory:'
app.config['SQLALCHEMY_TRACK_MODIFICATIONS'] = False
app.config['PROPAGATE_EXCEPTIONS'] = True
app.config['JWT_BLACKLIST_ENABLED'] = True
app.config['JWT_BLACKLIST_TOKEN_CHECKS'] = ['access', 'refresh']
app.config['JSON_SORT_KEYS'] = True
app.secret_key = 'jose'
app.json_encoder = CustomEncoder
api = Api(app)
db = SQLAlchemy(app)
jwt = JWTManager(app)


class UserModel(db.Model):
    __tablename__ = 'users'
    id = db.Column(db.Integer, primary_key=True)
    username = db.Column(db.String(80))
    password = db.Column(db.String(80))
    created = db.Column(db.DateTime, default=datetime.utcnow)


class StoreModel(db.Model):
    __tablename__ = 'stores'
    id = db.Column(db.Integer, primary_key=True)
    name = db.Column(db.String(80))
    items = db.relationship('ItemModel', lazy='dynamic')

    def json(self):
        return {'id': self.id, 'name': self.name, 'items': [i.json() for i in self.items.order_by('price desc')]}


class ItemModel(db.Model):
    __tablename__ = 'items'
    id = db.Column(db.Integer, primary_key=True)
    name = db.Column(db.String(80))
    price = db.Column(db.Float(precision=2))
    store_id = db.Column(db.Integer, db.ForeignKey('stores.id'))
    store = db.relationship('StoreModel')

    def json(self):
        return {'name': self.name, 'price': self.price}


@app.before_first_request
def create_tables():
    db.create_all()


@jwt.user_claims_loader
def add_claims(identity):
    return {'is_admin': identity == 1}


@jwt.token_in_blacklist_loader
def is_revoked(decrypted_token):
    return decrypted_token['jti'] in BLACKLIST


@jwt.expired_token_loader
def expired():
    return jsonify(error='token_expired'), 401


@jwt.revoked_token_loader
def revoked():
    return jsonify(error='token_revoked'), 401


@jwt.needs_fresh_token_loader
def not_fresh():
    return jsonify(error='fresh_token_required'), 401


_user_parser = reqparse.RequestParser()
_user_parser.add_argument('username', type=str, required=True, help='Required')
_user_parser.add_argument('password', type=str, required=True, help='Required')


class Register(Resource):
    def post(self):
        data = _user_parser.parse_args()
        if UserModel.query.filter_by(username=data['username']).first():
            return {'message': 'exists'}, 400
        user = UserModel(**data)
        db.session.add(user)
        db.session.commit()
        return {'id': user.id}, 201


class Login(Resource):
    def post(self):
        data = _user_parser.parse_args()
        user = UserModel.query.filter_by(username=data['username']).first()
        if user and safe_str_cmp(user.password, data['password']):
            return {'access_token': create_access_token(identity=user.id, fresh=True),
                    'refresh_token': create_refresh_token(user.id)}
        return {'message': 'Invalid credentials'}, 401


class Logout(Resource):
    @jwt_required
    def post(self):
        BLACKLIST.add(get_raw_jwt()['jti'])
        return {'message': 'out', 'user': get_jwt_identity()}


class Refresh(Resource):
    @jwt_refresh_token_required
    def post(self):
        return {'access_token': create_access_token(identity=get_jwt_identity(), fresh=False)}


class Item(Resource):
    parser = reqparse.RequestParser()
    parser.add_argument('price', type=float, required=True, help='Required')
    parser.add_argument('store_id', type=int, required=True, help='Required')

    @jwt_required
    def get(self, name):
        item = ItemModel.query.filter_by(name=name).first()
        return item.json() if item else ({'message': 'Item not found'}, 404)

    @fresh_jwt_required
    def post(self, name):
        db.session.add(ItemModel(name=name, **Item.parser.parse_args()))
        db.session.commit()
        return {'name': name}, 201

    @jwt_required
    def delete(self, name):
        if not get_jwt_claims()['is_admin']:
            return {'message': 'Admin privilege required.'}, 401
        db.session.delete(ItemModel.query.filter_by(name=name).first())
        db.session.commit()
        return {'message': 'Item deleted.'}


class Store(Resource):
    @jwt_optional
    def get(self, id):
        store = StoreModel.query.get(id)
        if store is None:
            return {'message': 'Store not found'}, 404
        return dict(store.json(), user=get_jwt_identity())

    def post(self, id):
        db.session.add(StoreModel(id=id, name='store'))
        db.session.commit()
        return {}, 201


@app.route('/tags')
def tags():
    return jsonify(tags={'b', 'a'}, day=date(2019, 10, 1))


api.add_resource(Register, '/register')
api.add_resource(Login, '/login')
api.add_resource(Logout, '/logout')
api.add_resource(Refresh, '/refresh')
api.add_resource(Item, '/item/<string:name>')
api.add_resource(Store, '/store/<int:id>')

if __name__ == '__main__':
    app.run(port=5000)
