"""The script and the stylesheet of file inputs may be cached for ever."""

import pytest

from carboy.ui import UI
from carboy.uploads.static_files import uploads_static


@pytest.mark.parametrize(
    ("name", "kind"), [("uploads.css", "text/css"), ("uploads.js", "text/javascript")]
)
def test_a_file_is_served_at_its_digest(shop, name, kind):
    UI().init_app(shop.app)
    with shop.app.test_request_context():
        url = uploads_static(name)

    with shop.app.test_client().get(url) as answer:
        assert answer.status_code == 200
        assert answer.content_type.startswith(kind)
        assert "immutable" in answer.headers["Cache-Control"]


def test_another_name_is_not_found(shop):
    UI().init_app(shop.app)

    assert shop.app.test_client().get("/-/uploads/x/../app_state.py").status_code == 404
