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
