"""The object that a site calls `cache` works before, inside and outside of its app."""

import subprocess
import sys
import warnings

import pytest
from flask import Flask, render_template_string

from carboy import Carboy, Settings
from carboy.cache import Cache
from carboy.core import registry_of
from carboy.errors import ConfigError, WiringError


def test_it_is_installed_with_init_app_or_use():
    late = Cache(config={"CACHE_TYPE": "simple"})
    app = Flask("one")
    late.init_app(app, config={"CACHE_KEY_PREFIX": "x:"})

    assert app.config["CACHE_TYPE"] == "simple"
    assert app.config["CACHE_KEY_PREFIX"] == "x:"

    site = Carboy("two", settings=Settings(profile="testing", secret_key="k" * 40))
    used = Cache()
    site.use(used)

    assert registry_of(site).installed["cache"] is used
    assert registry_of(site).shell["cache"] is used


def test_it_works_as_flask_caching_documents_it():
    app = Flask("notes")
    cache = Cache(app, config={"CACHE_TYPE": "simple"})

    @app.route("/")
    @cache.cached(timeout=50)
    def index():
        return "index"

    assert app.test_client().get("/").text == "index"


def test_it_works_outside_of_an_app_context():
    cache = Cache(Flask("one"))
    cache.set("key", 1)

    assert cache.get("key") == 1


def test_without_an_app_the_error_names_the_remedy():
    with pytest.raises(ConfigError, match=r"app\.use\(cache\)"):
        Cache().get("key")


def test_a_config_that_is_not_a_mapping_is_refused():
    with pytest.raises(ConfigError, match="CACHE_TYPE"):
        Cache(config="redis")
    with pytest.raises(ConfigError, match="CACHE_TYPE"):
        Cache().init_app(Flask("x"), config=["redis"])


def test_two_caches_on_one_app_are_refused():
    app = Flask("one")
    Cache(app)

    with pytest.raises(WiringError, match="cache is already installed"):
        Cache(app)


def test_the_template_tag_is_optional():
    app = Flask("one")
    Cache(app, with_jinja2_ext=False)

    with app.app_context(), pytest.raises(Exception, match="unknown tag 'cache'"):
        render_template_string("{% cache 1 %}{% endcache %}")


def test_null_stores_nothing_and_emits_no_warning(sites, count):
    app, cache = sites.make({"CACHE_TYPE": "null"})

    @app.route("/")
    @cache.cached(50)
    def page():
        return str(count())

    with warnings.catch_warnings():
        warnings.simplefilter("error")
        client = app.test_client()
        assert [client.get("/").text, client.get("/").text] == ["1", "2"]
        with app.app_context():
            assert cache.add("key", 1)
            assert cache.get("key") is None


def test_a_timeout_of_zero_means_until_deleted(sites, clock):
    app, cache = sites.make(clock=clock)
    with app.app_context():
        cache.set("ever", 1, timeout=0)
        cache.set("default", 1)
        clock.advance(10**9)

        assert cache.get_many("ever", "default") == [1, None]


def test_get_returns_a_page_as_a_response(site):
    app, cache = site
    app.add_url_rule("/", "page", cache.cached(50)(lambda: "page"))
    app.test_client().get("/")
    with app.app_context():
        assert cache.get("view//").get_data(as_text=True) == "page"


def test_a_metric_shows_an_outage(sites):
    app, _ = sites.make()

    assert registry_of(app).gauges["carboy_cache_unavailable"]() == 0.0


def test_unused_libraries_are_not_imported():
    code = (
        "import sys; from flask import Flask; from carboy.cache import Cache;"
        "Cache(Flask('x'));"
        "print(sorted({'redis', 'sqlalchemy', 'celery'} & set(sys.modules)))"
    )

    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    )

    assert done.stdout.strip() == "[]"
