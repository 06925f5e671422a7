"""Run with faults.c preloaded: every save, with each of its system calls failing or killing the process in turn."""

from __future__ import annotations

import contextlib
import ctypes
import errno
import os
import signal
import sys
from collections.abc import Callable
from pathlib import Path

import numpy as np

from cw2v import KeyedVectors, Phrases, Word2Vec, exchange
from cw2v.errors import Cw2vError
from cw2v.io import native

FAULTS = ctypes.CDLL(None)
TEXT = [["a", "b", "c"], ["a", "c"]] * 20
MATRIX = np.random.default_rng(1).standard_normal((3000, 8)).astype(np.float32)
KEYS = [f"w{i}" for i in range(len(MATRIX))]
KV = KeyedVectors(8)
KV.add_vectors(KEYS, MATRIX)
MODEL = Word2Vec(TEXT, vector_size=4, min_count=1, workers=1, epochs=1)
MODEL.lifecycle_events = None  # with the times of every save no two files would be the same
PHRASES = Phrases(TEXT, min_count=1, threshold=0.1)


def train(path: Path) -> None:
    Word2Vec(TEXT, vector_size=4, min_count=1, workers=1, epochs=2, checkpoint=path)


SAVES: dict[str, Callable[[Path], None]] = {
    "binary.bin": lambda path: KV.save_word2vec_format(path, binary=True),
    "text.txt": lambda path: KV.save_word2vec_format(path),
    "packed.txt.gz": lambda path: KV.save_word2vec_format(path),
    "native.cw2v": KV.save,
    "archive.npz": lambda path: exchange.save(KV, path),
    "model.cw2v": MODEL.save,
    "phrases.cw2v": PHRASES.save,
    "checkpoint.cw2v": train,
}


def state(folder: Path, name: str, old: bytes, new: bytes) -> str:
    """"old" or "new"; anything else is a failure."""
    left = [entry for entry in os.listdir(folder) if entry != name]
    assert not left, f"{name}: litter {left}"
    content = (folder / name).read_bytes()
    if content == old:
        return "old"
    if name.startswith("checkpoint"):  # has a run time in it
        native.read(folder / name)
    else:
        assert content == new, f"{name}: neither the old file nor the new one"
    return "new"


def fails(save: Callable[[Path], None], path: Path, at: int, error: int) -> tuple[bool, int]:
    """Whether the save failed, and how many calls it made."""
    FAULTS.fault_arm(ctypes.c_long(at), error)
    try:
        save(path)
    except (OSError, Cw2vError):
        return True, FAULTS.fault_disarm()
    finally:
        FAULTS.fault_disarm()
    return False, FAULTS.fault_disarm()


def is_killed(save: Callable[[Path], None], path: Path, at: int) -> bool:
    child = os.fork()
    if child == 0:
        FAULTS.fault_arm(ctypes.c_long(at), 0)
        with contextlib.suppress(BaseException):
            save(path)
        os._exit(0)
    status = os.waitpid(child, 0)[1]
    return os.WIFSIGNALED(status) and os.WTERMSIG(status) == signal.SIGKILL


def remove_linked(folder: Path, name: str, new: bytes) -> int:
    """Between getting its name and the place of the old file, the new one can be left under the first, whole."""
    left = [folder / entry for entry in os.listdir(folder) if entry != name]
    assert len(left) <= 1
    for path in left:
        assert path.name.startswith(".cw2v-")
        assert path.read_bytes() == new or name.startswith("checkpoint"), f"{path}: half a file has a name"
        path.unlink()
    return len(left)


def check(folder: Path, name: str) -> str:
    save, path, old = SAVES[name], folder / name, b"old"
    save(path)
    new = path.read_bytes()
    counts = {"failed": 0, "killed": 0, "old": 0, "new": 0}
    for error in (errno.ENOSPC, errno.EIO, 0):
        for at in range(1, 200):
            path.write_bytes(old)
            happened = is_killed(save, path, at) if error == 0 else False
            if error:
                failed, calls = fails(save, path, at, error)
                happened = calls >= at
                counts["failed"] += failed
            elif happened:
                counts["killed"] += 1
                remove_linked(folder, name, new)
            if not happened:
                break
            kept = state(folder, name, old, new)
            counts[kept] += 1
            if error and failed and not name.startswith("checkpoint"):
                assert kept == "old", f"{name}: call {at} failed and the old file is gone"
            if error and not failed:
                assert kept == "new", f"{name}: call {at} failed, nobody was told, and the new file is not there"
        else:
            raise AssertionError(f"{name}: no end of calls")
    path.unlink()
    return f"{name} {counts['failed']} {counts['killed']} {counts['old']} {counts['new']}"


if __name__ == "__main__":
    place = Path(sys.argv[1])
    for label in SAVES:
        print(check(place, label), flush=True)
