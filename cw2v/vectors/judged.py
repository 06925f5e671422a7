"""Judgements: :mod:`cw2v.evaluate` does them."""

from __future__ import annotations

from typing import Any

from cw2v import evaluate
from cw2v.vectors.container import Container

__all__ = ["Judged"]


class Judged(Container):
    """Judges vectors by files of questions."""

    def _kept(self) -> tuple[Any, dict[Any, int], list[Any]]:
        return self._matrix, self.key_to_index, self.index_to_key[: len(self)]

    def evaluate_word_analogies(
        self, analogies: evaluate.Source, restrict_vocab: int | None = 300_000, case_insensitive: bool = True,
        dummy4unknown: bool = False, similarity_function: str = "most_similar",
    ) -> tuple[float, list[dict[str, Any]]]:
        """Accuracy and sections; see :func:`cw2v.evaluate.word_analogies`."""
        return evaluate.word_analogies(*self._kept(), analogies, restrict_vocab, case_insensitive, dummy4unknown,
                                       similarity_function)

    def evaluate_word_pairs(
        self, pairs: evaluate.Source, delimiter: str = "\t", encoding: str = "utf8",
        restrict_vocab: int | None = 300_000, case_insensitive: bool = True, dummy4unknown: bool = False,
    ) -> tuple[evaluate.CorrelationResult, evaluate.CorrelationResult, float]:
        """Pearson, Spearman, percentage of unknown pairs; see :func:`cw2v.evaluate.word_pairs`."""
        return evaluate.word_pairs(*self._kept(), pairs, delimiter, encoding, restrict_vocab, case_insensitive,
                                   dummy4unknown)

    log_accuracy = staticmethod(evaluate.log_accuracy)
    log_evaluate_word_pairs = staticmethod(evaluate.log_word_pairs)
