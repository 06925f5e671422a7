"""Packages that call gensim, run as their own pages say, on real graphs, with cw2v in gensim's place.

What is not installed is skipped: ``pip install node2vec karateclub pecanpy spec2vec pyrdf2vec wefe bertopic``. Some pin
old versions of NumPy; ``--no-deps`` and what they import will do, but for PecanPy, which needs NumPy 1.
"""

from __future__ import annotations

import importlib
import importlib.util
import json
import warnings
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import cw2v
from cw2v import interop

GRAPHS = ("cora", "ppi", "wikipedia_pos")


def installed(name: str) -> Any:
    """The module, or a skip where it is not there or does not run on what is installed."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return importlib.import_module(name)
    except (ImportError, AttributeError) as error:  # AttributeError: made for another NumPy
        pytest.skip(f"{name} cannot be imported: {error}")


@pytest.fixture(params=GRAPHS)
def graph(request: pytest.FixtureRequest, shared_data: Path) -> Any:
    """300 nodes of a graph around the one with most edges, numbered from 0, as a networkx graph."""
    return neighborhood(shared_data / "graphs" / f"{request.param}.edgelist")


@pytest.fixture
def cora(shared_data: Path) -> Any:
    return neighborhood(shared_data / "graphs" / "cora.edgelist")


def neighborhood(path: Path, size: int = 300) -> Any:
    networkx = installed("networkx")
    if not path.exists():
        pytest.skip(f"{path.name} is not there")
    whole = networkx.read_edgelist(path, nodetype=int)
    largest = whole.subgraph(max(networkx.connected_components(whole), key=len))
    start = max(largest, key=lambda node: (largest.degree(node), -node))
    near = [start] + [node for _, node in networkx.bfs_edges(largest, start)]
    return networkx.convert_node_labels_to_integers(largest.subgraph(near[:size]), ordering="sorted")


def check_neighbors(graph: Any, vectors: np.ndarray) -> None:
    """Nodes that an edge joins are nearer to each other than those that none joins: it has learnt the graph."""
    assert vectors.shape[0] == graph.number_of_nodes()
    assert np.isfinite(vectors).all()
    unit = vectors / np.maximum(np.linalg.norm(vectors, axis=1, keepdims=True), 1e-12)
    cosines = unit @ unit.T
    joined = np.zeros_like(cosines, bool)
    for a, b in graph.edges:
        joined[a, b] = joined[b, a] = a != b
    apart = ~joined & ~np.eye(len(joined), dtype=bool)
    assert cosines[joined].mean() > cosines[apart].mean() + 0.05


def made_by_cw2v(model: Any) -> None:
    assert isinstance(model, cw2v.Word2Vec), type(model)


# ---- node2vec ----


@pytest.mark.parametrize("hand_over", ["use_in", "patch"])
def test_node2vec(hand_over: str, cora: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    package = installed("node2vec")
    module = importlib.import_module("node2vec.node2vec")
    walker = package.Node2Vec(cora, dimensions=16, walk_length=20, num_walks=10, workers=1, quiet=True, seed=1)
    if hand_over == "patch":  # as its users do who know nothing of use_in
        monkeypatch.setattr(module.gensim.models, "Word2Vec", cw2v.Word2Vec)
        model = walker.fit(window=5, min_count=1, batch_words=4)
    else:
        with interop.use_in("node2vec"):
            model = walker.fit(window=5, min_count=1, batch_words=4)
    made_by_cw2v(model)
    check_neighbors(cora, model.wv[[str(node) for node in range(len(cora))]])
    assert len(model.wv.most_similar("2")) == 10
    model.wv.save_word2vec_format(tmp_path / "vectors")
    model.save(tmp_path / "model")
    assert len(cw2v.KeyedVectors.load_word2vec_format(tmp_path / "vectors")) == len(cora)


def test_vectors_of_edges(cora: Any) -> None:
    package = installed("node2vec")
    edges = importlib.import_module("node2vec.edges")
    with interop.use_in("node2vec"):
        walker = package.Node2Vec(cora, dimensions=8, walk_length=10, num_walks=4, workers=1, quiet=True)
        model = walker.fit(min_count=1)
        embedder = edges.HadamardEmbedder(keyed_vectors=model.wv)
        np.testing.assert_allclose(embedder[("1", "2")], model.wv["1"] * model.wv["2"])
        small = cw2v.KeyedVectors(8)
        small.add_vectors(["1", "2", "3"], model.wv[["1", "2", "3"]])
        made = edges.HadamardEmbedder(keyed_vectors=small, quiet=True).as_keyed_vectors()
    assert isinstance(made, cw2v.KeyedVectors)
    assert len(made) == 6
    assert len(made.most_similar(str(("1", "2")))) == 5


# ---- karateclub ----


@pytest.mark.parametrize("name", ["DeepWalk", "Node2Vec", "Walklets", "Diff2Vec"])
def test_karateclub(name: str, graph: Any) -> None:
    package = installed("karateclub")
    kind = getattr(package, name)
    options = {"walk_number": 5, "walk_length": 20}
    if name == "Diff2Vec":
        options = {"diffusion_number": 10, "diffusion_cover": 20}
    embedder = kind(dimensions=16, workers=1, epochs=5, **options)
    with interop.use_in("karateclub") as changed:
        embedder.fit(graph)
        found = embedder.get_embedding()
    assert any(f".{name.lower()}." in place for place in changed)
    # Walklets has a matrix for each of its 4 distances.
    assert found.shape == (graph.number_of_nodes(), 64 if name == "Walklets" else 16)
    check_neighbors(graph, found)


# ---- PecanPy ----


@pytest.mark.parametrize("mode", ["SparseOTF", "PreComp", "DenseOTF"])
def test_pecanpy(mode: str, cora: Any, tmp_path: Path) -> None:
    module = installed("pecanpy.pecanpy")
    path = tmp_path / "graph.edg"
    path.write_text("".join(f"{a}\t{b}\n" for a, b in cora.edges))
    walker = getattr(module, mode)(p=1, q=0.5, workers=1, verbose=False, random_state=1)
    walker.read_edg(str(path), weighted=False, directed=False)
    with interop.use_in("pecanpy"):
        found = walker.embed(dim=16, num_walks=10, walk_length=20, window_size=5, epochs=2)
    order = np.argsort([int(node) for node in walker.nodes])
    check_neighbors(cora, np.asarray(found)[order])


# ---- pyRDF2Vec ----


def test_pyrdf2vec(cora: Any) -> None:
    package = installed("pyrdf2vec")
    graphs, walkers = installed("pyrdf2vec.graphs"), installed("pyrdf2vec.walkers")
    embedders = importlib.import_module("pyrdf2vec.embedders")
    knowledge = graphs.KG()
    for a, b in cora.edges:
        for subject, object_ in ((a, b), (b, a)):
            ends = graphs.Vertex(f"http://x/{subject}"), graphs.Vertex(f"http://x/{object_}")
            predicate = graphs.Vertex("http://x/cites", predicate=True, vprev=ends[0], vnext=ends[1])
            knowledge.add_walk(ends[0], predicate, ends[1])
    entities = [f"http://x/{node}" for node in range(len(cora))]

    def transformer() -> Any:
        return package.RDF2VecTransformer(
            embedders.Word2Vec(workers=1, epochs=10, vector_size=16, seed=3),
            walkers=[walkers.RandomWalker(4, 10, random_state=22, n_jobs=1)])

    with interop.use_in("pyrdf2vec"):
        whole = transformer()
        found = [np.array(one.fit_transform(knowledge, entities)[0]) for one in (whole, transformer())]
        made_by_cw2v(whole.embedder._model)
        with pytest.raises(ValueError, match="must have been provided"):
            whole.transform(knowledge, ["http://x/none"])
        grown = transformer()
        grown.fit_transform(knowledge, entities[:150])
        later, _ = grown.fit_transform(knowledge, entities[150:], is_update=True)
    check_neighbors(cora, found[0])
    np.testing.assert_array_equal(found[0], found[1])  # one worker and one seed: the same bits
    assert np.isfinite(later).all()


# ---- spec2vec ----


def spectra(module: Any, n: int = 60) -> list[Any]:
    """Spectra of two kinds of molecule, each with peaks of its own."""
    rng = np.random.default_rng(4)
    made = []
    for number in range(n):
        peaks = np.sort(rng.choice(np.arange(100, 140) if number % 2 else np.arange(300, 340), 12, replace=False))
        made.append(module.Spectrum(mz=peaks.astype(float), intensities=rng.uniform(0.1, 1, 12),
                                    metadata={"id": str(number)}))
    return made


def test_spec2vec(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    package, matchms = installed("spec2vec"), installed("matchms")
    building = importlib.import_module("spec2vec.model_building")
    documents = [package.SpectrumDocument(spectrum, n_decimals=0) for spectrum in spectra(matchms)]
    file = str(tmp_path / "spectra.model")
    with interop.use_in("spec2vec"):
        model = building.train_new_word2vec_model(documents, [10, 25], file, workers=1, vector_size=16)
        made_by_cw2v(model)
        assert capsys.readouterr().out.count("Change in loss after epoch") == 25
        half = cw2v.Word2Vec.load(file.replace(".model", "_iter_10.model"))
        again = cw2v.Word2Vec.load(file)
        similarity = package.Spec2Vec(model=again, intensity_weighting_power=0.5, allowed_missing_percentage=5.0)
        same = similarity.pair(documents[0], documents[2])
        other = similarity.pair(documents[0], documents[1])
    assert float(same) > float(other)
    assert not np.array_equal(half.wv.vectors, again.wv.vectors)
    np.testing.assert_array_equal(again.wv.vectors, model.wv.vectors)


def test_spec2vec_hands_its_model_on(tmp_path: Path) -> None:
    """Its light files hold the names that are in ``wv.__dict__``: they are the same with both packages."""
    installed("spec2vec")
    exporting = installed("spec2vec.serialization.model_exporting")
    gensim = installed("gensim")
    names = []
    for kind in (gensim.models.Word2Vec, cw2v.Word2Vec):
        model = kind([["a", "b"], ["b", "c"]] * 20, vector_size=4, min_count=1, workers=1)
        exporting.export_model(model, tmp_path / "model.json", tmp_path / "weights.npy")
        names.append(set(json.loads((tmp_path / "model.json").read_text())))
        np.testing.assert_array_equal(np.load(tmp_path / "weights.npy"), model.wv.vectors)
    assert names[0] == names[1]


# ---- what asks for gensim's class ----


@pytest.fixture(scope="module")
def themes() -> cw2v.Word2Vec:
    """A model of four themes of five words each, which never meet."""
    rng = np.random.default_rng(0)
    sentences = [[f"{'abcd'[i % 4]}{rng.integers(5)}" for _ in range(8)] for i in range(800)]
    return cw2v.Word2Vec(sentences, vector_size=16, sg=1, min_count=1, sample=0, epochs=5, workers=1)


def test_wefe_asks_our_vectors(themes: cw2v.Word2Vec) -> None:
    installed("wefe")
    model = installed("wefe.word_embedding_model").WordEmbeddingModel(themes.wv.to_gensim(), "themes")
    words = {theme: [f"{theme}{i}" for i in range(5)] for theme in "abcd"}
    query = installed("wefe.query").Query(
        target_sets=[words["a"], words["b"]], attribute_sets=[words["a"][:4], words["b"][:4]],
        target_sets_names=["a", "b"], attribute_sets_names=["a", "b"])  # fmt: skip
    found = installed("wefe.metrics").WEAT().run_query(query, model)
    unit = themes.wv.get_normed_vectors()

    def association(word: str) -> float:
        asked = [word], words["a"][:4], words["b"][:4]
        own, one, two = (unit[[themes.wv.key_to_index[w] for w in ws]] for ws in asked)
        return float((own @ one.T).mean() - (own @ two.T).mean())

    expected = sum(map(association, words["a"])) - sum(map(association, words["b"]))
    assert found["weat"] == pytest.approx(expected, rel=1e-3)
    assert found["weat"] > 1  # each theme is nearest to itself


def test_bertopic_embeds_with_our_vectors(themes: cw2v.Word2Vec) -> None:
    installed("bertopic")
    backend = installed("bertopic.backend._utils").select_backend(themes.wv.to_gensim())
    assert type(backend).__name__ == "GensimBackend"
    found = backend.embed(["a1 a2 b3", "c1 c1", "unseen"])
    np.testing.assert_allclose(found[0], themes.wv[["a1", "a2", "b3"]].mean(axis=0), rtol=1e-5, atol=1e-7)
    np.testing.assert_allclose(found[1], themes.wv["c1"], rtol=1e-5, atol=1e-7)


def test_bertopic_finds_the_themes(themes: cw2v.Word2Vec) -> None:
    bertopic = installed("bertopic")
    cluster, decomposition = installed("sklearn.cluster"), installed("sklearn.decomposition")
    rng = np.random.default_rng(1)
    documents = [" ".join(f"{'abcd'[i % 4]}{rng.integers(5)}" for _ in range(12)) for i in range(80)]
    model = bertopic.BERTopic(
        embedding_model=themes.wv.to_gensim(), umap_model=decomposition.PCA(4),
        hdbscan_model=cluster.KMeans(4, n_init=5, random_state=0))  # fmt: skip
    topics, _ = model.fit_transform(documents)
    assert len(set(topics)) == 4
    for theme in range(4):
        assert len(set(topics[theme::4])) == 1
