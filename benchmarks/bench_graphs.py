"""Node classification: the same random walks trained by gensim and by cw2v as graph packages call them.

Walks are DeepWalk's: uniform, from every node, in an order that chance draws. Vectors are judged as there: a logistic
regression for each class, trained on half of the nodes, names as many classes of a node as it has; micro-F1 over random
halves that are the same for both. The time is that of ``Word2Vec(walks, ...)``, reading included: by the clock, and in
processor seconds, which other work on the machine disturbs less.
"""

from __future__ import annotations

import argparse
import importlib
import statistics
import time
import warnings
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from harness import (
    DATA,
    BenchmarkError,
    Spread,
    command_line,
    listing,
    need,
    positive,
    run_main,
    say,
    table,
    write_json,
)
from machine import describe
from numpy.typing import NDArray

GRAPHS = ("cora", "ppi", "wikipedia_pos")
CONTESTANTS = {"gensim": "gensim.models", "cw2v": "cw2v"}
SHARED: dict[str, Any] = {"vector_size": 128, "window": 10, "min_count": 0, "epochs": 1}
# What packages pass beside these: node2vec and PecanPy; karateclub, which leaves `negative` at 5.
KINDS: dict[str, dict[str, Any]] = {"node2vec": {"sg": 1}, "karateclub": {"hs": 1, "alpha": 0.05}}
TRAINED_ON = 0.5  # of the labelled nodes

Labels = NDArray[np.bool_]


def parse(arguments: Sequence[str] | None = None) -> argparse.Namespace:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--graphs", nargs="+", choices=GRAPHS, default=list(GRAPHS))
    parser.add_argument("--kinds", nargs="+", choices=list(KINDS), default=list(KINDS))
    parser.add_argument("--walks", type=positive, default=10, help="from every node; default %(default)s")
    parser.add_argument("--length", type=positive, default=80, help="of a walk; default %(default)s")
    parser.add_argument("--seeds", type=positive, default=2, help="walks and models; default %(default)s")
    parser.add_argument("--splits", type=positive, default=5, help="random halves for each; default %(default)s")
    parser.add_argument("--workers", type=positive, default=2)
    parser.add_argument("--data", type=Path, default=DATA / "graphs", metavar="FOLDER")
    parser.add_argument("--json", type=Path, default=None, metavar="FILE", help="write everything measured there")
    return parser.parse_args(arguments)


def read_graph(folder: Path, name: str) -> tuple[list[NDArray[np.int64]], Labels]:
    """Neighbours of each node, and (nodes, classes) whether a node has a class."""
    try:
        edges = np.loadtxt(folder / f"{name}.edgelist", np.int64, ndmin=2)
        lines = [line.split() for line in (folder / f"{name}.labels").read_text().splitlines()]
    except OSError as error:
        raise BenchmarkError(f"the graph {name} cannot be read: {error.strerror}; give --data FOLDER") from None
    classes = sorted({label for _, *labels in lines for label in labels}, key=int)
    n_nodes = int(max(edges.max(), max(int(line[0]) for line in lines))) + 1
    has = np.zeros((n_nodes, len(classes)), bool)
    for node, *labels in lines:
        has[int(node), [classes.index(label) for label in labels]] = True
    both = np.concatenate([edges, edges[:, ::-1]])
    both = both[np.argsort(both[:, 0], kind="stable")]
    starts = np.searchsorted(both[:, 0], np.arange(1, n_nodes))
    return np.split(both[:, 1], starts), has


def random_walks(neighbors: list[NDArray[np.int64]], per_node: int, length: int, seed: int) -> list[list[str]]:
    """Uniform walks from every node, all at once, as token lists."""
    rng = np.random.default_rng(seed)
    degrees = np.array([len(near) for near in neighbors])
    begins, flat = np.concatenate([[0], np.cumsum(degrees)[:-1]]), np.concatenate(neighbors)
    at = rng.permutation(np.repeat(np.flatnonzero(degrees), per_node))
    steps = [at]
    for _ in range(length - 1):
        at = flat[begins[at] + (rng.random(len(at)) * degrees[at]).astype(np.int64)]
        steps.append(at)
    return [list(map(str, walk)) for walk in np.stack(steps, axis=1).tolist()]


def micro_f1(vectors: NDArray[Any], has: Labels, rng: np.random.Generator) -> float:
    """Of one random half, which is not trained on."""
    from sklearn.linear_model import LogisticRegression
    from sklearn.metrics import f1_score
    from sklearn.multiclass import OneVsRestClassifier

    order = rng.permutation(len(vectors))
    train, test = np.split(order, [int(len(order) * TRAINED_ON)])
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # a class that no node of this half has
        model = OneVsRestClassifier(LogisticRegression(solver="liblinear")).fit(vectors[train], has[train])
        ranks = np.argsort(np.argsort(-model.predict_proba(vectors[test]), axis=1), axis=1)
    return float(f1_score(has[test], ranks < has[test].sum(axis=1, keepdims=True), average="micro"))


def measure(
    library: str, walks: list[list[str]], kind: str, seed: int, options: argparse.Namespace, has: Labels
) -> dict[str, Any]:
    """Seconds of one training, and micro-F1 over the splits of that seed."""
    word2vec = importlib.import_module(CONTESTANTS[library]).Word2Vec
    begin, used = time.perf_counter(), time.process_time()
    model = word2vec(walks, workers=options.workers, seed=seed, **SHARED, **KINDS[kind])
    seconds, used = time.perf_counter() - begin, time.process_time() - used
    labelled = np.flatnonzero(has.any(axis=1))
    known = np.array([node for node in labelled.tolist() if str(node) in model.wv], np.int64)
    vectors, rng = model.wv[list(map(str, known.tolist()))], np.random.default_rng(seed)
    return {"library": library, "kind": kind, "seed": seed, "seconds": seconds, "used": used,
            "f1": [micro_f1(vectors, has[known], rng) for _ in range(options.splits)]}  # fmt: skip


def row(graph: str, kind: str, runs: list[dict[str, Any]]) -> list[str]:
    """A line of the table."""
    f1 = {name: [100 * f for run in runs if run["library"] == name for f in run["f1"]] for name in CONTESTANTS}
    times = [{name: statistics.median(run[figure] for run in runs if run["library"] == name) for name in CONTESTANTS}
             for figure in ("seconds", "used")]  # fmt: skip
    apart = Spread.of(ours - theirs for ours, theirs in zip(f1["cw2v"], f1["gensim"], strict=True))
    shown = [f"{statistics.fmean(f1[name]):.2f} ± {statistics.pstdev(f1[name]):.2f}" for name in CONTESTANTS]
    shown.append(f"{apart.mean:+.2f} ± {apart.standard_error:.2f}")
    shown += [f"{one['gensim']:.1f} / {one['cw2v']:.1f} = {one['gensim'] / one['cw2v']:.1f}" for one in times]
    return [f"{graph}, as {kind}", *shown]


def main() -> None:
    """Measure and print."""
    options = parse()
    need("cw2v", "gensim", "sklearn")
    rows, everything = [], []
    for graph in options.graphs:
        neighbors, has = read_graph(options.data, graph)
        runs: list[dict[str, Any]] = []
        for seed in range(1, options.seeds + 1):
            walks = random_walks(neighbors, options.walks, options.length, seed)
            for kind in options.kinds:
                for library in CONTESTANTS:
                    runs.append({"graph": graph, **measure(library, walks, kind, seed, options, has)})
                    found = runs[-1]
                    say(f"{graph}, {kind}, seed {seed}, {library}: {found['seconds']:.1f} s, {found['used']:.1f} used, "
                        f"F1 {100 * statistics.fmean(found['f1']):.2f}")
        rows += [row(graph, kind, [run for run in runs if run["kind"] == kind]) for kind in options.kinds]
        everything += runs
    machine = describe()
    stated = {"command": command_line(), "parameters": ", ".join(f"{k}={v}" for k, v in SHARED.items()), "workers":
              str(options.workers), **{kind: ", ".join(f"{k}={v}" for k, v in KINDS[kind].items()) for kind in
                                       options.kinds}, "walks": f"{options.walks} of {options.length} steps from each "
              f"node, {options.seeds} times; {options.splits} random halves each",
              "spread": "standard deviation over all halves; of the difference, its standard error"}  # fmt: skip
    header = ["micro-F1, %", "gensim", "cw2v", "difference", "seconds", "processor seconds"]
    print("\n\n".join(["# Graphs", listing(machine), listing(stated), table(header, rows)]))
    if options.json:
        write_json(options.json, {"benchmark": "graphs", "machine": machine, "runs": everything})


if __name__ == "__main__":
    run_main(main)
