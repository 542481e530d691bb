"""The name of an action is that of a policy, so some are taken."""

import pytest

from carboy.admin import Admin, AdminSetupError
from tests.admin import zoo


def test_names_of_policies_of_the_console_are_refused() -> None:
    admin = Admin()

    def delete(_row: object) -> None: ...

    for function in (delete, lambda _row: None):
        with pytest.raises(AdminSetupError, match="Rename the function"):
            admin.action(zoo.Log)(function)
