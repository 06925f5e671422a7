"""docs/tutorial.md does what it says."""

from __future__ import annotations

import doctest
import importlib.util
import re
from pathlib import Path

import pytest

TUTORIAL = Path(__file__).resolve().parents[1] / "docs" / "tutorial.md"
PICTURE = "## 10. A picture"


def run(text: str) -> doctest.TestResults:
    """Run the examples in the fenced blocks of Markdown; line numbers in a failure are the page's."""
    inside, lines = False, []
    for line in text.splitlines():
        fence = line.startswith("```")
        inside ^= fence
        lines.append(line if inside and not fence else "")
    test = doctest.DocTestParser().get_doctest("\n".join(lines) + "\n", {}, TUTORIAL.name, str(TUTORIAL), 0)
    runner = doctest.DocTestRunner(optionflags=doctest.ELLIPSIS | doctest.NORMALIZE_WHITESPACE)
    report: list[str] = []
    runner.run(test, out=report.append)
    results = runner.summarize(verbose=False)
    assert not results.failed, "".join(report)
    return results


def test_the_tutorial_up_to_the_picture() -> None:
    before, picture = TUTORIAL.read_text().split(PICTURE)
    assert ">>>" in picture
    assert run(before).attempted > 25


def test_the_tutorial_to_its_end() -> None:
    if importlib.util.find_spec("cw2v.plot") is None:
        pytest.skip("this version has no cw2v.plot")
    pytest.importorskip("matplotlib", reason="pictures are drawn with matplotlib: pip install cw2v[plot]")
    assert run(TUTORIAL.read_text()).attempted > 30


def test_a_wrong_page_is_noticed() -> None:
    with pytest.raises(AssertionError, match="Expected:"):
        run("```python\n>>> 1 + 1\n3\n```\n")


def test_links_of_the_pages_lead_somewhere() -> None:
    for page in ("tutorial.md", "examples.md"):
        for target in re.findall(r"\]\(([^)#:]+)\)", (TUTORIAL.parent / page).read_text()):
            assert (TUTORIAL.parent / target).exists(), f"{page}: {target}"
