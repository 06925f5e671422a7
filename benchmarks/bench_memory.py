"""Peak memory beside gensim's: 5 epochs from a list, a generator, a file; and of a large file within a limit."""

from __future__ import annotations

import argparse
import json
import os
import random
import re
import subprocess
import sys
import tempfile
import threading
from pathlib import Path
from typing import Any

from harness import (
    WORDS_PER_LINE,
    BenchmarkError,
    add_corpus_options,
    answer,
    command_line,
    listing,
    need,
    positive,
    rewritten,
    run_main,
    say,
    table,
    write_json,
)
from machine import describe

OPTIONS = {"vector_size": 100, "min_count": 5, "workers": 2, "sg": 0}
RUNS = (("gensim", "list"), ("cw2v", "list"), ("cw2v", "generator"), ("gensim", "file"), ("cw2v", "file"))


def parse() -> argparse.Namespace:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    add_corpus_options(parser)
    parser.add_argument("--times", type=positive, default=10, help="size of the generated file; default 10")
    parser.add_argument("--max-memory", default="600MB", help="limit for it; default 600MB")
    parser.add_argument("--task", help=argparse.SUPPRESS)
    return parser.parse_args()


# --- in a fresh process


def _status(name: str) -> int:
    """A line of /proc/self/status, in bytes."""
    found = re.search(rf"^{name}:\s+(\d+) kB", Path("/proc/self/status").read_text(), re.MULTILINE)
    return int(found[1]) * 1024 if found else 0


class _Peak(threading.Thread):
    """The most anonymous memory, looked at every 10 ms; the system's own high-water mark counts mapped files too."""

    def __init__(self) -> None:
        super().__init__(daemon=True)
        self.most, self.over = 0, threading.Event()

    def run(self) -> None:
        while not self.over.wait(0.01):
            self.most = max(self.most, _status("RssAnon"))


def work(task: dict[str, Any]) -> None:
    """Train as the task says; print the peaks."""
    if task["library"] == "gensim":
        from gensim.models import Word2Vec
    else:
        from cw2v import Word2Vec
    started = _status("VmRSS")
    sentences = None
    if task["kind"] == "list":
        with open(task["corpus"], encoding="utf-8") as file:
            sentences = [line.split() for line in file]
    listed = _status("VmRSS")
    peak = _Peak()
    peak.start()
    if sentences is not None:
        Word2Vec(sentences, **task["options"])
    elif task["kind"] == "generator":
        with open(task["corpus"], encoding="utf-8") as file:
            Word2Vec((line.split() for line in file), **task["options"])
    else:
        Word2Vec(corpus_file=task["corpus"], **task["options"])
    peak.over.set()
    peak.join()
    answer({"started": started, "listed": listed, "peak": _status("VmHWM"), "anonymous": peak.most})


# --- here


def measure(library: str, kind: str, corpus: Path, options: dict[str, Any]) -> dict[str, int]:
    """The answer of a fresh process."""
    say(f"{library} from a {kind}")
    task = {"library": library, "kind": kind, "corpus": str(corpus), "options": options}
    done = subprocess.run([sys.executable, __file__, "--task", json.dumps(task)], capture_output=True, text=True)
    for line in done.stdout.splitlines():
        if line.startswith("answer: "):
            found: dict[str, int] = json.loads(line.removeprefix("answer: "))
            return found
    raise BenchmarkError(f"{library} failed: {(done.stderr.strip().splitlines() or ['it said nothing'])[-1]}")


def enlarge(corpus: Path, target: Path, times: int) -> None:
    """Write the lines `times` over, each time in another order."""
    lines = corpus.read_bytes().splitlines(keepends=True)
    shuffle = random.Random(1).shuffle
    with target.open("wb") as file:
        for _ in range(times):
            shuffle(lines)
            file.writelines(lines)


def mb(size: float) -> str:
    """In megabytes."""
    return f"{size / 1e6:,.0f}"


def main() -> None:
    """Measure and print."""
    options = parse()
    if options.task:
        work(json.loads(options.task))
        return
    need("cw2v", "gensim")
    found = {}
    with rewritten(options.corpus, options.max_words) as (corpus, n_words), tempfile.TemporaryDirectory() as folder:
        for library, kind in RUNS:
            found[f"{library}, {kind}"] = measure(library, kind, corpus, OPTIONS | {"epochs": 5})
        large = Path(folder) / "large.txt"
        enlarge(corpus, large, options.times)
        size = os.path.getsize(large)
        limited = OPTIONS | {"epochs": 1, "max_memory": options.max_memory}
        found["limited"] = one = measure("cw2v", "file", large, limited)
    reference = found["gensim, list"]["peak"]
    rows = [[name, *(mb(part) for part in (f["peak"], f["started"], f["listed"] - f["started"],
                                           f["peak"] - f["listed"])), f"{f['peak'] / reference:.0%}"]
            for name, f in found.items() if name != "limited"]  # fmt: skip
    large_rows = [["peak of the process, mapped pages of files counted", mb(one["peak"])],
                  ["anonymous memory", mb(one["anonymous"])],
                  ["peak beyond interpreter and libraries", mb(one["peak"] - one["started"])]]  # fmt: skip
    stated = {"command": command_line(), "lines": f"{WORDS_PER_LINE} words",
              "options": ", ".join(f"{name}={value}" for name, value in OPTIONS.items())}  # fmt: skip
    print("\n\n".join([
        "# Memory", listing(describe()), listing(stated),
        table([f"{n_words:,} words, 5 epochs, MB", "peak", "interpreter", "list", "the rest", "share"], rows),
        table([f"{options.times * n_words:,} words, {mb(size)} MB, 1 epoch, max_memory={options.max_memory}", "MB"],
              large_rows)]))  # fmt: skip
    if options.json:
        write_json(options.json, {"benchmark": "memory", "words": n_words, "found": found})


if __name__ == "__main__":
    run_main(main)
