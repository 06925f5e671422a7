"""Rows of the founding documents' table that are about co-occurrence: A16, A17, A18, A27 and A29."""

from __future__ import annotations

import tracemalloc
from pathlib import Path

import numpy as np
import pytest

from cw2v import Cooccurrence, CooccurrenceSVD
from cw2v.cooccurrence import END, START, ppmi, truncated_svd

GLITTERS = [line.split() for line in ("all that glitters is not gold", "all is well that ends well")]


def test_A16_co_occurrence_matrix_with_start_and_end() -> None:
    counter = Cooccurrence(window=1)
    matrix, labels = counter.count(GLITTERS), counter.labels
    dense = matrix.toarray()
    at = labels.index
    assert sorted(labels) == sorted(["all", "that", "glitters", "is", "not", "gold", "well", "ends", START, END])
    assert dense.shape == (10, 10)
    assert np.array_equal(dense, dense.T)
    assert dense.sum() == 28
    assert matrix[at(START), at("all")] == 2
    assert matrix[at("all"), at(END)] == 0
    by_hand = {  # every pair of neighbours, in both sentences
        (START, "all"): 2, ("all", "that"): 1, ("that", "glitters"): 1, ("glitters", "is"): 1, ("is", "not"): 1,
        ("not", "gold"): 1, ("gold", END): 1, ("all", "is"): 1, ("is", "well"): 1, ("well", "that"): 1,
        ("that", "ends"): 1, ("ends", "well"): 1, ("well", END): 1,
    }  # fmt: skip
    for a in labels:
        for b in labels:
            assert dense[at(a), at(b)] == by_hand.get((a, b), 0) + by_hand.get((b, a), 0)
    row_sums = {START: 2, "all": 4, "that": 4, "glitters": 2, "is": 4, "not": 2, "gold": 2, "well": 4, "ends": 2,
                END: 2}  # fmt: skip
    assert dict(zip(labels, matrix.row_sums().tolist(), strict=True)) == row_sums


def test_A17_svd_reduces_the_matrix_to_k_dimensions() -> None:
    matrix = Cooccurrence(window=1).count(GLITTERS)
    dense = matrix.toarray()
    exact = np.linalg.svd(dense)
    errors = []
    for k in range(1, 9):
        u, s, v = truncated_svd(matrix, k)
        assert (np.diff(s) <= 0).all()
        np.testing.assert_allclose(s, exact.S[:k], rtol=1e-12)
        errors.append(np.linalg.norm(dense - u * s @ v.T))
        np.testing.assert_allclose(errors[-1], np.sqrt((exact.S[k:] ** 2).sum()), atol=1e-12)
    assert (np.diff(errors) < 0).all()
    # Where singular values differ, vectors are NumPy's up to sign.
    distinct = CooccurrenceSVD(2, window=1, min_count=1, transform="log", p=1.0).fit([*GLITTERS, ["all", "that"]])
    exact = np.linalg.svd(np.log1p(distinct.cooccurrence.toarray()))
    assert exact.S[0] - exact.S[1] > 1e-3
    expected = exact.U[:8, 0] * exact.S[0]
    np.testing.assert_allclose(distinct.wv.vectors[:, 0] * np.sign(expected.sum() * distinct.wv.vectors[:, 0].sum()),
                               expected, atol=1e-6)  # fmt: skip


TOPICS = {
    "crops": "wheat corn grain maize soybean barley", "oil": "oil crude petroleum barrels OPEC gas",
    "money": "dollar yen currency mark franc sterling", "metal": "gold silver copper zinc nickel ounces",
}  # fmt: skip


def test_A18_svd_vectors_of_reuters_put_topics_together(shared_data: Path) -> None:
    model = CooccurrenceSVD(vector_size=50, n_power_iterations=2)
    wv = model.fit(corpus_file=shared_data / "corpora" / "reuters_sentences.txt").wv
    topics = [words.split() for words in TOPICS.values()]
    for words in topics:
        for word in words:
            assert word in wv, word
            mine = np.mean([wv.similarity(word, other) for other in words if other != word])
            others = [np.mean([wv.similarity(word, w) for w in topic]) for topic in topics if topic is not words]
            assert mine > max(others), (word, mine, others)


def test_A27_memory_grows_with_the_pairs_and_not_with_the_square_of_the_vocabulary() -> None:
    peaks, pairs = [], []
    for n_words in (20_000, 80_000):
        sentences = [[f"{i}", f"{i + 1}"] for i in range(0, n_words, 2)]
        counter = Cooccurrence(window=1, workers=1)
        from cw2v import corpus
        from cw2v.vocabulary import Vocabulary

        vocabulary = Vocabulary([f"{i}" for i in range(n_words)], np.ones(n_words))
        encoded = corpus.encode(vocabulary, sentences)
        tracemalloc.start()
        matrix = counter.count(encoded, vocabulary=vocabulary)
        peaks.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()
        pairs.append(matrix.nnz)
        assert matrix.nbytes < 13 * matrix.nnz + 8 * (n_words + 3)
        assert peaks[-1] < 300 * n_words < 0.01 * 8 * n_words**2
    assert pairs[1] == 4 * pairs[0]
    assert peaks[1] / peaks[0] < 5  # 16 for a dense matrix


@pytest.mark.parametrize("shift", [1.0, 2.0])
def test_A29_the_sppmi_baseline_recovers_planted_structure(shift: float) -> None:
    # Words of one group are exchangeable: drawn from the group's own distribution over contexts.
    rng = np.random.default_rng(4)
    groups, members = 5, 8
    context_of = rng.dirichlet(np.full(30, 0.2), groups)
    sentences = []
    for _ in range(6000):
        group = rng.integers(groups)
        left, right = rng.choice(30, 2, p=context_of[group])
        sentences.append([f"c{left}", f"w{group}_{rng.integers(members)}", f"c{right}"])
    model = CooccurrenceSVD(10, window=1, transform="ppmi", shift=shift, min_count=5, directed=False).fit(sentences)
    for group in range(groups):
        for member in range(members):
            candidates = [f"w{g}_{m}" for g in range(groups) for m in range(members) if (g, m) != (group, member)]
            cosines = model.wv.cosine_similarities(model.wv[f"w{group}_{member}"], model.wv[candidates])
            nearest = [candidates[i] for i in np.argsort(-cosines)[: members - 1]]
            assert all(name.startswith(f"w{group}_") for name in nearest), (group, member, nearest)
    # What is factorised is max(PMI - log k, 0): PMI of the pairs counted, by hand.
    counts = model.cooccurrence.toarray()
    smoothed = counts.sum(axis=0) ** 0.75
    with np.errstate(divide="ignore"):
        pmi = np.log(counts * smoothed.sum() / np.outer(counts.sum(axis=1), smoothed)) - np.log(shift)
    np.testing.assert_allclose(ppmi(model.cooccurrence, shift).toarray(), np.maximum(pmi, 0), atol=1e-12)
