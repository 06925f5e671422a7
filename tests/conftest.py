"""What all tests share."""

from __future__ import annotations

import functools
import gc
import os
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

import cw2v

# hypothesis's limits by the clock fail a test that was held up once by others on the machine.
settings.register_profile("cw2v", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("cw2v")

# Programs that the tests start import the installed package too, not the source folder they may be started in.
os.environ["PYTHONSAFEPATH"] = "1"


@pytest.fixture(autouse=True)
def ctrl_c_arrives() -> None:
    """A test that sends Ctrl-C would wait for ever where it is lost: where the tests were started in the background,
    with SIGINT ignored, or in hypothesis's callback of the garbage collection, in which no exception counts."""
    signal.signal(signal.SIGINT, signal.default_int_handler)
    gc.callbacks.clear()


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


@functools.cache
def _run_example(name: str, *options: str) -> tuple[int, str, str]:
    script = Path(__file__).resolve().parents[1] / "examples" / name
    # A script finds its neighbour _data.py through the folder it is in, which a safe path would leave out.
    environment = {key: value for key, value in os.environ.items() if key != "PYTHONSAFEPATH"}
    done = subprocess.run([sys.executable, str(script), *options, "--workers", "1"], cwd="/", env=environment,
                          capture_output=True, text=True, timeout=300)  # fmt: skip
    return done.returncode, done.stdout, done.stderr


@pytest.fixture
def example() -> Callable[..., tuple[int, str, str]]:
    """Runs a script of examples/ with options, each once a session: exit code, standard output and error."""
    return _run_example
