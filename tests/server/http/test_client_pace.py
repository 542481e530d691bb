"""If this passes, only clients that were quick lately are read in one step."""

from carboy.server.http.client_pace import ClientPace


def test_a_client_is_quick_while_its_last_body_was():
    pace = ClientPace()

    assert not pace.is_quick("192.0.2.1")
    pace.note("192.0.2.1", 1_000_000, 0.5)
    assert pace.is_quick("192.0.2.1")
    assert not pace.is_quick("192.0.2.2")
    pace.note("192.0.2.1", 1_000_000, 10)
    assert not pace.is_quick("192.0.2.1")


def test_a_body_that_breaks_off_is_no_longer_trusted():
    pace = ClientPace()
    pace.note("192.0.2.1", 1_000_000, 0.5)

    pace.forget("192.0.2.1")
    pace.forget("192.0.2.1")

    assert not pace.is_quick("192.0.2.1")


def test_clients_cannot_fill_the_memory():
    pace = ClientPace()

    for number in range(10_000):
        pace.note(f"192.0.2.{number}", 20_000, 0.001)

    assert sum(pace.is_quick(f"192.0.2.{number}") for number in range(10_000)) <= 4096
