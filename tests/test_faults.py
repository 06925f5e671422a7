"""Every system call of every save fails, or kills the process, in turn: the old file or the new one is there, whole."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

HERE = Path(__file__).resolve().parent / "faults"


@pytest.mark.skipif(sys.platform != "linux" or not shutil.which("cc"), reason="needs Linux and a C compiler")
def test_every_save_survives_every_fault(tmp_path: Path) -> None:
    library, place = tmp_path / "faults.so", tmp_path / "place"
    subprocess.run(["cc", "-shared", "-fPIC", "-O1", "-o", str(library), str(HERE / "faults.c"), "-ldl"], check=True)
    place.mkdir()
    environment = os.environ | {"LD_PRELOAD": str(library), "PYTHONWARNINGS": "ignore"}
    run = subprocess.run([sys.executable, str(HERE / "driver.py"), str(place)], capture_output=True, text=True,
                         env=environment, check=False)  # fmt: skip
    assert run.returncode == 0, run.stderr[-2000:]
    rows = [line.split() for line in run.stdout.splitlines()]
    assert len(rows) == 8
    for name, failed, killed, old, new in rows:
        # Opening, writing, flushing to the disk, linking and renaming at least, with two errors each.
        assert int(failed) >= 8, name
        assert int(killed) >= 5, name
        assert int(old) > 0, name
        assert int(new) > 0, name
