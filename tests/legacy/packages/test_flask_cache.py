"""If this passes, Flask-Cache and Flask-Caching are the battery's."""

import pytest

pytestmark = pytest.mark.filterwarnings("ignore::carboy.legacy.LegacyWarning")


@pytest.mark.parametrize("package", ["flask_cache", "flask_caching", "flask.ext.cache"])
@pytest.mark.parametrize("kind", ["simple", "null", "filesystem"])
def test_a_page_is_cached(run_old, package, kind, tmp_path):
    names = run_old(
        "from flask import Flask\n"
        f"from {package} import Cache\n"
        "app = Flask(__name__)\n"
        f"cache = Cache(app, config={{'CACHE_TYPE': {kind!r}, 'CACHE_DIR': {str(tmp_path)!r}}})\n"
        "calls = []\n"
        "@app.route('/')\n"
        "@cache.cached(timeout=50)\n"
        "def index():\n"
        "    calls.append(1)\n"
        "    return str(len(calls))\n"
    )
    client = names["app"].test_client()

    pages = [client.get("/").text for _ in range(2)]

    assert pages == (["1", "2"] if kind == "null" else ["1", "1"])
