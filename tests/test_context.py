"""Context vectors, and vectors made of both kinds."""

import numpy as np
import pytest

from cw2v import Word2Vec
from cw2v.errors import ParameterError

# Words of a pair stand next to each other, and never near their like.
SENTENCES = [["left1", "right1"], ["left2", "right2"], ["left1", "right2"], ["left2", "right1"],
             ["top1", "low1"], ["top2", "low2"], ["top1", "low2"], ["top2", "low1"]] * 60  # fmt: skip


@pytest.fixture(scope="module")
def model():
    return Word2Vec(SENTENCES, vector_size=16, sg=1, window=1, min_count=1, sample=0, epochs=30, workers=1, seed=3)


def test_context_vectors_are_the_second_matrix(model):
    assert model.cv.vectors is model.syn1neg
    assert model.cv.index_to_key is model.wv.index_to_key
    row = model.wv.key_to_index["top1"]
    assert (model.cv["top1"] == model.syn1neg[row]).all()
    assert model.cv.get_vecattr("top1", "count") == model.wv.get_vecattr("top1", "count")
    cosines = model.cv.most_similar(model.wv["top1"], topn=None)
    expected = [model.in_out_similarity("top1", key) for key in model.wv.index_to_key]
    assert cosines == pytest.approx(expected, abs=1e-6)


def test_neighbours_in_text_and_words_in_like_places(model):
    for word, beside, alike in (("left1", "right1", "left2"), ("low2", "top1", "low1")):
        assert model.in_out_similarity(word, beside) > model.in_out_similarity(word, alike)
        assert model.wv.similarity(word, alike) > model.wv.similarity(word, beside)


def test_both_kinds_in_one(model):
    total = model.combined_vectors()
    assert total.index_to_key == model.wv.index_to_key
    assert total.vectors == pytest.approx(model.wv.vectors + model.syn1neg)
    assert total.get_vecattr("top1", "count") == 120
    both = model.combined_vectors("concatenate", normalize=True)
    assert both.vector_size == 32
    assert both.norms == pytest.approx(np.full(8, np.sqrt(2)))
    # Of unit parts the cosine is the mean of the parts' cosines.
    expected = (model.wv.similarity("top1", "low1") + model.cv.similarity("top1", "low1")) / 2
    assert both.similarity("top1", "low1") == pytest.approx(expected, abs=1e-6)
    total.vectors[:] = 0
    assert model.wv.vectors.any()
    with pytest.raises(ParameterError, match="how"):
        model.combined_vectors("mean")


def test_no_context_vectors_without_negative_sampling():
    model = Word2Vec(SENTENCES, vector_size=4, hs=1, negative=0, min_count=1, workers=1)
    with pytest.raises(ParameterError, match="negative"):
        _ = model.cv
    assert len(Word2Vec(vector_size=4).combined_vectors()) == 0
