"""A site whose files would be lost or public is told so."""

import pytest
from flask import Flask

from carboy import Carboy, Settings
from carboy.uploads import Uploads
from carboy.uploads.checks import check_site


def list_checks(tmp_path, storage, profile="production", **options):
    app = Flask("shop", root_path=str(tmp_path), instance_path=str(tmp_path), **options)
    app.config.update(UPLOADS_STORAGE=storage, PROFILE=profile)
    Uploads(app)
    return [check.id for check in check_site(app)]


def test_a_site_with_a_folder_of_its_own_is_fine(tmp_path):
    assert list_checks(tmp_path, "local:uploads") == []
    assert list_checks(tmp_path, "", static_folder=None) == []


def test_memory_loses_files_in_production(tmp_path):
    assert list_checks(tmp_path, "memory:") == ["uploads.E001"]
    assert list_checks(tmp_path, "memory:", "development") == []


@pytest.mark.parametrize("folder", ["static", "static/uploads", "static/../static/a"])
def test_a_folder_of_static_files_is_public(tmp_path, folder):
    assert list_checks(tmp_path, f"local:{folder}") == ["uploads.E002"]


def test_a_setting_that_does_nothing_is_named(tmp_path):
    app = Flask("shop", instance_path=str(tmp_path))
    app.config["UPLOADS_AUTOSERVE"] = True
    Uploads(app)

    assert [check.id for check in check_site(app)] == ["uploads.W001"]


@pytest.mark.parametrize("csp", [{}, {"img-src": "https://s3.example"}])
def test_pages_that_may_not_show_files_of_the_bucket_are_named(tmp_path, csp):
    settings = Settings.load({}, root=tmp_path, environ={"CARBOY_PROFILE": "testing"})
    app = Carboy("shop", instance_path=str(tmp_path), settings=settings)
    app.config["UPLOADS_STORAGE"] = "s3://a:b@files?endpoint=https://s3.example"
    app.config["HEADERS_CSP"] = csp
    app.use(Uploads())

    found = [check for check in check_site(app) if check.id == "uploads.W002"]

    assert len(found) == (0 if csp else 1)
    if found:
        assert "https://s3.example" in found[0].hint
        assert "img-src" in found[0].hint


def test_a_flask_app_has_no_policy_of_ours(tmp_path):
    address = "s3://a:b@files?endpoint=https://s3.example"
    assert list_checks(tmp_path, address) == []
