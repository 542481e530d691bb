"""A worker says in a few lines what it does, and tells nobody a password."""

import os

import pytest

from carboy.tasks.worker.banner import make_block, show_address


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        ("redis://:s3cret@cache:6379/2?password=s3cret", "redis://cache:6379/2"),
        ("amqp://me:p@ss@mq//", "amqp://mq//"),
        (
            "sentinel://:s3cret@a:26379;sentinel://:s3cret@b:26379",
            "sentinel://a:26379, sentinel://b:26379",
        ),
    ],
)
def test_an_address_is_shown_without_what_is_secret(url: str, shown: str) -> None:
    assert show_address(url) == shown


def test_without_a_broker_it_is_the_database() -> None:
    assert show_address("carboy-ledger://localhost/") == (
        "the database of the site (no broker)"
    )


@pytest.mark.parametrize(("user", "has_note"), [(0, True), (1000, False)])
def test_the_block_names_pool_queues_and_tasks(
    monkeypatch: pytest.MonkeyPatch, user: int, *, has_note: bool
) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: user)

    block = make_block(
        "shop-1@here",
        "redis://cache/0",
        pool="prefork",
        concurrency=2,
        queues=["default", "mail"],
        tasks=[f"t{n}" for n in range(9)],
    )

    lines = block.splitlines()
    assert lines[:5] == [
        " Working  as shop-1@here",
        "      at  redis://cache/0",
        "    with  2 processes (prefork)",
        "      on  2 queues: default, mail",
        "     for  9 tasks: t0, t1, t2, t3, t4, t5, t6, t7, …",
    ]
    assert any("root" in line for line in lines) is has_note
