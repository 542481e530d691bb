"""If this passes, the package that never existed is Flask's own class."""

import flask
import pytest

pytestmark = pytest.mark.filterwarnings("ignore::carboy.legacy.LegacyWarning")


def test_it_is_flasks_blueprint(run_old):
    assert run_old("from flask_blueprint import Blueprint as B")["B"] is flask.Blueprint
