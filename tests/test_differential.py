"""One script of calls run against gensim and against cw2v: kinds, shapes, dtypes, exceptions and determined values.

The calls are in ``differential/``; gensim is a black box here. A call that differs is in its ``differences.py``
with its row of docs/coming-from.md, and only there.
"""

from __future__ import annotations

import logging
import re
import warnings
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from .differential import model_calls, other_calls, vector_calls
from .differential.api import Api
from .differential.differences import DIFFERENCES
from .differential.outcome import Chance, Raised, brief, difference, outcome

PAGE = Path(__file__).resolve().parents[1] / "docs" / "coming-from.md"
SCRIPTS = (model_calls.CALLS, vector_calls.CALLS, other_calls.CALLS)
CALLS = {name: call for script in SCRIPTS for name, call in script.items()}

# Rows of the page that no single call shows, and the tests that do.
SHOWN_ELSEWHERE = {
    "sentences in the order they come": "test_order.py",
    "noise for each pair": "test_training_options.py",
    "`get_latest_training_loss()` in float32": "test_word2vec.py",
    "`model.score` reads sigmoids from a table": "test_predict.py",
}  # fmt: skip


@pytest.fixture
def both(tmp_path: Path) -> Iterator[tuple[Api, Api]]:
    """gensim's names and ours, each with a folder of its own, and quiet."""
    pytest.importorskip("gensim")
    apis = []
    for package in ("gensim", "cw2v"):
        (tmp_path / package).mkdir()
        apis.append(Api(package, tmp_path / package))
    logger = logging.getLogger("gensim")
    logger.propagate = False
    with warnings.catch_warnings(), np.errstate(all="ignore"):
        warnings.simplefilter("ignore")
        yield apis[0], apis[1]
    logger.propagate = True


@pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning")  # of gensim's workers
@pytest.mark.parametrize("name", CALLS)
def test_call(name: str, both: tuple[Api, Api]) -> None:
    if "wmdistance" in name:
        pytest.importorskip("ot")
    theirs, ours = (outcome(CALLS[name], api) for api in both)
    found = difference(theirs, ours)
    if name not in DIFFERENCES:
        assert found is None, f"{name}: {found}"
        return
    _, expected, of_ours = DIFFERENCES[name]
    assert found is not None, f"{name}: gensim and cw2v agree now; take it out of differences.py"
    if of_ours == "numbers":
        # 1 - float32 is a float64 with NumPy 1.
        assert brief(theirs).replace("float64", "float32")[:60] == expected.replace("float64", "float32")
        assert difference(theirs, ours, scalars=False) is None
    else:
        assert brief(theirs)[:60] == expected
        assert brief(ours)[:60] == of_ours


def test_there_are_enough_calls_and_no_two_of_one_name() -> None:
    assert len(CALLS) == sum(map(len, SCRIPTS)) >= 150
    assert DIFFERENCES.keys() <= CALLS.keys()


def rows() -> list[str]:
    """The first cells of the page's table of differences from gensim."""
    table = PAGE.read_text(encoding="utf-8").split("| there | here | why |")[1].split("\n\n")[0]
    return re.findall(r"(?m)^\| (.+?) \| .+? \| .*\|$", table)


def test_each_difference_is_on_the_page_and_the_page_has_no_other() -> None:
    first_cells = rows()
    shown = [row for row, _, _ in DIFFERENCES.values()] + list(SHOWN_ELSEWHERE)
    for beginning in shown:
        assert sum(cell.startswith(beginning) for cell in first_cells) == 1, f"{beginning!r} begins no row of the page"
    for cell in first_cells:
        assert any(cell.startswith(beginning) for beginning in shown), f"no call shows that {cell}"


class Other:
    pass


@pytest.mark.parametrize(
    ("theirs", "ours"),
    [
        (1, 2), (1, 1.0), (1, True), (np.float32(1), 1.0), ("a", "b"), ([1], (1,)), ([1], [1, 2]), ({"a": 1}, {"b": 1}),
        ({"a": 1}, {"a": 2}), (np.zeros(2), np.zeros(3)), (np.zeros(2), np.zeros(2, np.float32)), (1.0, 1.001),
        (np.zeros(2), np.full(2, 1e-4)), (None, 0), ([np.zeros(2)], [np.ones(2)]), (Raised(KeyError()), 1),
        (1, Raised(KeyError())), (Raised(KeyError()), Raised(ValueError())), (Chance(1.0), Chance(1)),
        (Chance(np.zeros(2)), Chance(np.zeros(3))), (Chance([1.0]), Chance([1.0, 2.0])), (Other(), 7),
    ],
)  # fmt: skip
def test_what_differs_is_seen(theirs: Any, ours: Any) -> None:
    assert difference(theirs, ours) is not None
    assert difference(theirs, theirs) is None or isinstance(theirs, Other)


def test_what_is_equal_enough() -> None:
    class Mine(KeyError):
        pass

    assert difference(Raised(KeyError()), Raised(Mine())) is None
    assert difference(1.0, 1.0 + 1e-7) is None
    assert difference(Chance([1.0, 2.0]), Chance([3.0, 4.0])) is None
    assert difference([np.float32(1)], [1.0], scalars=False) is None
    assert difference([np.float32(1)], [2.0], scalars=False) is not None
