"""What gensim has not: many questions at once, among some keys, above a similarity; indexes and data frames."""

import sys

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cw2v import KeyedVectors, _query, query
from cw2v.errors import MissingExtraError, ParameterError, UnknownKeyError
from cw2v.query import search

N = 400
KEYS = [f"k{i}" for i in range(N)]


@pytest.fixture
def wv():
    result = KeyedVectors(20)
    result.add_vectors(KEYS, np.random.default_rng(1).standard_normal((N, 20)))
    return result


def brute_force(wv, vector, topn, left_out=(), among=None, least=-2.0):
    rows = wv.vectors.astype(float)
    cosines = rows @ vector / np.linalg.norm(rows, axis=1) / np.linalg.norm(vector)
    order = [i for i in np.argsort(-cosines) if i not in left_out and (among is None or i in among)]
    return [(KEYS[i], pytest.approx(cosines[i], abs=1e-6)) for i in order if cosines[i] >= least][:topn]


def test_batches_are_the_single_answers(wv):
    asked = ["k1", ["k2", "k3"], {"positive": ["k4"], "negative": ["k5", ("k6", -0.5)]}, np.array(wv.vectors[7]), 8,
             ("k9", 2.0)]
    singles = [wv.most_similar(**one) if isinstance(one, dict) else wv.most_similar(one) for one in asked]
    assert wv.most_similar_batch(asked) == singles  # bit for bit
    assert wv.most_similar_batch(asked[::-1]) == singles[::-1]
    assert wv.most_similar_batch([]) == []
    rows, scores, counts = wv.most_similar_batch(asked, topn=3, output="arrays")
    assert [[(KEYS[row], score) for row, score in zip(*each, strict=True)]
            for each in zip(rows.tolist(), scores.tolist(), strict=True)] == [one[:3] for one in singles]  # fmt: skip
    assert counts.tolist() == [3] * 6


def test_many_questions_in_pieces_and_threads(wv, monkeypatch):
    whole = wv.most_similar_batch(KEYS, topn=5)
    assert whole[17] == brute_force(wv, wv.vectors[17].astype(float), 5, [17])
    monkeypatch.setattr(search, "_QUERIES_AT_ONCE", 7)
    monkeypatch.setattr(search, "_THREADS_FROM", 0)
    monkeypatch.setattr(search, "_INTERRUPT_AFTER", 1)
    for threads in (1, 2, 5):
        monkeypatch.setattr(search, "default_workers", lambda threads=threads: threads)
        assert wv.most_similar_batch(KEYS, topn=5) == whole
    assert (query.cosines(wv.vectors, wv.vectors[:9]) == query.cosines(wv.vectors, wv.vectors)[:9]).all()


def test_ctrl_c_ends_a_search(wv, monkeypatch):
    def interrupted(n_places, threads, work, search):
        raise KeyboardInterrupt

    monkeypatch.setattr(search, "share_places", interrupted)
    with pytest.raises(KeyboardInterrupt):
        wv.most_similar("k1")


@pytest.mark.parametrize("kind", [np.float16, np.float32, np.float64, ">f4", "fortran", "strided"])
def test_any_type_and_layout(wv, kind, monkeypatch):
    monkeypatch.setattr(search, "_ROWS_AT_ONCE", 64)
    if kind == "fortran":
        wv.vectors = np.asfortranarray(wv.vectors)
    elif kind == "strided":
        wv.vectors = np.repeat(wv.vectors, 2, axis=1)[:, ::2]
    else:
        wv.vectors = wv.vectors.astype(kind)
    among = [3, 70, 71, 399]
    assert wv.most_similar("k1", topn=9) == brute_force(wv, wv.vectors[1].astype(float), 9, [1])
    assert wv.most_similar("k1", among=among) == brute_force(wv, wv.vectors[1].astype(float), 9, [1], among)
    assert wv.most_similar("k1", topn=None) == pytest.approx(query.cosine_similarities(
        wv.vectors[1].astype(float), wv.vectors.astype(float)), abs=1e-6)


def test_among_exclude_and_least(wv):
    vector = wv.vectors[1].astype(float)
    some = ["k1", "k5", "k9", "k300", 17, "k5"]
    assert wv.most_similar("k1", among=some) == brute_force(wv, vector, 10, [1], [5, 9, 300, 17])
    assert wv.most_similar("k1", among="k5") == brute_force(wv, vector, 10, [1], [5])
    assert wv.most_similar("k1", among=some, clip_end=100) == brute_force(wv, vector, 10, [1], [5, 9, 17])
    assert wv.most_similar("k1", among=[]) == wv.most_similar("k1", among=["k1"]) == []
    best = [key for key, _ in wv.most_similar("k1", topn=4)]
    left = [1, *(wv.key_to_index[key] for key in best)]
    assert wv.most_similar("k1", exclude=[*best, "not there"]) == brute_force(wv, vector, 10, left)
    assert wv.most_similar("k1", exclude=best[0])[0][0] == best[1]
    assert wv.most_similar("k1", topn=99, min_similarity=0.3) == brute_force(wv, vector, 99, [1], least=0.3)
    exact = wv.most_similar("k1", topn=3)
    assert wv.most_similar("k1", topn=9, min_similarity=exact[2][1]) == exact
    with pytest.raises(UnknownKeyError, match="'zz'"):
        wv.most_similar("k1", among=["k2", "zz"])
    for options in ({"min_similarity": 1.5}, {"min_similarity": float("nan")}, {"restrict_vocab": 0}):
        with pytest.raises(ParameterError, match=next(iter(options))):
            wv.most_similar("k1", **options)
    with pytest.raises(ParameterError, match="topn=None"):
        wv.most_similar("k1", topn=None, among=["k2"])


@pytest.mark.parametrize("asked", [["k1", ["zz"]], [["k1"], ["k2", 999]]])
def test_unknown_keys_are_named(wv, asked):
    with pytest.raises(UnknownKeyError, match=r"zz|999"):
        wv.most_similar_batch(asked)


def test_what_is_no_question(wv):
    for call in (lambda: wv.most_similar([["k1"], ["k2"]]), lambda: wv.most_similar_batch("k1"),
                 lambda: wv.most_similar_batch([[]]), lambda: wv.most_similar_batch(["k1"], topn=0),
                 lambda: wv.most_similar_batch([{"positive": "k1", "topn": 3}]),
                 lambda: wv.most_similar_batch(["k1"], output="table"), lambda: wv.most_similar(np.full(20, np.nan)),
                 lambda: wv.most_similar_batch(np.ones((2, 3)))):  # fmt: skip
        with pytest.raises(ParameterError):
            call()


def test_ties_take_the_lower_row_and_odd_rows_have_no_direction():
    wv = KeyedVectors(3)
    rows = np.tile(np.array([[1, 2, 3]], np.float32), (200, 1)) * np.arange(1, 201)[:, None].astype(np.float32)
    wv.add_vectors(KEYS[:200], rows)
    # Cosines of multiples of a row differ in the last bit: powers of two of it do not.
    powers = [f"k{2**i - 1}" for i in range(8)]
    assert [key for key, _ in wv.most_similar("k0", topn=5, among=powers)] == powers[1:6]
    wv.vectors[[3, 4, 5]] = [[np.nan, 1, 1], [np.inf, 0, 0], [0, 0, 0]]
    wv.vectors[6] *= np.float32(1e-38)
    wv.vectors[7] *= np.float32(1e36)
    found = dict(wv.most_similar("k0", topn=999))
    assert len(found) == 197
    assert found["k5"] == 0
    assert (found["k6"], found["k7"]) == (pytest.approx(1, abs=1e-5), pytest.approx(1, abs=1e-6))
    assert wv.similarity("k0", "k6") == pytest.approx(1, abs=1e-5)
    assert wv.similarity("k7", "k0") == pytest.approx(1, abs=1e-6)
    assert np.isnan(wv.most_similar("k0", topn=None)[[3, 4]]).all()


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_search_is_a_sort(data):
    """Any matrix, any number of questions and answers, with rows left out: the order of all cosines."""
    rng = np.random.default_rng(data.draw(st.integers(0, 2**32)))
    n, dim, asked = data.draw(st.integers(1, 120)), data.draw(st.integers(1, 40)), data.draw(st.integers(1, 12))
    vectors = rng.standard_normal((n, dim)).astype(np.float32)
    queries = rng.standard_normal((asked, dim)).astype(np.float32)
    left_out = [rng.integers(0, n, data.draw(st.integers(0, 5))).tolist() for _ in range(asked)]
    among = np.flatnonzero(rng.random(n) < 0.7) if data.draw(st.booleans()) else None
    topn, offset = data.draw(st.integers(1, 130)), data.draw(st.integers(0, 9))
    cosines = query.cosines(vectors, queries)
    found = query.nearest(vectors, queries, topn, offset=offset, among=among,
                          left_out=[[row + offset for row in rows] for rows in left_out])
    for i in range(asked):
        rows = [row for row in (range(n) if among is None else among.tolist()) if row not in left_out[i]]
        rows.sort(key=lambda row: (-cosines[i, row], row))
        count = found.counts[i]
        assert count == min(topn, len(rows))
        assert (found.rows[i, :count] - offset).tolist() == rows[:count]
        assert found.scores[i, :count].tolist() == cosines[i, rows[:count]].tolist()
        assert (found.rows[i, count:] == -1).all()


def test_every_instruction_set(wv, simd):
    unit = query.unit_queries(wv.vectors[:13], 20)
    exact = unit.astype(float) @ query.normalized(wv.vectors.astype(float)).T
    for dim in (1, 3, 16, 17, 20):
        rows, asked = np.ascontiguousarray(wv.vectors[:, :dim]), query.unit_queries(wv.vectors[:13, :dim], dim)
        out = np.zeros((13, N), np.float32)
        _query.Search(rows, _query.Questions(asked), name=simd).cosines(0, N, out)
        exact = asked.astype(float) @ query.normalized(rows.astype(float)).T
        assert np.abs(out - exact).max() < 5e-7


def test_the_compiled_search_checks_its_buffers(wv):
    unit = query.unit_queries(wv.vectors[:2], 20)
    questions = _query.Questions(unit)
    one = _query.Search(wv.vectors, questions)
    places = np.array([3, 2])
    for call in (
        lambda: _query.Questions(unit[:0]), lambda: _query.Answers(0, 1), lambda: _query.Answers(1, 0),
        lambda: one.best(0, N + 1, _query.Answers(2, 1)), lambda: one.best(-1, 2, _query.Answers(2, 1)),
        lambda: one.best(0, 2, _query.Answers(3, 1)), lambda: one.cosines(0, N, np.zeros((2, N - 1), np.float32)),
        lambda: _query.Search(wv.vectors[:, :19].copy(), questions),
        lambda: _query.Search(wv.vectors, questions, 0, places),
        lambda: _query.Search(wv.vectors, questions, 0, np.array([0, N])),
        lambda: _query.Questions(unit, left_out=(np.array([0, 1, 3]), np.array([1, 2]))),
        lambda: _query.Questions(unit, "sum", (np.array([0, 2]), np.array([1]), np.array([0, 2], np.int32))),
        lambda: _query.Questions(unit, "sum", (np.array([0, 2]), np.array([3]), np.array([0, 1], np.int32))),
    ):  # fmt: skip
        with pytest.raises(ValueError):
            call()


def test_data_frame(wv):
    pandas = pytest.importorskip("pandas")
    frame = wv.most_similar_batch(["k1", ["k2", "k3"]], topn=2, output="pandas")
    assert isinstance(frame, pandas.DataFrame)
    assert frame.columns.tolist() == ["query", "rank", "key", "similarity"]
    assert frame["query"].tolist() == ["k1", "k1", 1, 1]
    assert list(zip(frame["key"], frame["similarity"], strict=True))[:2] == wv.most_similar("k1", topn=2)


def test_approximate_index(wv):
    pytest.importorskip("usearch")
    wv.vectors[5] = 0
    index = wv.ann(expansion=400)
    assert len(index) == N - 1
    exact, found = wv.most_similar("k1", topn=10), wv.most_similar("k1", topn=10, indexer=index)
    assert len(found) == 10
    assert len({key for key, _ in exact} & {key for key, _ in found}) >= 9
    assert found[0] == (exact[0][0], pytest.approx(exact[0][1], abs=1e-5))
    assert wv.most_similar("k1", indexer=index, exclude=[exact[0][0]])[0][0] == exact[1][0]
    assert all(score >= 0.3 for _, score in wv.most_similar("k1", indexer=index, min_similarity=0.3))
    with pytest.raises(ParameterError, match="connectivity"):
        wv.ann(connectivity=0)


@pytest.mark.parametrize(("module", "extra", "call"), [
    ("usearch.index", "ann", lambda wv: wv.ann()), ("ot", "ot", lambda wv: wv.wmdistance(["k1"], ["k2"])),
    ("pandas", "data", lambda wv: wv.most_similar_batch(["k1"], output="pandas")),
])
def test_missing_libraries_are_named(wv, monkeypatch, module, extra, call):
    monkeypatch.setitem(sys.modules, module, None)
    with pytest.raises(MissingExtraError, match=rf"pip install cw2v\[{extra}\]"):
        call(wv)


def test_angle_and_relative_similarity(wv):
    assert wv.angle("k1", "k2") == pytest.approx(np.arccos(wv.similarity("k1", "k2")), abs=1e-6)
    assert wv.angle("k1", "k1") == 0
    wv.add_vector("near", wv.vectors[1] + np.float32(1e-4) * wv.vectors[2])
    area = abs(np.linalg.det(np.linalg.qr(wv[["k1", "near"]].astype(float).T)[1]))  # |x| |y| sin angle
    assert wv.angle("k1", "near") == pytest.approx(area / np.prod(np.linalg.norm(wv[["k1", "near"]], axis=1)), rel=1e-3)
    nearest = wv.most_similar("k1", topn=3)
    assert wv.relative_cosine_similarity("k1", nearest[0][0], topn=3) == pytest.approx(
        nearest[0][1] / sum(score for _, score in nearest), rel=1e-6)
    with pytest.raises(ParameterError, match="topn"):
        wv.relative_cosine_similarity("k1", "k2", topn=0)
    with pytest.raises(NotImplementedError):
        wv.similarity_unseen_docs(["k1"], ["k2"])


def test_word_movers_distance_by_hand(wv):
    pytest.importorskip("ot")
    one, two, three = (query.normalized(wv.vectors[i]) for i in (1, 2, 3))
    apart = np.linalg.norm
    assert wv.wmdistance(["k1", "zz"], ["k2"]) == pytest.approx(apart(one - two))
    assert wv.wmdistance(["k1", "k1", "k3"], ["k2"]) == pytest.approx(2 / 3 * apart(one - two) + apart(three - two) / 3)
    assert wv.wmdistance(["k1", "k2"], ["k2", "k1"]) == 0
    assert wv.wmdistance(["k1"], []) == float("inf")
    with pytest.raises(ParameterError, match="list of keys"):
        wv.wmdistance("k1", ["k2"])
