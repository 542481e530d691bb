"""The page of a row shows its relations, a few rows of each."""

from tests.admin import zoo
from tests.admin.conftest import Site, log_in


def test_many_related_rows_are_a_sample_and_a_link(sqlite_site: Site) -> None:
    with sqlite_site.app.app_context():
        zoo.db.session.add_all([zoo.Cage(label=f"C{n}", house_id=1) for n in range(20)])
        zoo.db.session.commit()
    client = log_in(sqlite_site, "viewer")

    text = client.get("/-/admin/house/1").text

    assert text.count("Cage C") == 9
    assert "/-/admin/cage/?filter=house+%3D+1" in text
    assert ">C19</a>" in client.get("/-/admin/cage/?filter=house+%3D+1").text
