"""If this passes, rules see the project that a site belongs to, and what it is told."""

import subprocess

from flask import Flask

from carboy.checks.deploy.rule import Deployed, Rule


def make_app(folder):
    package = folder / "shop"
    package.mkdir(exist_ok=True)
    return Flask("shop", root_path=str(package))


def test_the_project_is_the_nearest_folder_that_looks_like_one(tmp_path):
    (tmp_path / "manage.py").touch()

    site = Deployed.of(make_app(tmp_path))

    assert site.folder == tmp_path.resolve()


def test_the_folder_that_settings_are_read_from_is_the_project(tmp_path):
    (tmp_path / ".env").touch()
    (tmp_path / "backend").mkdir()
    (tmp_path / "backend" / "requirements.txt").touch()

    site = Deployed.of(make_app(tmp_path / "backend"))

    assert site.folder == tmp_path.resolve()


def test_the_environment_goes_before_dotenv(tmp_path):
    (tmp_path / ".env").write_text("A=1\nB=1\n")

    site = Deployed(make_app(tmp_path), tmp_path, {"B": "2"})

    assert site.told == {"A": "1", "B": "2"}


def test_tracked_files_are_those_of_git(tmp_path):
    (tmp_path / "a.py").touch()
    (tmp_path / "b.py").touch()
    git(tmp_path, "init", "--quiet")
    git(tmp_path, "add", "a.py")

    assert Deployed(make_app(tmp_path), tmp_path).tracked == {"a.py"}


def test_without_git_nothing_is_tracked(tmp_path):
    (tmp_path / "a.py").touch()

    assert Deployed(make_app(tmp_path), tmp_path).tracked == frozenset()


def test_urls_are_found_in_any_setting(tmp_path):
    app = make_app(tmp_path)
    app.config.update(
        MY_DB="postgresql+psycopg://a:b@c/d", HOME="https://x.y", BAD="postgresql://[a"
    )

    found = dict(Deployed(app, tmp_path).urls("postgres"))

    assert list(found) == ["MY_DB"]
    assert found["MY_DB"].hostname == "c"


def test_a_rule_says_what_it_saw_and_what_to_do(tmp_path):
    site = Deployed(make_app(tmp_path), tmp_path)

    found = Rule("core.W999", lambda _: "It is wrong.", "Put it right.").check(site)

    assert str(found) == "core.W999: It is wrong.\n    Put it right."
    assert Rule("core.W999", lambda _: None, "").check(site) is None


def git(folder, *words):
    subprocess.run(["git", "-C", folder, *words], check=True, capture_output=True)
