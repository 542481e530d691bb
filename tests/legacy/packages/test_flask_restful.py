"""If this passes, Flask-RESTful's names are the battery's."""

import pytest

pytestmark = pytest.mark.filterwarnings("ignore::carboy.legacy.LegacyWarning")


def test_a_resource_answers(run_old):
    names = run_old(
        "from flask import Flask\n"
        "from flask_restful import Api, Resource, fields, marshal_with, reqparse, inputs\n"
        "from flask_restful.fields import String\n"
        "from flask_restful.utils.cors import crossdomain\n"
        "app = Flask(__name__)\n"
        "api = Api(app)\n"
        "class Thing(Resource):\n"
        "    @marshal_with({'name': fields.String(attribute='title')})\n"
        "    def get(self, n):\n"
        "        return {'title': n}\n"
        "api.add_resource(Thing, '/<n>', '/things/<n>')\n"
    )

    assert names["app"].test_client().get("/things/a").json == {"name": "a"}
