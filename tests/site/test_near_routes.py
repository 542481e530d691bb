"""An address that does not exist is answered with those that come near."""

from flask import Flask

from carboy.site.near_routes import list_near_routes

RULES = ("/", "/books", "/books/<int:number>", "/books/<int:number>/edit", "/about")
MANY = tuple(f"/area{n}/{word}" for n in range(9) for word in ("cellar", "press"))


def make(*rules, methods=("GET",)):
    app = Flask("shop")
    for index, rule in enumerate(rules):
        app.add_url_rule(rule, f"view{index}", lambda **_: "", methods=methods)
    return app


def list_rules(app, path):
    return [route.rule for route in list_near_routes(app, path)]


def test_the_nearest_comes_first():
    app = make(*RULES)

    assert list_rules(app, "/book")[0] == "/books"
    assert list_rules(app, "/Books/")[0] == "/books"
    assert list_rules(app, "/book/7")[0] == "/books/<int:number>"
    assert list_rules(app, "/books/7/edti")[0] == "/books/<int:number>/edit"
    assert list_rules(app, "/abuot")[0] == "/about"


def test_a_few_routes_are_all_listed_and_many_are_not():
    assert len(list_rules(make(*RULES), "/zzz")) == 5
    assert list_rules(make(*MANY), "/zzz/yyy/xxx") == []
    near = list_rules(make(*MANY), "/area3/celar")
    assert near[0] == "/area3/cellar"
    assert len(near) <= 8


def test_only_what_a_link_can_open_has_an_address():
    get, post = make(*RULES), make("/save", methods=("POST",))

    links = {route.rule: route.url for route in list_near_routes(get, "/books")}

    assert links["/books"] == "/books"
    assert links["/books/<int:number>"] is None
    assert list_near_routes(post, "/save")[0].url is None
    assert list_near_routes(post, "/save")[0].methods == "POST"


def test_pages_of_batteries_and_static_files_are_left_out():
    app = make("/-/ready", "/books")

    assert list_rules(app, "/-/read") == ["/books"]


def test_an_app_without_routes_has_none():
    assert list_rules(Flask("shop", static_folder=None), "/") == []
