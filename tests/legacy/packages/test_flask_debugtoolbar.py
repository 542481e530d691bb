"""If this passes, a site starts without the toolbar."""

from flask import Flask

from carboy.legacy.packages.flask_debugtoolbar import AbsentToolbar


def test_it_takes_what_the_toolbar_takes():
    app = Flask("site")
    toolbar = AbsentToolbar()
    toolbar.init_app(app)

    assert AbsentToolbar(app).app is toolbar.app is app
    assert not app.before_request_funcs
