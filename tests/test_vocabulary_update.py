"""New words in a model that is there: old ones keep ids, rows and meaning, and the Huffman tree its nodes."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cw2v import KeyedVectors, Word2Vec
from cw2v.errors import FileFormatError, ParameterError, TrainingError, VocabularyError
from cw2v.io import native
from cw2v.mathematics import Paths, huffman_total, log_sigmoid, path_signs, tree_log_probabilities
from cw2v.train import are_paths, extended_paths, tables, tree
from cw2v.train.tables import huffman_paths, noise_weights

SMALL: dict[str, Any] = {"vector_size": 8, "min_count": 1, "workers": 1, "epochs": 2, "sg": 1, "sample": 0}
OBJECTIVES: list[dict[str, Any]] = [
    {}, {"hs": 1, "negative": 0}, {"hs": 1}, {"objective": "softmax"}, {"hs": 1, "sg": 0}, {"sg": 0},
]  # fmt: skip
counts_of = st.lists(st.integers(0, 60), min_size=1, max_size=25)


def topics(first: int, last: int, n_sentences: int, seed: int = 0) -> list[list[str]]:
    """Sentences of words `first` to `last` of one of three topics."""
    rng = np.random.default_rng(seed)
    return [[f"t{t}w{w}" for w in rng.integers(first, last, 10)] for t in rng.integers(0, 3, n_sentences)]


def code_of(paths: Any, word: int) -> list[tuple[int, int]]:
    part = slice(paths[0][word], paths[0][word + 1])
    return list(zip(paths[1][part].tolist(), paths[2][part].tolist(), strict=True))


class TestTree:
    @settings(max_examples=300)
    @given(counts_of, st.lists(st.lists(st.integers(0, 10**6), max_size=9), max_size=4))
    def test_old_paths_get_one_turn_more_at_most(self, first: list[int], updates: list[list[int]]) -> None:
        counts = np.array(first, np.int64)
        paths = huffman_paths(counts)
        for update in updates:
            added = np.array(update, np.int64)
            longer = extended_paths(paths, counts, added)
            assert are_paths(longer, len(counts) + len(added))
            for word in range(len(counts)):
                before = [(node + len(added), bit) for node, bit in code_of(paths, word)]
                after = code_of(longer, word)
                assert [turn for turn in after if turn[0] >= len(added)] == before
                assert len(after) <= len(before) + 1
            paths, counts = longer, np.concatenate([counts, added])

    @given(counts_of, counts_of)
    def test_no_other_place_makes_a_shorter_code(self, first: list[int], more: list[int]) -> None:
        counts, added = np.array(first, np.int64), np.array(more, np.int64)
        old, new = huffman_paths(counts), huffman_paths(added)
        chosen = extended_paths(old, counts, added)
        total = np.diff(chosen[0]) @ np.concatenate([counts, added])
        fixed = np.diff(old[0]) @ counts + np.diff(new[0]) @ added + added.sum()
        # Every part of the tree is the words whose codes begin alike.
        codes = [tuple(code_of(old, w)) for w in range(len(counts))]
        parts = {code[:depth] for code in codes for depth in range(len(code) + 1)}
        weight = {way: sum(first[w] for w, code in enumerate(codes) if code[: len(way)] == way) for way in parts}
        assert total == fixed + min(weight[way] + len(way) * sum(more) for way in parts)

    @given(counts_of, counts_of)
    def test_old_words_keep_their_probabilities_but_for_one_even_turn(self, first: list[int], more: list[int]) -> None:
        counts, added = np.array(first, np.int64), np.array(more, np.int64)
        rng = np.random.default_rng(0)
        hidden, nodes = rng.normal(size=4), rng.normal(size=(len(counts) - 1, 4))
        longer = extended_paths(huffman_paths(counts), counts, added)
        before = tree_log_probabilities(hidden, nodes, Paths(*huffman_paths(counts)))
        after = tree_log_probabilities(hidden, np.concatenate([np.zeros((len(added), 4)), nodes]), Paths(*longer))
        assert np.exp(after).sum() == pytest.approx(1)
        lost = before - after[: len(counts)]
        is_under = np.array([0 in dict(code_of(longer, w)) for w in range(len(counts))])
        np.testing.assert_allclose(lost, np.where(is_under, np.log(2), 0), atol=1e-12)

    def test_frequent_words_join_at_the_root_and_rare_ones_deep_down(self) -> None:
        counts = np.array([64, 32, 16, 8, 4, 2, 1, 1], np.int64)
        rare, frequent = (extended_paths(huffman_paths(counts), counts, np.array([c])) for c in (1, 1000))
        assert np.diff(frequent[0]).tolist() == [2, 3, 4, 5, 6, 7, 8, 8, 1]
        assert np.diff(rare[0]).tolist()[:6] == [1, 2, 3, 4, 5, 6]
        assert code_of(frequent, 8) == [(0, 1)]  # 1 is the turn to the more frequent half
        assert code_of(frequent, 0)[0] == (0, 0)

    @given(counts_of.filter(lambda c: len(c) > 1), st.integers(0, 10**6), st.integers(0, 2))
    def test_what_is_no_tree_is_found(self, counts: list[int], at: int, what: int) -> None:
        paths = [a.copy() for a in huffman_paths(np.array(counts, np.int64))]
        place = at % len(paths[1])
        if what == 0:
            paths[2][place] ^= 1
        elif what == 1:
            paths[1][place] = (int(paths[1][place]) + 1 + at) % 2**31
        else:
            paths[0][1 + at % len(counts)] += 1 + at % 3
        before = huffman_paths(np.array(counts, np.int64))
        if all(np.array_equal(a, b) for a, b in zip(paths, before, strict=True)):
            return
        assert not are_paths(tuple(paths), len(counts))  # type: ignore[arg-type]

    def test_a_tree_that_is_too_deep_is_refused_and_nothing_has_changed(self, monkeypatch: pytest.MonkeyPatch) -> None:
        model = Word2Vec(topics(0, 9, 50), **SMALL, hs=1)
        before = model.wv.vectors.copy(), list(model.wv.index_to_key), model.corpus_count
        monkeypatch.setattr(tree, "MAX_PATH", 4)
        with pytest.raises(VocabularyError, match="a path would be longer than 4 turns"):
            model.build_vocab([["new"] * 5], update=True)
        assert np.array_equal(model.wv.vectors, before[0])
        assert (model.wv.index_to_key, model.corpus_count) == before[1:]
        model.train(topics(0, 9, 50), total_examples=50, epochs=1)


@pytest.mark.parametrize("options", OBJECTIVES, ids=str)
class TestEveryObjective:
    def test_an_update_changes_no_row_that_is_there(self, options: dict[str, Any]) -> None:
        model = Word2Vec(topics(0, 9, 60), **{**SMALL, **options})
        rows = {name: getattr(model, name).copy() for name in model._outputs()} | {"vectors": model.wv.vectors.copy()}
        words, n_old = list(model.wv.index_to_key), len(model.wv)
        model.build_vocab([["new", "words", "new", "t0w1"]], update=True)
        assert model.wv.index_to_key == [*words, "new", "words"]
        fresh = Word2Vec(**{**SMALL, **options})
        fresh.build_vocab_from_freq(dict.fromkeys(range(n_old + 2), 1))
        assert np.array_equal(model.wv.vectors[n_old:], fresh.wv.vectors[n_old:])
        for name, old in rows.items():
            now = model.wv.vectors if name == "vectors" else getattr(model, name)
            assert np.array_equal(now[:n_old], old), name
            assert name == "vectors" or not now[n_old:].any()

    def test_new_words_learn_and_old_ones_remember(self, options: dict[str, Any]) -> None:
        everything = {**SMALL, "vector_size": 16, "epochs": 5, "alpha": 0.05, **options}
        model = Word2Vec(topics(0, 12, 1500), **everything)
        more = topics(4, 16, 1500, seed=1)  # of words 12 to 15 the model has not heard
        model.build_vocab(more, update=True)
        assert len(model.wv) == 48
        model.train(more, total_examples=model.corpus_count, epochs=5)

        def share(words: list[str]) -> float:
            return float(np.mean([n.startswith(w[:2]) for w in words for n, _ in model.wv.most_similar(w, topn=8)]))

        new = [f"t{t}w{w}" for t in range(3) for w in range(12, 16)]
        unseen_since = [f"t{t}w{w}" for t in range(3) for w in range(4)]
        assert share(new) > 0.9  # by chance: 0.32
        assert share(unseen_since) > 0.9

    def test_a_loaded_model_goes_on_as_the_saved_one(self, options: dict[str, Any], tmp_path: Path) -> None:
        model = Word2Vec(topics(0, 9, 60), **{**SMALL, **options})
        model.build_vocab(topics(5, 12, 60), update=True)
        model.save(tmp_path / "model")
        again = Word2Vec.load(tmp_path / "model")
        for each in (model, again):
            each.train(topics(5, 12, 60), total_examples=each.corpus_count, epochs=1)
            each.build_vocab(topics(9, 15, 60), update=True)
            each.train(topics(9, 15, 60), total_examples=each.corpus_count, epochs=1)
        assert model.wv.index_to_key == again.wv.index_to_key
        assert np.array_equal(model.wv.vectors, again.wv.vectors)
        for name in model._outputs():
            assert np.array_equal(getattr(model, name), getattr(again, name))

    def test_a_checkpoint_after_an_update_resumes_alike(self, options: dict[str, Any], tmp_path: Path) -> None:
        corpus = topics(5, 12, 60)
        model = Word2Vec(topics(0, 9, 60), **{**SMALL, **options})
        model.build_vocab(corpus, update=True)
        model.save(tmp_path / "model")
        model.train(corpus, total_examples=60, epochs=3)
        stopped = Word2Vec.load(tmp_path / "model")

        class Stop:
            def on_epoch_end(self, model: Word2Vec) -> None:
                if model._epochs_trained == 4:
                    raise KeyboardInterrupt

        with pytest.raises(KeyboardInterrupt):
            stopped.train(corpus, total_examples=60, epochs=3, callbacks=[Stop()], checkpoint=tmp_path / "run")
        resumed = Word2Vec.resume(tmp_path / "run", corpus)
        assert np.array_equal(resumed.wv.vectors, model.wv.vectors)


@pytest.mark.parametrize("options", [{"hs": 1, "negative": 0}, {"hs": 1, "sg": 0}], ids=str)
def test_any_number_of_workers_trains_the_same_bits_on_a_longer_tree(options: dict[str, Any]) -> None:
    vectors = []
    for workers in (1, 2):
        model = Word2Vec(topics(0, 9, 300), **{**SMALL, **options, "workers": workers}, deterministic=True)
        model.build_vocab(topics(5, 15, 300), update=True)
        model.train(topics(5, 15, 300), total_examples=300, epochs=2)
        vectors.append(model.wv.vectors)
    assert np.array_equal(*vectors)


def test_threads_with_rows_of_their_own_learn_new_words(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tables, "BLOCK_TOKENS", 500)
    monkeypatch.setattr(tables, "PRIVATE_COUNT", 1)
    monkeypatch.setenv("CW2V_OVERSUBSCRIBE", "1")
    model = Word2Vec(topics(0, 12, 2000), **{**SMALL, "workers": 4, "hs": 1, "epochs": 5})
    model.build_vocab(topics(4, 16, 2000, seed=1), update=True)
    model.train(topics(4, 16, 2000, seed=1), total_examples=2000, epochs=5)
    near = [n[:2] == w[:2] for w in model.wv.index_to_key for n, _ in model.wv.most_similar(w, topn=8)]
    assert np.mean(near) > 0.9


def test_the_loss_after_an_update_is_that_of_the_extended_tree() -> None:
    """Training and measuring go over the model's own paths: the loss from `code`, `point` and `syn1` by hand."""
    model = Word2Vec(topics(0, 9, 80), **SMALL, hs=1, negative=0, window=1, shrink_windows=False)
    before = model.mean_loss(topics(0, 9, 30, seed=7))
    model.build_vocab([["t0w0"] * 5000], update=True)  # other counts, no new word: the same tree
    assert model.mean_loss(topics(0, 9, 30, seed=7)) == before
    held_out = topics(5, 12, 20, seed=8)
    model.build_vocab(held_out, update=True)
    model.train(held_out, total_examples=20, epochs=2)
    terms = []
    for sentence in held_out:
        for centre, context in [*pairwise(sentence), *pairwise(sentence[::-1])]:
            nodes = model.syn1[model.wv.get_vecattr(centre, "point")].astype(np.float64)
            signs = path_signs(model.wv.get_vecattr(centre, "code"))
            terms.append(-log_sigmoid(signs * (nodes @ model.wv[context].astype(np.float64))).sum())
    assert model.mean_loss(held_out) == pytest.approx(np.mean(terms), rel=1e-5)


def test_noise_and_sub_sampling_follow_the_new_counts() -> None:
    model = Word2Vec([["a"] * 50 + ["b"] * 50], **{**SMALL, "sample": 1e-3})
    model.build_vocab([["b"] * 900 + ["c"] * 100], update=True)
    counts = np.array([model.wv.get_vecattr(w, "count") for w in model.wv.index_to_key])
    assert dict(zip(model.wv.index_to_key, counts.tolist(), strict=True)) == {"a": 50, "b": 950, "c": 100}
    shares = np.diff(model.cum_table, prepend=0) / 2**31
    np.testing.assert_allclose(shares, counts**0.75 / (counts**0.75).sum(), atol=1e-8)
    trained, raw = model.train([["b"] * 10_000], total_examples=1, epochs=1)
    assert raw == 10_000
    limit = 1e-3 * 1100 / 950
    assert trained == pytest.approx(10_000 * (limit**0.5 + limit), abs=4 * (10_000 * limit**0.5) ** 0.5)


def test_words_below_min_count_stay_out_and_old_ones_in() -> None:
    model = Word2Vec([["a", "b"] * 3], **{**SMALL, "min_count": 3})
    model.build_vocab([["a", "c", "c", "c", "d", "d"]], update=True)
    assert [(w, model.wv.get_vecattr(w, "count")) for w in "abc"] == [("a", 4), ("b", 3), ("c", 3)]
    assert len(model.wv) == 3
    model.max_final_vocab = 4
    model.build_vocab([["e"] * 3 + ["f"] * 9], update=True)
    assert model.wv.index_to_key[3:] == ["f"]
    assert (model.corpus_count, model.corpus_total_words) == (1, 12)


def test_attributes_and_locks_grow_with_the_words() -> None:
    model = Word2Vec([["a", "b", "c"]], **SMALL)
    model.wv.set_vecattr("b", "own", 1.5)
    model.wv.vectors_lockf = np.array([0, 1, 0], np.float32)
    kept = model.wv
    model.build_vocab([["d", "e"]], update=True)
    assert model.wv is kept
    assert [model.wv.get_vecattr(w, "own") for w in "abcde"] == [0, 1.5, 0, 0, 0]
    assert model.wv.vectors_lockf.tolist() == [0, 1, 0, 1, 1]
    before = model.wv.vectors.copy()
    model.train([list("abcde")] * 20, total_examples=20, epochs=1)
    assert (model.wv.vectors != before).any(axis=1).tolist() == [False, True, False, True, True]


class TestWhatIsRefused:
    def test_new_words_while_the_model_is_being_trained(self) -> None:
        corpus = topics(0, 9, 20)

        class Update:
            def on_epoch_end(self, model: Word2Vec) -> None:
                for act in (lambda: model.build_vocab([["new"]], update=True), lambda: model.build_vocab(corpus),
                            model.init_weights, model.create_binary_tree):  # fmt: skip
                    with pytest.raises(TrainingError, match="while it is being trained"):
                        act()

        model = Word2Vec(corpus, **SMALL, hs=1, callbacks=[Update()])
        assert np.array_equal(model.wv.vectors, Word2Vec(corpus, **SMALL, hs=1).wv.vectors)
        model.build_vocab([["new"]], update=True)

    def test_more_words_than_sums_can_hold(self) -> None:
        model = Word2Vec(**SMALL)
        with pytest.raises(ParameterError, match=r"must add up to less than 2\^62"):
            model.build_vocab_from_freq({f"w{i}": 2**61 for i in range(9)})
        model.build_vocab_from_freq({"a": 2**61, "b": 1})
        with pytest.raises(ParameterError, match=r"must add up to less than 2\^62"):
            model.build_vocab_from_freq({"a": 2**61}, update=True)
        model.train([["a", "b"]], total_examples=1, epochs=1)
        assert np.isfinite(model.wv.vectors).all()

    def test_keys_or_rows_that_were_changed(self) -> None:
        model = Word2Vec([["a", "b", "c"]], **SMALL)
        model.wv.vectors = model.wv.vectors[:2]
        with pytest.raises(TrainingError, match=r"wv.vectors must have shape \(3, 8\) to be .* got \(2, 8\)"):
            model.build_vocab([["d"]], update=True)
        renamed, grown = Word2Vec([["a", "b", "c"]], **SMALL), Word2Vec([["a", "b", "c"]], **SMALL)
        renamed.wv.index_to_key = ["x", "y", "z"]
        grown.wv.add_vector("d", np.ones(8))
        for model in (renamed, grown):
            with pytest.raises(TrainingError, match=r"the keys of model\.wv were changed"):
                model.build_vocab([["d"]], update=True)

    @pytest.mark.parametrize("corpus", [[], [[]], iter([])])
    def test_an_empty_corpus(self, corpus: Any) -> None:
        model = Word2Vec([["a", "b", "c"]], **SMALL)
        with pytest.raises(VocabularyError, match="contains no words"):
            model.build_vocab(corpus, update=True)
        assert model.corpus_count == 1

    @pytest.mark.parametrize("what", ["code", "node", "missing", "type"])
    def test_a_file_whose_tree_is_none(self, what: str, tmp_path: Path) -> None:
        model = Word2Vec(topics(0, 9, 20), **SMALL, hs=1)
        model.build_vocab([["new", "words"]], update=True)
        model.save(tmp_path / "model")
        arrays, meta = native.read(tmp_path / "model")
        arrays = {name: array.copy() for name, array in arrays.items()}
        if what == "code":
            arrays["tree_code"][3] ^= 1
        elif what == "node":
            arrays["tree_node"][0] = 10**6
        elif what == "missing":
            del arrays["tree_node"]
        else:
            arrays["tree_node"] = arrays["tree_node"].astype(np.int64)
        native.write(tmp_path / "broken", arrays, meta)
        with pytest.raises(FileFormatError, match="broken is not a whole Word2Vec model"):
            Word2Vec.load(tmp_path / "broken")


class TestByHand:
    def test_the_flows_of_callers(self) -> None:
        # pyRDF2Vec: an update of a model without words; OWL2Vec*: min_count is assigned.
        corpus, more = [("a", "b"), ("a", "c")], [["d", "a"], ["d"]]
        model = Word2Vec(min_count=0, vector_size=4, workers=1)
        model.build_vocab(corpus, update=True)
        model.train(corpus, total_examples=model.corpus_count, epochs=model.epochs)
        model.min_count = 2
        model.build_vocab(more, update=True)
        assert model.wv.index_to_key[3:] == ["d"]
        assert model.train(more, total_examples=model.corpus_count, epochs=model.epochs)[1] == 15

    def test_a_file_is_not_read_again_after_an_update(self, tmp_path: Path) -> None:
        first, second = tmp_path / "first", tmp_path / "second"
        first.write_text("a b c\n" * 9)
        second.write_text("a d\n" * 9)
        model = Word2Vec(**SMALL)
        model.build_vocab(corpus_file=first)
        model.build_vocab(corpus_file=second, update=True)
        assert model._encoded is not None
        assert model.train(corpus_file=second, total_words=18, epochs=1) == (18, 18)
        assert model.train(corpus_file=first, total_words=27, epochs=1) == (27, 27)
        model.build_vocab(corpus_file=first)
        model.build_vocab_from_freq({"d": 3}, update=True)  # what was read of the file knew no "d"
        assert model._encoded is None

    def test_counts_may_be_prepared_step_by_step(self) -> None:
        model, whole = Word2Vec(**SMALL, hs=1), Word2Vec(**SMALL, hs=1)
        with pytest.raises(VocabularyError, match="call scan_vocab"):
            model.prepare_vocab()
        assert model.scan_vocab([["a", "b", "a"], ["c"]]) == (4, 2)
        assert model.prepare_vocab(dry_run=True)["num_retained_words"] == 3
        assert len(model.wv) == 0
        model.raw_vocab = {**(model.raw_vocab or {}), "d": 7}
        model.prepare_vocab()
        model.prepare_weights()
        whole.build_vocab_from_freq({"a": 2, "b": 1, "c": 1, "d": 7})
        assert model.wv.index_to_key == whole.wv.index_to_key
        assert np.array_equal(model.wv.vectors, whole.wv.vectors)
        assert model.wv.get_vecattr("d", "code").tolist() == whole.wv.get_vecattr("d", "code").tolist()
        model.train([["a", "d"]], total_examples=model.corpus_count, epochs=1)
        model.prepare_weights(update=True)
        assert not np.array_equal(model.wv.vectors, whole.wv.vectors)

    def test_a_dry_run_changes_neither_words_nor_vectors(self, caplog: pytest.LogCaptureFixture) -> None:
        model = Word2Vec([["a", "b", "c"]], **SMALL)
        before = model.wv.vectors
        with caplog.at_level("INFO", logger="cw2v.word2vec"):
            assert model.build_vocab([["d", "d"]], dry_run=True, sample=0.5, min_count=2) is None  # type: ignore[func-returns-value]
        assert "'num_retained_words': 1" in caplog.text
        assert model.wv.vectors is before
        assert (model.sample, model.raw_vocab) == (0, {"d": 2})

    def test_the_tree_made_anew_begins_anew(self) -> None:
        model = Word2Vec(topics(0, 9, 20), **SMALL, hs=1)
        model.build_vocab([["new"] * 1000], update=True)
        assert len(model.wv.get_vecattr("new", "code")) == 1
        model.wv.set_vecattr("t0w0", "count", 10**6)
        model.create_binary_tree()
        assert len(model.wv.get_vecattr("t0w0", "code")) == 1
        assert not model.syn1.any()
        model.train(topics(0, 9, 20), total_examples=20, epochs=1)
        assert np.isfinite(model.syn1).all()

    def test_init_weights_takes_the_tree_of_all_counts(self) -> None:
        model = Word2Vec(topics(0, 9, 20), **SMALL, hs=1)
        model.build_vocab([["t0w0"] * 1000], update=True)
        assert len(model.wv.get_vecattr("t0w0", "code")) > 1  # still the tree of the first counts
        model.init_weights()
        model.train([["t0w1", "t0w0"]], total_examples=1, epochs=1)
        counts = model.wv.expandos["count"]
        lengths = [len(model.wv.get_vecattr(w, "code")) for w in model.wv.index_to_key]
        assert int(counts @ lengths) == huffman_total(counts)
        assert Word2Vec(**SMALL).init_weights() is None  # type: ignore[func-returns-value]

    def test_reset_from_shares_words_and_no_array(self) -> None:
        model, other = Word2Vec(topics(0, 9, 20), **SMALL), Word2Vec(**{**SMALL, "vector_size": 5, "hs": 1})
        other.reset_from(model)
        assert other.wv.index_to_key == model.wv.index_to_key
        assert other.corpus_count == 20
        other.build_vocab([["new"]], update=True)
        other.train([["new", "t0w0"]], total_examples=1, epochs=1)
        assert "new" not in model.wv
        with pytest.raises(ParameterError, match="other_model must be a Word2Vec, got KeyedVectors"):
            other.reset_from(KeyedVectors(5))  # type: ignore[arg-type]
        with pytest.raises(VocabularyError):
            other.reset_from(Word2Vec())

    def test_the_null_word_is_added_once(self) -> None:
        model = Word2Vec([["a", "b"]], **SMALL)
        for _ in range(2):
            model.add_null_word()
        assert model.wv.index_to_key[2:] == ["\0"]
        assert model.wv.get_vecattr("\0", "count") == 1
        model.train([["a", "b"]], total_examples=1, epochs=1)

    def test_the_cumulative_table(self) -> None:
        model = Word2Vec([["a"] * 16 + ["b"]], **SMALL)
        assert model.cum_table.tolist() == [round((2**31 - 1) * 8 / 9), 2**31 - 1]
        model.make_cum_table(domain=9)
        assert model.cum_table.tolist() == [8, 9]
        assert noise_weights(np.array([16, 1]), 0.75).tolist() == pytest.approx([1.0, 0.125])
        assert Word2Vec().cum_table.shape == (0,)
        for bad in (0, 2**32, 1.5, True):
            with pytest.raises(ParameterError, match="domain must be"):
                model.make_cum_table(bad)  # type: ignore[arg-type]


@pytest.mark.parametrize("options", [{"negative": 5}, {"hs": 1, "negative": 0}], ids=str)
def test_real_text_in_two_halves(options: dict[str, Any], shared_data: Path, tmp_path: Path) -> None:
    """Old words move as far as by going on with the second half without its new words, and no farther."""
    text = (shared_data / "corpora" / "brown_sentences.txt").read_text(encoding="utf-8")
    lines = [line.lower().split() for line in text.splitlines()]
    lines = [lines[i] for i in np.random.default_rng(0).permutation(len(lines))]
    first, second = lines[: len(lines) // 2], lines[len(lines) // 2 :]
    model = Word2Vec(first, vector_size=32, sg=1, workers=1, epochs=3, alpha=0.05, **options)
    model.save(tmp_path / "model")
    without, n_old = Word2Vec.load(tmp_path / "model"), len(model.wv)

    def neighbours(model: Word2Vec) -> list[set[int]]:
        unit = model.wv.vectors[:n_old] / np.linalg.norm(model.wv.vectors[:n_old], axis=1, keepdims=True)
        return [set(np.argsort(-(unit @ unit[i]))[1:11].tolist()) for i in range(200)]

    def overlap(model: Word2Vec) -> float:
        return float(np.mean([len(a & b) / 10 for a, b in zip(before, neighbours(model), strict=True)]))

    before = neighbours(model)
    model.build_vocab(second, update=True)
    assert overlap(model) == 1.0
    assert len(model.wv) > n_old + 1000
    model.train(second, total_examples=len(second), epochs=3)
    without.train(second, total_examples=len(second), epochs=3)
    kept, plain = overlap(model), overlap(without)
    assert kept > plain - 0.03, f"{kept:.3f} of the neighbours are kept, {plain:.3f} without the new words"
    assert plain > 0.2
