"""Pictures of the founding documents; the names are the rows of their table."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

import cw2v


def test_A22_two_dimensions_by_the_rank_2_svd(tmp_path: Path) -> None:
    """Document 004: word vectors "on a 2-dimensional plane through rank-2 approximation computed using SVD"."""
    pytest.importorskip("matplotlib")
    from cw2v import plot

    sentences = [["all", "that", "glitters", "is", "not", "gold"], ["all", "is", "well", "that", "ends", "well"]] * 20
    wv = cw2v.Word2Vec(sentences, sg=1, vector_size=10, min_count=1, epochs=20, workers=1).wv
    plane = wv.project()
    assert plane.shape == (len(wv), 2) == (8, 2)

    centred = wv.vectors.astype(np.float64) - wv.vectors.mean(axis=0, dtype=np.float64)
    u, s, vt = np.linalg.svd(centred, full_matrices=False)
    signs = np.sign((plane * u[:, :2]).sum(axis=0))
    np.testing.assert_allclose(plane, u[:, :2] * s[:2] * signs, atol=1e-12)
    # Eckart and Young: no plane is nearer to the vectors, and what is left over is the other singular values.
    left_over = np.linalg.norm(centred - plane @ (vt[:2] * signs[:, None]))
    assert left_over == pytest.approx(np.sqrt((s[2:] ** 2).sum()))

    for name, start in (("words.png", b"\x89PNG"), ("words.svg", b"<?xml")):
        figure = plot.scatter(wv, path=tmp_path / name)
        assert (tmp_path / name).read_bytes().startswith(start)
    drawn = {text.get_text() for text in figure.axes[0].texts}
    assert drawn == set(wv.index_to_key)
    points = np.concatenate([line.get_xydata() for line in figure.axes[0].lines if line.get_linestyle() == "None"])
    by_count = np.argsort(-wv.expandos["count"], kind="stable")
    np.testing.assert_allclose(points, wv.project([wv.index_to_key[row] for row in by_count]), atol=1e-12)
