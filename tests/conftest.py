"""What all tests share."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

import cw2v

# Programs that the tests start import the installed package too, not the source folder they may be started in.
os.environ["PYTHONSAFEPATH"] = "1"


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """The folder of real corpora and evaluation sets beside the checkout; skips where it is absent."""
    for parent in Path(__file__).resolve().parents:
        folder = parent.parent / "shared" / "data"
        if (folder / "corpora").is_dir():
            return folder
    pytest.skip("the real corpora are not beside this checkout (../shared/data)")


@pytest.fixture(params=cw2v.simd_available())
def simd(request: pytest.FixtureRequest) -> str:
    """Every instruction set that this machine runs."""
    return str(request.param)
