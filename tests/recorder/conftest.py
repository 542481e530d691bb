"""Sites in development, as the recorder finds them."""

from pathlib import Path

import pytest

from carboy import Carboy, Settings
from carboy.recorder import recorder_state

# A browser on this machine.
LOCAL = {"base_url": "http://localhost"}


def get_last(app):
    """Return the last trace of `app`."""
    return recorder_state.of(app).find("last")


def get_ring_file(app):
    """Return the file of traces of `app`."""
    return Path(app.instance_path) / "recorder" / "traces.ring"


@pytest.fixture
def make_site(tmp_path):
    """Make sites of one folder; each call is another process of the same site."""

    def make(*extensions, profile="development", instance=None, **environ):
        settings = Settings.load(
            {},
            root=tmp_path,
            environ={
                "CARBOY_PROFILE": profile,
                "DATABASE_URL": f"sqlite:///{tmp_path / 'site.db'}",
                # Loops of queries are what is looked for.
                "DATABASE_LAZY_LOADING": "one",
                "SECRET_KEY": "of a test, and long enough to be one",
                **environ,
            },
        )
        folder = str(instance or tmp_path)
        app = Carboy("tests.recorder.site", instance_path=folder, settings=settings)
        app.use(*extensions)
        return app

    return make
