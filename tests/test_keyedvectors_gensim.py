"""Every method of KeyedVectors beside gensim's on the same random vectors; where gensim is wrong, what is right."""

import contextlib
import inspect
import logging
import random
import warnings

import numpy as np
import pytest

from cw2v import KeyedVectors, keyedvectors

theirs_module = pytest.importorskip("gensim.models.keyedvectors")
N = 120
KEYS = [f"k{i}" for i in range(N)]


@contextlib.contextmanager
def quiet():
    level = logging.getLogger("gensim").level
    logging.getLogger("gensim").setLevel(logging.CRITICAL)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield
    finally:
        logging.getLogger("gensim").setLevel(level)


def twins(seed, n=N, dim=None):
    rng = np.random.default_rng(seed)
    dim = dim or (3, 7, 16, 50, 101)[seed % 5]
    vectors = rng.standard_normal((n, dim), dtype=np.float32) * rng.uniform(0.01, 30, (n, 1)).astype(np.float32)
    counts = rng.integers(0, 20, n)
    pair = theirs_module.KeyedVectors(dim), KeyedVectors(dim)
    with quiet():
        for kv in pair:
            kv.add_vectors(KEYS[:n], vectors)
            for key, count in zip(KEYS, counts.tolist(), strict=False):
                kv.set_vecattr(key, "count", count)
    return pair


def same(one, two, tolerance=1e-6):
    """Equal in shape and keys, and in numbers to 1e-6 of what they are, or of 1."""
    if isinstance(one, list | tuple):
        return len(one) == len(two) and all(same(a, b, tolerance) for a, b in zip(one, two, strict=True))
    if isinstance(one, str) or one is None:
        return one == two
    return np.shape(one) == np.shape(two) and bool(
        np.allclose(np.asarray(one, float), np.asarray(two, float), rtol=tolerance, atol=tolerance))


def some(kv, chance, least=1):
    """Keys, rows and vectors, some with weights, as callers mix them."""
    items = []
    for _ in range(chance.randint(least, 4)):
        key = chance.choice(KEYS)
        item = chance.choice([key, kv.key_to_index[key], np.array(kv.vectors[kv.key_to_index[key]])])
        items.append((item, chance.uniform(-2, 2)) if chance.random() < 0.4 else item)
    return items


CASES = {
    "key": lambda kv, c: kv.most_similar(c.choice(KEYS), topn=c.randint(0, 130)),
    "row": lambda kv, c: kv.most_similar(c.randrange(N)),
    "mixed": lambda kv, c: kv.most_similar(some(kv, c), some(kv, c, 0), topn=9),
    "negative alone": lambda kv, c: kv.most_similar(negative=some(kv, c)),
    "matrix": lambda kv, c: kv.most_similar(np.array(kv.vectors[c.randrange(40) : 45])),
    "clipped": lambda kv, c: kv.most_similar(some(kv, c), clip_start=c.randint(-9, 50), clip_end=c.randint(60, 150)),
    "restricted": lambda kv, c: kv.most_similar(c.choice(KEYS), clip_start=9, restrict_vocab=c.randint(1, 150)),
    "all": lambda kv, c: kv.most_similar(some(kv, c), topn=None),
    "all clipped": lambda kv, c: kv.most_similar(c.choice(KEYS), topn=None, clip_start=7, clip_end=c.randint(8, 99)),
    "by word": lambda kv, c: kv.similar_by_word(c.choice(KEYS), topn=5, restrict_vocab=c.choice([None, 30])),
    "by key": lambda kv, c: kv.similar_by_key(c.choice(KEYS)),
    "by vector": lambda kv, c: kv.similar_by_vector(np.array(kv.vectors[c.randrange(N)]), topn=c.choice([None, 4])),
    "similarity": lambda kv, c: kv.similarity(c.choice(KEYS), c.choice(KEYS)),
    "distance": lambda kv, c: kv.distance(c.choice(KEYS), c.randrange(N)),
    "distances": lambda kv, c: kv.distances(c.choice(KEYS), c.sample(KEYS, 5)),
    "distances to all": lambda kv, c: kv.distances(np.array(kv.vectors[c.randrange(N)])),
    "n_similarity": lambda kv, c: kv.n_similarity([*c.sample(KEYS, 3), "zz"], c.sample(KEYS, 2)),
    "centrality": lambda kv, c: kv.rank_by_centrality([*c.sample(KEYS, 6), "zz"], use_norm=c.random() < 0.5),
    "doesnt_match": lambda kv, c: kv.doesnt_match(c.sample(KEYS, 4)),
    "closer_than": lambda kv, c: kv.closer_than(*c.sample(KEYS, 2)),
    "rank": lambda kv, c: kv.rank(*c.sample(KEYS, 2)),
    "given": lambda kv, c: kv.most_similar_to_given(c.choice(KEYS), c.sample(KEYS, 6)),
    "mean": lambda kv, c: kv.get_mean_vector([*c.sample(KEYS, 3), "zz"], weights=[1, -2, 0.5, 7],
                                             pre_normalize=c.random() < 0.5, post_normalize=c.random() < 0.5),
    "mean of vectors": lambda kv, c: kv.get_mean_vector([np.array(kv.vectors[c.randrange(N)]), c.choice(KEYS)]),
    "relative": lambda kv, c: kv.relative_cosine_similarity(*c.sample(KEYS, 2), topn=c.randint(1, 20)),
    "cosines": lambda kv, c: kv.cosine_similarities(kv.vectors[c.randrange(N)], kv.vectors),
    "normed": lambda kv, c: (kv.get_normed_vectors(), kv.get_vector(c.choice(KEYS), norm=True)),
    "rows": lambda kv, c: (kv[c.choice(KEYS)], kv[c.sample(KEYS, 3)], kv.get_index(c.choice(KEYS)), "k3" in kv),
    "sorted": lambda kv, c: (kv.sort_by_descending_frequency(), kv.index_to_key, kv.vectors, kv.expandos["count"]),
    "unit": lambda kv, c: (kv.unit_normalize_all(), kv.vectors),
    "subset": lambda kv, c: (lambda new: (new.index_to_key, new.vectors, new.expandos["count"]))(
        kv.vectors_for_all([*c.choices(KEYS, k=9), "zz"], copy_vecattrs=True)),
    "resized": lambda kv, c: (kv.index_to_key.extend(["x", "y"]), kv.resize_vectors(seed=c.randrange(9)), kv.vectors),
    "attributes": lambda kv, c: (kv.set_vecattr("k5", "own", 1.5), kv.get_vecattr("k5", "own"),
                                 kv.get_vecattr("k6", "own"), kv.get_vecattr(c.choice(KEYS), "count")),
    "text": lambda kv, c: str(kv),
    "word_vec": lambda kv, c: (kv.word_vec(c.choice(KEYS)), kv.word_vec(c.choice(KEYS), norm=True)),
    "has": lambda kv, c: [kv.has_index_for(key) for key in (c.choice(KEYS), 7, N, "zz")],
    "length": lambda kv, c: len(kv),
    "closer words": lambda kv, c: kv.words_closer_than(*c.sample(KEYS, 2)),
    "set": lambda kv, c: (kv.__setitem__("k4", np.ones(kv.vector_size)), kv.__setitem__(
        ["k9", "new"], np.full((2, kv.vector_size), 2.0)), kv.index_to_key, kv.vectors),
    "added": lambda kv, c: (kv.add_vector("new", np.ones(kv.vector_size)), kv.index_to_key, kv.vectors),
    "not replaced": lambda kv, c: (kv.add_vectors(["k3", "new"], np.ones((2, kv.vector_size))), kv.vectors),
    "allocated": lambda kv, c: (kv.allocate_vecattrs(["x"], [np.float32]), kv.expandos["x"], kv.expandos["count"]),
    "norms": lambda kv, c: (kv.fill_norms(force=True), kv.norms),
    "unit by its older name": lambda kv, c: (kv.init_sims(replace=True), kv.vectors),
    "replaced": lambda kv, c: (kv.add_vectors(["k3", "new"], np.ones((2, kv.vector_size)), replace=True),
                               kv.index_to_key, kv.vectors),
}  # fmt: skip


@pytest.mark.parametrize("name", CASES)
def test_answers_are_gensims(name):
    for seed in range(20):
        theirs, ours = twins(seed)
        with quiet():
            expected = CASES[name](theirs, random.Random(seed))
        found = CASES[name](ours, random.Random(seed))
        assert same(expected, found), f"seed {seed}: {expected} {found}"


@pytest.mark.parametrize("restrict", [None, 40])
def test_cosmul_is_gensims(restrict):
    # In many dimensions, where no cosine is near -1: the quotient would blow up rounding errors there.
    for seed in range(20):
        theirs, ours = twins(seed, dim=60)
        chance = random.Random(seed)
        good, bad = chance.sample(KEYS[:40], 2), chance.sample(KEYS[:40], seed % 3)
        with quiet():
            scores = theirs.most_similar_cosmul(good, bad, topn=None)
        assert same(scores[:restrict], ours.most_similar_cosmul(good, bad, topn=None, restrict_vocab=restrict), 5e-6)
        rows = [row for row in np.argsort(-scores) if KEYS[row] not in good + bad and row < (restrict or N)]
        found = ours.most_similar_cosmul(good, bad, topn=7, restrict_vocab=restrict)
        assert [key for key, _ in found] == [KEYS[row] for row in rows[:7]]
        assert same([float(scores[row]) for row in rows[:7]], [score for _, score in found], 5e-6)


@pytest.mark.parametrize("norm", [True, False])
def test_word_movers_distance_is_gensims(norm):
    pytest.importorskip("ot")
    for seed in range(10):
        theirs, ours = twins(seed)
        chance = random.Random(seed)
        for _ in range(5):
            documents = [chance.choices([*KEYS[:20], "zz"], k=chance.randint(0, 6)) for _ in range(2)]
            with quiet():
                expected = theirs.wmdistance(*documents, norm=norm)
            assert ours.wmdistance(*documents, norm=norm) == pytest.approx(expected, abs=1e-6, rel=1e-6)


def test_module_functions_are_gensims():
    prior = np.ones((2, 5), np.float32)
    for seed in (0, 3):
        assert same(theirs_module.prep_vectors((4, 5), prior, seed), keyedvectors.prep_vectors((4, 5), prior, seed))
    weak = [module.pseudorandom_weak_vector(6, "abc", hashfxn=len) for module in (theirs_module, keyedvectors)]
    assert same(*weak)


def parameters(function):
    return [(name, one.default, one.kind) for name, one in inspect.signature(function).parameters.items()]


def test_every_name_takes_what_gensims_takes():
    others = {"REAL", "logger", "add_lifecycle_event", "FastTextKeyedVectors", "vectors_norm", "vocab", "index2word",
              "index2entity"}
    for theirs, ours in ((theirs_module.KeyedVectors, KeyedVectors), (theirs_module, keyedvectors)):
        for name, value in vars(theirs).items():
            foreign = getattr(value, "__module__", theirs_module.__name__) != theirs_module.__name__
            if (name.startswith("_") and name != "__init__") or inspect.ismodule(value) or foreign or name in others:
                continue
            assert hasattr(ours, name) or hasattr(ours(2), name), name
            value = getattr(theirs, name)
            expected = parameters(value) if callable(value) else []
            if inspect.Parameter.VAR_POSITIONAL not in (kind for *_, kind in expected):
                assert parameters(getattr(ours, name))[: len(expected)] == expected, name
    one, two = keyedvectors.Vocab(count=3, index=1), keyedvectors.CompatVocab(count=4)
    assert one < two
    assert not two < one
    assert str(one) == str(theirs_module.Vocab(count=3, index=1)) == "CompatVocab<count:3, index:1>"


@pytest.mark.parametrize("lockf", [0.0, 0.25])
def test_vectors_are_taken_from_a_file_as_gensim_does(tmp_path, lockf):
    path = str(tmp_path / "others")
    for seed in range(10):
        theirs, ours = twins(seed)
        others = KeyedVectors(ours.vector_size)
        keys = [*random.Random(seed).sample(KEYS, 30), "zz", "yy"]
        others.add_vectors(keys, np.random.default_rng(seed).standard_normal((32, ours.vector_size), np.float32))
        others.save_word2vec_format(path)
        for kv in (theirs, ours):
            kv.vectors_lockf = np.full(N, 0.75, np.float32)
            with quiet():
                kv.intersect_word2vec_format(path, lockf=lockf)
        assert np.array_equal(theirs.vectors, ours.vectors)
        assert np.array_equal(theirs.vectors_lockf, ours.vectors_lockf)
        assert (ours.vectors_lockf == lockf).sum() == 30


@pytest.mark.parametrize("dummy", [False, True])
def test_word_pairs_are_gensims(tmp_path, dummy):
    pytest.importorskip("scipy")
    chance = random.Random(0)
    lines = [f"{chance.choice(KEYS)}\t{chance.choice([*KEYS, 'zz'])}\t{chance.uniform(0, 10):.2f}" for _ in range(200)]
    path = tmp_path / "pairs"
    path.write_text("# pairs\n" + "\n".join(lines) + "\n")
    for seed in range(5):
        theirs, ours = twins(seed)
        with quiet():
            expected = theirs.evaluate_word_pairs(str(path), dummy4unknown=dummy)
        found = ours.evaluate_word_pairs(str(path), dummy4unknown=dummy)
        assert same([[float(x) for x in expected[i]] for i in range(2)], [list(found[i]) for i in range(2)], 1e-5)
        assert found[2] == pytest.approx(expected[2])


def test_logged_lines_are_gensims(caplog):
    sections = {"section": "capital", "correct": [1, 2], "incorrect": [3]}
    for kv in twins(0):
        caplog.clear()
        with caplog.at_level(logging.INFO), caplog.at_level(logging.INFO, logger="gensim"):
            kv.log_accuracy(sections)
            kv.log_evaluate_word_pairs((0.5, 0.01), (0.25, 0.02), 12.5, "pairs.tsv")
        assert any("capital" in line and "66.7%" in line for line in caplog.messages)
        assert sum("pairs.tsv" in line for line in caplog.messages) >= 1
        with pytest.raises(NotImplementedError):
            kv.similarity_unseen_docs()


# --- each defect that design notes name, and what is right


def test_lengths_follow_the_vectors():
    theirs, ours = twins(0, dim=5)
    with quiet():
        theirs.most_similar("k1")
    for kv in (theirs, ours):
        kv.vectors[7] = 100 * kv.vectors[1]
        kv.vectors[9] *= 1e-3
    fresh = KeyedVectors(5)
    fresh.add_vectors(KEYS, ours.vectors)
    assert ours.most_similar("k1") == fresh.most_similar("k1")
    assert ours.most_similar("k1")[0] == ("k7", pytest.approx(1, abs=1e-6))
    assert ours.norms == pytest.approx(np.linalg.norm(ours.vectors, axis=1), rel=1e-5)
    with quiet():
        assert theirs.most_similar("k1", topn=1)[0][1] > 1.5, "gensim has put it right: compare instead"


@pytest.mark.parametrize("binary", [True, False])
def test_vectors_are_taken_from_a_file_though_there_is_one_share_for_all(tmp_path, binary):
    path = str(tmp_path / "others")
    theirs, ours = twins(1, n=5)
    others = KeyedVectors(ours.vector_size)
    others.add_vectors(["k4", "zz", "k0"], np.ones((3, ours.vector_size), np.float32))
    others.save_word2vec_format(path, binary=binary)
    expected = ours.vectors.copy()
    expected[[4, 0]] = 1
    assert ours.intersect_word2vec_format(path, binary=binary) == 2
    assert np.array_equal(ours.vectors, expected)
    assert ours.vectors_lockf.tolist() == [0, 1, 1, 1, 0]
    assert ours.intersect_word2vec_format(path, lockf=0.5, binary=binary) == 2
    assert ours.vectors_lockf.tolist() == [0.5, 1, 1, 1, 0.5]
    theirs.vectors_lockf = np.ones(1, np.float32)
    with quiet(), pytest.raises((IndexError, ValueError)):
        theirs.intersect_word2vec_format(path, binary=binary)
    for fails, wrong in ({"lockf": np.nan}, "lockf"), ({"lockf": "half"}, "lockf"), ({}, "vector size"):
        _, other = twins(0, n=5, dim=ours.vector_size + (not fails))
        kept = other.vectors.copy()
        with pytest.raises(ValueError, match=wrong):
            other.intersect_word2vec_format(path, binary=binary, **fails)
        assert np.array_equal(other.vectors, kept)
        assert other.vectors_lockf.tolist() == [1]


def test_vectors_are_taken_from_a_file_into_mapped_ones(tmp_path):
    _, ours = twins(1, n=5)
    ours.save(tmp_path / "kv", sep_limit=0)
    mapped = KeyedVectors.load(tmp_path / "kv", mmap="r")
    others = KeyedVectors(ours.vector_size)
    others.add_vectors(["k4"], np.ones((1, ours.vector_size), np.float32))
    others.save_word2vec_format(tmp_path / "others")
    assert mapped.intersect_word2vec_format(tmp_path / "others", lockf=1) == 1
    assert np.array_equal(mapped.vectors, np.vstack([ours.vectors[:4], others.vectors]))
    assert np.array_equal(KeyedVectors.load(tmp_path / "kv").vectors, ours.vectors)


def test_questions_after_adding():
    _, ours = twins(1, dim=5)
    ours.most_similar("k1")
    ours.add_vectors(["twin"], ours.vectors[1:2] * 3, extras={"count": [7]})
    assert ours.most_similar("k1", topn=1)[0] == ("twin", pytest.approx(1, abs=1e-6))
    assert ours.get_vecattr("twin", "count") == 7
    ours.add_vector("third", -ours.vectors[1])
    assert ours.similarity("k1", "third") == pytest.approx(-1, abs=1e-6)


def test_cosmul_measures_vectors_by_their_direction():
    _, ours = twins(2, dim=20)
    scaled = ours.most_similar_cosmul([np.array(ours.vectors[3] * 50)], ["k2"])
    assert same([score for key, score in scaled if key != "k3"][:5],
                [score for key, score in ours.most_similar_cosmul(["k3"], ["k2"], topn=5)], 5e-6)


def test_a_chosen_subset_has_no_made_up_counts():
    _, ours = twins(3)
    assert ours.vectors_for_all(["k1", "zz", "k2", "k1"]).expandos == {}
    assert ours.vectors_for_all([5, "k1"], allow_inference=False).index_to_key == ["k1"]
    assert ours.vectors_for_all([5, "k1"]).index_to_key == [5, "k1"]


def test_analogies_multiply_when_asked_and_leave_the_keys_alone():
    _, ours = twins(4, dim=4)
    chance = random.Random(0)
    lines = [": all"] + [" ".join(chance.sample(KEYS, 4)) for _ in range(300)]
    kept = dict(ours.key_to_index)
    scores = {}
    for function in ("most_similar", "most_similar_cosmul"):
        _, sections = ours.evaluate_word_analogies(lines, similarity_function=function)
        scores[function] = sections[-1]["correct"]
        for question in sections[-1]["correct"]:
            a, b, c, d = (word.lower() for word in question)
            assert getattr(ours, function)([b, c], [a], topn=1)[0][0] == d
    assert scores["most_similar"] != scores["most_similar_cosmul"]
    with pytest.raises(ValueError, match="no analogy"):
        ours.evaluate_word_analogies([])
    assert ours.key_to_index == kept
