"""Headings are names, labels or keys of the model, each once."""

from carboy.admin.transfer import match_headings
from tests.admin.conftest import Site


def test_headings_are_matched_once(sqlite_site: Site) -> None:
    console = sqlite_site.app.extensions["carboy.admin"]
    with sqlite_site.app.app_context():
        animal = console.admins["animal"].attributes
        fields = [animal[name] for name in ("name", "is_tame", "cage", "mother")]

    headings = ["NAME", "Is tame", "cage_id", "Mother", "name", "chip_secret", ""]

    assert match_headings(headings, fields) == [
        *("name", "is_tame", "cage", "mother"),
        *("", "", ""),
    ]
