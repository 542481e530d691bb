"""The blueprints of files that come before their form share their field."""

import pytest
from werkzeug.exceptions import Forbidden


def test_a_field_has_the_texts_of_its_script_and_attributes_of_the_caller(cinema):
    with cinema.app.test_request_context("/"):
        html = cinema.posters.render_field(
            "poster", "a.js", {"data-x": '"'}, {"id": "p", "aria_label": "<b>"}
        )

    assert html.startswith('<input type="file" name="poster" class="ui-input" data-')
    assert 'data-field="poster-kept"' in html
    assert 'data-x="&#34;" id="p" aria-label="&lt;b&gt;" accept="' in html
    assert html.endswith('<script src="/posters/-/script/a.js" defer></script>')


def test_a_visitor_who_may_not_send_is_refused(cinema):
    cinema.videos.check_visitor()
    cinema.is_allowed = False

    with pytest.raises(Forbidden):
        cinema.videos.check_visitor()
