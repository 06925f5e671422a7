"""Random sequences of building, updating, training, saving and loading, beside a Counter."""

from __future__ import annotations

import tempfile
from collections import Counter
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from cw2v import Word2Vec
from cw2v.errors import VocabularyError
from cw2v.train import are_paths, paths_of
from cw2v.train.tables import huffman_paths

corpora = st.lists(st.lists(st.sampled_from([f"w{i}" for i in range(12)]), max_size=6), min_size=1, max_size=5)
objectives = st.sampled_from(
    [{"negative": 2}, {"hs": 1, "negative": 0}, {"hs": 1, "negative": 2}, {"objective": "softmax"}]
)


class VocabularyMachine(RuleBasedStateMachine):
    """`counts` is what the vocabulary must be: words in the order of their ids, with their counts."""

    @initialize(options=objectives, sg=st.integers(0, 1), min_count=st.integers(0, 2), workers=st.integers(1, 2),
                first=corpora)  # fmt: skip
    def begin(self, options: dict[str, Any], sg: int, min_count: int, workers: int, first: list[list[str]]) -> None:
        self.model = Word2Vec(vector_size=3, sg=sg, min_count=min_count, workers=workers, sample=0.1, **options)
        self.counts: dict[str, int] = {}
        self.folder = tempfile.TemporaryDirectory()
        self.corpus: list[list[str]] = []
        self.update(first, "corpus")

    def teardown(self) -> None:
        if hasattr(self, "folder"):
            self.folder.cleanup()

    def _updated(self, corpus: list[list[str]]) -> dict[str, int]:
        found = Counter(word for sentence in corpus for word in sentence)
        known = {word: count + found[word] for word, count in self.counts.items()}
        return known | {w: c for w, c in found.items() if w not in known and c >= self.model.min_count}

    @rule(corpus=corpora, way=st.sampled_from(["corpus", "generator", "counts", "steps", "file"]))
    def update(self, corpus: list[list[str]], way: str) -> None:
        expected, before, was_empty = self._updated(corpus), self._rows(), not self.counts
        if not any(corpus) or not expected:
            with pytest.raises(VocabularyError):
                self.model.build_vocab(corpus, update=True)
            return
        if way == "corpus":
            self.model.build_vocab(corpus, update=True)
        elif way == "generator":
            self.model.build_vocab((iter(sentence) for sentence in corpus), update=True)
        elif way == "counts":
            self.model.build_vocab_from_freq(Counter(w for s in corpus for w in s), update=True)
        elif way == "steps":
            self.model.scan_vocab(corpus)
            self.model.prepare_vocab(update=True)
        else:
            path = Path(self.folder.name, "corpus.txt")
            path.write_text("".join(" ".join(sentence) + "\n" for sentence in corpus))
            self.model.build_vocab(corpus_file=path, update=True)
        if was_empty:  # the order of the first vocabulary is another test's
            assert set(self.model.wv.index_to_key) == set(expected)
            expected = {word: expected[word] for word in self.model.wv.index_to_key}
        for name, rows in before.items():
            assert np.array_equal(self._rows()[name][: len(rows)], rows), name
        self.counts, self.corpus = expected, corpus

    @rule(epochs=st.integers(1, 2), checkpoint=st.booleans())
    def train(self, epochs: int, checkpoint: bool) -> None:
        if not self.counts:
            return
        path = Path(self.folder.name, "run") if checkpoint else None
        words = sum(map(len, self.corpus))
        trained, raw = self.model.train(self.corpus, total_words=words, epochs=epochs, checkpoint=path)
        assert raw == epochs * words
        assert trained <= raw
        if path is not None:
            resumed = Word2Vec.resume(path, self.corpus)
            assert np.array_equal(resumed.wv.vectors, self.model.wv.vectors)
            self.model = resumed

    @rule()
    def save_and_load(self) -> None:
        path = Path(self.folder.name, "model")
        self.model.save(path)
        ours, codes = self._rows(), self._codes()
        self.model = Word2Vec.load(path)
        assert self._codes() == codes
        for name, rows in self._rows().items():
            assert np.array_equal(rows, ours[name]), name

    @rule(corpus=corpora)
    def build_anew(self, corpus: list[list[str]]) -> None:
        self.counts, before = {}, self.counts
        expected = self._updated(corpus)
        if not expected:
            self.counts = before
            with pytest.raises(VocabularyError):
                self.model.build_vocab(corpus)
            return
        self.model.build_vocab(corpus)
        assert dict(zip(self.model.wv.index_to_key, self.model.wv.expandos["count"].tolist(), strict=True)) == expected
        self.counts, self.corpus = {word: expected[word] for word in self.model.wv.index_to_key}, corpus

    @rule(anew=st.booleans())
    def reset(self, anew: bool) -> None:
        if anew:
            self.model.init_weights()
            assert all(not rows.any() for name, rows in self._rows().items() if name != "vectors")
        elif self.counts:
            self.model.update_weights()
        else:
            with pytest.raises(VocabularyError):
                self.model.update_weights()

    def _codes(self) -> list[Any]:
        names = ("code", "point") if self.model.hs else ()
        return [[self.model.wv.get_vecattr(w, name).tolist() for name in names] for w in self.counts]

    def _rows(self) -> dict[str, np.ndarray]:
        matrices = {name: getattr(self.model, name).copy() for name in self.model._outputs()}
        if "syn1" in matrices:  # its last row is no node's
            matrices["syn1"] = matrices["syn1"][:-1]
        return {"vectors": self.model.wv.vectors.copy(), **matrices}

    @invariant()
    def words_are_counted_and_numbered(self) -> None:
        if not hasattr(self, "model"):
            return
        wv = self.model.wv
        assert wv.index_to_key == list(self.counts)
        assert wv.key_to_index == {word: i for i, word in enumerate(self.counts)}
        if self.counts:
            assert wv.expandos["count"].tolist() == list(self.counts.values())

    @invariant()
    def weights_are_finite_and_fit(self) -> None:
        if not hasattr(self, "model"):
            return
        for name, rows in self._rows().items():
            n_rows = max(len(self.counts) - (name == "syn1"), 0)
            assert rows.shape == (n_rows, 3), name
            assert np.isfinite(rows).all(), name

    @invariant()
    def codes_are_a_tree(self) -> None:
        if not hasattr(self, "model") or not self.counts or not self.model.hs:
            return
        paths = paths_of(self.model._vocabulary)
        assert are_paths(paths, len(self.counts))
        best = huffman_paths(np.array(list(self.counts.values()), np.int64))
        weights = np.array(list(self.counts.values()))
        assert np.diff(paths[0]) @ weights >= np.diff(best[0]) @ weights  # no code is shorter than Huffman's
        for i, word in enumerate(self.counts):
            part = slice(paths[0][i], paths[0][i + 1])
            assert self.model.wv.get_vecattr(word, "code").tolist() == paths[2][part].tolist()
            assert self.model.wv.get_vecattr(word, "point").tolist() == (len(weights) - 2 - paths[1][part]).tolist()


VocabularyMachine.TestCase.settings = settings(  # more than a thousand steps
    max_examples=60, stateful_step_count=25, deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
TestSequences = VocabularyMachine.TestCase
