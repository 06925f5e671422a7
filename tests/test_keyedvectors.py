"""Asking vectors: gensim's forms, without its surprises."""

import copy
import logging
import pickle

import numpy as np
import pytest

from cw2v import query
from cw2v.errors import FileFormatError, ParameterError, UnknownKeyError
from cw2v.keyedvectors import KeyedVectors

KEYS = [f"k{i}" for i in range(30)]


@pytest.fixture
def wv():
    result = KeyedVectors(5)
    vectors = np.random.default_rng(0).standard_normal((30, 5)).astype(np.float32)
    result.add_vectors(KEYS, vectors, extras={"count": np.arange(30) % 4})
    return result


def test_new_is_empty():
    wv = KeyedVectors(4)
    assert (len(wv), wv.vectors.shape, str(wv)) == (0, (0, 4), "KeyedVectors<vector_size=4, 0 keys>")
    assert wv.most_similar(np.ones(4)) == []
    with pytest.raises(UnknownKeyError, match="Key 'x' not present"):
        wv["x"]
    with pytest.raises(ParameterError, match="vector_size"):
        KeyedVectors(0)
    names = {"vector_size", "index_to_key", "next_index", "key_to_index", "vectors", "norms", "expandos",
             "mapfile_path", "vectors_lockf"}
    assert set(wv.__dict__) == names  # callers read and set the dictionary


def test_rows_and_keys(wv):
    assert "k3" in wv
    assert "zz" not in wv
    assert 29 in wv
    assert 30 not in wv
    assert -1 not in wv
    assert (wv[3] == wv["k3"]).all()
    assert wv[["k1", 2]].shape == (2, 5)
    assert wv[[]].shape == (0, 5)
    assert wv.get_index("zz", -7) == -7
    with pytest.raises(KeyError, match="Key 'zz' not present"):
        wv[["k1", "zz"]]
    with pytest.raises(ValueError, match="read-only"):
        wv["k1"][0] = 1
    with pytest.raises(ValueError, match="read-only"):
        wv.get_vector("k1")[0] = 1
    wv.vectors[1, 0] = 9
    assert wv["k1"][0] == 9
    assert [row.shape for row in wv] == [(5,)] * 30


def test_integer_and_tuple_keys():
    wv = KeyedVectors(2)
    wv.add_vectors([10, 0, ("a", 1.5)], [[1, 0], [0, 1], [1, 1]])
    assert wv[10].tolist() == [1, 0]
    assert wv[0].tolist() == [0, 1]
    assert wv[1].tolist() == [0, 1]
    assert wv["a", 1.5].tolist() == [1, 1]
    assert wv.most_similar(10, topn=1)[0][0] == ("a", 1.5)
    assert wv.most_similar(positive=("a", 1.5), topn=2)[0][0] == 10
    assert wv.most_similar([("a", 1.5)], topn=1)[0][0] == 10


def test_adding(wv):
    old = wv["k0"].copy()
    wv.add_vectors(["k0", "n", "n"], np.arange(15).reshape(3, 5), extras={"count": [7, 8, 9]})
    assert (wv["k0"] == old).all()
    assert wv["n"].tolist() == [5, 6, 7, 8, 9]
    assert (wv.get_vecattr("n", "count"), wv.get_vecattr("k0", "count")) == (8, 0)
    sizes = len(wv), len(wv.vectors), len(wv.index_to_key), len(wv.expandos["count"]), wv.next_index
    assert sizes == (31,) * 5
    wv[["k0", "m", "m"]] = np.arange(15).reshape(3, 5)
    assert wv["k0"].tolist() == [0, 1, 2, 3, 4]
    assert wv["m"].tolist() == [10, 11, 12, 13, 14]
    wv["m"] = np.ones(5)
    assert wv.most_similar("m", topn=1)
    assert wv.add_vector("p", [1, 2, 3, 4, 5]) == 32
    before = len(wv)
    with pytest.raises(ParameterError, match="weights must have shape"):
        wv.add_vectors(["q", "r"], np.ones((1, 5)))
    with pytest.raises(ParameterError, match="extras"):
        wv.add_vectors(["q"], np.ones((1, 5)), extras={"count": [1, 2]})
    assert len(wv) == before


def test_allocated_rows_are_filled_first():
    wv = KeyedVectors(2, count=3)
    assert len(wv) == 0
    wv.add_vector("a", [1, 2])
    assert (wv.vectors.shape, wv.index_to_key, len(wv)) == ((3, 2), ["a", None, None], 1)
    assert wv.most_similar([np.ones(2)]) == [("a", pytest.approx(3 / np.sqrt(10)))]


def test_attributes(wv):
    wv.set_vecattr("k1", "weight", 0.5)
    wv.set_vecattr("k1", "tag", "noun")
    wv.set_vecattr("k1", "count", 2.5)
    assert wv.get_vecattr("k1", "weight") == 0.5
    assert (wv.get_vecattr("k1", "tag"), wv.get_vecattr("k2", "tag")) == ("noun", 0)
    assert wv.get_vecattr("k1", "count") == 2.5
    with pytest.raises(KeyError, match="nope"):
        wv.get_vecattr("k1", "nope")


def test_sorting(wv):
    vectors = {key: wv[key].copy() for key in KEYS}
    wv.sort_by_descending_frequency()
    assert wv.index_to_key[:3] == ["k27", "k23", "k19"]
    assert all((wv[key] == vectors[key]).all() for key in KEYS)
    assert all(wv.get_vecattr(key, "count") == int(key[1:]) % 4 for key in KEYS)
    assert wv.vectors.flags.c_contiguous


@pytest.mark.parametrize("name", ["vocab", "index2word", "index2entity", "vectors_norm"])
def test_names_of_gensim_3(wv, name):
    assert not hasattr(wv, name)
    with pytest.raises(AttributeError, match=r"removed.*use"):
        setattr(wv, name, 1)


def test_most_similar_by_hand(wv):
    unit = wv.vectors / np.linalg.norm(wv.vectors, axis=1)[:, None]
    mean = unit[1] + 0.3 * unit[2] + wv.vectors[3] - unit[4]
    cosines = unit @ (mean / np.linalg.norm(mean))
    asked = {"positive": ["k1", ("k2", 0.3), wv["k3"]], "negative": "k4"}
    expected = [i for i in np.argsort(-cosines) if i not in (1, 2, 4)]
    found = wv.most_similar(**asked, topn=4)
    assert [key for key, _ in found] == [KEYS[i] for i in expected[:4]]
    assert [score for _, score in found] == pytest.approx(cosines[expected[:4]], abs=1e-6)
    assert all(type(score) is float for _, score in found)
    assert np.allclose(wv.most_similar(**asked, topn=None), cosines, atol=1e-6)
    clipped = [KEYS[i] for i in expected if 3 <= i < 9]
    assert [key for key, _ in wv.most_similar(**asked, topn=99, clip_start=3, clip_end=9)] == clipped
    first = [KEYS[i] for i in expected if i < 6]
    assert [key for key, _ in wv.most_similar(**asked, topn=99, clip_start=3, restrict_vocab=6)] == first
    assert wv.most_similar("k1", topn=0) == []
    assert wv.most_similar(wv.vectors[1])[0] == ("k1", pytest.approx(1, abs=1e-6))
    assert wv.similar_by_vector(wv.vectors[1])[0][0] == "k1"
    assert wv.similar_by_word("k1") == wv.similar_by_key("k1") == wv.most_similar(positive=["k1"])


def test_most_similar_refuses(wv):
    with pytest.raises(ValueError, match="no input"):
        wv.most_similar()
    with pytest.raises(KeyError, match="Key 'zz' not present"):
        wv.most_similar(["k1", "zz"])
    with pytest.raises(ParameterError, match="shape"):
        wv.most_similar(np.ones(4))
    with pytest.raises(ValueError, match="no input"):
        wv.most_similar_cosmul(negative=["k1"])


def test_indexer_answers(wv):
    class Indexer:
        def most_similar(self, vector, count):
            return vector.shape, count

    assert wv.most_similar("k1", topn=3, indexer=Indexer()) == ((5,), 3)


def test_zero_vectors_have_similarity_zero(wv):
    wv["zero"] = np.zeros(5)
    with np.errstate(all="raise"):
        assert wv.similarity("zero", "k1") == 0
        assert dict(wv.most_similar("k1", topn=99))["zero"] == 0
        assert {score for _, score in wv.most_similar("zero", topn=99)} == {0}
        assert not wv.get_normed_vectors()[-1].any()
        assert not wv.get_vector("zero", norm=True).any()
        assert np.isfinite(wv.distances("zero")).all()


def test_lengths_are_never_stale(wv):
    wv.fill_norms()
    assert wv.norms is not None
    wv.vectors[2] = 1000 * wv.vectors[3]
    assert wv.similarity("k2", "k3") == pytest.approx(1)
    assert wv.most_similar("k3", topn=1) == [("k2", pytest.approx(1))]
    assert wv.norms == pytest.approx(np.linalg.norm(wv.vectors, axis=1))
    wv.init_sims(replace=True)
    assert wv.norms == pytest.approx(np.ones(30))


def test_ties_go_to_the_lower_row():
    scores = np.array([1, 3, 2, 3, 2, 3, 2], np.float32)
    assert query.top_rows(scores, 2).tolist() == [1, 3]
    assert query.top_rows(scores, 4).tolist() == [1, 3, 5, 2]
    assert query.top_rows(scores, 3, excluded=[3, 3]).tolist() == [1, 5, 2]
    assert query.top_rows(scores, 99).tolist() == [1, 3, 5, 2, 4, 6, 0]
    assert query.top_rows(scores[:0], 2).tolist() == []


def test_small_questions(wv):
    assert wv.distance("k1", "k2") == pytest.approx(1 - wv.similarity("k1", "k2"))
    assert type(wv.similarity("k1", "k2")) is float
    assert wv.distances("k1", ["k2"])[0] == pytest.approx(wv.distance("k1", "k2"), abs=1e-6)
    order = [key for key, _ in wv.most_similar("k1", topn=99)]
    assert wv.rank("k1", order[4]) == 5
    assert set(wv.closer_than("k1", order[4])) == set(order[:4])
    assert wv.most_similar_to_given("k1", order[5:9]) == order[5]
    wv["far"] = -wv[["k1", "k2"]].sum(axis=0)
    assert wv.doesnt_match(["k1", "far", "k2", "zz"]) == wv.rank_by_centrality(["k1", "far", "k2"])[-1][1]
    with pytest.raises(ValueError, match="empty list"):
        wv.doesnt_match(["zz"])
    with pytest.raises(ZeroDivisionError):
        wv.n_similarity([], ["k1"])
    assert wv.n_similarity(["k1"], ["k2", "zz"]) == pytest.approx(wv.similarity("k1", "k2"), abs=1e-6)
    assert not wv.get_mean_vector(["zz"]).any()
    with pytest.raises(KeyError):
        wv.get_mean_vector(["k1", "zz"], ignore_missing=False)
    with pytest.raises(ValueError, match="weights"):
        wv.get_mean_vector(["k1"], weights=[1, 2])


def test_saving(wv, tmp_path):
    wv.set_vecattr(5, "weight", 1.5)
    wv.add_vector(77, np.ones(5))
    wv.save(tmp_path / "f")
    for mmap in (None, "r"):
        again = KeyedVectors.load(tmp_path / "f", mmap=mmap)
        assert again.index_to_key == wv.index_to_key
        assert again.vectors.tobytes() == wv.vectors.tobytes()
        assert again.get_vecattr("k5", "weight") == 1.5
        assert again.most_similar("k1") == wv.most_similar("k1")
        again["k1"] = np.ones(5)
        assert again["k1"].tolist() == [1] * 5
    assert KeyedVectors.load(tmp_path / "f")["k1"].tolist() != [1] * 5
    (tmp_path / "g").write_bytes((tmp_path / "f").read_bytes()[:-1])
    with pytest.raises(EOFError, match="g: "):
        KeyedVectors.load(tmp_path / "g")
    wv.set_vecattr("k1", "tag", "object")
    with pytest.raises(ParameterError, match="expando:tag"):
        wv.save(tmp_path / "f")
    for other in (copy.deepcopy(wv), pickle.loads(pickle.dumps(wv))):
        assert other.most_similar("k1") == wv.most_similar("k1")


def test_word2vec_format(wv, tmp_path):
    wv.save_word2vec_format(tmp_path / "f", fvocab=tmp_path / "v", binary=True)
    again = KeyedVectors.load_word2vec_format(tmp_path / "f", fvocab=tmp_path / "v", binary=True)
    assert again.index_to_key[0] == "k3"
    assert all((again[key] == wv[key]).all() for key in KEYS)
    assert again.get_vecattr("k3", "count") == 3
    wv.expandos["own"] = np.arange(30)
    wv.save_word2vec_format(tmp_path / "f", sort_attr="own")
    assert KeyedVectors.load_word2vec_format(tmp_path / "f").index_to_key == KEYS[::-1]
    with pytest.raises(FileFormatError, match="not a cw2v file"):
        KeyedVectors.load(tmp_path / "f")


QUESTIONS = {
    "weighted": lambda x: x.most_similar([("k1", 0.5), x.vectors[3]], negative=[("k2", -2.0)], topn=6),
    "all": lambda x: x.most_similar("k1", negative=["k4"], topn=None),
    "restricted": lambda x: x.most_similar("k1", clip_start=9, restrict_vocab=20),
    "cosmul": lambda x: x.most_similar_cosmul(["k1", "k2"], ["k3"]),
    "n_similarity": lambda x: x.n_similarity(["k1", "k2"], ["k3", "zz"]),
    "centrality": lambda x: x.rank_by_centrality(KEYS[:6]),
    "raw centrality": lambda x: x.rank_by_centrality(KEYS[:6], use_norm=False),
    "closer": lambda x: x.closer_than("k1", "k2"),
    "mean": lambda x: x.get_mean_vector(["k1", x.vectors[2], "zz"], weights=[1, -2, 7]),
    "post": lambda x: x.get_mean_vector(["k1", "k2"], pre_normalize=False, post_normalize=True),
    "sorted": lambda x: (x.sort_by_descending_frequency(), x.index_to_key, x.vectors)[1:],
}


@pytest.mark.parametrize("name", QUESTIONS)
def test_answers_are_gensims(wv, name):
    theirs = pytest.importorskip("gensim.models").KeyedVectors(5)
    logging.getLogger("gensim").setLevel(logging.ERROR)
    theirs.add_vectors(KEYS, wv.vectors)
    for key in KEYS:
        theirs.set_vecattr(key, "count", int(wv.get_vecattr(key, "count")))

    def same(one, two):
        if isinstance(one, list | tuple):
            return len(one) == len(two) and all(map(same, one, two))
        return one == two if isinstance(one, str) else np.allclose(one, two, atol=1e-5)

    assert same(QUESTIONS[name](theirs), QUESTIONS[name](wv))


def test_a_mapped_file_opens_without_its_keys_and_finds_damage_when_asked(wv, tmp_path):
    path = tmp_path / "f"
    wv.save(path)
    mapped = KeyedVectors.load(path, mmap="r")
    assert not {"index_to_key", "key_to_index"} & set(vars(mapped))
    assert mapped.vectors.shape == wv.vectors.shape
    assert mapped.get_vecattr("k3", "count") == wv.get_vecattr("k3", "count")
    assert "_mapped" not in vars(mapped)
    assert mapped.key_to_index == wv.key_to_index
    for early in (copy.deepcopy(KeyedVectors.load(path, mmap="r")), KeyedVectors.load(path, mmap="r", verify=True)):
        assert early.index_to_key == wv.index_to_key
        assert len(early) == 30
    with pytest.raises(AttributeError, match="use key_to_index"):
        _ = mapped.vocab
    with pytest.raises(AttributeError, match="no attribute 'nothing'"):
        _ = mapped.nothing
    data = bytearray(path.read_bytes())
    place = data.index(b"k10")
    data[place] ^= 1
    path.write_bytes(data)
    damaged = KeyedVectors.load(path, mmap="r")
    with pytest.raises(FileFormatError, match=r"f: section 'keys_bytes' is damaged"):
        len(damaged)
    for options in ({}, {"mmap": "r", "verify": True}):
        with pytest.raises(FileFormatError, match="keys_bytes"):
            KeyedVectors.load(path, **options)
    data[place] ^= 1
    place = data.index(wv.vectors[17].tobytes())
    data[place + 1] ^= 1
    path.write_bytes(data)
    assert KeyedVectors.load(path, mmap="r").index_to_key == wv.index_to_key
    with pytest.raises(FileFormatError, match="'vectors' is damaged"):
        KeyedVectors.load(path, mmap="r", verify=True)
