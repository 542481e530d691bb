"""Rows are chosen by words, names and keys, within what the user sees."""

from carboy.admin.changes import RowChoices
from tests.admin.conftest import Site


def test_rows_are_read_as_they_are_written(sqlite_site: Site) -> None:
    console = sqlite_site.app.extensions["carboy.admin"]
    with sqlite_site.app.test_request_context():
        access = console.make_access()
        # The zoo's policies say no to visitors.
        access.is_open = True
        choices = RowChoices(console.admins["animal"], access, console.session)
        (lion,) = choices.read("Leo")

        assert choices.write(lion) == "Leo [1]"
        assert choices.read("Leo [1]") == choices.read("1") == [lion]
        assert choices.read("[1") == choices.read("[99]") == []
        assert len(choices.search("")) == 3
