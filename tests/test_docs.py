"""The examples in the documentation run, those of the pages and those of the docstrings."""

from __future__ import annotations

import doctest
import importlib
import pkgutil
import re
from pathlib import Path

import pytest

import cw2v
from cw2v import mathematics

ROOT = Path(__file__).resolve().parents[1]
PAGES = [p for folder in (ROOT, ROOT / "docs", ROOT / "benchmarks", ROOT / "csrc") for p in sorted(folder.glob("*.md"))
         if ">>> " in p.read_text(encoding="utf-8")]  # fmt: skip
FLAGS = doctest.ELLIPSIS | doctest.NORMALIZE_WHITESPACE
MODULES = sorted(m.name for m in pkgutil.walk_packages(cw2v.__path__, "cw2v.") if "__main__" not in m.name)


def run(test: doctest.DocTest) -> int:
    """Run a test and return how many examples it had; the report of what fails is the message."""
    report: list[str] = []
    results = doctest.DocTestRunner(optionflags=FLAGS).run(test, out=report.append)
    assert results.failed == 0, "".join(report)
    return results.attempted


def page_test(text: str, name: str) -> doctest.DocTest:
    """All examples of a page as one test; the fences of its code blocks are no output."""
    plain = re.sub(r"(?m)^\s*(```|~~~).*$", "", text)
    return doctest.DocTestParser().get_doctest(plain, {"__name__": "__main__"}, name, name, 0)


@pytest.mark.parametrize("page", PAGES, ids=lambda p: str(p.relative_to(ROOT)))
def test_examples_of_a_page(page: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)  # what an example writes
    attempted = run(page_test(page.read_text(encoding="utf-8"), page.name))
    assert attempted >= (60 if page.name == "mathematics.md" else 1)


def test_the_page_of_mathematics_is_among_them() -> None:
    assert ROOT / "docs" / "mathematics.md" in PAGES


def test_a_wrong_example_is_found() -> None:
    assert run(page_test("```python\n>>> 1 + 1\n2\n```\n", "right.md")) == 1
    with pytest.raises(AssertionError, match=r"wrong\.md\", line 2.*\n\s*Failed example"):
        run(page_test("```python\n>>> 1 + 1\n3\n```\n", "wrong.md"))


@pytest.mark.parametrize("name", MODULES)
def test_examples_of_docstrings(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    module = importlib.import_module(name)
    for test in doctest.DocTestFinder(exclude_empty=True).find(module):
        run(test)


def test_the_page_names_every_function_and_no_other() -> None:
    page = (ROOT / "docs" / "mathematics.md").read_text(encoding="utf-8")
    public = {name for name in mathematics.__all__ if name not in ("Forward", "Paths", "log_softmax", "path_signs",
                                                                   "huffman_total")}  # fmt: skip
    pairs = {"negative_sampling_pair_gradients", "negative_sampling_gradients"}
    assert {name for name in public - pairs if f"`{name}`" not in page} == set()
    called = set(re.findall(r"mathematics\.(\w+)\(", page))
    assert called <= set(mathematics.__all__)


def test_the_page_names_c_that_is_there() -> None:
    page = (ROOT / "docs" / "mathematics.md").read_text(encoding="utf-8")
    source = {path.relative_to(ROOT / "csrc").as_posix(): path.read_text(encoding="utf-8")
              for path in (ROOT / "csrc").rglob("*") if path.suffix in (".c", ".h", ".inc")}  # fmt: skip
    files = set(re.findall(r"`(?:csrc/)?((?:simd|train|text|model|rng|step|math)/\w+\.\w+)`", page))
    assert len(files) >= 10
    assert files <= source.keys()
    everything = "\n".join(source.values())
    for symbol in set(re.findall(r"`(cw2v_\w+)", page)) | {"train_cbow", "softmax_step_sizes", "forward", "gather"}:
        assert re.search(rf"\b{symbol}\b", everything), f"{symbol} is not in csrc"


@pytest.mark.parametrize("page", [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))], ids=lambda p: p.name)
def test_links_lead_somewhere(page: Path) -> None:
    prose = re.sub(r"(?s)```.*?```|`[^`\n]*`", "", page.read_text(encoding="utf-8"))
    for target in re.findall(r"\]\(([^)#:\s]+)\)", prose):
        assert (page.parent / target).exists(), target
