"""If this passes, the prompt runs code in the app context."""

import io


def test_code_runs_in_the_app_context(carboy, site):
    code = "print(app.name, app.settings.profile, current_app.name)"
    result = carboy("shell", "-c", f"from flask import current_app; {code}")

    assert result.out == "shop development shop\n"


def test_the_prompt_reads_standard_input(carboy, plain, monkeypatch):
    monkeypatch.setattr("sys.stdin", io.StringIO("print(app.name)\n"))

    result = carboy("shell", "--plain")

    assert "app\n" in result.out
    assert "Names: app" in result.err


def test_models_that_no_view_imports_are_names_of_the_prompt(carboy, write):
    write(
        "shop/__init__.py",
        """
        from carboy import Carboy
        from carboy.db import SQLAlchemy

        db = SQLAlchemy()

        def create_app():
            return Carboy(__name__).use(db)
        """,
    )
    write(
        "shop/models.py",
        """
        from . import db

        class Bottle(db.Model):
            id = db.Column(db.Integer, primary_key=True)
        """,
    )

    result = carboy("--app", "shop:create_app", "shell", "-c", "print(Bottle, db)")

    assert "shop.models.Bottle" in result.out
