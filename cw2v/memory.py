"""Where the memory of a run goes, before it is taken; ``max_memory`` is kept or refused by it.

Counted is what cw2v takes beyond the interpreter and the caller's own objects. While a corpus is read there is also the
table of its distinct words, some 150 bytes each, those below `min_count` included; it is gone before training begins.
"""

from __future__ import annotations

import math
import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from cw2v import _core
from cw2v.errors import MemoryLimitError, ParameterError
from cw2v.parameters import window_sides
from cw2v.train import tables

if TYPE_CHECKING:
    from cw2v.vocabulary import Vocabulary

__all__ = ["estimate", "for_corpus", "while_reading"]

WORD_BYTES = 64  # a word of some eight letters as a Python object
INT_BYTES = 32  # a word id as one
PATH_ARRAYS_BYTES = 2 * 160  # a word's "code" and "point", as NumPy arrays
SAMPLED_WORDS = 10_000
# A word, while words are chosen and tables made. Measured: the heap keeps a part, which a tree's small arrays fill.
TABLE_WORK_BYTES, TABLE_WORK_BYTES_WITH_TREE = 115, 0
SOFTMAX_BYTES = 4 * _core.MAX_CONTEXTS * 8 // 6 + 1  # a word, for the logits of a step in tiles of six
LANE_CENTRES = 128  # CW2V_LANE_CENTRES of csrc/train/lanes.h


def while_reading(model: Any) -> int | None:
    """Bytes of a corpus that may be in memory while it is read: the words that will be kept are not known yet."""
    return None if model.max_memory is None else model.max_memory // 4


def for_corpus(model: Any, vocabulary: Vocabulary) -> int | None:
    """Bytes that are left for the corpus itself; None: no limit.

    Raises
    ------
    MemoryLimitError
        The rest of the run takes more than ``max_memory``.
    """
    if model.max_memory is None:
        return None
    words = _words_bytes(vocabulary.index_to_key, len(vocabulary))
    parts = _parts(model, len(vocabulary), words, vocabulary.counts)
    taken = sum(parts.values())
    if taken > model.max_memory:
        listed = ", ".join(f"{name} {_text(size)}" for name, size in parts.items() if size)
        raise MemoryLimitError(
            f"training {len(vocabulary):,} words in {model.vector_size} dimensions takes {_text(taken)} without the "
            f"corpus, more than max_memory={_text(model.max_memory)}: {listed}; raise max_memory or min_count, or "
            "lower vector_size or workers"
        )
    return int(model.max_memory - taken)


def estimate(model: Any, vocab_size: int | None, report: dict[str, int] | None) -> dict[str, int]:
    """See :meth:`cw2v.Word2Vec.estimate_memory`."""
    n_words = len(model.wv) if vocab_size is None else vocab_size
    if isinstance(n_words, bool) or not isinstance(n_words, int | np.integer) or n_words < 0:
        raise ParameterError(f"vocab_size must be an integer of at least 0 or None, got {vocab_size!r}")
    n_words = int(n_words)
    vocabulary = model._vocabulary
    n_tokens = 0 if vocabulary is None else int(vocabulary.counts.sum())
    counts = None if vocabulary is None or n_words != len(vocabulary) else vocabulary.counts
    parts = _parts(model, n_words, _words_bytes(model.wv.index_to_key, n_words), counts)
    corpus = 4 * n_tokens + 8 * (model.corpus_count + 1) if n_tokens else 0
    if model.max_memory is not None and sum(parts.values()) + corpus > model.max_memory:
        corpus = 0  # in a file
    kept = ("vocab", "vectors", "syn1", "syn1neg")
    result = {} if report is None else report
    result.update({name: parts[name] for name in kept if name in parts})
    result["total"] = sum(parts.get(name, 0) for name in kept)
    result.update({"corpus": corpus, **{name: parts[name] for name in ("copies", "tables", "threads")}})
    result["peak"] = corpus + sum(parts.values())
    return result


def _parts(model: Any, n_words: int, words_bytes: int, counts: NDArray[np.int64] | None) -> dict[str, int]:
    """Bytes by what they are for, without the corpus. Their sum is the peak of training."""
    columns = -(-model.vector_size // _core.ROW_ALIGN) * _core.ROW_ALIGN
    outputs = model._outputs()
    path_nodes = _path_nodes(n_words, counts) if "syn1" in outputs else 0
    words = words_bytes + 16 * n_words  # counts, and their places in the source
    if path_nodes:
        words += 5 * path_nodes + (16 + PATH_ARRAYS_BYTES) * n_words
    parts = {"vocab": words, "vectors": 4 * n_words * model.vector_size}
    parts |= {name: 4 * n_words * model.vector_size for name in ("syn1", "syn1neg") if name in outputs}
    parts["copies"] = 4 * n_words * columns * (1 + len(outputs))
    lasting = 12 * n_words + (8 * n_words + 5 * path_nodes if path_nodes else 0)
    threads = _threads(model, n_words, columns, counts)
    work = TABLE_WORK_BYTES_WITH_TREE if path_nodes else TABLE_WORK_BYTES
    # What is needed to make the tables is free again when the threads take theirs.
    parts["tables"], parts["threads"] = lasting + max(work * n_words - threads, 0), threads
    return parts


def _threads(model: Any, n_words: int, columns: int, counts: NDArray[np.int64] | None) -> int:
    """Scratch and private rows of all threads, or lanes."""
    outputs = model._outputs()
    sides = window_sides(model.window)
    threads = max(1, min(int(model.workers), tables.available_processors()))
    each = 6 * 4 * 2 * tables.BLOCK_TOKENS + 4 * columns * (3 * _core.MAX_CONTEXTS + 3) + 8 * sum(sides)
    if model.objective == "softmax":
        return (1 if model.deterministic else threads) * (each + SOFTMAX_BYTES * n_words)
    if model.deterministic:
        targets = [0] + [{"syn1neg": model.negative + 1, "syn1": 40}[name] for name in outputs]
        times = 1 if model.shared_negatives or not model.sg else sum(sides)
        rows = [LANE_CENTRES * (t * times if t else 1) + (0 if t else sum(sides)) for t in targets]
        held = sum(min(r, n_words) for r in rows) * (4 * columns + 4 * _core.LANES + 4)
        return _core.LANES * (each + held) + 3 * 4 * _core.LANES * n_words
    frequent = 0 if counts is None else len(tables.private_rows(counts, threads, int(counts.sum()), columns))
    return threads * (each + 2 * 4 * columns * frequent * (1 + len(outputs)))


def _path_nodes(n_words: int, counts: NDArray[np.int64] | None) -> int:
    """Inner nodes above all words: a word of share p has some -log2 p."""
    if counts is None or not len(counts):
        return int(1.1 * n_words * math.log2(max(n_words, 2)))
    return int(np.log2(counts.sum() / np.maximum(counts, 1)).sum())


def _words_bytes(words: Sequence[Any], n_words: int) -> int:
    """Bytes of `n_words` words such as these as Python objects, in a list and a dictionary."""
    step = max(len(words) // SAMPLED_WORDS, 1)
    sizes = [-(-sys.getsizeof(word) // 16) * 16 for word in words[::step]]
    mean = sum(sizes) / len(sizes) if sizes else WORD_BYTES
    slots = 8  # CPython's dictionary: two thirds of a power of two, three times what there is when it grows
    while n_words > slots * 2 // 3:
        slots = 1 << (slots * 2 // 3 * 3 - 1).bit_length()
    entry = 16 if all(isinstance(word, str) for word in words[:1]) else 24
    index = 1 if slots <= 256 else 2 if slots <= 65_536 else 4
    return int(n_words * (mean + INT_BYTES + 8)) + slots * index + slots * 2 // 3 * entry


def _text(size: int) -> str:
    for unit, length in (("GB", 10**9), ("MB", 10**6)):
        if size >= length:
            return f"{size / length:.1f} {unit}"
    return f"{-(-size // 1000)} kB"
