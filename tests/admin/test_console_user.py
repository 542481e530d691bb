"""A task works with the permissions and the name of its user."""

from carboy.admin.console_user import ConsoleUser, console_user_state
from tests.admin.conftest import Site


def test_a_task_works_for_its_user(sqlite_site: Site) -> None:
    console = sqlite_site.app.extensions["carboy.admin"]
    with sqlite_site.app.app_context():
        user = ConsoleUser(sqlite_site.find("viewer").get_id(), "the viewer")
        console_user_state.set(user)
        access = console.resume_access(ConsoleUser(**user.to_json()))
        model = console.admins["log"].model

        assert console.name_user() == "the viewer"
        assert access.allows_some("view", model)
        assert not access.allows_some("edit", model)
        for user_id in ("", "9999", "nonsense"):
            gone = console.resume_access(ConsoleUser(user_id))
            assert not gone.allows_some("view", model)
