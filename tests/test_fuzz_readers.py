"""The inputs that tests/fuzz_readers.py found interesting, and some new ones; it runs a million."""

from __future__ import annotations

import logging
from pathlib import Path

import pytest

from .fuzz_readers import READERS, fuzz, kept_inputs


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("name", READERS)
def test_every_input_is_read_or_refused(tmp_path: Path, name: str) -> None:
    if name == "gensim":
        pytest.importorskip("gensim")
    logging.disable(logging.WARNING)
    try:
        done, sound, kinds = fuzz(name, len(kept_inputs(name)) + 300, tmp_path)
    finally:
        logging.disable(logging.NOTSET)
    assert 0 < sound < done
    assert len(kinds) > 10
