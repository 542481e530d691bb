"""D-Tale with one small table."""

import dtale.global_state
import pandas
from dtale.app import build_app
from dtale.views import startup

app = build_app(reaper_on=False)
app.config["SECRET_KEY"] = "a key of this proof"
with app.app_context():
    startup(
        url="",
        data=pandas.DataFrame({"number": [1, 2, 3], "name": ["one", "two", "drei"]}),
        data_id="1",
        ignore_duplicate=True,
    )
dtale.global_state.set_settings("1", {"locked": []})
