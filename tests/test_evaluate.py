"""Judging vectors: the same figures as gensim and SciPy, or a reason why there are none."""

import itertools
import logging
import math
import random
import time

import numpy as np
import pytest

from cw2v import evaluate
from cw2v.errors import FileFormatError, ParameterError
from cw2v.keyedvectors import KeyedVectors
from cw2v.query import pearson, spearman

PLANTED = [": one", "a1 b1 a2 b2", "A2 B2 A3 B3", ": two", "a1 b1 a3 odd", "a1 b1 nowhere b2"]


@pytest.fixture
def planted():
    """b_i = a_i + shift, in nearly orthogonal directions."""
    rng = np.random.default_rng(0)
    wv, shift = KeyedVectors(50), rng.standard_normal(50)
    a = rng.standard_normal((4, 50))
    wv.add_vectors([f"a{i}" for i in range(4)] + [f"b{i}" for i in range(4)], np.concatenate([a, a + shift]))
    wv.add_vectors(["odd", "A1"], rng.standard_normal((2, 50)))
    return wv


def test_planted_analogies(planted, tmp_path):
    (tmp_path / "q").write_text("\n".join(PLANTED))
    for source in (tmp_path / "q", str(tmp_path / "q"), PLANTED, (tmp_path / "q").open("rb")):
        accuracy, sections = planted.evaluate_word_analogies(source)
        assert accuracy == pytest.approx(2 / 3)
        assert [s["section"] for s in sections] == ["one", "two", "Total accuracy"]
        assert sections[0]["correct"] == [("A1", "B1", "A2", "B2"), ("A2", "B2", "A3", "B3")]
        assert sections[1] == {"section": "two", "correct": [], "incorrect": [("A1", "B1", "A3", "ODD")]}
        assert len(sections[-1]["correct"]) == 2
    assert planted.evaluate_word_analogies(PLANTED, dummy4unknown=True)[0] == 0.5
    assert planted.evaluate_word_analogies(PLANTED, case_insensitive=False)[0] == 0.5
    assert planted.evaluate_word_analogies(PLANTED, similarity_function="most_similar_cosmul")[0] > 0.6
    assert planted.evaluate_word_analogies(PLANTED, restrict_vocab=4)[1][-1]["incorrect"] == []


def test_blocks_do_not_change_answers(planted, monkeypatch):
    whole = planted.evaluate_word_analogies(PLANTED)
    monkeypatch.setattr(evaluate.analogies, "_QUESTIONS_AT_ONCE", 1)
    assert planted.evaluate_word_analogies(PLANTED) == whole


@pytest.mark.parametrize(("lines", "text"), [
    ([], "no analogy question"), ([": a"], "no analogy question"), ([": a", "b c"], "no analogy question"),
    (["a b c d"], "line 1: questions need"), ([": a", b"\xff b c d"], "line 2: not utf8"),
])
def test_useless_analogies(planted, lines, text):
    with pytest.raises(FileFormatError, match=text):
        planted.evaluate_word_analogies(lines)


def test_malformed_lines_are_named(planted, caplog, tmp_path):
    (tmp_path / "q").write_text("\n".join([*PLANTED, "three words only"]))
    planted.evaluate_word_analogies(tmp_path / "q")
    assert f"{tmp_path / 'q'}, line 7" in caplog.text
    caplog.clear()
    lines = ["# note", "a1\tb1\t3", "a2\todd\tx", "", "a3\tb3\t2", "a1\todd\t1", "a1\tb1"]
    assert planted.evaluate_word_pairs(lines)[2] == 0
    assert "line 3" in caplog.text
    assert "line 7" in caplog.text
    assert "line 1 " not in caplog.text


def test_bad_arguments(planted):
    with pytest.raises(ParameterError, match="similarity_function"):
        planted.evaluate_word_analogies(PLANTED, similarity_function="nearest")
    with pytest.raises(ParameterError, match="restrict_vocab"):
        planted.evaluate_word_analogies(PLANTED, restrict_vocab=0)
    with pytest.raises(FileNotFoundError):
        planted.evaluate_word_pairs("no such file")


def test_pairs(planted):
    lines = ["a1\tb1\t9", "a2\tb2\t8", "A1\todd\t1", "a1\tnowhere\t5"]
    linear, ranks, unknown = planted.evaluate_word_pairs(lines)
    assert unknown == 25
    assert linear.statistic > 0.9
    assert 0 < linear.pvalue < 1
    assert round(ranks.statistic, 9) in (0.5, 1.0)
    assert planted.evaluate_word_pairs(lines, dummy4unknown=True)[2] == 25
    other = [line.replace("\t", ";") for line in lines]
    assert planted.evaluate_word_pairs(other, delimiter=";")[0] == linear
    for useless, text in (([], "no line"), (["x\ty\t1"], "0 have both"), (["a1\tb1\t1"], "needs 2")):
        with pytest.raises(FileFormatError, match=text):
            planted.evaluate_word_pairs(useless)


def test_report(planted):
    table = evaluate.report(planted, PLANTED, [["a1\tb1\t9", "a2\todd\t1", "x\ty\t1"], ["x\ty\t2"]])
    assert [(row.kind, row.used, row.total) for row in table] == [
        ("pairs", 2, 3), ("pairs", 0, 1), ("analogies", 3, 4)]
    assert table[0].score == pytest.approx(1)
    assert math.isnan(table[1].score)


def test_correlation_of_few_and_constant():
    two = np.array([1.0, 2.0])
    assert pearson(two, two) == (1.0, 1.0)
    assert pearson(np.arange(5.0), -np.arange(5.0)) == (-1.0, 0.0)
    assert all(map(math.isnan, pearson(np.full(4, 0.1), np.arange(4.0))))
    # Ties share their mean rank: ranks 1, 2.5, 2.5, 4 against 1, 2, 3, 4.
    tied = np.array([1.0, 5, 5, 9])
    assert spearman(tied, np.arange(4.0)).statistic == pytest.approx(4.5 / math.sqrt(22.5))


@pytest.mark.parametrize("count", [3, 4, 10, 353, 3000])
def test_correlation_is_scipys(count):
    stats = pytest.importorskip("scipy.stats")
    rng = np.random.default_rng(count)
    for noise in (0.1, 1, 100):
        x = rng.integers(0, 50, count).astype(float)
        y = x + noise * rng.standard_normal(count) * 10
        for ours, theirs in (
            (pearson(x, y), stats.pearsonr(x, y)),
            (spearman(x, y), stats.spearmanr(x, y)),
        ):
            assert ours == pytest.approx((theirs.statistic, theirs.pvalue), abs=1e-9, rel=1e-6)


def gensim_twin(keys, vectors):
    logging.getLogger("gensim").setLevel(logging.ERROR)
    theirs = pytest.importorskip("gensim.models").KeyedVectors(vectors.shape[1])
    ours = KeyedVectors(vectors.shape[1])
    for kv in (theirs, ours):
        kv.add_vectors(keys, vectors)
    return ours, theirs


@pytest.mark.parametrize("seed", range(25))
def test_analogies_are_gensims(seed, tmp_path):
    """Small vocabularies full of words that differ only in case: every rule about answers shows."""
    rng, chance = np.random.default_rng(seed), random.Random(seed)
    pool = ["".join(word) for word in itertools.product("aA", "bB", "cC")] + ["x", "X", "y", "z", "w"]
    keys = chance.sample(pool, chance.randint(5, 13))
    ours, theirs = gensim_twin(keys, rng.standard_normal((len(keys), 3)).astype(np.float32))
    lines = [": first"] + [
        " ".join(chance.choice([*pool, "unknown"]) for _ in range(chance.choice([3, 4, 4, 4])))
        if chance.random() < 0.95 else f": section {i}" for i in range(60)]
    (tmp_path / "q").write_text("\n".join(lines))
    top = len(keys) - 2
    for options in ({}, {"case_insensitive": False}, {"restrict_vocab": top}, {"dummy4unknown": True}):
        expected = theirs.evaluate_word_analogies(str(tmp_path / "q"), **options)
        assert ours.evaluate_word_analogies(tmp_path / "q", **options) == expected


def test_real_files(shared_data):
    """Sizes, speed, and gensim's figures on the files that are used everywhere."""
    questions = shared_data / "eval" / "analogy" / "questions-words.txt"
    pairs = sorted((shared_data / "eval" / "similarity").glob("*.tsv"))
    words = dict.fromkeys(word for path in pairs for line in path.read_text().splitlines()
                          for word in line.lower().split("\t")[:2])
    words.update(dict.fromkeys(questions.read_text().lower().split()))
    vectors = np.random.default_rng(0).standard_normal((len(words), 20)).astype(np.float32)
    wv = KeyedVectors(20)
    wv.add_vectors(list(words), vectors)
    begin = time.perf_counter()
    table = evaluate.report(wv, questions, pairs)
    assert time.perf_counter() - begin < 20
    assert [(row.used, row.total) for row in table] == [(n, n) for n in (3000, 65, 999, 353, 19544)]
    _, theirs = gensim_twin(list(words), vectors)
    for path in pairs:
        expected = theirs.evaluate_word_pairs(str(path))
        found = wv.evaluate_word_pairs(path)
        assert found[0] == pytest.approx((expected[0].statistic, expected[0].pvalue), abs=1e-6)
        # gensim's cosines are rounded to float32, which may exchange two ranks.
        assert found[1] == pytest.approx((expected[1].statistic, expected[1].pvalue), abs=1e-3)
        assert found[2] == expected[2]
