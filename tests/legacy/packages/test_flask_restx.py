"""If this passes, the part of Flask-RESTPlus that the battery has is there."""

import pytest

pytestmark = pytest.mark.filterwarnings("ignore::carboy.legacy.LegacyWarning")


@pytest.mark.parametrize("package", ["flask_restplus", "flask_restx"])
def test_a_resource_answers(run_old, package):
    names = run_old(
        "from flask import Flask\n"
        f"from {package} import Api, Resource, fields, reqparse\n"
        f"from {package}.inputs import positive\n"
        "app = Flask(__name__)\n"
        "api = Api(app)\n"
        "class Hello(Resource):\n"
        "    def get(self):\n"
        "        return {'hello': positive('1')}\n"
        "api.add_resource(Hello, '/hello')\n"
    )

    assert names["app"].test_client().get("/hello").json == {"hello": 1}
