"""Waiting times become bars, with words for those who cannot see them."""

from carboy.tasks.pages.wait_chart import make_wait_chart


def test_each_stretch_shows_its_longest_wait() -> None:
    chart = make_wait_chart(
        [(10.0, 1.0), (11.0, 4.0), (3590.0, 2.0)], since=0, until=3600
    )

    assert [bar.says for bar in chart.bars] == [
        "2 runs, longest wait 4.0 s",
        "1 run, longest wait 2.0 s",
    ]
    assert chart.bars[0].height > chart.bars[1].height
    assert (
        chart.summary == "3 runs began: half waited 2.0 s or less, the longest 4.0 s."
    )


def test_without_runs_it_says_so() -> None:
    chart = make_wait_chart([], since=0, until=3600)

    assert chart.bars == ()
    assert "Nothing" in chart.summary
