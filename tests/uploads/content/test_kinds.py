"""Kinds are named by group, kind or extension."""

import pytest

from carboy.errors import ConfigError
from carboy.uploads.content.kinds import KINDS, find_kinds


@pytest.mark.parametrize(
    ("names", "kinds"),
    [
        (["pdf"], {"pdf"}),
        (["JPG", ".png"], {"jpeg", "png"}),
        (["audio"], {"mp3", "ogg", "wav", "flac", "m4a"}),
        (["csv"], {"text"}),
        ([], set()),
    ],
)
def test_names_are_found(names, kinds):
    assert find_kinds(names) == kinds


def test_another_name_is_an_error():
    with pytest.raises(ConfigError, match="There is no kind of file 'x-y'"):
        find_kinds(["x-y"])


def test_nothing_that_browsers_run_is_sent_as_what_it_is():
    active = [kind for kind in KINDS.values() if kind.group in {"active", "other"}]

    assert {kind.content_type for kind in active} == {"application/octet-stream"}
    types = {kind.content_type for kind in KINDS.values()}
    assert not types & {"text/html", "image/svg+xml", "text/xml", "application/xml"}
