"""Vocabularies beside gensim's, as far as gensim is right; where it is not, what we do is stated."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import cw2v

gensim = pytest.importorskip("gensim")
from gensim.models import Word2Vec as Theirs  # noqa: E402

A = [["a", "a", "a", "b", "b", "c", "d"], ["a", "b", "e", "e"]]
B = [["x", "x", "x", "a", "b", "y", "c", "c", "c"]]
Model = Any


def state(model: Model) -> dict[str, Any]:
    wv = model.wv
    return {
        "words": [(w, int(wv.get_vecattr(w, "count"))) for w in wv.index_to_key], "shape": wv.vectors.shape,
        "corpus_count": model.corpus_count, "effective_min_count": model.effective_min_count,
        "raw": dict(model.raw_vocab or {}),
    }  # fmt: skip


def both(act: Callable[[Model], Any], **options: Any) -> tuple[Any, Any]:
    """What `act` returns and leaves in a model of ours and in one of gensim's."""
    results = []
    for kind in (cw2v.Word2Vec, Theirs):
        model: Any = kind(**{"vector_size": 4, "workers": 1, "min_count": 2, **options})
        results.append((act(model), state(model)))
    return results[0], results[1]


def rule(word: str, count: int, min_count: int) -> int:
    return {"a": cw2v.RULE_DISCARD, "d": cw2v.RULE_KEEP}.get(word, cw2v.RULE_DEFAULT)


def scan_and_prepare(model: Model) -> Any:
    scanned = model.scan_vocab(A)
    raw = dict(model.raw_vocab)
    reports = model.prepare_vocab(dry_run=True), model.prepare_vocab(min_count=1, keep_raw_vocab=True)
    model.prepare_weights()
    model.corpus_count = 0  # gensim does not set it while scanning
    return scanned, raw, reports


@pytest.mark.parametrize(
    "act",
    [
        lambda m: m.build_vocab(A), lambda m: m.build_vocab(A, keep_raw_vocab=True),
        lambda m: m.build_vocab(A, min_count=1), lambda m: m.build_vocab(A, trim_rule=rule),
        lambda m: m.build_vocab(A, trim_rule=rule, min_count=1),
        lambda m: (m.build_vocab(A), m.build_vocab(B, update=True)),
        lambda m: (m.build_vocab(A), m.build_vocab(B, update=True, min_count=1)),
        lambda m: (m.build_vocab(A), m.build_vocab(B, update=True, trim_rule=lambda w, c, n: {"y": 2}.get(w, 0))),
        lambda m: (m.build_vocab(A), m.build_vocab([["q"]], update=True)),
        lambda m: (m.build_vocab(A), m.build_vocab(A, update=True), m.build_vocab(B, update=True)),
        lambda m: m.build_vocab_from_freq({"a": 5, "b": 2, "c": 1}, corpus_count=7),
        lambda m: m.build_vocab_from_freq({"a": 5, "b": 2, "c": 1}, trim_rule=rule, keep_raw_vocab=True),
        lambda m: (m.build_vocab_from_freq({"a": 5, "b": 2}), m.build_vocab_from_freq({"z": 5, "b": 2}, update=True)),
        scan_and_prepare,
    ],
)  # fmt: skip
@pytest.mark.parametrize(
    "options", [{}, {"hs": 1}, {"sorted_vocab": 0}, {"null_word": 1, "sorted_vocab": 0}, {"max_final_vocab": 100}]
)
def test_words_counts_and_reports_are_gensims(act: Callable[[Model], Any], options: dict[str, Any]) -> None:
    ours, theirs = both(act, **options)
    if "null_word" in options:  # gensim adds it once more with each update
        theirs[1]["words"] = list(dict.fromkeys(theirs[1]["words"]))
        theirs[1]["shape"] = (len(theirs[1]["words"]), 4)
        if dict(ours[1]["words"]) == dict(theirs[1]["words"]):
            theirs[1]["words"] = ours[1]["words"]  # the second one moved the first
    assert ours == theirs


def test_building_again_begins_anew() -> None:
    ours, theirs = both(lambda m: (m.build_vocab(A), m.build_vocab(B, update=True), m.build_vocab(B)))
    assert ours == theirs


@pytest.mark.parametrize("limit", [1, 2, 3, 5, 9])
@pytest.mark.parametrize("min_count", [1, 3])
def test_max_final_vocab_is_gensims_where_no_counts_tie(limit: int, min_count: int) -> None:
    ours, theirs = both(lambda m: m.build_vocab(A), max_final_vocab=limit, min_count=min_count)
    assert ours == theirs
    # c and d are seen once: gensim leaves out both, we keep the first.
    ours, theirs = both(lambda m: m.build_vocab(A), max_final_vocab=4, min_count=1)
    assert [w for w, _ in ours[1]["words"]] == ["a", "b", "e", "c"]
    assert len(theirs[1]["words"]) == 3


def test_initial_vectors_are_gensims_after_an_update_too() -> None:
    models = []
    for kind in (cw2v.Word2Vec, Theirs):
        model: Any = kind(vector_size=7, workers=1, min_count=1, seed=5)
        model.build_vocab(A)
        model.build_vocab(B, update=True)
        models.append(model)
    assert models[0].wv.index_to_key == models[1].wv.index_to_key
    assert np.array_equal(models[0].wv.vectors, models[1].wv.vectors)


def test_real_text_is_counted_as_gensim_counts_it(shared_data: Path) -> None:
    text = (shared_data / "corpora" / "brown_sentences.txt").read_text(encoding="utf-8")
    sentences = [line.split() for line in text.splitlines()][:8000]
    reports, tables, words = [], [], []
    for kind in (cw2v.Word2Vec, Theirs):
        model: Any = kind(vector_size=2, min_count=3)
        assert model.scan_vocab(sentences) == (sum(map(len, sentences)), len(sentences))
        reports.append(model.prepare_vocab(sample=1e-4))
        words.append(model.wv.index_to_key)
        model.prepare_weights()
        if kind is Theirs:
            model.make_cum_table()
        tables.append(model.cum_table)
    assert words[0] == words[1]
    assert reports[0] == reports[1]
    assert 0 < reports[0]["downsample_total"] < reports[0]["retain_total"]
    assert tables[0].dtype == tables[1].dtype == np.uint32
    assert np.abs(tables[0].astype(np.int64) - tables[1].astype(np.int64)).max() <= 1  # the order of summing
    assert tables[0][-1] == 2**31 - 1


class TestWhereWeDiffer:
    def test_an_update_of_an_empty_model_builds_its_vocabulary(self) -> None:
        ours, theirs = cw2v.Word2Vec(min_count=2), Theirs(min_count=2)
        with pytest.raises(RuntimeError):
            theirs.build_vocab(A, update=True)
        ours.build_vocab(A, update=True)
        assert ours.wv.index_to_key == ["a", "b", "e"]

    def test_the_report_of_an_update_counts_what_is_kept(self) -> None:
        def act(model: Model) -> Any:
            model.build_vocab(A)
            model.scan_vocab(B)
            return model.prepare_vocab(update=True)

        ours, theirs = both(act)
        assert ours[0]["num_retained_words"] == 4  # x and c are new, a and b are there: their counts grow
        assert ours[0]["retain_total"] == 8
        assert ours[0]["drop_unique"] == 1
        assert theirs[0]["num_retained_words"] == 2

    def test_min_count_0_and_nothing_left(self) -> None:
        ours, theirs = both(lambda m: m.build_vocab(A, min_count=0))
        assert (len(ours[1]["words"]), len(theirs[1]["words"])) == (5, 3)
        Theirs(min_count=2).build_vocab([["q"]])
        with pytest.raises(RuntimeError, match="no word of the corpus is seen at least min_count=2 times"):
            cw2v.Word2Vec(min_count=2).build_vocab([["q"]])

    def test_init_weights_resets(self) -> None:
        for kind in (cw2v.Word2Vec, Theirs):
            model: Any = kind(A * 20, min_count=1, vector_size=4, workers=1, hs=1)
            trained = model.wv.vectors.copy()
            model.init_weights()
            assert np.array_equal(model.wv.vectors, trained) == (kind is Theirs)
            assert not model.syn1.any()
            assert not model.syn1neg.any()
        fresh = cw2v.Word2Vec(min_count=1, vector_size=4)
        fresh.build_vocab(A * 20)
        ours = cw2v.Word2Vec(A * 20, min_count=1, vector_size=4)
        ours.prepare_weights()
        assert np.array_equal(ours.wv.vectors, fresh.wv.vectors)


@pytest.mark.parametrize("sorted_vocab", [0, 1])
@pytest.mark.parametrize("n", [2, 3, 10, 3000])
def test_the_huffman_tree_is_gensims(n: int, sorted_vocab: int) -> None:
    """Ties included: which rare words share their nodes moves CBOW's SimLex by more than a point."""
    counts = np.random.default_rng(n).choice([1, 2, 3, 5, 5, 5, 6, 9, 40, 100], n)
    frequencies = {f"w{i}": int(count) for i, count in enumerate(counts)}
    trees = []
    for kind in (cw2v.Word2Vec, Theirs):
        model: Any = kind(vector_size=2, min_count=1, hs=1, negative=0, sorted_vocab=sorted_vocab)
        model.build_vocab_from_freq(frequencies)
        trees.append([[model.wv.get_vecattr(word, name).tolist() for name in ("code", "point")] for word in frequencies])
    assert trees[0] == trees[1]
