"""The form that every way to write opens has what the user may write, and no more."""

import pytest
from werkzeug.datastructures import MultiDict

from carboy.admin import ActionError
from carboy.admin.row_forms import open_row_form, write_fields
from tests.admin import zoo
from tests.admin.conftest import Site


def test_fields_are_written_or_the_reason_is_said(sqlite_site: Site) -> None:
    console = sqlite_site.app.extensions["carboy.admin"]
    with sqlite_site.app.test_request_context():
        access = console.make_access()
        access.user = sqlite_site.find("editor")
        admin, session = console.admins["log"], console.session
        row = session.get(zoo.Log, 1)

        def write(name: str, text: str) -> None:
            data = MultiDict([(name, text), ("sent", "1")])
            write_fields(
                console, access, admin, row, only={name}, make_formdata=lambda _: data
            )

        write("level", "7")
        assert session.get(zoo.Log, 1).level == 7
        for name, text, reason in (
            ("level", "many", "Level: "),
            ("line", "", "Line: "),
            ("id", "9", "None of these fields"),
        ):
            with pytest.raises(ActionError, match=reason):
                write(name, text)
        _, fields = open_row_form(console, access, admin, None, only={"line", "id"})
        assert [each.name for each in fields] == ["line"]
