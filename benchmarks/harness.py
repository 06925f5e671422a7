"""What the benchmarks share: corpora, fresh processes, order of contestants, medians and ratios, tables, JSON."""

from __future__ import annotations

import argparse
import importlib
import importlib.util
import itertools
import json
import math
import os
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

__all__ = [
    "BenchmarkError",
    "Spread",
    "add_corpus_options",
    "has_room",
    "in_fresh_process",
    "need",
    "positive",
    "ratios",
    "rewritten",
    "run_main",
    "say",
    "table",
    "write_json",
]

HERE = Path(__file__).resolve().parent
DATA = HERE.parents[1] / "shared" / "data"
WORDS_PER_LINE = 1000
_BLOCK = 1 << 24  # bytes read at a time
_ANSWER = "answer: "  # marks the line of a child's output that carries its result


class BenchmarkError(Exception):
    """The benchmark cannot run; the message is one line for the user."""


# An installed cw2v is measured if there is one; otherwise the checkout that these files are in.
if importlib.util.find_spec("cw2v") is None:
    sys.path.append(str(HERE.parent))


def need(*libraries: str) -> None:
    """Raise BenchmarkError unless all libraries can be imported."""
    hints = {"gensim": "pip install 'gensim>=4.4', or leave it out with --contestants",
             "cw2v": "build it: pip install ."}
    for library in libraries:
        try:
            importlib.import_module(library)
        except ImportError as error:
            hint = hints.get(library, "install it")
            raise BenchmarkError(f"{library} cannot be imported ({error}): {hint}") from None


def has_room(what: str, memory: float, folder: Path | None = None, disk: float = 0) -> bool:
    """Whether there are so many bytes of memory, and of disk for a folder; says what is left out if there are not."""
    lines = Path("/proc/meminfo").read_text().splitlines() if Path("/proc/meminfo").exists() else []
    there = next((1024 * int(line.split()[1]) for line in lines if line.startswith("MemAvailable")), math.inf)
    free = shutil.disk_usage(folder).free if folder else math.inf
    for kind, wanted, found in (("memory", memory, there), ("disk", disk, free)):
        if wanted > found:
            say(f"{what} is left out: it takes {wanted / 1e9:.1f} GB of {kind}, and {found / 1e9:.1f} GB are free")
            return False
    return True


def say(message: str) -> None:
    """Progress, on stderr: stdout is for the result."""
    print(message, file=sys.stderr, flush=True)


def positive(text: str) -> int:
    """An option's value that must be a whole number of at least 1."""
    value = int(text)
    if value < 1:
        raise argparse.ArgumentTypeError(f"must be at least 1, got {value}")
    return value


def add_corpus_options(parser: argparse.ArgumentParser) -> None:
    """--corpus, --max-words and --json."""
    parser.add_argument("--corpus", type=Path, default=DATA / "corpora" / "text8like.txt", metavar="FILE",
                        help="text to train on; default %(default)s")
    parser.add_argument("--max-words", type=positive, default=None, metavar="N",
                        help="use only the first N words: for a try, not for a figure")
    parser.add_argument("--json", type=Path, default=None, metavar="FILE", help="write everything measured there")


def run_main(main: Callable[[], None]) -> None:
    """Call `main`; a benchmark that cannot run says why in one line and exits with 2."""
    try:
        main()
    except BenchmarkError as error:
        say(f"{Path(sys.argv[0]).name}: {error}")
        raise SystemExit(2) from None


# --- corpus


def _words(corpus: Path) -> Iterator[bytes]:
    with corpus.open("rb") as file:
        rest = b""
        while block := file.read(_BLOCK):
            words = (rest + block).split()
            # A block may end inside a word, which then goes on in the next.
            rest = b"" if block[-1:].isspace() else words.pop()
            yield from words
        if rest:
            yield rest


@contextmanager
def rewritten(corpus: Path, max_words: int | None = None) -> Iterator[tuple[Path, int]]:
    """The corpus in a temporary file as lines of 1000 words, and its number of words.

    gensim's `corpus_file` drops words from longer lines and spends more on shorter ones: this is the length that is
    fair to it. Existing line ends are ignored.

    Raises
    ------
    BenchmarkError
        The corpus is missing, unreadable or empty.
    """
    count = 0
    with tempfile.TemporaryDirectory(prefix="cw2v-bench-") as folder:
        target = Path(folder) / "corpus.txt"
        try:
            words = itertools.islice(_words(corpus), max_words)
            with target.open("wb") as out:
                while line := list(itertools.islice(words, WORDS_PER_LINE)):
                    count += len(line)
                    out.write(b" ".join(line) + b"\n")
        except OSError as error:
            raise BenchmarkError(f"the corpus {corpus} cannot be read: {error.strerror}; give --corpus FILE") from None
        if not count:
            raise BenchmarkError(f"the corpus {corpus} has no words; give --corpus FILE")
        yield target, count


# --- fresh processes


def in_fresh_process(task: dict[str, Any]) -> dict[str, Any]:
    """Run ``contestants.py`` on a task in a process of its own and return its answer.

    The process has the environment of this one with the task's `environment`; what forces more threads than there are
    processors is taken over from the task only.

    Raises
    ------
    BenchmarkError
        The process failed; the message has the last line of what it said.
    """
    command = [sys.executable, str(HERE / "contestants.py"), json.dumps(task)]
    inherited = {name: value for name, value in os.environ.items() if name != "CW2V_OVERSUBSCRIBE"}
    done = subprocess.run(command, capture_output=True, text=True, env=inherited | task.get("environment", {}))
    for line in done.stdout.splitlines():
        if line.startswith(_ANSWER):
            answer: dict[str, Any] = json.loads(line.removeprefix(_ANSWER))
            return answer
    last = (done.stderr.strip().splitlines() or ["it said nothing"])[-1]
    raise BenchmarkError(f"{task.get('library')} failed with exit code {done.returncode}: {last}")


def answer(result: dict[str, Any]) -> None:
    """Print the result of a child process."""
    print(_ANSWER + json.dumps(result), flush=True)


# --- statistics


@dataclass(frozen=True)
class Spread:
    """Some values with their median, mean and standard error."""

    values: tuple[float, ...]

    @classmethod
    def of(cls, values: Iterable[float]) -> Spread:
        kept = tuple(values)
        if not kept:
            raise ValueError("a spread needs at least one value")
        return cls(kept)

    @property
    def median(self) -> float:
        return statistics.median(self.values)

    @property
    def mean(self) -> float:
        return statistics.fmean(self.values)

    @property
    def standard_error(self) -> float:
        """Of the mean; NaN for a single value."""
        if len(self.values) < 2:
            return float("nan")
        return statistics.stdev(self.values) / math.sqrt(len(self.values))

    def show(self, form: str = "{:,.0f}", centre: str = "median") -> str:
        """``median (min-max)``, each written by `form`; or the mean first."""
        low, high = form.format(min(self.values)), form.format(max(self.values))
        return f"{form.format(getattr(self, centre))} ({low} to {high})"


def ratios(ours: Sequence[float], theirs: Sequence[float]) -> Spread:
    """Ours over theirs, pair by pair: both of a pair were measured in the same round."""
    return Spread.of(a / b for a, b in zip(ours, theirs, strict=True))


# --- output


def table(header: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A Markdown table, the first column aligned left and the others right."""
    lines = [header, ["---"] + ["---:"] * (len(header) - 1), *rows]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines)


def listing(items: dict[str, str]) -> str:
    """A Markdown list of names and values."""
    return "\n".join(f"- {name}: {value}" for name, value in items.items())


def command_line() -> str:
    """How this run was started, without the machine's folders."""
    words = [Path(sys.argv[0]).name, *sys.argv[1:]]
    return " ".join(re.sub(r"^/.*/", "", word) for word in words)


def write_json(path: Path, content: Any) -> None:
    """Write a JSON file whole or not at all.

    Raises
    ------
    BenchmarkError
        The file cannot be written.
    """
    scratch = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        scratch.write_text(json.dumps(content, indent=1, default=str) + "\n")
        os.replace(scratch, path)
    except OSError as error:
        scratch.unlink(missing_ok=True)
        raise BenchmarkError(f"--json {path} cannot be written: {error.strerror}") from None


def now() -> str:
    """Local time for logs."""
    return time.strftime("%Y-%m-%d %H:%M")
