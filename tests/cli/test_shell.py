"""If this passes, a prompt opens inside the app."""

import io


def test_code_runs_with_the_app_at_hand(carboy, site):
    code = "print(app.name, app.settings.profile, current_app.name)"
    done = carboy("shell", "-c", f"from flask import current_app; {code}")

    assert done.out == "shop development shop\n"


def test_the_prompt_reads_what_is_typed(carboy, plain, monkeypatch):
    monkeypatch.setattr("sys.stdin", io.StringIO("print(app.name)\n"))

    done = carboy("shell", "--plain")

    assert "app\n" in done.out
    assert "Names: app" in done.err
