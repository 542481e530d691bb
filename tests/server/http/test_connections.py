"""If this passes, the connections of this process are found, counted and cut."""

import socket

from carboy.server.http.connections import close_connection, count_connections


def test_only_connections_of_the_address_are_counted():
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        assert count_connections({port}) == 0
        with socket.create_connection(("127.0.0.1", port)):
            accepted, _ = server.accept()
            with accepted:
                assert count_connections({port}) == 1
                assert count_connections({1}) == 0


def test_connections_of_a_unix_socket_are_counted(tmp_path):
    path = str(tmp_path / "s")
    with (
        socket.socket(socket.AF_UNIX) as server,
        socket.socket(socket.AF_UNIX) as client,
    ):
        server.bind(path)
        server.listen()
        client.connect(path)
        accepted, _ = server.accept()
        with accepted:
            assert count_connections({path}) == 1


def test_a_connection_is_cut_by_its_client():
    with (
        socket.create_server(("127.0.0.1", 0)) as server,
        socket.create_connection(server.getsockname()) as client,
    ):
        accepted, peer = server.accept()
        with accepted:
            assert close_connection(peer)
            assert client.recv(10) == b""
            assert not close_connection(("127.0.0.1", 1))
