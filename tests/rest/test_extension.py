"""The battery: installed by the first API, once."""

from flask import Flask

from carboy.core import registry_of
from carboy.rest import Api


def test_the_first_api_installs_it_and_others_share_it():
    app = Flask(__name__)
    app.debug = True
    first, second = Api(app, prefix="/a", title="First"), Api(app, prefix="/b")

    @first.get("/one")
    def one() -> int:
        return 1

    @second.get("/two")
    def two() -> int:
        return 2

    document = app.test_client().get("/-/openapi.json").json
    assert document["info"]["title"] == "First"
    assert set(document["paths"]) == {"/a/one", "/b/two"}
    assert "rest" in registry_of(app).installed


def test_an_app_without_an_api_imports_nothing_of_it():
    assert "rest" not in registry_of(Flask(__name__)).installed
