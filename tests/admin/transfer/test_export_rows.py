"""Values of a file are numbers, booleans, texts or nothing."""

from carboy.admin.console_user import ConsoleUser
from carboy.admin.lists import RowSelection
from carboy.admin.transfer import list_exported, stream_rows
from tests.admin.conftest import Site


def test_each_type_is_a_plain_value(sqlite_site: Site) -> None:
    console = sqlite_site.app.extensions["carboy.admin"]
    with sqlite_site.app.app_context():
        user = ConsoleUser(sqlite_site.find("viewer").get_id())
        access = console.resume_access(user)
        admin = console.admins["everything"]
        names = [e.name for e in list_exported(access.visible(admin.model).values())]
        chosen = RowSelection(is_all=True)

        rows = list(stream_rows(console.session, admin, access, chosen))

    empty, full = (dict(zip(names, row, strict=True)) for row in rows)
    assert {empty[name] for name in names if name not in {"id", "note"}} == {None}
    assert full["data"] == '{"a": [1, "<i>"]}'
    assert full["day"] == "2026-11-30"
    assert full["big"] == 2**40
    assert full["flag"] is True
    assert "blob" not in full
