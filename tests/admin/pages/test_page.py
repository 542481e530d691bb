"""Pages have their files, their menu and their headers."""

import re

from tests.admin.conftest import Site, log_in


def test_files_are_addressed_by_content(sqlite_site: Site) -> None:
    client = log_in(sqlite_site, "viewer")
    text = client.get("/-/admin/").text

    for url in re.findall(r'"(/-/static/admin/[^"]+)"', text):
        with client.get(url) as answer:
            assert answer.status_code == 200
            assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert "http://" not in text
    assert "https://" not in text
