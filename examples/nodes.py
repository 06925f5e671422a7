"""Classes of a graph's nodes from random walks.

Walks are sentences and nodes their words, as in DeepWalk (Perozzi, Al-Rfou, Skiena 2014): skip-gram puts nodes with
common neighbourhoods close together, and logistic regression learns classes from the vectors with 10, 50 and 90 % of
the nodes labelled. A node with several classes is given as many as it has, the likeliest first, as is usual for these
data. Beside it a baseline that gives the most frequent classes. Real graphs: --graph cora (papers and subjects, the
default), ppi (proteins), wikipedia_pos (words and parts of speech); takes five to fifteen seconds. With --small, a
planted graph of five groups, two seconds.
"""

import warnings

import numpy as np
from _data import chosen, need, need_sklearn, parse, planted_graph, table

from cw2v import Word2Vec


def real_graph(folder, name):
    """Edges (E, 2) and the classes of each node."""
    edges = np.loadtxt(need(folder / f"{name}.edgelist"), np.int64, ndmin=2)[:, :2]
    rows = (line.split() for line in (folder / f"{name}.labels").open())
    return edges, {int(row[0]): set(map(int, row[1:])) for row in rows}


def walks(edges, per_node, length, seed):
    """Random walks (per_node * nodes, length) over an undirected graph, all a step at a time."""
    both = np.concatenate([edges, edges[:, ::-1]])
    both = both[np.argsort(both[:, 0], kind="stable")]
    nodes, first, degree = np.unique(both[:, 0], return_index=True, return_counts=True)
    neighbour, rng = np.searchsorted(nodes, both[:, 1]), np.random.default_rng(seed)
    steps = np.empty((per_node * len(nodes), length), np.int64)
    steps[:, 0] = rng.permutation(np.tile(np.arange(len(nodes)), per_node))
    for i in range(1, length):
        here = steps[:, i - 1]
        steps[:, i] = neighbour[first[here] + (rng.random(len(here)) * degree[here]).astype(np.int64)]
    return nodes[steps]


def most_likely(scores, truth):
    """For each node as many classes as it has, those of the highest score; bool like `truth` (n, classes)."""
    place = np.argsort(np.argsort(-scores, axis=1, kind="stable"), axis=1)
    return place < truth.sum(axis=1, keepdims=True)


def judge(features, truth, share, seed):
    """Micro and macro F1 of the vectors, then of the most frequent classes, with a `share` of the nodes labelled."""
    from sklearn.linear_model import LogisticRegression
    from sklearn.metrics import f1_score
    from sklearn.multiclass import OneVsRestClassifier

    order = np.random.default_rng(seed).permutation(len(truth))
    train, test = np.split(order, [round(share * len(truth))])
    model = OneVsRestClassifier(LogisticRegression(max_iter=500)).fit(features[train], truth[train])
    answers = model.predict_proba(features[test]), np.tile(truth[train].mean(axis=0), (len(test), 1))
    return [100 * f1_score(truth[test], most_likely(scores, truth[test]), average=how, zero_division=0)
            for scores in answers for how in ("micro", "macro")]  # fmt: skip


def main():
    args = parse(__doc__, ("--graph", {"choices": ["cora", "ppi", "wikipedia_pos"], "default": "cora"}))
    need_sklearn()
    warnings.filterwarnings("ignore", module="sklearn")  # a class that no labelled node has
    edges, classes = planted_graph(args.seed) if args.small else real_graph(args.data / "graphs", args.graph)
    corpus = walks(edges, 10, 20 if args.small else 40, args.seed)
    wv = Word2Vec(corpus.tolist(), sg=1, vector_size=32 if args.small else 128, min_count=1, sample=0,
                  **chosen(args)).wv  # fmt: skip
    nodes = [node for node in classes if node in wv.key_to_index]
    names = sorted(set().union(*classes.values()))
    truth = np.array([[name in classes[node] for name in names] for node in nodes])
    seeds = range(args.seed, args.seed + (3 if args.small else 5))  # of as many choices of the labelled nodes
    rows = [[f"{share:.0%}", *np.mean([judge(wv[nodes], truth, share, seed) for seed in seeds], axis=0)]
            for share in (0.1, 0.5, 0.9)]  # fmt: skip
    print(f"{len(nodes):,} nodes in {len(names)} classes, {corpus.size:,} steps of walks, F1 x 100")
    table(["labelled", "micro", "macro", "most frequent, micro", "most frequent, macro"], rows)


if __name__ == "__main__":
    main()
