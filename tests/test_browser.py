"""The page in a real browser: typed searches, hovering, keys, links."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from urllib.parse import quote

import numpy as np
import pytest

from cw2v import KeyedVectors, plot

if os.name != "posix":
    pytest.skip("the browser is driven through POSIX pipes", allow_module_level=True)

from . import browser
from .browser import Browser

STRANGE = "</script><b id=evil>"
WORDS = ["king", "queen", "Kingdom", "working", STRANGE, "שלום", "😀", *(f"w{i}" for i in range(200))]
# What the page writes on its map is kept, so that a test can look for a label.
_RECORD = """
window.drawn = [];
{
const clear = CanvasRenderingContext2D.prototype.clearRect, fill = CanvasRenderingContext2D.prototype.fillText;
CanvasRenderingContext2D.prototype.clearRect = function (...box) { window.drawn = []; clear.apply(this, box); };
CanvasRenderingContext2D.prototype.fillText = function (...call) { window.drawn.push(call); fill.apply(this, call); };
}
"""


@pytest.fixture(scope="module")
def page(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Browser, str]]:
    program = browser.find()
    if program is None:
        pytest.skip(f"no browser on the PATH: {', '.join(browser.NAMES)}")
    folder = tmp_path_factory.mktemp("page")
    kv = KeyedVectors(6)
    kv.add_vectors(WORDS, np.random.default_rng(1).normal(size=(len(WORDS), 6)))
    kv.expandos["count"] = np.arange(3 * len(WORDS), 0, -3)
    plot.html(kv, folder / "map.html", {"first": WORDS[:7], "rest": WORDS[7:-1]}, title="A map & <its> words")
    with Browser(program, folder / "profile") as opened:
        opened.call("Page.addScriptToEvaluateOnNewDocument", source=_RECORD)
        yield opened, (folder / "map.html").as_uri()


@pytest.fixture
def at(page: tuple[Browser, str]) -> Iterator[Browser]:
    """The page, freshly opened; it must neither fail nor ask for anything else."""
    opened, address = page
    opened.open(address)
    opened.errors.clear()
    yield opened
    assert opened.errors == []
    assert {url.split("#")[0] for url in opened.requests} <= {address, "about:blank"}


def text(at: Browser, element: str) -> str:
    return str(at.run(f"document.getElementById('{element}').textContent"))


def place_of(at: Browser, word: str) -> tuple[float, float]:
    """Where a word is drawn on the screen."""
    i = WORDS.index(word)
    box = at.run("(b => [b.left, b.top])(canvas.getBoundingClientRect())")
    return at.run(f"screenX({i})") + box[0], at.run(f"screenY({i})") + box[1]


def test_a_typed_search_finds_the_label_and_centres_it(at: Browser) -> None:
    assert at.run("document.title") == "A map & <its> words"
    assert text(at, "status") == ""
    at.key("/")
    assert at.run("document.activeElement.id") == "search"
    at.type("queen")
    assert at.run("document.getElementById('search').value") == "queen"
    assert text(at, "status") == "1 word found"
    assert text(at, "word") == "queen"
    assert text(at, "count") == f"{3 * (len(WORDS) - 1)} times in the corpus"
    (label,) = [call for call in at.run("drawn") if call[0] == "queen"]
    middle = at.run("[width / 2, height / 2]")
    assert abs(label[1] - middle[0]) < 80
    assert abs(label[2] - middle[1]) < 30
    assert place_of(at, "queen")[0] == pytest.approx(middle[0], abs=1)


def test_the_panel_has_the_nearest_words(at: Browser) -> None:
    at.key("/")
    at.type("queen")
    shown = at.run("[...document.querySelectorAll('#near li')].map(li => [...li.children].map(c => c.textContent))")
    kv = KeyedVectors(6)
    kv.add_vectors(WORDS, np.random.default_rng(1).normal(size=(len(WORDS), 6)))
    assert [word for word, _ in shown] == [key for key, _ in kv.most_similar("queen")]
    assert [float(score) for _, score in shown] == pytest.approx([s for _, s in kv.most_similar("queen")], abs=0.006)
    at.run("document.querySelector('#near button').click()")
    assert text(at, "word") == next(word for word, _ in shown if word != WORDS[-1])


def test_enter_goes_from_match_to_match_the_best_first(at: Browser) -> None:
    at.key("/")
    at.type("KING")
    seen = []
    for _ in range(4):
        seen.append((text(at, "word"), text(at, "status")))
        at.key("Enter", "\r")
    assert seen == [("king", "1 of 3 words found"), ("Kingdom", "2 of 3 words found"),
                    ("working", "3 of 3 words found"), ("king", "1 of 3 words found")]


def test_a_search_that_finds_nothing_says_so(at: Browser) -> None:
    at.key("/")
    at.type("nosuch")
    assert text(at, "status") == "no word on this map contains “nosuch”"
    assert at.run("document.getElementById('info').hidden") is True
    at.key("Escape")
    assert text(at, "status") == ""
    assert at.run("document.getElementById('search').value") == ""


@pytest.mark.parametrize("word", ["queen", STRANGE, "שלום", "😀", "w11"])
def test_a_link_to_a_word(page: tuple[Browser, str], at: Browser, word: str) -> None:
    at.open(page[1] + "#q=" + quote(word, safe=""))
    assert text(at, "word") == word
    assert word in [call[0] for call in at.run("drawn")]
    assert at.run("document.getElementById('evil')") is None


def test_hovering_shows_a_word_and_leaving_hides_it(at: Browser) -> None:
    assert at.run("document.getElementById('info').hidden") is True
    x, y = place_of(at, "w5")
    at.mouse("mouseMoved", x + 1, y)
    shown = text(at, "word")
    assert at.run("document.getElementById('info').hidden") is False
    other = place_of(at, shown)
    assert np.hypot(other[0] - x - 1, other[1] - y) <= 1.01  # w5, or one that is nearer still
    at.mouse("mouseMoved", 500, 10)
    assert at.run("document.getElementById('info').hidden") is True


def test_a_click_keeps_a_word_and_dragging_moves(at: Browser) -> None:
    x, y = place_of(at, "w5")
    for kind in ("mousePressed", "mouseReleased"):
        at.mouse(kind, x, y, button="left", clickCount=1)
    at.mouse("mouseMoved", 500, 10)
    kept = text(at, "word")
    assert at.run("document.getElementById('info').hidden") is False
    before = place_of(at, kept)
    at.mouse("mousePressed", 100, 400, button="left", clickCount=1)
    for step in range(1, 6):
        at.mouse("mouseMoved", 100 + 10 * step, 400 + 4 * step, button="left", buttons=1)
    at.mouse("mouseReleased", 150, 420, button="left", clickCount=1)
    assert place_of(at, kept) == pytest.approx((before[0] + 50, before[1] + 20))
    assert text(at, "word") == kept


def test_keys_and_wheel_move_and_zoom(at: Browser) -> None:
    at.run("canvas.focus()")
    x, y = place_of(at, "w9")
    at.key("ArrowLeft")
    assert place_of(at, "w9") == pytest.approx((x + 60, y))
    scale = at.run("view.scale")
    at.key("+", "+")
    assert at.run("view.scale") == pytest.approx(1.4 * scale)
    x, y = place_of(at, "w9")
    at.mouse("mouseWheel", x, y, deltaX=0, deltaY=-300)
    at.run("new Promise(done => requestAnimationFrame(() => setTimeout(done, 100)))")
    assert at.run("view.scale") > 1.5 * scale
    assert place_of(at, "w9") == pytest.approx((x, y), abs=1)  # what is under the mouse stays there
    at.key("0", "0")
    assert at.run("view.scale") == pytest.approx(scale)


def test_labels_do_not_overlap(at: Browser) -> None:
    for _ in range(3):
        drawn = at.run("drawn.map(([word, x, y]) => [x, y - 6, x + brush.measureText(word).width, y + 6])")
        boxes = np.array(drawn)
        assert len(boxes) > 20
        left, bottom, right, top = (boxes[:, None, i] for i in range(4))
        meet = (left < boxes[:, 2]) & (boxes[:, 0] < right) & (bottom < boxes[:, 3]) & (boxes[:, 1] < top)
        assert meet.sum() == len(boxes)
        at.run("zoom(1.6)")


def test_light_and_dark(page: tuple[Browser, str], at: Browser) -> None:
    seen = []
    for scheme in ("light", "dark"):
        at.call("Emulation.setEmulatedMedia", features=[{"name": "prefers-color-scheme", "value": scheme}])
        seen.append(at.run("getComputedStyle(document.body).backgroundColor"))
    assert seen == ["rgb(255, 255, 255)", "rgb(22, 24, 28)"]
    at.run("document.getElementById('theme').click()")
    assert at.run("getComputedStyle(document.body).backgroundColor") == seen[0]
    at.call("Emulation.setEmulatedMedia", features=[])
    at.open(page[1] + "#theme=dark")
    assert at.run("getComputedStyle(document.body).backgroundColor") == seen[1]


def test_words_are_never_markup(at: Browser) -> None:
    assert at.run("document.querySelectorAll('script').length") == 2
    at.key("/")
    at.type("<b id")
    assert text(at, "word") == STRANGE
    assert json.loads(text(at, "data"))["words"] == WORDS[:-1]
    assert at.run("document.querySelector('b')") is None
