"""The names of gensim's modules, its vectors, and modules that import it."""

from __future__ import annotations

import importlib
import sys
import types
from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest

from cw2v import KeyedVectors, Word2Vec, errors, interop, models

CORPUS = [[f"w{i % 7}", f"w{(i + 1) % 7}", f"w{(i + 2) % 7}"] for i in range(200)]
SMALL: dict[str, Any] = {"vector_size": 8, "min_count": 1, "workers": 1}


# ---- names ----


@pytest.mark.parametrize(
    ("module", "names"),
    {
        "models": "Word2Vec KeyedVectors Phrases word2vec keyedvectors phrases callbacks",
        "models.word2vec": "Word2Vec LineSentence PathLineSentences Text8Corpus BrownCorpus KeyedVectors FAST_VERSION "
        "MAX_WORDS_IN_BATCH",
        "models.keyedvectors": "KeyedVectors Word2VecKeyedVectors EuclideanKeyedVectors load_word2vec_format",
        "models.phrases": "Phrases Phraser FrozenPhrases ENGLISH_CONNECTOR_WORDS original_scorer npmi_scorer",
        "models.callbacks": "CallbackAny2Vec",
        "utils": "simple_preprocess tokenize deaccent save_as_line_sentence",
    }.items(),
)
def test_modules_have_gensims_names(module: str, names: str) -> None:
    ours = importlib.import_module(f"cw2v.{module}")
    theirs = pytest.importorskip("gensim") and importlib.import_module(f"gensim.{module}")
    for name in names.split():
        assert hasattr(theirs, name), f"{name} is not gensim's"
        assert hasattr(ours, name)
    assert set(names.split()) <= set(ours.__all__)


def test_they_are_the_same_classes() -> None:
    assert models.Word2Vec is models.word2vec.Word2Vec is Word2Vec
    assert models.keyedvectors.Word2VecKeyedVectors is KeyedVectors
    assert models.word2vec.FAST_VERSION >= 1


# ---- vectors ----


@pytest.fixture(scope="module")
def wv() -> KeyedVectors:
    return Word2Vec(CORPUS, sg=1, sample=0, **SMALL).wv


@pytest.fixture(scope="module")
def gensim() -> Any:
    pytest.importorskip("gensim")
    return importlib.import_module("gensim.models")


def test_gensim_asks_our_vectors(wv: KeyedVectors, gensim: Any) -> None:
    theirs = wv.to_gensim()
    assert isinstance(theirs, gensim.KeyedVectors)
    assert np.shares_memory(theirs.vectors, wv.vectors)
    for word in wv.index_to_key:
        assert theirs.get_vecattr(word, "count") == wv.get_vecattr(word, "count")
        ours = wv.most_similar(word, topn=3)
        assert [w for w, _ in theirs.most_similar(word, topn=3)] == [w for w, _ in ours]


def test_adding_to_one_leaves_the_other_whole(wv: KeyedVectors, gensim: Any) -> None:
    n = len(wv)
    theirs = wv.to_gensim()
    theirs.add_vector("new", np.ones(8, np.float32))
    assert "new" in theirs.key_to_index
    assert len(wv) == n == len(wv.vectors)
    assert "new" not in wv


def test_gensims_vectors_become_ours(gensim: Any, tmp_path: Any) -> None:
    model = gensim.Word2Vec(CORPUS, **SMALL)
    for given in (model, model.wv):
        ours = KeyedVectors.from_gensim(given)
        assert np.shares_memory(ours.vectors, model.wv.vectors)
        assert ours.index_to_key == model.wv.index_to_key
        assert ours.get_vecattr("w1", "count") == model.wv.get_vecattr("w1", "count")
        assert ours.most_similar("w1")[0][0] == model.wv.most_similar("w1")[0][0]
    ours.save(tmp_path / "v.cw2v")
    np.testing.assert_array_equal(KeyedVectors.load(tmp_path / "v.cw2v").vectors, ours.vectors)


def test_there_and_back(wv: KeyedVectors, gensim: Any) -> None:
    again = KeyedVectors.from_gensim(wv.to_gensim())
    assert again.key_to_index == wv.key_to_index
    np.testing.assert_array_equal(again.vectors, wv.vectors)


@pytest.mark.parametrize("given", [7, {"a": [1.0]}, "vectors.bin"])
def test_what_is_not_gensims(given: Any) -> None:
    with pytest.raises(errors.ParameterError, match=r"must be gensim 4's KeyedVectors, but the (int|dict|str) has no"):
        KeyedVectors.from_gensim(given)


def test_a_matrix_that_does_not_fit(gensim: Any) -> None:
    theirs = gensim.KeyedVectors(3)
    theirs.index_to_key = ["a", "b"]
    theirs.vectors = np.zeros((1, 3), np.float32)
    with pytest.raises(errors.ParameterError, match=r"each of its 2 keys and 3 columns, got \(1, 3\)"):
        KeyedVectors.from_gensim(theirs)


# ---- consumers ----

CONSUMER = """
import gensim
import gensim.models.word2vec as w2v
from gensim import models
from gensim.models import Word2Vec as Renamed, KeyedVectors
from gensim.models.callbacks import CallbackAny2Vec

def classes():
    return [Renamed, KeyedVectors, gensim.models.Word2Vec, gensim.models.word2vec.Word2Vec, models.KeyedVectors,
            w2v.Word2Vec, w2v.LineSentence, CallbackAny2Vec]
"""


@pytest.fixture
def consumer(gensim: Any) -> Iterator[types.ModuleType]:
    """A package "consumer" whose module "consumer.inner" imports gensim in every way."""
    package, inner = types.ModuleType("consumer"), types.ModuleType("consumer.inner")
    sys.modules |= {"consumer": package, "consumer.inner": inner}
    exec(CONSUMER, vars(inner))
    yield inner
    del sys.modules["consumer"], sys.modules["consumer.inner"]


def test_a_consumer_gets_our_classes_for_a_while(consumer: Any, gensim: Any) -> None:
    before, gensims = consumer.classes(), dict(vars(gensim))
    assert all(c.__module__.startswith("gensim") for c in before)
    with interop.use_in("consumer") as changed:
        assert all(c.__module__.startswith("cw2v") for c in consumer.classes())
        assert "consumer.inner.Renamed" in changed
        assert consumer.models.LdaModel is gensim.LdaModel  # what we have not is gensim's
        assert consumer.gensim.__version__ == importlib.import_module("gensim").__version__
        assert consumer.Renamed(CORPUS, **SMALL).wv["w1"].shape == (8,)
    assert consumer.classes() == before
    assert dict(vars(gensim)) == gensims, "gensim itself was changed"


def test_it_is_changed_back_after_an_error(consumer: Any) -> None:
    before = consumer.classes()
    with pytest.raises(ZeroDivisionError), interop.use_in(consumer):
        1 / 0  # noqa: B018
    assert consumer.classes() == before
    with pytest.raises(errors.ParameterError, match="'json' has none of"), interop.use_in("consumer", "json"):
        pass
    assert consumer.classes() == before


def test_nothing_to_use_it_in() -> None:
    with pytest.raises(errors.ParameterError, match="needs the modules"), interop.use_in():
        pass


# ---- names of gensim 3 ----


@pytest.mark.parametrize(("old", "new"), [("size", "vector_size"), ("iter", "epochs")])
def test_old_arguments_name_todays(old: str, new: str) -> None:
    with pytest.raises(TypeError, match=rf"unexpected keyword argument '{old}': since gensim 4 it is {new}$"):
        Word2Vec(CORPUS, **{old: 10})
    with pytest.raises(TypeError, match=r"unexpected keyword argument 'dimension'$"):
        Word2Vec(CORPUS, dimension=10)


@pytest.mark.parametrize(
    ("old", "new"),
    [("iter", "epochs"), ("syn0", "wv.vectors"), ("vocab", "wv.key_to_index"), ("similarity", "wv.similarity")],
)
def test_old_attributes_name_todays(old: str, new: str) -> None:
    model = Word2Vec(**SMALL)
    with pytest.raises(AttributeError, match=f"'Word2Vec' object has no attribute '{old}': it is {new} since gensim 4"):
        getattr(model, old)
    assert not hasattr(model, old)
    with pytest.raises(AttributeError, match=r"no attribute 'anything'$"):
        _ = model.anything


def test_a_model_is_not_its_vectors() -> None:
    with pytest.raises(TypeError, match=r"not subscriptable: it is model.wv\['w1'\] since gensim 4"):
        Word2Vec(CORPUS, **SMALL)["w1"]


def test_a_subclass_and_a_copy() -> None:
    import copy
    import pickle

    class Mine(Word2Vec):
        def __init__(self, corpus: Any, **options: Any) -> None:
            super().__init__(corpus, **options)
            self.mine = 1

    model = Mine(CORPUS, **SMALL)
    for again in (copy.deepcopy(model), copy.copy(model), pickle.loads(pickle.dumps(Word2Vec(CORPUS, **SMALL)))):
        np.testing.assert_array_equal(again.wv.vectors, model.wv.vectors)
    assert copy.deepcopy(model).mine == 1
