"""Each console tells about health, settings and checks of its site."""

from carboy.admin.panels import make_panels
from carboy.core import Check, Extension, PanelQuery, Wiring
from tests.admin.conftest import Site


class Weather(Extension):
    name = "weather"
    problem: str | None = None

    def install(self, wiring: Wiring) -> None:
        wiring.readiness(self.find)
        wiring.gauge("rain", lambda: 1 / 0)
        wiring.check(lambda app: [Check("weather.W001", "It rains.", "Stay in.")])

    def find(self) -> str | None:
        if self.problem == "raise":
            raise OSError("no sky")
        return self.problem


def read(site: Site, name: str, **query: str):
    with site.app.test_request_context():
        return make_panels(site.app)[name].read(PanelQuery(**query))


def test_health_names_the_part_that_does_not_work(sqlite_site: Site) -> None:
    weather = Weather()
    sqlite_site.app.use(weather)

    assert read(sqlite_site, "health").tone == "good"
    for problem, text in (("wet", "wet"), ("raise", "OSError: no sky")):
        weather.problem = problem
        view = read(sqlite_site, "health")
        (row,) = [row for row in view.tables[0].rows if row.cells[0] == "weather"]
        assert (row.cells[1], row.tone) == (text, "bad")
        assert view.tone == "bad"
    gauges = [row.cells[0] for row in view.tables[1].rows]
    assert "db_pool_size" in gauges
    assert "weather_rain" not in gauges  # it fails, and nothing else does


def test_settings_are_found_by_their_words_and_hide_secrets(sqlite_site: Site) -> None:
    changed = read(sqlite_site, "settings").tables[0].rows
    everything = read(sqlite_site, "settings", filter="all").tables[0].rows
    found = read(sqlite_site, "settings", search="proxy hops").tables[0].rows

    assert "environment DATABASE_URL" in {row.cells[2] for row in changed}
    assert "default" not in {row.cells[2] for row in changed}
    assert len(everything) > 50 > len(changed)
    assert [row.cells[0] for row in found] == ["PROXY_HOPS"]
    secrets = [row for row in everything if row.cells[0] == "SECRET_KEY"]
    assert sqlite_site.app.secret_key not in repr(secrets)


def test_checks_are_run_and_shown_with_what_to_do(sqlite_site: Site) -> None:
    sqlite_site.app.use(Weather())

    rows = read(sqlite_site, "checks").tables[0].rows

    assert ("weather.W001", "It rains.", "Stay in.") in [row.cells for row in rows]
