"""Settings are listed with value and origin; no secret is among them."""

from flask import Flask

from carboy import Carboy, Settings
from carboy.core import list_settings


def test_settings_are_listed_with_their_origin(tmp_path):
    environ = {
        "CARBOY_PROFILE": "testing",
        "SECRET_KEY": "hidden-" * 8,
        "DATABASE_URL": "postgresql://ada:wonder@127.0.0.1/site",
    }
    settings = Settings.load({}, root=tmp_path, environ=environ)
    app = Carboy("site", settings=settings, instance_path=str(tmp_path))

    rows = {row.name: row for row in list_settings(app)}

    assert list(rows) == sorted(rows)
    assert rows["SECRET_KEY"].origin == "environment SECRET_KEY"
    assert rows["PROXY_HOPS"].origin == "default"
    assert rows["PROXY_HOPS"].doc
    text = repr(rows)
    assert "hidden-" not in text
    assert "wonder" not in text


def test_the_config_of_a_plain_app_is_listed_too():
    app = Flask("site")
    app.config.update(SECRET_KEY="k" * 40, STRIPE_TOKEN="t" * 40, COLOR="red")

    rows = {row.name: row for row in list_settings(app)}

    assert (rows["COLOR"].value, rows["COLOR"].origin) == ("'red'", "app.config")
    assert rows["TESTING"].origin == "default"
    assert "kkkk" not in repr(rows)
    assert "tttt" not in repr(rows)
