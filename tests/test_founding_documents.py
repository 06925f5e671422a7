"""One test a row of the founding documents' table, A1 to A27, with their worked examples to the digit.

The rows on co-occurrence and SVD (A16 to A18, A29), pictures (A22), sentiment and applications (A23, A28) are in
``test_founding_*.py`` beside this file.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from cw2v import KeyedVectors, Word2Vec, _core, mathematics
from cw2v.corpus import BrownCorpus, ReutersCorpus

from .oracle import DIM, core_epoch, make_epoch

F64 = NDArray[np.float64]
DOCS = Path(__file__).resolve().parents[1] / "docs"
TRANSFORMERS = ["I", "love", "transformers", "when", "used", "in", "computer", "vision", "applications"]
CATS = ["one", "cat", "two", "cat", "three", "cat", "four", "cat", "five", "cat"]
TOY = [s.split() for s in (
    "the king rules the land", "the queen rules the land", "a man walks in the park", "a woman walks in the park",
    "the king and the queen dine", "a man and a woman dine",
)]  # fmt: skip


def vectors(seed: int, *shape: int) -> F64:
    return np.random.default_rng(seed).normal(size=shape)


def assert_gradient(loss: Callable[[F64], float], at: F64, gradient: F64) -> None:
    assert np.abs(gradient).max() > 1e-2, "nothing is checked"
    assert mathematics.gradient_check(loss, at, gradient) < 1e-6


def test_A1_windows_are_cut_at_the_edges() -> None:
    banking = mathematics.windows(["turning", "into", "banking", "crises", "as"], 2)[2]
    assert banking == ("banking", ["turning", "into", "crises", "as"])
    assert mathematics.windows(TRANSFORMERS, 2) == [
        ("I", ["love", "transformers"]),
        ("love", ["I", "transformers", "when"]),
        ("transformers", ["I", "love", "when", "used"]),
        ("when", ["love", "transformers", "used", "in"]),
        ("used", ["transformers", "when", "in", "computer"]),
        ("in", ["when", "used", "computer", "vision"]),
        ("computer", ["used", "in", "vision", "applications"]),
        ("vision", ["in", "computer", "applications"]),
        ("applications", ["computer", "vision"]),
    ]
    blue = dict(mathematics.windows(["cherish", "the", "pale", "blue", "dot", "the", "only", "home"], 1))["blue"]
    assert blue == ["pale", "dot"]


def test_A1_the_core_has_the_same_windows() -> None:
    ids = np.arange(9, dtype=np.int32)
    epoch = make_epoch(9, 9, 1, ids=ids, offsets=np.array([0, 9]), keep=np.full(9, 2**32 - 1, np.uint32), window=2,
                       shrink_windows=False)  # fmt: skip
    core = core_epoch(epoch)
    worker = _core.Worker(core, _core.aligned_zeros((9, DIM)), _core.aligned_zeros((9, DIM)))
    sample = worker.sample(core, 0)
    found = [
        (int(sample["kept"][t]), [int(sample["kept"][j]) for j in range(left, right + 1) if j != t])
        for t, (left, right) in enumerate(zip(sample["left"].tolist(), sample["right"].tolist(), strict=True))
    ]
    assert found == mathematics.windows(range(9), 2)


def test_A2_a_one_hot_vector_picks_its_row_bit_for_bit() -> None:
    index = mathematics.word_index([TRANSFORMERS])
    assert len(index) == 9
    assert list(index.values()) == list(range(9))
    assert mathematics.one_hot(index["transformers"], 9).tolist() == [0, 0, 1, 0, 0, 0, 0, 0, 0]
    matrix = vectors(2, 9, 7)
    for k in range(9):
        np.testing.assert_array_equal(mathematics.one_hot_product(mathematics.one_hot(k, 9), matrix), matrix[k])
    ids = [3, 0, 3]
    np.testing.assert_array_equal(mathematics.one_hot_product(mathematics.one_hot(ids, 9), matrix), matrix[ids])


def test_A3_two_vectors_a_word_and_the_input_one_is_its_vector() -> None:
    model = Word2Vec([TRANSFORMERS] * 3, vector_size=12, min_count=1, sg=1, workers=1)
    assert model.wv.vectors.shape == model.syn1neg.shape == (9, 12)
    assert model.wv.vectors.size + model.syn1neg.size == mathematics.number_of_parameters(9, 12) == 2 * 9 * 12
    row = model.wv.key_to_index["used"]
    np.testing.assert_array_equal(model.wv["used"], model.wv.vectors[row])
    assert not np.array_equal(model.wv["used"], model.syn1neg[row])


def test_A4_softmax_is_a_probability_whatever_the_scores() -> None:
    centre, outside = vectors(4, 5), vectors(40, 30, 5)
    p = mathematics.softmax_probability(centre, outside)
    assert abs(p.sum() - 1) < 1e-12
    exponentials = [math.exp(sum(float(a) * float(b) for a, b in zip(u, centre, strict=True))) for u in outside]
    np.testing.assert_allclose(p, np.array(exponentials) / math.fsum(exponentials), rtol=1e-12)
    with np.errstate(all="raise", under="ignore"):
        for dots in ([1e4, -1e4, 0.0], [1e4, 1e4, 1e4 - 1], [-1e4, -1e4, -1e4 - 1]):
            p = mathematics.softmax_probability([1.0], np.array(dots)[:, None])
            assert np.isfinite(p).all()
            assert abs(p.sum() - 1) < 1e-12
    scores = vectors(41, 30)
    for shift in (1.0, -300.0, 1e4):
        np.testing.assert_allclose(mathematics.softmax(scores + shift), mathematics.softmax(scores), rtol=1e-9)
    eighths = np.round(scores * 8) / 8  # sums without rounding: then not one bit differs
    np.testing.assert_array_equal(mathematics.softmax(eighths + 2.0**20), mathematics.softmax(eighths))


def test_A5_the_likelihood_of_a_corpus_is_the_product_over_its_pairs() -> None:
    index = mathematics.word_index(TOY)
    ids = [[index[word] for word in sentence] for sentence in TOY]
    v, u = vectors(5, len(index), 4), vectors(50, len(index), 4)
    pairs = mathematics.skip_gram_pairs(ids, 2)
    probabilities = [float(mathematics.softmax_probability(v[c], u)[o]) for c, o in pairs]
    loss = mathematics.skip_gram_nll(ids, v, u, 2)
    assert loss == pytest.approx(-sum(map(math.log, probabilities)), rel=1e-12)
    first = mathematics.skip_gram_nll(ids[:1], v, u, 2)  # few enough factors for a product
    n_first = len(mathematics.skip_gram_pairs(ids[:1], 2))
    assert first == pytest.approx(-math.log(math.prod(probabilities[:n_first])), rel=1e-12)


def test_A5_the_model_measures_the_same_likelihood() -> None:
    model = Word2Vec(TOY, vector_size=8, window=2, min_count=1, sample=0, sg=1, workers=1, objective="softmax",
                     shrink_windows=False, epochs=20)  # fmt: skip
    ids = [[model.wv.key_to_index[word] for word in sentence] for sentence in TOY]
    mean = mathematics.skip_gram_nll(ids, model.wv.vectors, model.syn1neg, 2) / len(mathematics.skip_gram_pairs(ids, 2))
    assert model.mean_loss(TOY) == pytest.approx(mean, rel=1e-4)


def test_A6_three_expressions_of_one_loss() -> None:
    for seed in range(20):
        v, u, o = vectors(seed, 6), vectors(seed + 100, 15, 6), seed % 15
        predicted = mathematics.softmax_probability(v, u)
        loss = mathematics.naive_softmax_loss(v, o, u)
        assert loss == pytest.approx(-math.log(predicted[o]), rel=1e-12)
        assert loss == pytest.approx(mathematics.cross_entropy(mathematics.one_hot(o, 15), predicted), rel=1e-12)
        assert loss == pytest.approx(float(-u[o] @ v + mathematics.log_sum_exp(u @ v)), rel=1e-12)


def test_A7_gradient_by_the_centre_vector() -> None:
    v, u, o = vectors(7, 6), vectors(70, 12, 6), 4
    by_centre, _ = mathematics.naive_softmax_gradients(v, o, u)
    assert_gradient(lambda at: mathematics.naive_softmax_loss(at, o, u), v, by_centre)
    difference = mathematics.softmax_probability(v, u) - mathematics.one_hot(o, 12)
    np.testing.assert_allclose(by_centre, u.T @ difference, rtol=1e-12)  # U (y^ - y), vectors being columns


def test_A8_gradient_by_the_outside_vectors() -> None:
    v, u, o = vectors(8, 6) / 3, vectors(80, 12, 6), 4  # short enough that no word is improbable
    _, by_outside = mathematics.naive_softmax_gradients(v, o, u)
    assert_gradient(lambda at: mathematics.naive_softmax_loss(v, o, at), u, by_outside)
    predicted = mathematics.softmax_probability(v, u)
    np.testing.assert_allclose(by_outside, np.outer(predicted - mathematics.one_hot(o, 12), v), rtol=1e-12)
    np.testing.assert_allclose(by_outside.sum(axis=0), 0, atol=1e-12)
    for w in range(12):
        row = mathematics.naive_softmax_outside_gradient(v, o, u, w)
        np.testing.assert_allclose(row, (predicted[w] - 1) * v if w == o else predicted[w] * v, rtol=1e-12)

        def loss(at: F64, w: int = w) -> float:
            moved = u.copy()
            moved[w] = at
            return mathematics.naive_softmax_loss(v, o, moved)

        assert mathematics.gradient_check(loss, u[w], row) < 1e-6


def test_A9_a_step_of_gradient_descent_lowers_the_loss() -> None:
    np.testing.assert_array_equal(
        mathematics.gradient_descent_step([[1.0, -2.0]], [[0.5, 4.0]], 0.25), [[0.875, -3.0]]
    )
    model = mathematics.MiniBatchSGD(TOY, vector_size=6, window=2)
    centre, outside = np.array([
        (model.word_index[c], model.word_index[o]) for c, o in mathematics.skip_gram_pairs(TOY, 2)
    ]).T  # fmt: skip
    losses = []
    for _ in range(100):
        loss, by_centre, by_outside = model.gradients(centre, outside)
        losses.append(loss)
        model.centre_vectors = mathematics.gradient_descent_step(model.centre_vectors, by_centre, 0.02)
        model.outside_vectors = mathematics.gradient_descent_step(model.outside_vectors, by_outside, 0.02)
    assert all(after < before for before, after in pairwise(losses))
    assert losses[-1] < 0.8 * losses[0]


def test_A10_a_batch_is_the_sum_of_its_examples_and_one_update() -> None:
    model = mathematics.MiniBatchSGD(TOY, vector_size=6, window=2, batch_size=50, learning_rate=0.01, seed=3)
    model.train(20)
    twin = mathematics.MiniBatchSGD(TOY, vector_size=6, window=2, batch_size=50, learning_rate=0.01, seed=3).train(20)
    v, u = model.centre_vectors.copy(), model.outside_vectors.copy()
    centre, outside = twin.draw()
    assert 50 <= len(centre) <= 200
    by_v, by_u = np.zeros_like(v), np.zeros_like(u)
    for c, o in zip(centre, outside, strict=True):
        of_centre, of_outside = mathematics.naive_softmax_gradients(v[c], o, u)
        by_v[c] += of_centre
        by_u += of_outside
    model.step()  # its draws are the twin's
    np.testing.assert_allclose(model.centre_vectors, v - 0.01 * by_v, rtol=1e-10)
    np.testing.assert_allclose(model.outside_vectors, u - 0.01 * by_u, rtol=1e-10)
    averaging = mathematics.MiniBatchSGD(TOY, 6, learning_rate=0.5, seed=3, average=True).train(21)
    np.testing.assert_allclose(averaging.centre_vectors, model.centre_vectors, rtol=1e-10)  # 0.5 / 50


def test_A10_batches_follow_from_the_seed_and_draw_every_place() -> None:
    one, same, other = (mathematics.MiniBatchSGD(TOY, 4, seed=seed) for seed in (1, 1, 2))
    draws = [trainer.draw() for trainer in (one, same, other)]
    np.testing.assert_array_equal(draws[0], draws[1])
    assert draws[0][0].tolist() != draws[2][0].tolist()
    counts = Counter(pair for _ in range(200) for pair in zip(*map(np.ndarray.tolist, one.draw()), strict=True))
    pairs = Counter(mathematics.skip_gram_pairs([[one.word_index[w] for w in s] for s in TOY], 2))
    assert counts.keys() == pairs.keys()
    n_places = sum(map(len, TOY))
    for pair, times in pairs.items():  # a place is drawn 10,000 / 34 times; five standard deviations
        expected = 10_000 * times / n_places
        assert abs(counts[pair] - expected) < 5 * math.sqrt(expected * max(times, 2))


def _least_loss(sentences: list[list[str]], window: int) -> float:
    """The mean loss that no model can be below: the entropy of the outside word given the centre."""
    pairs = Counter(mathematics.skip_gram_pairs(sentences, window))
    centres = Counter(c for c, _ in pairs.elements())
    return -sum(n * math.log(n / centres[c]) for (c, _), n in pairs.items()) / sum(pairs.values())


def test_A10_it_converges_to_the_least_loss_as_the_core_does() -> None:
    least = _least_loss(TOY, 2)
    trainer = mathematics.MiniBatchSGD(TOY, vector_size=20, window=2)
    for trainer.learning_rate in (0.02, 0.005, 0.001):  # it falls, as the core's does
        trainer.train(700)
    model = Word2Vec(TOY, vector_size=20, window=2, min_count=1, sample=0, sg=1, workers=1, objective="softmax",
                     shrink_windows=False, epochs=1500, alpha=0.05)  # fmt: skip
    core = model.mean_loss(TOY)
    assert trainer.losses[0] == pytest.approx(math.log(len(trainer.words)), rel=1e-9)
    for loss in (trainer.mean_loss(), core):
        assert least < loss < least * 1.01
    # Other batches in another order: alike in the loss to half a percent, not in the vectors. The next test is exact.
    assert trainer.mean_loss() == pytest.approx(core, rel=0.005)


def test_A10_batches_of_the_trainer_are_steps_of_the_core() -> None:
    # The core takes up to 16 pairs in a step: the pairs of 4 centres with 2 words on either side.
    trainer = mathematics.MiniBatchSGD(TOY, vector_size=11, window=2, batch_size=4, learning_rate=0.1, seed=5)
    model = Word2Vec(vector_size=11, min_count=1, sample=0, sg=1, workers=1, objective="softmax", seed=5,
                     sorted_vocab=0)  # fmt: skip
    model.build_vocab(TOY)
    assert model.wv.index_to_key == trainer.words
    np.testing.assert_array_equal(model.wv.vectors, trainer.centre_vectors)
    twin = mathematics.MiniBatchSGD(TOY, vector_size=11, window=2, batch_size=4, seed=5)
    for _ in range(60):
        trainer.step()
        pairs = [(trainer.words[c], trainer.words[o]) for c, o in zip(*twin.draw(), strict=True)]
        model.train_pairs(pairs, epochs=1, start_alpha=0.1, end_alpha=0.1, shuffle=False)
    assert trainer.mean_loss() < 0.8 * trainer.losses[0]
    np.testing.assert_allclose(model.wv.vectors, trainer.centre_vectors, rtol=1e-4, atol=1e-5)
    np.testing.assert_allclose(model.syn1neg, trainer.outside_vectors, rtol=1e-4, atol=1e-5)


def test_A11_cbow_averages_and_every_context_gets_its_share() -> None:
    context, rows, centre = vectors(11, 4, 6), vectors(110, 12, 6), 7
    np.testing.assert_allclose(mathematics.cbow_hidden(context), sum(context) / 4, rtol=1e-15)
    np.testing.assert_array_equal(mathematics.cbow_hidden(context[:1]), context[0])  # "just copies"
    by_context, by_rows = mathematics.cbow_softmax_gradients(context, centre, rows)
    assert_gradient(lambda at: mathematics.cbow_softmax_loss(at, centre, rows), context, by_context)
    assert_gradient(lambda at: mathematics.cbow_softmax_loss(context, centre, at), rows, by_rows)
    by_hidden, _ = mathematics.naive_softmax_gradients(mathematics.cbow_hidden(context), centre, rows)
    np.testing.assert_allclose(by_context, np.tile(by_hidden / 4, (4, 1)), rtol=1e-12)
    by_context, _ = mathematics.cbow_softmax_gradients(context, centre, rows, mean=False)
    assert_gradient(lambda at: mathematics.cbow_softmax_loss(at, centre, rows, mean=False), context, by_context)


def test_A11_forward_of_the_documents_example() -> None:
    index = mathematics.word_index([TRANSFORMERS])
    w, w_prime = vectors(111, 9, 4), vectors(112, 9, 4)
    contexts = [index[word] for word in ("I", "love", "when", "used")]
    hidden, scores, output = mathematics.cbow_forward(contexts, w, w_prime)
    np.testing.assert_allclose(hidden, (w[0] + w[1] + w[3] + w[4]) / 4, rtol=1e-15)
    np.testing.assert_allclose(scores, w_prime @ hidden, rtol=1e-15)
    assert output.sum() == pytest.approx(1, abs=1e-12)
    loss = mathematics.cbow_softmax_loss(w[contexts], index["transformers"], w_prime)
    assert loss == pytest.approx(-math.log(output[2]), rel=1e-12)


def test_A12_skip_gram_is_cbow_turned_round_with_independent_contexts() -> None:
    v, u = vectors(12, 9, 5), vectors(120, 9, 5)
    centre, contexts = 2, [0, 1, 3, 4]
    single = sum(mathematics.naive_softmax_loss(v[centre], o, u) for o in contexts)
    assert mathematics.softmax_loss(v[[centre] * 4], u, contexts) == pytest.approx(single, rel=1e-12)
    assert mathematics.cbow_softmax_loss(v[[centre]], 3, u) == mathematics.naive_softmax_loss(v[centre], 3, u)


def test_A13_negative_sampling_is_k_plus_one_logistic_questions() -> None:
    v, o, noise = vectors(13, 6), vectors(130, 6), vectors(131, 5, 6)
    loss = -math.log(1 / (1 + math.exp(-o @ v))) - sum(math.log(1 / (1 + math.exp(u @ v))) for u in noise)
    assert mathematics.negative_sampling_pair_loss(v, o, noise) == pytest.approx(loss, rel=1e-12)
    by_v, by_o, by_noise = mathematics.negative_sampling_pair_gradients(v, o, noise)
    assert_gradient(lambda at: mathematics.negative_sampling_pair_loss(at, o, noise), v, by_v)
    assert_gradient(lambda at: mathematics.negative_sampling_pair_loss(v, at, noise), o, by_o)
    assert_gradient(lambda at: mathematics.negative_sampling_pair_loss(v, o, at), noise, by_noise)


@pytest.mark.parametrize("mean", [True, False])
def test_A13_negative_sampling_with_cbow(mean: bool) -> None:
    context, target, sign = vectors(132, 4, 6), vectors(133, 6, 6), np.array([1.0, -1, -1, -1, -1, -1])
    hidden = mathematics.cbow_hidden(context, mean)
    loss = mathematics.cbow_loss(context, target, sign, mean)
    pair = mathematics.negative_sampling_pair_loss(hidden, target[0], target[1:])
    assert loss == pytest.approx(pair, rel=1e-12)
    by_context, by_target = mathematics.cbow_gradients(context, target, sign, mean)
    assert_gradient(lambda at: mathematics.cbow_loss(at, target, sign, mean), context, by_context)
    assert_gradient(lambda at: mathematics.cbow_loss(context, at, sign, mean), target, by_target)


def test_A13_hierarchical_softmax_gradients() -> None:
    paths = mathematics.huffman_paths([9, 5, 4, 3, 2, 1])
    node, code = paths.of(5)
    context, nodes = vectors(134, 3, 6), vectors(135, 5, 6)[node]
    assert 0 < code.sum() < len(code), "both turns"
    by_context, by_nodes = mathematics.hierarchical_softmax_gradients(context, nodes, code)
    assert_gradient(lambda at: mathematics.hierarchical_softmax_loss(at, nodes, code), context, by_context)
    assert_gradient(lambda at: mathematics.hierarchical_softmax_loss(context, at, code), nodes, by_nodes)
    turns = [1 / (1 + math.exp(-x if bit == 0 else x)) for x, bit in zip(nodes @ context[0], code, strict=True)]
    loss = mathematics.hierarchical_softmax_loss(context[:1], nodes, code)
    assert loss == pytest.approx(-math.log(math.prod(turns)), rel=1e-12)
    logs = mathematics.tree_log_probabilities(context[0], vectors(135, 5, 6), paths)
    assert np.exp(logs).sum() == pytest.approx(1, abs=1e-12)
    assert logs[5] == pytest.approx(-loss, rel=1e-12)


def test_A14_unigrams_and_their_power() -> None:
    words = Counter(CATS)
    counts = list(words.values())
    of = dict(zip(words, mathematics.unigram_distribution(counts), strict=True))
    assert (of["cat"], of["one"]) == (0.5, 0.1)
    smooth = dict(zip(words, mathematics.noise_distribution(counts), strict=True))
    assert f"{smooth['cat']:.4f} {smooth['one']:.4f}" == "0.4007 0.1199"
    assert smooth["cat"] == pytest.approx(5**0.75 / (5**0.75 + 5), rel=1e-12)
    assert sum(smooth.values()) == pytest.approx(1, abs=1e-15)


def test_A14_the_core_draws_that_distribution() -> None:
    counts = np.array(list(Counter(CATS).values()))
    expected = mathematics.noise_distribution(counts)
    epoch = make_epoch(6, 60, 1, negative=20, noise=_core.alias_table(counts**0.75))
    core = core_epoch(epoch)
    drawn = np.bincount(np.concatenate([_core.noise_words(core, i) for i in range(2500)]), minlength=6)
    assert drawn.sum() == 50_000
    chi_squared = float(((drawn - 50_000 * expected) ** 2 / (50_000 * expected)).sum())
    assert chi_squared < 20.5  # 0.1 % of fair draws are above it, with 5 degrees of freedom
    flat = 50_000 * mathematics.unigram_distribution(counts)
    assert float(((drawn - flat) ** 2 / flat).sum()) > 1000, "the test can tell the distributions apart"


def test_A15_the_page_explains_n_grams() -> None:
    page = (DOCS / "mathematics.md").read_text(encoding="utf-8")
    section = page.split("## The chain rule, Markov and n-grams", 1)[1].split("\n## ", 1)[0]
    for word in ("chain rule", "Markov", "unigram", "bigram", "trigram"):
        assert word in section


def test_A19_cosine_and_angle() -> None:
    p = vectors(19, 2000, 3)
    cosines = mathematics.cosine(p, p * 3.7)
    assert cosines.max() <= 1
    assert mathematics.cosine(p[:, None], p[None, :300]).min() >= -1
    assert (mathematics.angle(p, p) == 0).all()
    np.testing.assert_allclose(mathematics.angle(p, p * 3.7), 0, atol=1e-15)
    assert (mathematics.angle(p, -p) == np.pi).all()
    assert mathematics.angle([1.0, 0.0], [0.0, 2.0]) == np.pi / 2
    q = vectors(190, 2000, 3)
    np.testing.assert_allclose(mathematics.angle(p, q), np.arccos(mathematics.cosine(p, q)), rtol=1e-6)
    assert mathematics.angle([1.0, 0.0], [1.0, 1e-9]) == pytest.approx(1e-9, rel=1e-12)  # whose cosine is 1
    assert mathematics.cosine([0.0, 0.0], [1.0, 2.0]) == 0
    assert mathematics.angle([0.0, 0.0], [1.0, 2.0]) == mathematics.angle([0.0], [0.0]) == np.pi / 2
    for size in (1e200, 1e-200):
        assert mathematics.cosine([3 * size, 4 * size], [4.0, 3.0]) == pytest.approx(0.96, rel=1e-12)


def test_A20_most_similar_is_the_order_of_the_cosines() -> None:
    wv = KeyedVectors(10)
    wv.add_vectors([f"w{i}" for i in range(200)], vectors(20, 200, 10).astype(np.float32))
    for row in (0, 17, 199):
        cosines = mathematics.cosine(wv.vectors[row], wv.vectors)
        order = [int(i) for i in np.argsort(-cosines, kind="stable") if i != row]
        found = wv.most_similar(f"w{row}", topn=199)
        assert [key for key, _ in found] == [f"w{i}" for i in order]
        np.testing.assert_allclose([score for _, score in found], cosines[order], atol=1e-6)


def _planted_analogies() -> tuple[list[list[str]], list[tuple[str, str]]]:
    """Sentences in which pair i's members are used with the same words, and all first members with the same marks."""
    pairs = [(f"man{i}", f"woman{i}") for i in range(6)]
    marks = (["he", "his", "him", "sir"], ["she", "her", "hers", "madam"])
    sentences = [
        [mark, pair[side], f"thing{i}{j}"]
        for i, pair in enumerate(pairs) for side in (0, 1) for mark in marks[side] for j in range(4)
    ]  # fmt: skip
    order = np.random.default_rng(21).permutation(np.repeat(np.arange(len(sentences)), 10))
    return [sentences[i] for i in order], pairs


def test_A21_planted_analogies_are_found_exactly() -> None:
    sentences, pairs = _planted_analogies()
    model = Word2Vec(sentences, vector_size=24, window=2, min_count=1, sample=0, sg=1, workers=1, epochs=30)
    for a, b in pairs:
        for c, d in pairs:
            if a != c:
                found = model.wv.most_similar(positive=[b, c], negative=[a], topn=1)[0][0]
                assert found == d, f"{a} is to {b} as {c} is to {found}, not {d}"


def test_A21_family_analogies_on_real_text(shared_data: Path) -> None:
    model = Word2Vec(corpus_file=str(shared_data / "corpora" / "text8like.txt"), sg=1, vector_size=50, window=3,
                     epochs=1)  # fmt: skip
    questions = shared_data / "eval" / "analogy" / "questions-words.txt"
    _, sections = model.wv.evaluate_word_analogies(str(questions), restrict_vocab=30_000)
    family = next(s for s in sections if s["section"] == "family")
    assert len(family["correct"]) > 0.1 * (len(family["correct"]) + len(family["incorrect"])) > 10


def test_A24_brown_and_reuters_are_training_data(tmp_path: Path) -> None:
    (tmp_path / "brown").mkdir()
    (tmp_path / "brown" / "ca01").write_text("The/at jury/nn said/vbd ./.\n\nThe/at jury/nn met/vbd\n" * 5)
    (tmp_path / "reuters" / "training").mkdir(parents=True)
    (tmp_path / "reuters" / "training" / "1").write_text("COCOA\n  Prices rose. They fell again.\n")
    (tmp_path / "reuters" / "cats.txt").write_text("training/1 cocoa\n")
    model = Word2Vec(BrownCorpus(tmp_path / "brown"), min_count=1, vector_size=4, epochs=2, workers=1)
    assert "jury/nn" in model.wv
    model = Word2Vec(ReutersCorpus(tmp_path / "reuters", "cocoa"), min_count=1, vector_size=4, epochs=2, workers=1)
    assert sorted(model.wv.index_to_key) == [".", "again", "cocoa", "fell", "prices", "rose", "they"]


def test_A25_the_network_shows_its_layers_and_propagates_back() -> None:
    w, u = mathematics.initial_weights(9, 20, seed=7)
    assert np.abs(w).max() <= 1 / 20
    assert len(np.unique(w)) > 170
    np.testing.assert_array_equal(w, mathematics.initial_weights(9, 20, seed=7)[0])
    assert not np.array_equal(w, mathematics.initial_weights(9, 20, seed=8)[0])
    u = vectors(25, 9, 20)
    x, y = mathematics.one_hot(1, 9), mathematics.one_hot(5, 9)
    hidden, scores, output = mathematics.skip_gram_forward(x, w, u)
    np.testing.assert_array_equal(hidden, w[1])  # the weights from the word's input node
    np.testing.assert_allclose(output, np.exp(scores) / np.exp(scores).sum(), rtol=1e-12)

    def loss(at: F64) -> float:
        return mathematics.cross_entropy(y, mathematics.skip_gram_forward(x, at, u).output)

    back = np.outer(x, u.T @ (output - y))  # the output's error, carried back through U, reaches one row of W
    assert_gradient(loss, w, back)
    np.testing.assert_allclose(back[1], mathematics.naive_softmax_gradients(w[1], 5, u)[0], rtol=1e-12)


@pytest.mark.parametrize("size", [1, 2, 7, 100, 333, 1024])
def test_A26_vectors_of_any_length(size: int) -> None:
    model = Word2Vec([CATS] * 20, vector_size=size, min_count=1, sg=1, workers=1, epochs=2, sample=0)
    assert model.wv.vectors.shape == (6, size)
    begun = mathematics.initial_weights(6, size, seed=1)[0]
    assert np.isfinite(model.wv.vectors).all()
    assert (np.abs(model.wv.vectors - begun).max(axis=1) > 0).all()
    assert mathematics.MiniBatchSGD([CATS], size, learning_rate=0.01).train(3).centre_vectors.shape == (6, size)


@pytest.mark.parametrize("n_words", [20, 200, 2000])
def test_A27_a_pair_touches_k_plus_one_rows_and_the_full_softmax_all(n_words: int) -> None:
    words = [f"w{i}" for i in range(n_words)]

    def rows_changed(**objective: Any) -> tuple[int, int]:
        model = Word2Vec(vector_size=8, min_count=1, sg=1, workers=1, sorted_vocab=0, seed=1, **objective)
        model.build_vocab([words])
        model.syn1neg[:] = vectors(27, n_words, 8)
        begun, output = model.wv.vectors.copy(), model.syn1neg.copy()
        model.train_pairs([("w3", "w5")], epochs=1)
        return int((model.wv.vectors != begun).any(axis=1).sum()), int((model.syn1neg != output).any(axis=1).sum())

    assert rows_changed(negative=5) == (1, 6), "the centre; its outside word and 5 noise words that differ"
    assert rows_changed(objective="softmax") == (1, n_words)
