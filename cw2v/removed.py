"""Names of gensim 3 that callers still write, and what they are called today."""

from __future__ import annotations

from typing import Any

__all__ = ["RENAMED_ARGUMENTS", "RENAMED_ATTRIBUTES", "unexpected_arguments"]

RENAMED_ARGUMENTS = {"size": "vector_size", "iter": "epochs"}
_IN_WV = ("most_similar", "most_similar_cosmul", "similarity", "n_similarity", "doesnt_match", "similar_by_word",
          "similar_by_vector", "wmdistance", "evaluate_word_pairs", "save_word2vec_format", "load_word2vec_format")
RENAMED_ATTRIBUTES = {
    "size": "vector_size", "iter": "epochs", "syn0": "wv.vectors", "syn0norm": "wv.get_normed_vectors()",
    "vocab": "wv.key_to_index", "index2word": "wv.index_to_key", "accuracy": "wv.evaluate_word_analogies",
    **{name: f"wv.{name}" for name in _IN_WV},
}  # fmt: skip


def unexpected_arguments(function: str, given: dict[str, Any]) -> TypeError:
    """The error for arguments that a function has not got, in Python's words and with today's name."""
    name = next(iter(given))
    hint = f": since gensim 4 it is {RENAMED_ARGUMENTS[name]}" if name in RENAMED_ARGUMENTS else ""
    return TypeError(f"{function}() got an unexpected keyword argument {name!r}{hint}")
