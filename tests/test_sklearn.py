"""The estimators, as scikit-learn uses them."""

from __future__ import annotations

import pickle
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from cw2v import Word2Vec, errors
from cw2v.documents import average, maximum

sklearn = pytest.importorskip("sklearn")

from sklearn.base import clone  # noqa: E402
from sklearn.compose import ColumnTransformer  # noqa: E402
from sklearn.linear_model import LogisticRegression  # noqa: E402
from sklearn.model_selection import GridSearchCV, StratifiedKFold  # noqa: E402
from sklearn.pipeline import make_pipeline  # noqa: E402
from sklearn.preprocessing import StandardScaler  # noqa: E402
from sklearn.utils import estimator_checks  # noqa: E402
from sklearn.utils.estimator_checks import parametrize_with_checks  # noqa: E402

from cw2v.sklearn import Word2VecTransformer, Word2VecVectorizer  # noqa: E402

SMALL: dict[str, Any] = {"vector_size": 12, "min_count": 1, "sample": 0, "epochs": 3}
POOLINGS = ("mean", "sif", "tfidf", "max")


@parametrize_with_checks([Word2VecVectorizer(), Word2VecTransformer()])
def test_the_checks_of_scikit_learn_that_apply(estimator: Any, check: Any) -> None:
    check(estimator)


# scikit-learn skips most checks of an estimator of text, since they fit it on numbers. These fit nothing.
WITHOUT_DATA = (
    "check_estimator_cloneable", "check_estimator_repr", "check_estimator_tags_renamed", "check_get_params_invariance",
    "check_mixin_order", "check_no_attributes_set_in_init", "check_parameters_default_constructible",
    "check_set_params", "check_valid_tag_types",
)  # fmt: skip


@pytest.mark.parametrize("kind", [Word2VecVectorizer, Word2VecTransformer])
@pytest.mark.parametrize("name", WITHOUT_DATA)
def test_the_checks_that_need_no_numbers(name: str, kind: Any) -> None:
    check = getattr(estimator_checks, name, None)
    if check is None:
        pytest.skip("not in this scikit-learn")
    check(kind.__name__, kind())


def test_fitting_leaves_the_parameters_alone_and_fits_anew() -> None:
    documents, _ = reviews()
    for estimator, X in ((Word2VecVectorizer(**SMALL), documents), (Word2VecTransformer(**SMALL), [["a", "b"]] * 30)):
        before = estimator.get_params()
        assert estimator.fit(X) is estimator
        learnt = {name for name in vars(estimator) if name not in before}
        assert learnt
        assert all(name.endswith("_") for name in learnt)
        assert estimator.get_params() == before
        first = estimator.wv_.vectors.copy()
        estimator.fit([["x", "y", "z"]] * 30)
        assert sorted(estimator.wv_.index_to_key) == ["x", "y", "z"]
        np.testing.assert_array_equal(estimator.fit(X).wv_.vectors, first)


def reviews(n: int = 120, seed: int = 0) -> tuple[list[str], list[int]]:
    """Documents of two classes, each with words of its own among words that both have."""
    rng = np.random.default_rng(seed)
    labels = [i % 2 for i in range(n)]
    documents = [
        " ".join(f"{'both' if rng.random() < 0.5 else ('good', 'bad')[label]}{chr(97 + rng.integers(12))}"
                 for _ in range(30))
        for label in labels
    ]
    return documents, labels


# ---- what a document's vector is ----


@pytest.fixture(scope="module")
def fitted() -> dict[str, tuple[Word2VecVectorizer, Any]]:
    documents, _ = reviews()
    found = {}
    for pooling in POOLINGS:
        vectorizer = Word2VecVectorizer(pooling=pooling, **SMALL)
        found[pooling] = (vectorizer, vectorizer.fit_transform(documents))
    return found


def test_the_vectors_are_those_of_the_model(fitted: Any) -> None:
    documents, _ = reviews()
    model = Word2Vec([d.split() for d in documents], workers=1, **SMALL)
    for vectorizer, _ in fitted.values():
        assert vectorizer.wv_.index_to_key == model.wv.index_to_key
        np.testing.assert_array_equal(vectorizer.wv_.vectors, model.wv.vectors)


def test_mean_and_max_are_numpys(fitted: Any) -> None:
    documents, _ = reviews()
    for pooling, pool in (("mean", np.mean), ("max", np.max)):
        vectorizer, pooled = fitted[pooling]
        for document, row in zip(documents, pooled, strict=True):
            np.testing.assert_allclose(row, pool(vectorizer.wv_[document.split()], axis=0), rtol=1e-5, atol=1e-8)


def test_tfidf_weights_are_those_of_scikit_learn(fitted: Any) -> None:
    from sklearn.feature_extraction.text import TfidfVectorizer

    documents, _ = reviews()
    vectorizer, pooled = fitted["tfidf"]
    theirs = TfidfVectorizer(tokenizer=str.split, token_pattern=None, norm="l1").fit(documents)
    for word, weight in zip(vectorizer.wv_.index_to_key, vectorizer.weights_, strict=True):
        assert weight == pytest.approx(theirs.idf_[theirs.vocabulary_[word]])
    shares = theirs.transform(documents).toarray()
    vectors = vectorizer.wv_[theirs.get_feature_names_out().tolist()]
    np.testing.assert_allclose(pooled, shares @ vectors, rtol=1e-4, atol=1e-6)


def test_sif_is_the_weighted_mean_without_its_first_direction(fitted: Any) -> None:
    documents, _ = reviews()
    vectorizer, pooled = fitted["sif"]
    words = [d.split() for d in documents]
    total = sum(map(len, words))
    counts = {w: sum(d.count(w) for d in words) for w in vectorizer.wv_.index_to_key}
    rows = np.array([
        np.average(vectorizer.wv_[d], axis=0, weights=[1e-3 / (1e-3 + counts[w] / total) for w in d]) for d in words
    ])
    first = np.linalg.svd(rows.astype(float), full_matrices=False)[2][0]
    np.testing.assert_allclose(pooled, rows - np.outer(rows @ first, first), rtol=1e-3, atol=1e-5)
    assert np.abs(pooled @ vectorizer.component_).max() < 1e-5


def test_normalize_brings_rows_to_length_one_and_leaves_zeros() -> None:
    documents, _ = reviews()
    for pooling in POOLINGS:
        vectorizer = Word2VecVectorizer(pooling=pooling, normalize=True, **SMALL).fit(documents)
        lengths = np.linalg.norm(vectorizer.transform([*documents, "unseen"]), axis=1)
        np.testing.assert_allclose(lengths[:-1], 1, rtol=1e-5)
        assert lengths[-1] == 0


@pytest.mark.parametrize("pooling", POOLINGS)
def test_documents_without_a_known_word(pooling: str) -> None:
    documents, _ = reviews()
    vectorizer = Word2VecVectorizer(pooling=pooling, **SMALL).fit(documents)
    assert not vectorizer.transform(["unseen words", ""]).any()
    assert np.isnan(vectorizer.set_params(missing="nan").transform(["unseen"])).all()
    with pytest.raises(errors.ParameterError, match="documents 1"):
        vectorizer.set_params(missing="error").transform([documents[0], "unseen"])


def test_tokens_may_be_integers_and_documents_lists() -> None:
    walks = [[1, 2, 3], [4, 5, 6]] * 60
    vectorizer = Word2VecVectorizer(**SMALL).fit(walks)
    assert sorted(vectorizer.wv_.index_to_key) == [1, 2, 3, 4, 5, 6]
    np.testing.assert_array_equal(vectorizer.transform(np.array([[1, 2]])), vectorizer.transform([(1, 2)]))
    np.testing.assert_allclose(vectorizer.transform([[1]])[0], vectorizer.wv_[1])


def test_the_tokenizer_is_used() -> None:
    vectorizer = Word2VecVectorizer(tokenizer=lambda text: text.split("|"), **SMALL).fit(["a b|c"] * 50)
    assert sorted(vectorizer.wv_.index_to_key) == ["a b", "c"]


# ---- as scikit-learn uses it ----


def test_clone_and_params() -> None:
    vectorizer = Word2VecVectorizer(vector_size=7, pooling="max", model_options={"deterministic": True})
    copy = clone(vectorizer)
    assert copy is not vectorizer
    assert copy.get_params() == vectorizer.get_params()
    assert not hasattr(copy, "wv_")
    assert copy.set_params(window=2).window == 2


def test_a_search_over_size_and_pooling_finds_the_classes() -> None:
    documents, labels = reviews()
    pipeline = make_pipeline(Word2VecVectorizer(**{**SMALL, "epochs": 10}), LogisticRegression(C=100.0))
    search = GridSearchCV(
        pipeline, {"word2vecvectorizer__vector_size": [4, 8], "word2vecvectorizer__pooling": list(POOLINGS)}, cv=3
    ).fit(documents, labels)
    assert len(search.cv_results_["params"]) == 8
    assert search.best_score_ > 0.95


def test_a_pickled_pipeline_gives_the_same_predictions() -> None:
    documents, labels = reviews()
    pipeline = make_pipeline(Word2VecVectorizer(pooling="sif", **SMALL), LogisticRegression()).fit(documents, labels)
    again = pickle.loads(pickle.dumps(pipeline))
    np.testing.assert_array_equal(again.predict_proba(documents), pipeline.predict_proba(documents))


def test_a_pipeline_reloaded_by_another_process_predicts_the_same(tmp_path: Path) -> None:
    documents, labels = reviews()
    for pooling in POOLINGS:
        vectorizer = Word2VecVectorizer(pooling=pooling, tokenizer=str.split, **SMALL)
        pipeline = make_pipeline(vectorizer, StandardScaler(), LogisticRegression()).fit(documents, labels)
        (tmp_path / pooling).write_bytes(pickle.dumps((pipeline, documents, pipeline.predict_proba(documents))))
    code = (
        "import pathlib, pickle, sys\n"
        "for path in pathlib.Path(sys.argv[1]).iterdir():\n"
        "    pipeline, documents, expected = pickle.loads(path.read_bytes())\n"
        "    print((pipeline.predict_proba(documents) == expected).all())\n"
    )
    done = subprocess.run([sys.executable, "-P", "-c", code, str(tmp_path)], capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["True"] * len(POOLINGS), done.stderr


@pytest.mark.parametrize("library", ["pandas", "polars"])
def test_set_output(library: str) -> None:
    package = pytest.importorskip(library)
    documents, _ = reviews()
    vectorizer = Word2VecVectorizer(**SMALL)
    plain = vectorizer.fit_transform(documents)
    out = vectorizer.set_output(transform=library).transform(documents)
    assert isinstance(out, package.DataFrame)
    assert list(out.columns) == vectorizer.get_feature_names_out().tolist()
    np.testing.assert_array_equal(out.to_numpy(), plain)
    table = package.DataFrame({"text": documents, "n": range(len(documents))})
    mixed = ColumnTransformer([("words", Word2VecVectorizer(**SMALL), "text")], remainder="passthrough")
    mixed = mixed.set_output(transform=library).fit_transform(table)
    assert isinstance(mixed, package.DataFrame)
    assert mixed.shape == (len(documents), 13)
    np.testing.assert_array_equal(mixed.to_numpy()[:, :12].astype(np.float32), plain)


def test_names_and_data_frames() -> None:
    pandas = pytest.importorskip("pandas")
    documents, _ = reviews()
    frame = pandas.DataFrame({"text": documents, "n": range(len(documents))})
    vectorizer = Word2VecVectorizer(**SMALL).set_output(transform="pandas")
    out = vectorizer.fit_transform(frame["text"])
    assert list(out.columns) == [f"word2vecvectorizer{i}" for i in range(12)]
    table = ColumnTransformer([("words", Word2VecVectorizer(**SMALL), "text")], remainder="passthrough")
    assert table.fit_transform(frame).shape == (len(documents), 13)
    assert table.get_feature_names_out()[0] == "words__word2vecvectorizer0"
    with pytest.raises(errors.CorpusTypeError, match="one column of documents, got a table of 2"):
        vectorizer.fit(frame)


def test_feature_names() -> None:
    names = Word2VecVectorizer(**SMALL).fit(["good film", "bad film"] * 20).get_feature_names_out()
    assert names.tolist() == [f"word2vecvectorizer{i}" for i in range(12)]


def test_tokens_are_looked_up() -> None:
    transformer = Word2VecTransformer(**SMALL).fit([["a", "b", "c"]] * 40)
    np.testing.assert_allclose(transformer.transform(["b", "a"]), transformer.wv_[["b", "a"]])
    with pytest.raises(errors.ParameterError, match="documents 1"):
        transformer.transform(["a", "unseen"])
    assert not transformer.set_params(missing="zero").transform(["unseen"]).any()
    with pytest.raises(TypeError, match=r"call fit\(sequences\) and then transform\(tokens\)"):
        transformer.fit_transform([["a"]])


# ---- bad input ----


@pytest.mark.parametrize(
    ("X", "message"),
    [
        ("one text", "Iterable over raw text documents expected"),
        (7, "an iterable of documents, got int"),
        (["a b", None], r"X\[1\] must be a str or a list of tokens, got NoneType"),
        (["a b", float("nan")], r"X\[1\] must be a str or a list of tokens, got float"),
        ([b"a b"], r"X\[0\] must be a str or a list of tokens, got bytes"),
    ],
)
def test_bad_documents(X: Any, message: str) -> None:
    with pytest.raises(errors.CorpusTypeError, match=message):
        Word2VecVectorizer(**SMALL).fit(X)


@pytest.mark.parametrize("changes", [{"pooling": "sum"}, {"sif_a": 0}, {"missing": "drop"}, {"vector_size": 0}])
def test_bad_parameters(changes: dict[str, Any]) -> None:
    with pytest.raises(errors.ParameterError, match=next(iter(changes))):
        Word2VecVectorizer(**{**SMALL, **changes}).fit(["good film"] * 20).transform(["good"])


def test_transform_before_fit() -> None:
    from sklearn.exceptions import NotFittedError

    for estimator in (Word2VecVectorizer(), Word2VecTransformer()):
        with pytest.raises(NotFittedError):
            estimator.transform(["a"])


def test_weights_and_maxima_of_documents() -> None:
    model = Word2Vec([["a", "b", "c"]] * 10, workers=1, **SMALL)
    wv = model.wv
    weights = np.array([1.0, 0.0, 3.0])
    words = wv.index_to_key
    expected = (wv[words[0]] + 3.0 * wv[words[2]]) / 4
    np.testing.assert_allclose(average(wv, [words], weights=weights)[0], expected, rtol=1e-5)
    assert not average(wv, [[words[1]]], weights=weights).any()  # all it has weighs nothing
    for bad in ([1.0], [1, 2, np.nan], [1, 2, -1]):
        with pytest.raises(errors.ParameterError, match="weights must be"):
            average(wv, [words], weights=bad)
    np.testing.assert_array_equal(maximum(wv, [words])[0], wv.vectors.max(axis=0))


# ---- real text ----


def test_reviews_of_films(shared_data: Path) -> None:
    """A search over size and pooling on 2,000 real reviews: far above chance, and pickled it predicts the same."""
    path = shared_data / "corpora" / "movie_reviews.tsv"
    if not path.exists():
        pytest.skip("movie_reviews.tsv is not there")
    rows = [line.split("\t") for line in path.read_text("utf8").splitlines()]
    labels, texts = [row[0] for row in rows], [row[-1] for row in rows]
    vectorizer = Word2VecVectorizer(sg=1, sample=1e-4, alpha=0.05, tokenizer=str.split)
    pipeline = make_pipeline(vectorizer, StandardScaler(), LogisticRegression(C=0.1, max_iter=300))
    grid = {"word2vecvectorizer__vector_size": [20, 50], "word2vecvectorizer__pooling": ["mean", "tfidf"]}
    search = GridSearchCV(pipeline, grid, cv=StratifiedKFold(2, shuffle=True, random_state=1)).fit(texts, labels)
    assert search.best_score_ > 0.7
    again = pickle.loads(pickle.dumps(search.best_estimator_))
    np.testing.assert_array_equal(again.predict(texts), search.predict(texts))
