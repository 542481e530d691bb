"""An upload is its user's, for one model, and kept for a day."""

from datetime import UTC, datetime, timedelta

import sqlalchemy as sa

from carboy.admin.transfer import IMPORTS, find_import, store_import
from tests.admin.conftest import Site

CONTENT = (["name", "é"], [["a", "\0"], ["中", ""]])


def test_an_upload_is_found_by_its_user(site: Site) -> None:
    session_of = site.app.extensions["carboy.admin"]
    with site.app.app_context():
        session = session_of.session
        file = store_import(session, "7", "log", "rows.csv", CONTENT)
        session.commit()

        found = find_import(session, "7", "log", file)
        assert found is not None
        assert (found.headings, found.rows) == CONTENT
        for user, slug, name in (
            ("8", "log", file),
            ("7", "cage", file),
            ("7", "log", "x"),
        ):
            assert find_import(session, user, slug, name) is None
        long_ago = datetime.now(UTC) - timedelta(days=2)
        session.execute(sa.update(IMPORTS).values(at=long_ago))
        store_import(session, "7", "log", "rows.csv", CONTENT)
        session.commit()
        assert find_import(session, "7", "log", file) is None
