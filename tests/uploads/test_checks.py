"""A site whose files would be lost or public is told so."""

import pytest
from flask import Flask

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
