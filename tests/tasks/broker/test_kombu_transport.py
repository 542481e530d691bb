"""kombu can send and take messages through a file."""

from collections.abc import Iterator
from pathlib import Path
from queue import Empty

import pytest
from kombu import Connection, Queue

from carboy.tasks.broker.kombu_transport import get_path, register


@pytest.fixture
def connection(tmp_path: Path) -> Iterator[Connection]:
    register()
    with Connection(f"sqlite-lease://localhost/{tmp_path}/broker.sqlite") as made:
        yield made


def test_the_address_names_an_absolute_file(
    connection: Connection, tmp_path: Path
) -> None:
    assert get_path(connection) == tmp_path / "broker.sqlite"


def test_what_was_sent_arrives_and_is_gone_when_acknowledged(
    connection: Connection,
) -> None:
    box = connection.SimpleQueue("mail")
    box.put({"to": "ada"})
    message = box.get(timeout=5)

    assert message.payload == {"to": "ada"}
    message.ack()
    with pytest.raises(Empty):
        box.get(timeout=0.05)
    box.close()


def test_a_message_that_was_not_acknowledged_comes_again(tmp_path: Path) -> None:
    register()
    url = f"sqlite-lease://localhost/{tmp_path}/broker.sqlite"
    with Connection(url) as first:
        box = first.SimpleQueue("mail")
        box.put("letter")
        box.get(timeout=5)

    with Connection(url) as second:
        box = second.SimpleQueue("mail")
        message = box.get(timeout=5)
        assert message.payload == "letter"
        message.reject()
        box.close()


def test_a_rejected_message_is_requeued_or_deleted(connection: Connection) -> None:
    box = connection.SimpleQueue("mail")
    box.put("again")
    box.get(timeout=5).requeue()
    message = box.get(timeout=5)
    message.reject()

    assert message.payload == "again"
    assert box.qsize() == 0
    box.close()


def test_a_message_with_a_date_waits_for_it(connection: Connection) -> None:
    producer = connection.Producer()
    queue = Queue("mail", channel=connection.default_channel)
    queue.declare()
    headers = {"eta": "2999-01-01T00:00:00"}
    producer.publish("later", routing_key="mail", headers=headers)

    assert queue.get() is None
    assert queue.purge() == 1


def test_the_loop_may_be_asynchronous_and_there_is_no_fanout(
    connection: Connection,
) -> None:
    implements = connection.transport.implements

    assert implements.asynchronous
    assert not connection.supports_exchange_type("fanout")
