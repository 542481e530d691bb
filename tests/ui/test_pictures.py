"""The style guide looks as it did: pictures are compared by their pixels.

After a change that is meant: pytest tests/ui/test_pictures.py --update-pictures
"""

import base64
from pathlib import Path

import pytest
from flask import Flask
from PIL import Image, ImageChops

from carboy.ui import UI
from tests.ui.box_font import make_box_font
from tests.ui.serving import serve

PICTURES = Path(__file__).parent / "pictures"
# A picture is kept small: each of its pixels is the mean of a block of the page.
BLOCK = 2
# Rounding differs between versions of the browser, by a few steps of 255 ...
STEPS = 6
# ... and edges of curves in a few of all pixels.
SHARE = 0.0005
# Every text is drawn with boxes, and nothing moves.
FREEZE = """
const font = new FontFace("Box", Uint8Array.from(atob(arguments[0]),
  (letter) => letter.charCodeAt(0)), { weight: "100 900" });
const sheet = new CSSStyleSheet();
sheet.replaceSync(`:root { --ui-font: Box; --ui-mono: Box }
  * { animation: none !important; transition: none !important }
  ` + arguments[1]);
window.frozen = font.load().then(() => {
  document.fonts.add(font);
  document.adoptedStyleSheets = [sheet];
  return document.fonts.ready;
}).then(() => { window.isFrozen = true; });
"""


@pytest.fixture(scope="module")
def address():
    app = Flask("shop")
    app.debug = True
    UI(app)
    with serve(app) as address:
        yield address


@pytest.fixture
def take(browser, address, tmp_path):
    def take(width, theme, css=""):
        font = base64.b64encode(make_box_font()).decode()
        browser.resize(width, 900, dark=theme == "dark")
        browser.goto(f"{address}/-/ui?theme={theme}")
        browser.run(FREEZE, font, css)
        browser.wait_until(lambda: browser.run("return window.isFrozen"), "no font")
        path = tmp_path / f"{width}-{theme}.png"
        browser.screenshot(path, width, 900, dark=theme == "dark", whole=True)
        return Image.open(path).convert("RGB").reduce(BLOCK)

    yield take
    browser.goto("about:blank")


def count_different(picture, other):
    """Return the share of pixels that differ, 1 for pictures of different sizes."""
    if picture.size != other.size:
        return 1.0
    bands = ImageChops.difference(picture, other).split()
    worst = ImageChops.lighter(ImageChops.lighter(bands[0], bands[1]), bands[2])
    different = sum(worst.histogram()[STEPS + 1 :])
    return different / (picture.width * picture.height)


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("width", [1280, 400])
def test_the_style_guide_looks_as_it_did(take, tmp_path, request, width, theme):
    kept = PICTURES / f"guide-{width}-{theme}.png"

    picture = take(width, theme)

    if request.config.getoption("--update-pictures"):
        PICTURES.mkdir(exist_ok=True)
        picture.save(kept, optimize=True)
    share = count_different(picture, Image.open(kept).convert("RGB"))
    new = tmp_path / kept.name
    picture.save(new)
    assert share <= SHARE, (
        f"{share:.2%} of the style guide differ. Compare {new} with {kept}; if the "
        f"change is meant, run this file with --update-pictures."
    )


CHANGES = {
    "a colour": ":root { --ui-accent: #0b6e70 }",
    "a colour of a state": ":root { --ui-bad: #c3261e }",
    "the colour of lines": ":root { --ui-line: #cfd3d8 }",
    "a padding": ".ui-button { padding-inline: 1.1rem }",
    "a padding of cells": ".ui-table td { padding-block: .75rem }",
    "a corner": ":root { --ui-radius: .25rem }",
    "the size of text": ":root { --ui-size: 1.02rem }",
    "a heading": "h1 { font-size: 1.7rem }",
}


@pytest.mark.parametrize("css", CHANGES.values(), ids=CHANGES)
def test_a_change_is_noticed(take, css):
    kept = PICTURES / "guide-1280-light.png"

    picture = take(1280, "light", css)

    assert count_different(picture, Image.open(kept).convert("RGB")) > 2 * SHARE
