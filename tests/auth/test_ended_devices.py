"""A device stays ended as long as its cookie could live."""

from carboy.auth import auth_state
from carboy.auth.ended_devices import end_device, has_device_ended


def test_a_device_is_ended_by_its_name(site):
    with site.app.test_request_context():
        state = auth_state.of(site.app)
        end_device(state, "phone")

        assert has_device_ended("phone")
        assert not has_device_ended("tablet")
        assert not has_device_ended("")
        site.clock[0] += state.settings.remember_duration.total_seconds() + 1
        assert not has_device_ended("phone")
