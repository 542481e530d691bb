"""If this passes, names of Flask are what they were."""

import pytest
from flask import Flask
from werkzeug.exceptions import NotFound

pytestmark = pytest.mark.filterwarnings("ignore::carboy.legacy.LegacyWarning")


def test_stacks_have_the_current_context_on_top(run_old):
    names = run_old("from flask import _request_ctx_stack, _app_ctx_stack")
    request, site = names["_request_ctx_stack"], names["_app_ctx_stack"]
    app = Flask("site")
    assert (request.top, site.top) == (None, None)

    with app.test_request_context("/x"):
        assert request.top.request.path == "/x"
        assert site.top.app is app

    context = app.app_context()
    site.push(context)
    assert site.pop() is context
    assert site.pop() is None


def test_a_path_that_leads_out_is_not_found(run_old):
    safe_join = run_old("from flask import safe_join")["safe_join"]

    assert safe_join("/srv", "a", "b") == "/srv/a/b"
    with pytest.raises(NotFound):
        safe_join("/srv", "../etc")


@pytest.mark.parametrize(
    ("env", "debug", "value"),
    [
        ("development", "", True),
        ("", "", False),
        ("", "1", True),
        ("development", "0", False),
    ],
)
def test_the_debug_flag_is_read(monkeypatch, env, debug, value):
    from carboy.legacy.names.flask_names import get_debug_flag, get_env  # noqa: PLC0415 - needs no door

    monkeypatch.setenv("FLASK_ENV", env)
    monkeypatch.setenv("FLASK_DEBUG", debug)

    assert get_debug_flag(default=False if not env else None) is value
    assert get_env() == (env or "production")


def test_small_names(run_old):
    run_old(
        "from datetime import timedelta\n"
        "from flask.helpers import total_seconds, locked_cached_property, Markup\n"
        "from flask.json import JSONEncoder, JSONDecoder, htmlsafe_dumps\n"
        "from flask.cli import get_env\n"
        "assert total_seconds(timedelta(minutes=1)) == 60\n"
        "assert JSONEncoder().encode({'a': timedelta}.keys().__class__.__name__)\n"
        "assert JSONDecoder().decode('[1]') == [1]\n"
        "assert htmlsafe_dumps('<') == '\"\\\\u003c\"', htmlsafe_dumps('<')\n"
    )
