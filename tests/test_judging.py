"""Intervals, categories, odd words, stability, k-means: counted by hand, or by another library."""

import itertools
import math
from collections import Counter

import numpy as np
import pytest

from cw2v import KeyedVectors, cli, evaluate, stability
from cw2v.errors import FileFormatError, ParameterError, UnknownKeyError
from cw2v.query.clusters import kmeans


def planted(groups=4, size=25, dim=30, seed=0, noise=0.15):
    """Vectors around a few directions, with their groups."""
    rng = np.random.default_rng(seed)
    centers = rng.standard_normal((groups, dim))
    centers /= np.linalg.norm(centers, axis=1)[:, None]
    labels = rng.permutation(np.repeat(np.arange(groups), size))
    vectors = centers[labels] + noise * rng.standard_normal((groups * size, dim)) / np.sqrt(dim)
    return vectors.astype(np.float32), labels


@pytest.fixture
def grouped():
    vectors, labels = planted()
    wv = KeyedVectors(30)
    wv.add_vectors([f"w{i}" for i in range(len(labels))], vectors)
    return wv, labels


def test_wilson():
    # Newcombe (1998), table I: 81 of 263, 15 of 148, 0 of 20, 1 of 29.
    for right, n, low, high in ((81, 263, 0.2553, 0.3662), (15, 148, 0.0624, 0.1605), (0, 20, 0, 0.1611),
                                (1, 29, 0.0061, 0.1718)):  # fmt: skip
        assert evaluate.wilson(right, n) == pytest.approx((low, high), abs=5e-5)
    assert all(map(math.isnan, evaluate.wilson(0, 0)))
    with pytest.raises(ParameterError, match="confidence"):
        evaluate.wilson(1, 2, 1.0)


def test_fisher():
    stats = pytest.importorskip("scipy.stats")
    rng = np.random.default_rng(0)
    x = rng.standard_normal(50)
    y = x + rng.standard_normal(50)
    expected = stats.pearsonr(x, y).confidence_interval(0.9)
    assert evaluate.fisher(stats.pearsonr(x, y)[0], 50, 0.9, rank=False) == pytest.approx(tuple(expected), abs=1e-9)
    low, high = evaluate.fisher(0.5, 103)
    assert (math.atanh(high) - math.atanh(low)) / 2 == pytest.approx(1.959964 * math.sqrt(1.125 / 100), rel=1e-6)
    assert all(map(math.isnan, evaluate.fisher(0.5, 3)))
    assert evaluate.fisher(1.0, 9) == (1.0, 1.0)


def test_intervals_cover_the_truth():
    rng = np.random.default_rng(1)
    inside = [low <= 0.3 <= high for low, high in (evaluate.wilson(int(k), 60) for k in rng.binomial(60, 0.3, 2000))]
    assert 0.93 < np.mean(inside) < 0.97


def test_kmeans_finds_what_was_planted():
    vectors, labels = planted()
    found = kmeans(vectors, 4, restarts=3)
    assert len(Counter(zip(labels.tolist(), found.labels.tolist(), strict=True))) == 4
    assert np.linalg.norm(found.centers, axis=1) == pytest.approx(np.ones(4), abs=1e-6)
    unit = vectors / np.linalg.norm(vectors, axis=1)[:, None]
    assert found.score == pytest.approx((unit * found.centers[found.labels]).sum(axis=1).mean(), abs=1e-6)
    assert (found.labels == (unit @ found.centers.T).argmax(axis=1)).all()
    again = kmeans(vectors, 4, restarts=3)
    assert (again.labels == found.labels).all()
    assert again.centers.tobytes() == found.centers.tobytes()


def test_kmeans_is_a_fixed_point_and_has_no_empty_class():
    vectors = np.random.default_rng(2).standard_normal((500, 8)).astype(np.float32)
    unit = vectors / np.linalg.norm(vectors, axis=1)[:, None]
    for k in (1, 2, 30, 400):
        found = kmeans(vectors, k, iterations=500)
        sums = np.array([unit[found.labels == label].sum(axis=0) for label in range(k)])
        assert found.centers == pytest.approx(sums / np.linalg.norm(sums, axis=1)[:, None], abs=1e-5)
    assert kmeans(vectors, 30, iterations=1).score < kmeans(vectors, 30).score
    same = np.tile(vectors[:1], (9, 1))
    assert kmeans(same, 3).score == pytest.approx(1, abs=1e-6)
    for options in ({"k": 0}, {"k": 501}, {"k": 2, "iterations": 0}, {"k": 2, "restarts": 0}):
        with pytest.raises(ParameterError):
            kmeans(vectors, **options)
    with pytest.raises(ParameterError, match="finite"):
        kmeans(np.full((3, 2), np.nan), 1)


def test_purity(grouped):
    wv, labels = grouped
    lines = [f"W{i}\tgroup {label}" for i, label in enumerate(labels)]
    assert evaluate.purity(wv.vectors, wv.index_to_key, ["# note", *lines, "nowhere\tgroup 1"]) == (1, 100, 101)
    # Two categories that share each planted group: no clustering into 2 can tell them apart.
    mixed = [f"w{i}\t{'even' if i % 2 else 'odd'}" for i in range(100)]
    score = evaluate.purity(wv.vectors, wv.index_to_key, mixed).score
    assert 0.5 <= score < 0.65
    for useless in ([], ["w1\ta"], ["w1\ta", "zz\tb"]):
        with pytest.raises(FileFormatError):
            evaluate.purity(wv.vectors, wv.index_to_key, useless)


def test_odd_one_out(grouped, caplog):
    wv, labels = grouped
    of = [[f"w{i}" for i in np.flatnonzero(labels == label)] for label in range(4)]
    lines = [" ".join([*of[0][:3], of[1][0]]), " ".join([*of[2][4:6], of[3][9]]), " ".join([of[1][2], *of[0][:3]]),
             "w1 w2 nowhere", "w1 w2"]  # fmt: skip
    expected = [wv.doesnt_match(line.split()) == line.split()[-1] for line in lines[:3]]
    assert expected == [True, True, False]
    assert evaluate.odd_one_out(wv.vectors, wv.index_to_key, lines) == (2 / 3, 3, 4)
    assert "line 5" in caplog.text
    with pytest.raises(FileFormatError, match="none of 1"):
        evaluate.odd_one_out(wv.vectors, wv.index_to_key, ["w1 w2 nowhere"])


def test_report_has_a_row_for_each(grouped):
    wv, labels = grouped
    categories = [f"w{i}\t{label}" for i, label in enumerate(labels)]
    rows = evaluate.report(wv, pairs=[["w1\tw2\t1", "w3\tw4\t2", "w5\tw6\t3", "w7\tw8\t1"]], categories=[categories],
                           odd=[["w1 w2 w3"], ["zz w1 w2"]])
    assert [(row.kind, row.used, row.total) for row in rows] == [
        ("pairs", 4, 4), ("categories", 100, 100), ("odd words", 1, 1), ("odd words", 0, 1)]
    assert (rows[0].low, rows[0].high) == evaluate.fisher(rows[0].score, 4)
    assert (rows[1].low, rows[1].high) == evaluate.wilson(100, 100)
    assert math.isnan(rows[3].score)


def test_stability_by_counting():
    rng = np.random.default_rng(3)
    models = []
    for keys in ([*"abcdefghij"], [*"jihgfedcba", "x"], [*"bacdefghijy"]):
        wv = KeyedVectors(4)
        wv.add_vectors(keys, rng.standard_normal((len(keys), 4)))
        models.append(wv)

    def neighbours(wv, word):
        return set(sorted((key for key in "abcdefghij" if key != word), key=lambda key: -wv.similarity(word, key))[:3])

    shares = {word: np.mean([len(neighbours(one, word) & neighbours(two, word)) / 3
                             for one, two in itertools.combinations(models, 2)]) for word in "abcdefghij"}  # fmt: skip
    found = stability(models, topn=3)
    assert found.by_word == pytest.approx(shares)
    assert found.overlap == pytest.approx(np.mean(list(shares.values())))
    assert stability(models, ["c", "a"], topn=3).by_word == pytest.approx({key: shares[key] for key in "ca"})
    assert stability([models[0]] * 2, topn=99).overlap == 1
    for wrong, error in (((models[:1],), ParameterError), ((models, ["x"]), UnknownKeyError),
                         ((models, [], 3), ParameterError), ((models, None, 0), ParameterError)):  # fmt: skip
        with pytest.raises(error):
            stability(*wrong)


def test_classes_command(grouped, tmp_path, capsys):
    wv, labels = grouped
    wv.save_word2vec_format(tmp_path / "v.txt")
    out = tmp_path / "classes.txt"
    arguments = ["classes", str(tmp_path / "v.txt"), "-o", str(out), "-k", "4", "--seed", "2"]
    assert cli.main(arguments) == 0
    lines = [line.split(" ") for line in out.read_text().splitlines()]
    assert [word for word, _ in lines] == wv.index_to_key
    assert len(Counter(zip(labels.tolist(), (label for _, label in lines), strict=True))) == 4
    first = out.read_bytes()
    assert cli.main(arguments) == 0
    assert out.read_bytes() == first
    assert "100 words in 4 classes" in capsys.readouterr().err
    assert cli.main([*arguments[:-3], "101"]) == 2
    assert "k must be from 1 to the number of vectors, 100" in capsys.readouterr().err
    assert out.read_bytes() == first
    wv.rename({"w3": "two words"}).save(tmp_path / "v.cw2v")
    assert cli.main(["classes", str(tmp_path / "v.cw2v"), "-o", str(out), "-k", "4"]) == 2
    assert "'two words'" in capsys.readouterr().err
