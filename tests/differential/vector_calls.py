"""Calls of KeyedVectors: the container, questions, attributes, files."""

from __future__ import annotations

import copy
import pickle
from collections.abc import Callable
from typing import Any

import numpy as np

from .api import CORPUS, SIZE, Api
from .outcome import Chance

ONE = np.ones(SIZE, np.float32)
CALLS: dict[str, Callable[[Api], Any]] = {}

QUESTIONS: dict[str, Callable[[Any], Any]] = {
    "len": len,
    "str": str,
    "wv[key]": lambda wv: wv["k3"],
    "wv[keys]": lambda wv: wv[["k3", "k1"]],
    "wv[tuple of keys]": lambda wv: wv[("k3", "k1")],
    "wv[row]": lambda wv: wv[3],
    "wv[NumPy row]": lambda wv: wv[np.int64(3)],
    "wv[unknown]": lambda wv: wv["zz"],
    "wv[unknown within]": lambda wv: wv[["k1", "zz"]],
    "wv[[]]": lambda wv: wv[[]],
    "wv[99]": lambda wv: wv[99],
    "wv[-1]": lambda wv: wv[-1],
    "wv[1.5]": lambda wv: wv[1.5],
    "wv[key] is read-only": lambda wv: wv["k3"].flags.writeable,
    "list(wv)": lambda wv: list(wv),
    "iter": lambda wv: next(iter(wv)),
    "in": lambda wv: ("k3" in wv, "zz" in wv, 3 in wv, 99 in wv),
    "has_index_for": lambda wv: (wv.has_index_for("k3"), wv.has_index_for("zz")),
    "get_index": lambda wv: (wv.get_index("k3"), wv.get_index("zz", -1), wv.get_index(4)),
    "get_index(unknown)": lambda wv: wv.get_index("zz"),
    "get_vector": lambda wv: wv.get_vector("k3"),
    "get_vector(norm=)": lambda wv: wv.get_vector("k3", norm=True),
    "get_vector(unknown)": lambda wv: wv.get_vector("zz"),
    "word_vec": lambda wv: wv.word_vec("k3"),
    "vectors": lambda wv: (wv.vectors, wv.vectors.flags.c_contiguous),
    "index_to_key": lambda wv: wv.index_to_key,
    "key_to_index": lambda wv: wv.key_to_index,
    "vector_size": lambda wv: wv.vector_size,
    "next_index": lambda wv: wv.next_index,
    "expandos": lambda wv: wv.expandos["count"],
    "mapfile_path": lambda wv: wv.mapfile_path,
    "vectors_lockf": lambda wv: wv.vectors_lockf,
    "norms": lambda wv: wv.norms,
    "norms filled": lambda wv: (wv.fill_norms(), wv.norms)[1],
    "fill_norms": lambda wv: wv.fill_norms(force=True),
    "get_normed_vectors": lambda wv: wv.get_normed_vectors(),
    "get_vecattr": lambda wv: wv.get_vecattr("k3", "count"),
    "get_vecattr(unknown key)": lambda wv: wv.get_vecattr("zz", "count"),
    "get_vecattr(unknown attribute)": lambda wv: wv.get_vecattr("k3", "zz"),
    "set_vecattr": lambda wv: (wv.set_vecattr("k3", "count", 7), wv.get_vecattr("k3", "count")),
    "set_vecattr(new)": lambda wv: (
        wv.set_vecattr("k3", "own", 2.5),
        wv.get_vecattr("k3", "own"),
        wv.get_vecattr("k4", "own"),
    ),
    "set_vecattr(object)": lambda wv: (wv.set_vecattr("k3", "own", ["x"]), wv.get_vecattr("k3", "own")),
    "allocate_vecattrs": lambda wv: (wv.allocate_vecattrs(["own"], [np.float32]), wv.expandos["own"]),
    "allocate_vecattrs(another type)": lambda wv: wv.allocate_vecattrs(["count"], [np.float32]),
    "vocab": lambda wv: wv.vocab,
    "index2word": lambda wv: wv.index2word,
    "index2entity": lambda wv: wv.index2entity,
    "vectors_norm": lambda wv: wv.vectors_norm,
    "syn0": lambda wv: wv.syn0,
    "nothing": lambda wv: wv.nothing,
    "most_similar": lambda wv: wv.most_similar("k3"),
    "most_similar(row)": lambda wv: wv.most_similar(3),
    "most_similar(list)": lambda wv: wv.most_similar(["k3"], topn=2),
    "most_similar(unknown)": lambda wv: wv.most_similar("zz"),
    "most_similar(vector)": lambda wv: wv.most_similar(ONE, topn=3),
    "most_similar()": lambda wv: wv.most_similar(),
    "most_similar(positive, negative)": lambda wv: wv.most_similar(positive=["k1", "k2"], negative=["k3"], topn=3),
    "most_similar(weights)": lambda wv: wv.most_similar([("k1", 0.5), ("k2", -1.0)], topn=3),
    "most_similar(topn=0)": lambda wv: wv.most_similar("k3", topn=0),
    "most_similar(topn=None)": lambda wv: wv.most_similar("k3", topn=None),
    "most_similar(topn=100)": lambda wv: wv.most_similar("k3", topn=100),
    "most_similar(topn=2.0)": lambda wv: wv.most_similar("k3", topn=2.0),
    "most_similar(topn='3')": lambda wv: wv.most_similar("k3", topn="3"),
    "most_similar(clip)": lambda wv: wv.most_similar("k3", clip_start=5, clip_end=12),
    "most_similar(restrict_vocab=)": lambda wv: wv.most_similar("k3", restrict_vocab=8),
    "most_similar(positional)": lambda wv: wv.most_similar(["k1"], ["k2"], 3, 0, None, 9),
    "most_similar(None)": lambda wv: wv.most_similar(None),
    "most_similar([])": lambda wv: wv.most_similar([]),
    "similar_by_word": lambda wv: wv.similar_by_word("k3", topn=3),
    "similar_by_key": lambda wv: wv.similar_by_key("k3", 3, 9),
    "similar_by_vector": lambda wv: wv.similar_by_vector(ONE, topn=3),
    "similar_by_vector(list)": lambda wv: wv.similar_by_vector([1.0] * SIZE, topn=3),
    "similarity": lambda wv: wv.similarity("k1", "k2"),
    "similarity(itself)": lambda wv: wv.similarity("k1", "k1"),
    "similarity(unknown)": lambda wv: wv.similarity("k1", "zz"),
    "distance": lambda wv: wv.distance("k1", "k2"),
    "distances": lambda wv: wv.distances("k1"),
    "distances(some)": lambda wv: wv.distances("k1", ["k2", "k3"]),
    "distances(vector)": lambda wv: wv.distances(ONE),
    "distances(unknown)": lambda wv: wv.distances("zz"),
    "n_similarity": lambda wv: wv.n_similarity(["k1", "k2"], ["k3"]),
    "n_similarity(empty)": lambda wv: wv.n_similarity([], ["k3"]),
    "cosine_similarities": lambda wv: wv.cosine_similarities(ONE, wv.vectors),
    "most_similar_cosmul": lambda wv: [key for key, _ in wv.most_similar_cosmul(["k1", "k2"], ["k3"], topn=3)],
    "most_similar_cosmul(restrict_vocab=)": lambda wv: [k for k, _ in wv.most_similar_cosmul("k3", restrict_vocab=8)],
    "most_similar_cosmul's kinds": lambda wv: [(type(k), type(s)) for k, s in wv.most_similar_cosmul("k3", topn=1)],
    "doesnt_match": lambda wv: wv.doesnt_match(["k1", "k2", "k3", "zz"]),
    "doesnt_match(unknown)": lambda wv: wv.doesnt_match(["zz"]),
    "doesnt_match([])": lambda wv: wv.doesnt_match([]),
    "rank_by_centrality": lambda wv: wv.rank_by_centrality(["k1", "k2", "k3"]),
    "rank": lambda wv: wv.rank("k1", "k2"),
    "closer_than": lambda wv: wv.closer_than("k1", "k2"),
    "words_closer_than": lambda wv: wv.words_closer_than("k1", "k2"),
    "most_similar_to_given": lambda wv: wv.most_similar_to_given("k1", ["k2", "k3"]),
    "relative_cosine_similarity": lambda wv: wv.relative_cosine_similarity("k1", "k2"),
    "similarity_unseen_docs": lambda wv: wv.similarity_unseen_docs("k1", "k2"),
    "wmdistance": lambda wv: wv.wmdistance(["k1", "k2"], ["k3"]),
    "wmdistance(unknown)": lambda wv: wv.wmdistance(["zz"], ["k3"]),
    "get_mean_vector": lambda wv: wv.get_mean_vector(["k1", "k2"]),
    "get_mean_vector(weights=)": lambda wv: wv.get_mean_vector(["k1", "k2"], weights=[1, 2], pre_normalize=False),
    "get_mean_vector([])": lambda wv: wv.get_mean_vector([]),
    "get_mean_vector(unknown)": lambda wv: wv.get_mean_vector(["k1", "zz"], ignore_missing=False),
    "get_mean_vector(unknown alone)": lambda wv: wv.get_mean_vector(["zz"]),
    "add_vector": lambda wv: (wv.add_vector("new", ONE), wv["new"], len(wv)),
    "add_vector again": lambda wv: (wv.add_vector("k3", ONE), wv["k3"], len(wv)),
    "add_vectors": lambda wv: (
        wv.add_vectors(["n1", "n2"], [ONE, 2 * ONE]),
        wv["n2"],
        len(wv),
        wv.get_vecattr("n1", "count"),
    ),
    "add_vectors(replace=)": lambda wv: (wv.add_vectors(["k1"], [ONE], replace=True), wv["k1"]),
    "add_vectors, known": lambda wv: (wv.add_vectors(["k1"], [ONE]), wv["k1"]),
    "add_vectors(extras=)": lambda wv: (
        wv.add_vectors(["n1"], [ONE], extras={"count": np.array([7])}),
        wv.get_vecattr("n1", "count"),
    )[1],
    "add_vectors, another size": lambda wv: wv.add_vectors(["n1"], [[1.0, 2.0]]),
    "add_vectors, then ask": lambda wv: (
        wv.most_similar("k1"),
        wv.add_vectors(["n1"], [ONE]),
        wv.most_similar("n1", topn=1),
    )[2],
    "wv[key] = vector": lambda wv: (wv.__setitem__("k3", ONE), wv["k3"])[1],
    "wv[keys] = vectors": lambda wv: (wv.__setitem__(["k3", "new"], [ONE, ONE]), wv["new"])[1],
    "resize_vectors": lambda wv: (wv.index_to_key.append("x"), wv.resize_vectors(seed=3), wv.vectors)[2],
    "sort_by_descending_frequency": lambda wv: (
        wv.set_vecattr("k9", "count", 999),
        wv.sort_by_descending_frequency(),
        wv.index_to_key,
    )[2],
    "unit_normalize_all": lambda wv: (wv.unit_normalize_all(), wv.vectors)[1],
    "init_sims": lambda wv: wv.init_sims(),
    "init_sims(replace=True)": lambda wv: (wv.init_sims(replace=True), wv.vectors)[1],
    "vectors_for_all": lambda wv: (lambda new: (new.index_to_key, new.vectors))(wv.vectors_for_all(["k3", "zz", "k1"])),
    "vectors_for_all(copy_vecattrs=)": lambda wv: wv.vectors_for_all(["k3"], copy_vecattrs=True).get_vecattr(
        "k3", "count"
    ),
    "vectors_for_all's counts": lambda wv: wv.vectors_for_all(["k3", "k1"]).expandos,
    "vectors assigned": lambda wv: (setattr(wv, "vectors", 2 * wv.vectors), wv["k3"])[1],
    "vectors changed after a question": lambda wv: (
        wv.most_similar("k1"),
        wv.vectors.__setitem__(4, 9 * wv.vectors[1]),
        wv.most_similar("k1", topn=1),
    )[2],
    "pickle": lambda wv: (lambda again: (again.index_to_key, again.vectors, again.expandos["count"]))(
        pickle.loads(pickle.dumps(wv))
    ),
    "deepcopy": lambda wv: (lambda again: (again.index_to_key, again.vectors))(copy.deepcopy(wv)),
    "__dict__ of another": lambda wv: (lambda new: (new.__dict__.update(wv.__dict__), new.index_to_key, new["k3"])[1:])(
        type(wv)(SIZE)
    ),
    "names in __dict__": lambda wv: sorted(set(wv.__dict__)),
}
CALLS |= {f"wv: {name}": lambda api, ask=ask: ask(api.vectors()) for name, ask in QUESTIONS.items()}

ANALOGIES = ": one\nk1 k2 k3 k4\nk5 k6 k7 zz\n: two\nk8 k9 k10 k11\n"
PAIRS = "# a remark\nk1\tk2\t3.5\nk3\tk4\t2\nk5\tk6\t7\nk7\tzz\t1\n"


def _stored(**options: Any) -> Callable[[Api], Any]:
    """Vectors that are saved in word2vec's format and loaded."""
    load = {name: options.pop(name) for name in ("limit", "datatype", "encoding", "no_header") if name in options}

    def call(api: Api) -> Any:
        wv = api.vectors()
        wv.save_word2vec_format(api.path("v"), **options)
        again = api.KeyedVectors.load_word2vec_format(api.path("v"), binary=options.get("binary", False), **load)
        return again.index_to_key, again.vectors, again.expandos["count"]

    return call


def _bytes(**options: Any) -> Callable[[Api], Any]:
    def call(api: Api) -> Any:
        api.vectors().save_word2vec_format(api.path("v"), **options)
        with open(api.path("v"), "rb") as file:
            return file.read()

    return call


def _intersected(api: Api, **options: Any) -> Any:
    api.text("other", f"2 {SIZE}\nw1 {' 1' * SIZE}\nzz {' 2' * SIZE}\n".replace("  ", " "))
    model = api.built()
    model.wv.vectors_lockf = np.ones(len(model.wv), np.float32)
    model.wv.intersect_word2vec_format(api.path("other"), **options)
    return model.wv["w1"], model.wv.vectors_lockf


CALLS |= {
    "word2vec text": _stored(),
    "word2vec binary": _stored(binary=True),
    "word2vec, limit": _stored(limit=7),
    "word2vec, float64": _stored(datatype=np.float64),
    "word2vec, float16": _stored(datatype=np.float16),
    "word2vec, no header": _stored(write_header=False, no_header=True),
    "word2vec, prefix": _stored(prefix="p_"),
    "word2vec, total_vec": lambda api: (_bytes(total_vec=99)(api) or b"")[:4],
    "word2vec binary, length": lambda api: len(_bytes(binary=True)(api)),
    "word2vec text, first word": lambda api: _bytes()(api).split()[2],
    "word2vec binary, no header": _stored(binary=True, write_header=False, no_header=True),
    "word2vec, vocabulary file": lambda api: (
        api.vectors().save_word2vec_format(api.path("v"), fvocab=api.path("words")),
        api.read("words"),
    )[1],
    "word2vec with a vocabulary file": lambda api: (
        api.vectors().save_word2vec_format(api.path("v"), api.path("words")),
        api.KeyedVectors.load_word2vec_format(api.path("v"), api.path("words")).expandos["count"],
    )[1],
    "word2vec, append": lambda api: (
        _bytes()(api),
        api.vectors().save_word2vec_format(api.path("v"), append=True, write_header=False),
        len(api.read("v").splitlines()),
    )[2],
    "word2vec, no counts": lambda api: (
        api.vectors(counts=False).save_word2vec_format(api.path("v")),
        api.read("v").splitlines()[0],
    )[1],
    "word2vec, cut off": lambda api: api.KeyedVectors.load_word2vec_format(api.text("v", "3 2\na 1 2\nb 3 4\n")),
    "word2vec binary, cut off": lambda api: api.KeyedVectors.load_word2vec_format(
        api.text("v", "3 2\na 1"), binary=True
    ),
    "word2vec, no such file": lambda api: api.KeyedVectors.load_word2vec_format(api.path("none")),
    "word2vec, a short row": lambda api: api.KeyedVectors.load_word2vec_format(api.text("v", "2 2\na 1 2\nb 3\n")),
    "word2vec, no numbers": lambda api: api.KeyedVectors.load_word2vec_format(api.text("v", "1 2\na x y\n")),
    "word2vec, not UTF-8": lambda api: (
        (api.folder / "v").write_bytes(b"1 2\n\xff 1 2\n"),
        api.KeyedVectors.load_word2vec_format(api.path("v")),
    ),
    "word2vec, not UTF-8, ignored": lambda api: (
        (api.folder / "v").write_bytes(b"1 2\na\xff 1 2\n"),
        list(api.KeyedVectors.load_word2vec_format(api.path("v"), unicode_errors="ignore").key_to_index),
    )[1],
    "load_word2vec_format of the module": lambda api: (
        _bytes()(api),
        len(api.keyedvectors.load_word2vec_format(api.path("v"))),
    )[1],
    "save and load vectors": lambda api: (
        lambda wv: (wv.save(api.path("kv")), api.KeyedVectors.load(api.path("kv")))[1]
    )(api.vectors()).get_vecattr("k3", "count"),
    "load vectors, mapped": lambda api: (
        lambda wv: (wv.save(api.path("kv")), api.KeyedVectors.load(api.path("kv"), mmap="r"))[1]
    )(api.vectors())["k3"],
    "vectors: save's options": lambda api: api.vectors().save(api.path("kv"), sep_limit=10),
    "load vectors, no such file": lambda api: api.KeyedVectors.load(api.path("none")),
    "intersect_word2vec_format": _intersected,
    "intersect, lockf=1": lambda api: _intersected(api, lockf=1.0),
    "intersect without lockf": lambda api: (
        lambda m: (
            api.text("other", f"1 {SIZE}\nw1{' 1' * SIZE}\n"),
            m.wv.intersect_word2vec_format(api.path("other")),
            m.wv["w1"],
        )
    )(api.built())[2],
    "evaluate_word_analogies": lambda api: (
        lambda score, sections: (score, [(s["section"], len(s["correct"]), len(s["incorrect"])) for s in sections])
    )(*api.vectors().evaluate_word_analogies(api.text("q", ANALOGIES))),
    "evaluate_word_analogies(dummy4unknown=)": lambda api: (
        lambda score, sections: (score, [(s["section"], len(s["correct"]), len(s["incorrect"])) for s in sections])
    )(*api.vectors().evaluate_word_analogies(api.text("q", ANALOGIES), dummy4unknown=True)),
    "evaluate_word_analogies, no file": lambda api: api.vectors().evaluate_word_analogies(api.path("none")),
    "evaluate_word_pairs": lambda api: [
        float(x[0]) if np.ndim(x) else float(x) for x in api.vectors().evaluate_word_pairs(api.text("p", PAIRS))
    ],
    "evaluate_word_pairs' kinds": lambda api: tuple(
        map(len, api.vectors().evaluate_word_pairs(api.text("p", PAIRS))[:2])
    ),
    "KeyedVectors(count=)": lambda api: (lambda wv: (len(wv), wv.vectors, wv.index_to_key))(
        api.KeyedVectors(3, count=2)
    ),
    "KeyedVectors(dtype=)": lambda api: api.KeyedVectors(3, dtype=np.float64).vectors,
    "KeyedVectors()": lambda api: api.KeyedVectors(),
    "KeyedVectors(0)": lambda api: len(api.KeyedVectors(0)),
    "empty vectors": lambda api: (lambda wv: (len(wv), wv.vectors, wv.index_to_key, wv.key_to_index))(api.new().wv),
    "empty vectors, a question": lambda api: api.new().wv["a"],
    "empty vectors, most_similar": lambda api: api.new().wv.most_similar("a"),
    "integer keys": lambda api: (lambda wv: (wv.index_to_key, wv.key_to_index, type(wv.index_to_key[0]), 3 in wv))(
        api.new(sentences=[[7, 3, 3], [7, 7, 7]] * 9).wv
    ),
    "integer keys before rows": lambda api: (
        lambda wv: (wv.add_vectors([1, 0], [[1.0, 1], [2.0, 2]]), wv[1], wv[0])[1:]
    )(api.KeyedVectors(2)),
    "prep_vectors": lambda api: api.keyedvectors.prep_vectors((4, 5), np.ones((2, 5), np.float32), 3),
    "pseudorandom_weak_vector": lambda api: api.keyedvectors.pseudorandom_weak_vector(5, "abc", hashfxn=len),
    "wv of a model, most_similar": lambda api: [
        (type(k), Chance(s)) for k, s in api.trained().wv.most_similar("w1", topn=3)
    ],
    "wv of a model, counts": lambda api: {w: api.trained().wv.get_vecattr(w, "count") for w in ("w0", "w5")},
    "KeyedVectors subclass": lambda api: type(type("Mine", (api.KeyedVectors,), {})(5)).__name__,
    "class names": lambda api: (
        api.keyedvectors.Word2VecKeyedVectors is api.KeyedVectors,
        api.keyedvectors.EuclideanKeyedVectors is api.KeyedVectors,
    ),
    "names in a model's wv.__dict__": lambda api: sorted(api.trained().wv.__dict__),
    "wv.vectors.flags": lambda api: (lambda v: (v.flags.c_contiguous, v.flags.writeable, v.dtype.name))(
        api.new(sentences=CORPUS).wv.vectors
    ),
}
