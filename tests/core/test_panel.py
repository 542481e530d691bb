"""A panel is data: it can be made, read and compared without a console."""

from carboy.core import (
    Carboy,
    Extension,
    Panel,
    PanelQuery,
    PanelTable,
    PanelView,
    Wiring,
    registry_of,
)


class Kitchen(Extension):
    name = "kitchen"
    made = 0

    def install(self, wiring: Wiring) -> None:
        wiring.panel(self.make)

    def make(self) -> Panel:
        self.made += 1
        table = PanelTable("Pots", ("Pot",), ())
        return Panel(
            name="kitchen",
            label="Kitchen",
            read=lambda query: PanelView(numbers=[(query.search, 1)], tables=[table]),
        )


def test_a_battery_adds_a_panel_which_is_made_when_it_is_asked_for(tmp_path):
    app = Carboy("cafe", instance_path=str(tmp_path))
    kitchen = Kitchen()
    app.use(kitchen)
    assert kitchen.made == 0

    panel = registry_of(app).panels["kitchen"]()

    assert kitchen.made == 1
    assert panel.read(PanelQuery(search="pots")).numbers == [("pots", 1)]
    assert panel.actions == {}
