"""Edits: keys, vectors, counts, attributes and locks stay together."""

import numpy as np
import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from cw2v import KeyedVectors
from cw2v.errors import ParameterError, UnknownKeyError

KEYS = list("abcdef")


@pytest.fixture
def wv():
    result = KeyedVectors(3)
    result.add_vectors(KEYS, np.arange(18).reshape(6, 3) + 1, extras={"count": [5, 9, 1, 7, 7, 2]})
    result.vectors_lockf = np.arange(6, dtype=np.float32)
    return result


def content(kv):
    """What each key has; and all sizes agree."""
    n = len(kv)
    assert len(kv.key_to_index) == kv.next_index == n
    assert kv.vectors.shape == (n, kv.vector_size)
    assert [kv.key_to_index[key] for key in kv.index_to_key] == list(range(n))
    assert all(len(column) == n for column in kv.expandos.values())
    assert len(kv.vectors_lockf) in (1, n)
    lock = kv.vectors_lockf if len(kv.vectors_lockf) == n else np.ones(n)
    return {key: (tuple(kv[key].tolist()), {name: column[row] for name, column in kv.expandos.items()}, lock[row])
            for row, key in enumerate(kv.index_to_key)}


def test_subset_and_drop(wv):
    before = content(wv)
    some = wv.subset(["e", "b", "e", "a"])
    assert content(some) == {key: before[key] for key in "eba"}
    assert some.index_to_key == ["e", "b", "a"]
    assert content(wv.drop(["b", "e"])) == {key: before[key] for key in "acdf"}
    assert content(wv.drop("b")) == {key: before[key] for key in "acdef"}
    some.vectors[:] = 0
    assert content(wv) == before
    assert content(wv.subset([])) == content(wv.drop(KEYS)) == {}
    assert wv.subset(["a"]).most_similar(np.ones(3)) == [("a", pytest.approx(6 / np.sqrt(14 * 3)))]
    for edit in (wv.subset, wv.drop):
        with pytest.raises(UnknownKeyError, match="'zz'"):
            edit(["a", "zz"])


def test_rename(wv):
    before = content(wv)
    turned = wv.rename({"a": "b", "b": "a", "c": ("c", 1)})
    assert turned.index_to_key == ["b", "a", ("c", 1), "d", "e", "f"]
    assert content(turned)["b"] == before["a"]
    assert content(turned)["c", 1] == before["c"]
    assert content(wv) == before
    with pytest.raises(ParameterError, match="'d'"):
        wv.rename({"a": "d"})
    with pytest.raises(UnknownKeyError, match="'zz'"):
        wv.rename({"zz": "y"})


def test_merge(wv):
    other = KeyedVectors(3)
    other.add_vectors(["b", "x"], [[2, 4, 6], [0, 0, 1]], extras={"count": [100, 50], "own": [1.5, 2.5]})
    ours, theirs = content(wv), content(other)
    merged = wv.merge(other)
    assert merged.index_to_key == [*KEYS, "x"]
    assert content(merged)["b"] == (ours["b"][0], {"count": 9, "own": 0}, 1)
    assert content(merged)["x"] == theirs["x"]
    replaced = content(wv.merge(other, "replace"))
    assert replaced["b"] == (theirs["b"][0], {"count": 100, "own": 1.5}, 1)
    assert content(wv.merge(other, "mean"))["b"][0] == (3, 4.5, 6)
    assert content(wv) == ours
    assert content(other) == theirs
    with pytest.raises(ParameterError, match="'b'"):
        wv.merge(other, "error")
    with pytest.raises(ParameterError, match="conflict"):
        wv.merge(other, "sum")
    with pytest.raises(ParameterError, match="3 dimensions"):
        wv.merge(KeyedVectors(4))


def test_half_precision(wv):
    half = wv.astype(np.float16)
    assert half.vectors.dtype == np.float16
    assert half.vectors.nbytes * 2 == wv.vectors.nbytes
    assert content(half) == content(wv)
    assert [key for key, _ in half.most_similar("a")] == [key for key, _ in wv.most_similar("a")]
    assert half.similarity("a", "f") == pytest.approx(wv.similarity("a", "f"), abs=1e-6)
    assert half.norms == pytest.approx(wv.norms)
    half.add_vector("new", [0.1, 1, 2])
    assert half.vectors.dtype == np.float16
    assert half["new"][0] == np.float16(0.1)
    with pytest.raises(ParameterError, match="floating"):
        wv.astype(int)


def test_sorting_takes_all_along(wv):
    before = content(wv)
    wv.sort_by_descending_frequency()
    assert wv.index_to_key == list("bedafc")
    assert content(wv) == before


def test_growing_takes_all_along(wv):
    before = content(wv)
    wv.add_vector("g", [1, 1, 1])
    wv.set_vecattr("g", "tag", "new")
    after = content(wv)
    assert after.pop("g") == ((1, 1, 1), {"count": 0, "tag": "new"}, 1)
    assert {key: (vector, {"count": attrs["count"]}, lock) for key, (vector, attrs, lock) in after.items()} == before


def test_resizing(wv):
    wv.index_to_key += ["x", "y"]
    wv.key_to_index |= {"x": 6, "y": 7}
    wv.resize_vectors(seed=3)
    assert wv.vectors.shape == (8, 3)
    assert 0 < np.abs(wv.vectors[6:]).max() <= 1 / 3
    wv.allocate_vecattrs(["own"], [np.float32])
    assert {name: (len(column), column.dtype.kind) for name, column in wv.expandos.items()} == {
        "count": (8, "i"), "own": (8, "f")}
    assert wv.get_vecattr("y", "count") == 0
    with pytest.raises(TypeError, match="'count'"):
        wv.allocate_vecattrs(["count"], [float])


def test_an_attribute_that_a_key_has_not_got(wv):
    wv.expandos["short"] = np.array([1, 2])
    with pytest.raises(UnknownKeyError, match="short"):
        wv.get_vecattr("f", "short")
    assert wv.subset(["f", "b"]).expandos["short"].tolist() == [0, 2]


class Edits(RuleBasedStateMachine):
    """Any sequence of edits leaves what a dictionary of the same edits has."""

    keys = st.sampled_from([*"abcdefgh", 0, 5, ("x", 1)])

    @initialize()
    def begin(self):
        self.kv, self.model, self.number = KeyedVectors(2), {}, 0

    def _new(self):
        self.number += 1
        return [float(self.number), -1.0], self.number % 5

    @rule(keys=st.lists(keys, max_size=4), replace=st.booleans())
    def add(self, keys, replace):
        new = [self._new() for _ in keys]
        self.kv.add_vectors(keys, np.array([v for v, _ in new]).reshape(-1, 2), {"count": [c for _, c in new]}, replace)
        for key, value in zip(keys, new, strict=True) if replace else reversed(list(zip(keys, new, strict=True))):
            if replace or key not in self.before:
                self.model[key] = value

    @rule(key=keys)
    def count(self, key):
        if key in self.model:
            self.kv.set_vecattr(key, "count", 77)
            self.model[key] = self.model[key][0], 77

    @rule(keys=st.sets(keys))
    def drop(self, keys):
        kept = [key for key in keys if key in self.model]
        self.kv = self.kv.drop(kept)
        self.model = {key: value for key, value in self.model.items() if key not in kept}

    @rule(data=st.data())
    def subset(self, data):
        some = data.draw(st.lists(st.sampled_from(sorted(self.model, key=repr)), unique=True)) if self.model else []
        self.kv = self.kv.subset(some)
        self.model = {key: self.model[key] for key in some}

    @rule()
    def sort(self):
        if "count" in self.kv.expandos:
            self.kv.sort_by_descending_frequency()

    @rule(key=keys)
    def rename(self, key):
        new = ("new", self.number)
        if key in self.model and new not in self.model:
            self.kv = self.kv.rename({key: new})
            self.model[new] = self.model.pop(key)

    @invariant()
    def agrees(self):
        self.before = set(self.model)
        found = {key: (self.kv.vectors[row].tolist(), int(self.kv.expandos["count"][row]))
                 for row, key in enumerate(self.kv.index_to_key)}
        assert found == self.model
        assert {key: row for row, key in enumerate(self.kv.index_to_key)} == self.kv.key_to_index
        if self.model:
            assert len(self.kv.most_similar(np.ones(2), topn=99)) == len(self.model)


TestEdits = Edits.TestCase
TestEdits.settings = settings(max_examples=60, stateful_step_count=12, deadline=None)
