"""If this passes, an address is listened on, or the message says why not."""

import socket

import pytest

from carboy.server import BindError, ServeOptions
from carboy.server.listeners import (
    Listener,
    close_listeners,
    drop_new_connections,
    open_listeners,
)


def listen(*bind: str):
    return open_listeners(ServeOptions(bind=bind))


def test_port_0_is_a_free_one():
    listeners = listen("127.0.0.1:0", "[::1]:0")

    for each in listeners:
        host, _, port = each.address.rpartition(":")
        socket.create_connection((host.strip("[]"), int(port))).close()
    close_listeners(listeners)


@pytest.mark.parametrize(
    "address", ["localhost", "127.0.0.1:x", "127.0.0.1:70000", "a:"]
)
def test_nonsense_is_explained(address):
    with pytest.raises(BindError, match="is not understood"):
        listen(address)


def test_an_address_that_cannot_be_had_is_explained():
    [first] = listen("127.0.0.1:0")
    with pytest.raises(BindError, match="is in use by another process"):
        listen("127.0.0.1:0", first.address)
    close_listeners([first])
    with pytest.raises(BindError, match="Cannot listen on"):
        listen("192.0.2.1:8000")


def test_a_stale_unix_socket_is_replaced_and_a_living_one_is_not(tmp_path):
    path = tmp_path / "s"
    with socket.socket(socket.AF_UNIX) as stale:
        stale.bind(str(path))

    listeners = listen(f"unix:{path}")
    with pytest.raises(BindError, match="in use"):
        listen(f"unix:{path}")

    assert listeners[0].is_unix
    close_listeners(listeners)
    assert not path.exists()


def test_a_file_in_the_way_is_left_alone(tmp_path):
    path = tmp_path / "precious"
    path.write_text("data")

    with pytest.raises(BindError, match="left alone"):
        listen(f"unix:{path}")

    assert path.read_text() == "data"


def test_systemd_without_a_socket_is_explained():
    with pytest.raises(BindError, match="no socket was passed"):
        listen("systemd")


def test_a_passed_socket_keeps_accepting_for_who_comes_after():
    with socket.create_server(("127.0.0.1", 0)) as server:
        drop_new_connections([Listener(server, "systemd", is_passed=True)])

        socket.create_connection(server.getsockname(), 5).close()


def test_newcomers_are_refused_while_the_queue_is_served():
    listeners = listen("127.0.0.1:0")
    address = listeners[0].socket.getsockname()
    early = socket.create_connection(address)

    drop_new_connections(listeners)

    late = socket.socket()
    late.settimeout(0.1)
    with pytest.raises(TimeoutError):
        late.connect(address)
    accepted, _ = listeners[0].socket.accept()
    accepted.sendall(b"welcome")
    assert early.recv(10) == b"welcome"
    close_listeners(listeners)
    for each in (early, late, accepted):
        each.close()
