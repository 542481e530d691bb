"""If this passes, the letters of the notes work for `runserver`."""

import pytest

from tests.cli.processes import find_free_port, wait_for_text

MANAGE = """
    from carboy.cli import manage

    if __name__ == "__main__":
        manage("app:app")
"""


@pytest.mark.parametrize("letters", [[], ["-d", "-r"], ["-D", "-R"]])
def test_host_port_debugger_and_reload(start_carboy, write, plain, letters):
    write("manage.py", MANAGE)
    port = find_free_port()
    server = start_carboy(
        *("runserver", "-h", "127.0.0.1", "-p", str(port), *letters),
        program=("manage.py",),
    )

    wait_for_text(server, port, "plain")


def test_it_is_the_old_name_of_run(carboy, plain):
    done = carboy("runserver", "-?")

    assert "the old name of `run`" in done.out
    assert "runserver" not in carboy("--help").out
