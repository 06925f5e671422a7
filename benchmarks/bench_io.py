"""Files of vectors beside gensim: word2vec's text and binary, and our own; both must hold the same vectors."""

from __future__ import annotations

import argparse
import importlib
import itertools
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from harness import (
    BenchmarkError,
    Spread,
    command_line,
    has_room,
    listing,
    need,
    positive,
    ratios,
    run_main,
    say,
    table,
    write_json,
)
from kept import check_json
from machine import describe

MANY_VALUES = 100_000_000  # gensim takes minutes for each step of such vectors: one round of them must do
KINDS = ("bin", "text", "native")
TO_REACH = {"load .bin": 10, "load text": 20, "save text": 15}


def shape(text: str) -> tuple[int, int]:
    """An option's value such as 400000x100."""
    rows, size = map(positive, text.split("x"))
    return rows, size


def parse() -> argparse.Namespace:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--shapes", type=shape, nargs="+", default=[(400_000, 100), (1_000_000, 300)], metavar="VxD",
                        help="random vectors; default 400000x100 1000000x300")
    parser.add_argument("--rounds", type=positive, default=3,
                        help=f"default 3; with text, of more than {MANY_VALUES:,} values always one")
    parser.add_argument("--kinds", choices=KINDS, nargs="+", default=list(KINDS), help="files; default all")
    parser.add_argument("--folder", type=Path, default=None, metavar="DIR",
                        help="where to write; default a temporary one")
    parser.add_argument("--json", type=Path, default=None, metavar="FILE", help="write everything measured there")
    return parser.parse_args()


def timed(work: Callable[[], Any]) -> tuple[float, Any]:
    """Seconds, and the result."""
    begin = time.perf_counter()
    result = work()
    return time.perf_counter() - begin, result


def make(library: Any, rows: int, size: int) -> Any:
    """Random vectors of the lengths that training makes, with counts."""
    vectors = library.KeyedVectors(size)
    matrix = np.random.default_rng(1).standard_normal((rows, size), np.float32) / np.float32(np.sqrt(size))
    vectors.add_vectors([f"word{i}" for i in range(rows)], matrix)
    return vectors


def touch(n_bytes: int) -> None:
    """Use that much memory and give it back: a virtual machine's host may take what is free, and return it slowly."""
    np.empty(n_bytes, np.uint8).fill(1)


def measure_native(library: Any, vectors: Any, path: str) -> dict[str, float]:
    """The same of the library's own files."""
    seconds: dict[str, float] = {}
    size = vectors.vectors.nbytes
    touch(size)
    seconds["save native"], _ = timed(lambda: vectors.save(path))
    touch(size)
    seconds["load native"], _ = timed(lambda: library.KeyedVectors.load(path))
    seconds["open native, mapped"], mapped = timed(lambda: library.KeyedVectors.load(path, mmap="r"))
    seconds["first key of it"], _ = timed(lambda: mapped["word7"])
    return seconds


def measure(library: Any, vectors: Any, folder: Path, kinds: Sequence[str]) -> dict[str, float]:
    """Seconds of each step; files are in the page cache when they are read, and the memory a step takes is warm."""
    seconds: dict[str, float] = {}
    size = vectors.vectors.nbytes
    for name, kind, binary, file_size in (("bin", ".bin", True, size), ("text", "text", False, 3 * size)):
        if name not in kinds:
            continue
        path = str(folder / f"vectors{kind}")
        touch(file_size)
        seconds[f"save {kind}"], _ = timed(lambda: vectors.save_word2vec_format(path, binary=binary))  # noqa: B023
        load = library.KeyedVectors.load_word2vec_format
        touch(size)
        seconds[f"load {kind}"], again = timed(lambda: load(path, binary=binary))  # noqa: B023
        seconds[f"all keys of {kind}"], _ = timed(lambda: again.key_to_index)  # noqa: B023
        if again.index_to_key != vectors.index_to_key or not np.array_equal(again.vectors, vectors.vectors):
            raise BenchmarkError(f"{library.__name__} reads other vectors from {kind} than it wrote")
    if "native" in kinds:
        seconds |= measure_native(library, vectors, str(folder / "vectors.native"))
    for entry in folder.iterdir():
        entry.unlink()
    return seconds


def main() -> None:
    """Measure and print."""
    options = parse()
    need("cw2v", "gensim")
    check_json(options.json)
    libraries = {"gensim": importlib.import_module("gensim.models"), "cw2v": importlib.import_module("cw2v")}
    times: dict[str, dict[str, dict[str, list[float]]]] = {}
    machine = describe()
    with tempfile.TemporaryDirectory(prefix="cw2v-bench-", dir=options.folder) as folder:
        for number, (rows, size) in itertools.product(range(options.rounds), options.shapes):
            n = rows * size
            once = "text" in options.kinds and n > MANY_VALUES
            if (number and once) or not has_room(f"{rows:,} x {size}", 24 * n, Path(folder), 24 * n):
                continue
            kept = times.setdefault(f"{rows:,} x {size}", {name: {} for name in libraries})
            for name, library in libraries.items():
                seconds = measure(library, make(library, rows, size), Path(folder), options.kinds)
                for step, value in seconds.items():
                    kept[name].setdefault(step, []).append(value)
                say(f"round {number + 1}, {rows:,} x {size}, {name}: "
                    + ", ".join(f"{k} {v:.3f}" for k, v in seconds.items()))
    output = ["# Files of vectors", listing(machine), listing({"command": command_line(),
              "seconds": "medians of interleaved rounds in one process; cw2v's saves wait until the disk has the data, "
                         "gensim's do not",
              "memory": "before each step as much as it takes was touched and given back, as hosts of virtual machines "
                        "give free memory slowly"})]  # fmt: skip
    for label, kept in times.items():
        lines = []
        for step in kept["cw2v"]:
            theirs, ours = kept["gensim"][step], kept["cw2v"][step]
            ratio = ratios(theirs, ours)
            lines.append([step, f"{Spread.of(theirs).median:.3f}", f"{Spread.of(ours).median:.4f}",
                          f"{ratio.median:.1f} ({min(ratio.values):.1f} to {max(ratio.values):.1f})",
                          str(TO_REACH.get(step, ""))])  # fmt: skip
        output.append(table([label, "gensim, s", "cw2v, s", "times as fast", "to reach"], lines))
    print("\n\n".join(output))
    if options.json:
        write_json(options.json, {"benchmark": "io", "machine": machine, "times": times})


if __name__ == "__main__":
    run_main(main)
