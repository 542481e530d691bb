"""If this passes, the process that the reloader starts has the door open."""

import sys

from werkzeug import _reloader


def test_the_reloader_starts_the_file_under_the_door(door, monkeypatch):
    monkeypatch.setattr(sys, "argv", ["manage.py", "runserver"])
    monkeypatch.setenv("LEGACY_FILE", "manage.py")

    arguments = _reloader._get_args_for_reloading()

    assert arguments == [
        sys.executable,
        "-m",
        "carboy.legacy",
        "manage.py",
        "runserver",
    ]


def test_another_program_is_started_as_ever(door, monkeypatch):
    monkeypatch.delenv("LEGACY_FILE", raising=False)

    assert "carboy.legacy" not in _reloader._get_args_for_reloading()
