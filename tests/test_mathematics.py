"""cw2v.mathematics at its edges: small vocabularies, large numbers, bad input; and that it is implemented once."""

from __future__ import annotations

import re
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from cw2v import Word2Vec, mathematics, reference
from cw2v.errors import CorpusError, CorpusTypeError, DivergenceError, ParameterError

M = mathematics
U = np.array([[0.5, -1.0], [2.0, 0.3], [-0.7, 0.9]])
V = np.array([0.4, 0.8])


def test_the_reference_has_no_formula_of_its_own() -> None:
    shared = [name for name in reference.__all__ if name in mathematics.__all__]
    assert {"softmax_loss", "softmax_gradients", "negative_sampling_loss", "negative_sampling_gradients", "cbow_loss",
            "cbow_gradients", "hierarchical_softmax_loss", "hierarchical_softmax_gradients", "noise_distribution",
            "keep_probability", "sigmoid", "tree_log_probabilities"} <= set(shared)  # fmt: skip
    for name in shared:
        assert getattr(reference, name) is getattr(mathematics, name)


def test_every_public_name_says_what_it_is() -> None:
    assert sorted(mathematics.__all__, key=lambda n: (n[0].islower(), n)) == list(mathematics.__all__)
    for name in mathematics.__all__:
        assert callable(getattr(mathematics, name)), name
        assert (getattr(mathematics, name).__doc__ or "").strip(), name


def test_a_vocabulary_of_one_word() -> None:
    only = U[:1]
    assert M.softmax_probability(V, only).tolist() == [1.0]
    assert M.naive_softmax_loss(V, 0, only) == 0
    by_centre, by_outside = M.naive_softmax_gradients(V, 0, only)
    assert not by_centre.any()
    assert not by_outside.any()
    assert M.unigram_distribution([7]).tolist() == [1.0]
    paths = M.huffman_paths([7])
    node, code = paths.of(0)
    assert M.hierarchical_softmax_loss([V], np.zeros((0, 2)), code) == 0
    assert len(node) == 0
    assert M.tree_log_probabilities(V, np.zeros((0, 2)), paths).tolist() == [0.0]
    assert M.windows(["alone"], 2) == [("alone", [])]
    assert M.skip_gram_pairs([["alone"], []], 2) == []
    assert M.skip_gram_nll([[0], []], only, only, 2) == 0


def test_the_likelihood_of_two_words() -> None:
    pair = M.naive_softmax_loss(U[0], 2, U) + M.naive_softmax_loss(U[2], 0, U)
    assert M.skip_gram_nll([[0, 2]], U, U, 5) == pytest.approx(pair, rel=1e-12)


def test_losses_of_improbable_words_are_exact_and_finite() -> None:
    far = np.array([[1e4], [-1e4]])
    with np.errstate(all="raise", under="ignore"):
        assert M.naive_softmax_loss([1.0], 1, far) == 2e4
        assert M.naive_softmax_loss([1.0], 0, far) == 0
        by_centre, by_outside = M.naive_softmax_gradients([1.0], 1, far)
        assert by_centre.tolist() == [2e4]
        assert by_outside.tolist() == [[1.0], [-1.0]]
        assert M.negative_sampling_pair_loss([1.0], far[1], far[:1]) == 2e4
        assert M.log_softmax([1e4, -1e4]).tolist() == [0.0, -2e4]
        assert M.cross_entropy([0.0, 1.0], [1.0, 0.0]) == np.inf
        assert M.cross_entropy([0.5, 0.5, 0.0], [0.5, 0.5, 0.0]) == pytest.approx(np.log(2), rel=1e-12)


@settings(max_examples=100, deadline=None)
@given(arrays(np.float64, st.integers(1, 8), elements=st.floats(-1e4, 1e4)), st.floats(-1e4, 1e4))
def test_softmax_is_a_distribution_and_ignores_a_shift(scores: Any, shift: float) -> None:
    p = M.softmax(scores)
    assert abs(p.sum() - 1) < 1e-12
    assert ((p >= 0) & (p <= 1)).all()
    np.testing.assert_allclose(M.softmax(scores + shift), p, rtol=1e-7, atol=1e-300)
    np.testing.assert_allclose(M.log_softmax(scores), scores - M.log_sum_exp(scores), atol=1e-8)


@settings(max_examples=100, deadline=None)
@given(arrays(np.float64, (2, 3), elements=st.floats(-1e300, 1e300)))
def test_cosine_and_angle_are_in_their_ranges(pair: Any) -> None:
    with np.errstate(over="raise", invalid="raise", divide="raise"):
        cosine, angle = float(M.cosine(pair[0], pair[1])), float(M.angle(pair[0], pair[1]))
    assert -1 <= cosine <= 1
    assert 0 <= angle <= np.pi
    assert np.cos(angle) == pytest.approx(cosine, abs=1e-12)
    assert M.angle(pair[0], pair[0]) == (0 if pair[0].any() else np.pi / 2)


def test_gradient_check_tells_right_from_wrong() -> None:
    by_centre, _ = M.naive_softmax_gradients(V, 1, U)
    assert M.gradient_check(lambda at: M.naive_softmax_loss(at, 1, U), V, by_centre) < 1e-9
    for wrong in (-by_centre, by_centre * 1.001, by_centre + 1e-4, np.zeros(2)):
        assert M.gradient_check(lambda at: M.naive_softmax_loss(at, 1, U), V, wrong) > 1e-5
    assert M.gradient_check(lambda at: 3.0, V, np.zeros(2)) == 0
    assert V.tolist() == [0.4, 0.8], "where it looks is not changed"


@pytest.mark.parametrize(("n_words", "size", "seed"), [(1, 1, 0), (6, 7, 1), (13, 100, 2**63)])
def test_initial_weights_are_the_models(n_words: int, size: int, seed: int) -> None:
    model = Word2Vec(vector_size=size, min_count=1, seed=seed, sorted_vocab=0)
    model.build_vocab([[f"w{i}" for i in range(n_words)]])
    input, output = M.initial_weights(n_words, size, seed)
    np.testing.assert_array_equal(model.wv.vectors, input)
    np.testing.assert_array_equal(model.syn1neg, output)


def test_windows_with_two_sides() -> None:
    assert M.windows("abcd"[:0].split(), 1) == []
    assert M.windows(list("abcd"), (0, 2)) == [("a", ["b", "c"]), ("b", ["c", "d"]), ("c", ["d"]), ("d", [])]
    assert M.windows(list("abc"), (1, 0)) == [("a", []), ("b", ["a"]), ("c", ["b"])]
    assert M.windows(list("aba"), 99) == [("a", ["b", "a"]), ("b", ["a", "a"]), ("a", ["a", "b"])]


BAD: list[tuple[Any, str]] = [
    (lambda: M.softmax([]), "x must have at least one score"),
    (lambda: M.softmax_probability(V, np.zeros((0, 2))), "rows must be at least 1 row(s), got shape (0, 2)"),
    (lambda: M.softmax_probability([1.0, 2.0, 3.0], U), "context must have 2 numbers a row, as the other matrix has"),
    (lambda: M.softmax_probability("king", U), "context must be a vector of 2 numbers, or a matrix of such rows, got"),
    (lambda: M.naive_softmax_loss(V, 3, U), "outside must be word ids from 0 to 2, got 3"),
    (lambda: M.naive_softmax_loss(V, -1, U), "outside must be word ids from 0 to 2, got -1"),
    (lambda: M.naive_softmax_loss(V, 1.0, U), "outside must be word ids, integers from 0, got 1.0"),
    (lambda: M.naive_softmax_loss(V, [0, 1], U), "outside must be one word id, got [0, 1]"),
    (lambda: M.naive_softmax_outside_gradient(V, 0, U, 9), "word must be word ids from 0 to 2, got 9"),
    (lambda: M.softmax_loss([V, V], U, [1]), "target must be one word id for each of 2 contexts, got shape (1,)"),
    (lambda: M.negative_sampling_pair_loss(V, V, np.zeros((0, 2))), "noise must be at least 1 row(s) of 2 columns"),
    (lambda: M.negative_sampling_pair_loss(V, [1.0], [V]), "outside must be a vector of 2 numbers, got 1"),
    (lambda: M.softmax_loss([V, V], U, [1, 0], [1.0]), "weight must be a vector of 2 numbers, got 1"),
    (lambda: M.softmax_gradients([V, V], U, [1, 0], [[1.0]]), "weight must be a vector of 2 numbers, got shape (1, 1)"),
    (lambda: M.negative_sampling_gradients([V], [V], [1.0], [1.0]), "weight must be a number for each pair, (1, 1)"),
    (lambda: M.cbow_loss([V], [V], [1.0], times=[1.0, 2.0]), "times must be a vector of 1 numbers, got 2"),
    (lambda: M.one_hot([[1], [2, 3]], 9), "word must be word ids, integers from 0, got [[1], [2, 3]]"),
    (lambda: M.negative_sampling_loss([V], U, [1.0]), "sign must be a vector of 3 numbers, got 1"),
    (lambda: M.cbow_hidden(np.zeros((0, 2))), "context must be at least 1 row(s), got shape (0, 2)"),
    (lambda: M.cbow_forward([], U, U), "context must be at least 1 row(s)"),
    (lambda: M.cross_entropy([1.0], [0.5, 0.5]), "true and predicted must be two distributions (V,)"),
    (lambda: M.cross_entropy([1.0, 0.0], [1.5, -0.5]), "probabilities of at least 0, got a negative one"),
    (lambda: M.noise_distribution([0, 0]), "counts must be finite numbers of at least 0 and one above it, got [0.0"),
    (lambda: M.noise_distribution([]), "counts must be finite numbers"),
    (lambda: M.noise_distribution([1, -1, 3]), "counts must be finite numbers of at least 0"),
    (lambda: M.noise_distribution([1, 2], float("nan")), "exponent must be a finite number, got nan"),
    (lambda: M.keep_probability([1, 2], -1.0), "sample must be a finite number of at least 0, got -1.0"),
    (lambda: M.huffman_paths([]), "counts must be at least one count of at least 0, got []"),
    (lambda: M.windows([1, 2], 0), "window must be an integer of at least 1, got 0"),
    (lambda: M.windows([1, 2], (0, 0)), "window must reach at least one word to one side"),
    (lambda: M.windows([1, 2], 1.5), "window must be an integer of at least 1, got 1.5"),
    (lambda: M.one_hot(9, 9), "word must be word ids from 0 to 8, got 9"),
    (lambda: M.one_hot_product([1.0, 0.0], U), "x must have 3 numbers a row"),
    (lambda: M.initial_weights(0, 5), "n_words must be an integer of at least 1, got 0"),
    (lambda: M.initial_weights(5, 5, seed=-1), "seed must be an integer of at least 0, got -1"),
    (lambda: M.number_of_parameters(True, 5), "n_words must be an integer of at least 1, got True"),
    (lambda: M.cosine([1.0], [1.0, 2.0]), "p and q must have the same length, got 1 and 2"),
    (lambda: M.cosine(1.0, [1.0]), "p must be a vector (D,) or rows of them, got the number 1.0"),
    (lambda: M.gradient_descent_step(V, V, 0.0), "learning_rate must be a finite number above 0, got 0.0"),
    (lambda: M.gradient_descent_step(V, U, 0.1), "gradient must have the shape of parameters, (2,), got (3, 2)"),
    (lambda: M.gradient_check(lambda at: 0.0, V, U), "gradient must have the shape of at, (2,), got (3, 2)"),
    (lambda: M.skip_gram_nll([[0, 3]], U, U, 1), "sentences must be word ids from 0 to 2, got 3"),
    (lambda: M.MiniBatchSGD([["a", "b"]], batch_size=0), "batch_size must be an integer of at least 1, got 0"),
    (lambda: M.MiniBatchSGD([["a", "b"]]).train(-1), "steps must be an integer of at least 0, got -1"),
]


@pytest.mark.parametrize(("call", "message"), BAD, ids=[message[:40] for _, message in BAD])
def test_bad_input_is_named(call: Any, message: str) -> None:
    with pytest.raises(ParameterError, match=re.escape(message)):
        call()


def test_a_corpus_that_is_none_is_refused() -> None:
    for wrong in ("the king", ["the king", "rules"], 5, [["a"], 7]):
        for reader in (M.word_index, M.MiniBatchSGD, lambda s: M.skip_gram_pairs(s, 1)):
            with pytest.raises(CorpusTypeError, match="split text first"):
                reader(wrong)
    with pytest.raises(CorpusTypeError, match=r"a token must be hashable, a str or an int, got \['a'\]"):
        M.word_index([[["a"]]])
    for empty in ([], [[]], [["alone"], ["b"]]):
        with pytest.raises(CorpusError, match="nothing to predict"):
            M.MiniBatchSGD(empty)


def test_a_learning_rate_that_is_too_large_is_named() -> None:
    trainer = M.MiniBatchSGD([["a", "b", "c", "d"]] * 3, vector_size=4, learning_rate=1e6)
    with pytest.raises(DivergenceError, match=r"after \d+ batches: use a learning_rate below 1e\+06"):
        trainer.train(1000)


def test_a_generator_of_sentences_is_read_once() -> None:
    sentences = [["a", "b"], ["b", "c", "a"]]
    one = M.MiniBatchSGD(sentences, 3).train(5)
    other = M.MiniBatchSGD((iter(s) for s in sentences), 3).train(5)
    np.testing.assert_array_equal(one.centre_vectors, other.centre_vectors)
    np.testing.assert_array_equal(one.outside_vectors, other.outside_vectors)
