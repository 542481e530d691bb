import collections
import datetime
import decimal

from flask import Flask, current_app, request
from flask.json import JSONEncoder
from flask_jwt_extended import (JWTManager, create_access_token, get_jwt_claims,
                                get_jwt_identity, jwt_required, jwt_optional)
from flask_restplus import Api, Resource, fields, reqparse
from werkzeug.security import check_password_hash, generate_password_hash
from werkzeug.contrib.fixers import ProxyFix
from werkzeug.http import parse_authorization_header

from notes import db

authorizations = {'jwt': {'type': 'apiKey', 'in': 'header', 'name': 'Authorization'}}
api = Api(version='1.0', title='Notes', authorizations=authorizations, doc='/doc/')
jwt = JWTManager()
ns = api.namespace('notes', description='Notes')

note = api.model('Note', {
    'id': fields.Integer(readonly=True),
    'text': fields.String(required=True),
    'done': fields.Boolean,
})

parser = reqparse.RequestParser()
parser.add_argument('done', type=bool, location='args')


class Encoder(JSONEncoder):
    def default(self, o):
        if isinstance(o, datetime.datetime):
            return o.isoformat()
        if isinstance(o, decimal.Decimal):
            return str(o)
        if isinstance(o, collections.Mapping):
            return dict(o)
        return JSONEncoder.default(self, o)


@jwt.user_claims_loader
def claims(identity):
    return {'admin': identity == 1}


@ns.route('/')
class NoteList(Resource):
    @api.marshal_list_with(note)
    @api.expect(parser)
    @jwt_required
    def get(self):
        args = parser.parse_args()
        query = db.Note.query.filter_by(owner_id=get_jwt_identity())
        if args['done']:
            query = query.filter_by(done=True)
        return query.order_by('id').all()

    @api.expect(note, validate=True)
    @api.marshal_with(note, code=201)
    @jwt_required
    def post(self):
        row = db.Note(text=api.payload['text'], owner_id=get_jwt_identity())
        db.session.add(row)
        db.session.commit()
        return row, 201


@ns.route('/<int:id>')
class NoteItem(Resource):
    @api.marshal_with(note)
    @jwt_required
    def get(self, id):
        row = db.with_owner(id)
        if row is None or row.owner.id != get_jwt_identity():
            api.abort(404)
        return row


@ns.route('/done')
class Done(Resource):
    @jwt_required
    def post(self):
        db.mark_all(get_jwt_identity())
        return {'counts': sum(db.counts().values())}

    @jwt_required
    def delete(self):
        if not get_jwt_claims()['admin']:
            return {'message': 'no'}, 403
        db.purge()
        return '', 204


@ns.route('/hello')
class Hello(Resource):
    @jwt_optional
    def get(self):
        return {'id': get_jwt_identity()}


def create_app(config=None):
    app = Flask(__name__)
    app.config['JWT_SECRET_KEY'] = 'a-secret-key-that-is-long-enough-for-hs256'
    app.config['JSON_SORT_KEYS'] = False
    app.config['RESTPLUS_MASK_SWAGGER'] = False
    app.config.update(config or {})
    app.json_encoder = Encoder
    app.wsgi_app = ProxyFix(app.wsgi_app, num_proxies=1)
    jwt.init_app(app)
    api.init_app(app)

    @app.before_first_request
    def prepare():
        current_app.logger.debug('ready')

    @app.teardown_appcontext
    def shutdown_session(exception=None):
        db.session.remove()

    @app.route('/token', methods=['POST'])
    def token():
        from flask import jsonify
        auth = parse_authorization_header(request.headers.get('Authorization'))
        if auth is None:
            return jsonify(error='no credentials'), 401
        owner = db.Owner.query.filter_by(name=auth.username).first()
        if owner is None or not check_password_hash(owner.password, auth.password):
            return jsonify(error='bad credentials'), 401
        return jsonify(token=create_access_token(identity=owner.id), now=datetime.datetime.utcnow())

    @app.cli.command('adduser')
    def adduser():
        db.session.add(db.Owner(name='root', password=generate_password_hash('toor', method='sha256')))
        db.session.commit()

    return app
