"""APIs: addresses, endpoints, formats."""

import pytest
from flask import Blueprint, Flask, make_response, redirect, request

from carboy import Carboy, Settings
from carboy.rest import Api, ApiError, Resource


class Hello(Resource):
    """Greets."""

    def get(self, name=None):
        return {"hello": name or "world"}

    def post(self, name=None):
        return {"name": name}, 201, {"X-Own": "1"}


@pytest.fixture(params=[Flask, Carboy])
def app(request, tmp_path):
    if request.param is Flask:
        return Flask(__name__)
    settings = Settings(profile="testing", secret_key="k" * 40)
    return Carboy("api", settings=settings, root_path=str(tmp_path))


def test_a_resource_has_several_addresses(app):
    api = Api(app)
    api.add_resource(Hello, "/hello", "/hello/<name>", endpoint="hi")
    client = app.test_client()

    assert client.get("/hello").json == {"hello": "world"}
    assert client.get("/hello/Ada").json == {"hello": "Ada"}
    answer = client.post("/hello", headers={"Sec-Fetch-Site": "same-origin"})
    assert (answer.status_code, answer.headers["X-Own"]) == (201, "1")
    assert answer.content_type == "application/json"
    with app.test_request_context():
        assert api.url_for(Hello, name="Bob") == "/hello/Bob"


def test_the_endpoint_is_the_lower_case_name(app):
    Api(app).add_resource(Hello, "/")
    assert "hello" in app.view_functions


def test_a_method_that_is_missing_is_405_as_json(app):
    Api(app).add_resource(Hello, "/")
    answer = app.test_client().delete("/", headers={"Sec-Fetch-Site": "same-origin"})
    assert answer.status_code == 405
    assert set(answer.headers["Allow"].split(", ")) >= {"GET", "HEAD", "POST"}
    assert "message" in answer.json


def test_head_and_options_work(app):
    Api(app).add_resource(Hello, "/")
    client = app.test_client()
    assert client.head("/").status_code == 200
    assert client.head("/").data == b""
    assert "POST" in client.options("/").headers["Allow"]


def test_an_api_is_added_to_an_app_later(app):
    api = Api(prefix="/v1")

    @api.resource("/hello")
    class Late(Hello):
        pass

    api.init_app(app)
    assert app.test_client().get("/v1/hello").json == {"hello": "world"}


def test_an_api_belongs_to_a_blueprint(app):
    blueprint = Blueprint("shop", __name__, url_prefix="/shop")
    api = Api(blueprint, prefix="/v1")
    api.add_resource(Hello, "/hello/<name>")
    app.register_blueprint(blueprint, url_prefix="/market")

    assert app.test_client().get("/market/v1/hello/Ada").json == {"hello": "Ada"}
    with app.test_request_context():
        assert api.url_for(Hello, name="Ada") == "/market/v1/hello/Ada"
    assert api.owns_endpoint("shop.hello")
    assert not api.owns_endpoint("hello")


def test_a_nested_blueprint_has_an_api(app):
    outer = Blueprint("outer", __name__, url_prefix="/outer")
    inner = Blueprint("inner", __name__, url_prefix="/inner")
    api = Api(inner)
    api.add_resource(Hello, "/hello")
    outer.register_blueprint(inner)
    app.register_blueprint(outer)

    assert app.test_client().get("/outer/inner/hello").json == {"hello": "world"}
    assert app.test_client().put("/outer/inner/hello").is_json
    assert api.owns_endpoint("outer.inner.hello")


def test_a_blueprint_with_an_api_is_registered_once(app):
    blueprint = Blueprint("shop", __name__)
    Api(blueprint)
    app.register_blueprint(blueprint)
    with pytest.raises(ApiError, match="second time"):
        app.register_blueprint(blueprint, name="again", url_prefix="/again")


def test_parts_of_an_address_have_an_order(app):
    blueprint = Blueprint("shop", __name__)
    Api(blueprint, prefix="/api", url_part_order="aeb").add_resource(Hello, "/hello")
    app.register_blueprint(blueprint, url_prefix="/shop")
    assert app.test_client().get("/api/hello/shop").status_code == 200


def test_an_endpoint_has_one_class(app):
    api = Api(app)
    api.add_resource(Hello, "/a", endpoint="x")
    api.add_resource(Hello, "/b", endpoint="x")

    class Other(Resource):
        pass

    with pytest.raises(ApiError, match="already set to the class Hello"):
        api.add_resource(Other, "/c", endpoint="x")
    assert app.test_client().get("/b").status_code == 200


def test_a_resource_gets_arguments(app):
    class Stored(Resource):
        def __init__(self, store, *, limit):
            self.store, self.limit = store, limit

        def get(self):
            return [self.store, self.limit]

    Api(app).add_resource(
        Stored,
        "/",
        resource_class_args=("s",),
        resource_class_kwargs={"limit": 3},
    )
    assert app.test_client().get("/").json == ["s", 3]


def test_decorators_wrap_all_resources(app):
    def teapot(view):
        def wrapped(*args, **kwargs):
            answer = view(*args, **kwargs)
            answer.headers["X-Tea"] = "yes"
            return answer

        return wrapped

    Api(app, decorators=[teapot]).add_resource(Hello, "/")
    assert app.test_client().get("/").headers["X-Tea"] == "yes"


def test_a_response_of_a_view_stays(app):
    class Moved(Resource):
        def get(self):
            return redirect("/hello")

    Api(app).add_resource(Moved, "/")
    assert app.test_client().get("/").status_code == 302


def test_an_async_method_is_awaited(app):
    class Later(Resource):
        async def get(self):
            return {"later": True}

    Api(app).add_resource(Later, "/")
    assert app.test_client().get("/").json == {"later": True}


@pytest.fixture
def pages(app):
    api = Api(app)

    @api.representation("text/html")
    def to_html(data, code, headers):
        return make_response(f"<p>{data['hello']}</p>")

    class Created(Resource):
        def get(self):
            return {"hello": "中"}, 201, {"X-Own": "1"}

    api.add_resource(Created, "/")
    return app.test_client()


def test_a_representation_keeps_status_and_headers(pages):
    answer = pages.get("/", headers={"Accept": "text/html"})
    assert answer.text == "<p>中</p>"
    assert (answer.status_code, answer.headers["X-Own"]) == (201, "1")
    assert answer.content_type == "text/html; charset=utf-8"


def test_the_client_chooses_the_format(pages):
    browser = "text/html,application/xml;q=0.9,*/*;q=0.8"
    assert pages.get("/", headers={"Accept": browser}).mimetype == "text/html"
    for accept in ("application/json", "*/*", "image/png", ""):
        answer = pages.get("/", headers={"Accept": accept})
        assert answer.mimetype == "application/json", accept


def test_without_a_default_format_it_is_406(app):
    Api(app, default_mediatype=None).add_resource(Hello, "/")
    answer = app.test_client().get("/", headers={"Accept": "image/png"})
    assert answer.status_code == 406
    assert "message" in answer.json


def test_plain_text_may_be_the_default(app):
    Api(app, default_mediatype="text/plain").add_resource(Hello, "/")
    answer = app.test_client().get("/", headers={"Accept": "text/plain"})
    assert (answer.content_type, answer.text) == ("text/plain", "{'hello': 'world'}")


def test_a_default_format_needs_a_representation(app):
    app.config["PROPAGATE_EXCEPTIONS"] = False
    Api(app, default_mediatype="text/csv").add_resource(Hello, "/")
    answer = app.test_client().get("/", headers={"Accept": "text/csv"})
    assert answer.status_code == 500


def test_the_accepted_formats_are_listed_best_first(app):
    api = Api(app)
    accept = "application/xml;q=0.5,text/csv"
    with app.test_request_context("/", headers={"Accept": accept}):
        assert api.mediatypes() == ["text/csv", "application/xml"]


def test_who_is_not_known_is_asked(app):
    api = Api(app, serve_challenge_on_401=True)

    class Closed(Resource):
        def get(self):
            from carboy.rest import abort  # noqa: PLC0415 - the name belongs to this test

            abort(401)

    api.add_resource(Closed, "/")
    app.config["HTTP_BASIC_AUTH_REALM"] = "shop"
    answer = app.test_client().get("/")
    assert answer.headers["WWW-Authenticate"] == 'Basic realm="shop"'


def test_pages_beside_the_api_are_left_alone(app):
    Api(app).add_resource(Hello, "/api")
    app.add_url_rule("/page", "page", lambda: request.args["missing"])
    client = app.test_client()
    assert not client.get("/page").is_json
    assert not client.get("/nowhere").is_json
