"""What the examples share: their command line, the real data, and the small planted data of ``--small``."""

import argparse
import random
import sys
from pathlib import Path

import numpy as np

from cw2v import demo

ADJECTIVES = {"pos": [f"good{i}" for i in range(30)], "neg": [f"bad{i}" for i in range(30)]}
FILLERS = [f"word{i}" for i in range(200)]


def parse(description: str, *options: tuple[str, dict]) -> argparse.Namespace:
    """The command line that all examples have, and the options of one."""
    parser = argparse.ArgumentParser(description=description, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, default=Path("../shared/data"), help="folder of the real data")
    parser.add_argument("--small", action="store_true", help="planted data instead: seconds, and no files")
    parser.add_argument("--workers", type=int, help="threads (all processors)")
    parser.add_argument("--seed", type=int, default=1)
    for name, how in options:
        parser.add_argument(name, **how)
    return parser.parse_args()


def chosen(args: argparse.Namespace) -> dict[str, object]:
    """What the command line says to the trainer."""
    return {"seed": args.seed, "workers": args.workers}


def need(path: Path) -> Path:
    """The path, if it is there; else the program ends with a line that says what to do."""
    if not path.exists():
        sys.exit(f"{path} is not there: give the folder of the data with --data, or --small for planted data")
    return path


def need_sklearn() -> None:
    """End the program with a line that says what to do where scikit-learn is missing."""
    try:
        import sklearn  # noqa: F401
    except ImportError:
        sys.exit("this example needs scikit-learn: pip install cw2v[sklearn]")


def table(header: list[str], rows: list[list[object]]) -> None:
    """Print a Markdown table; numbers with one decimal."""
    print("\n| " + " | ".join(header) + " |\n|---|" + "---:|" * (len(header) - 1))
    for row in rows:
        print("| " + " | ".join(f"{cell:.1f}" if isinstance(cell, float) else str(cell) for cell in row) + " |")


def planted_reviews(seed: int) -> tuple[list[list[str]], list[str], list[int]]:
    """300 documents of 40 words in 5 folds: three in four words say nothing, seven of the other ten the label."""
    rng, texts, labels = random.Random(seed), [], []
    for i in range(300):
        label, other = ("pos", "neg") if i % 2 else ("neg", "pos")
        words = rng.choices(FILLERS, k=30) + rng.choices(ADJECTIVES[label], k=7) + rng.choices(ADJECTIVES[other], k=3)
        rng.shuffle(words)
        texts.append(words)
        labels.append(label)
    return texts, labels, [i // 2 % 5 for i in range(300)]


def planted_graph(seed: int, groups: int = 5, size: int = 60) -> tuple[np.ndarray, dict[int, set[int]]]:
    """A graph (edges, 2) of groups: some six neighbours within the group and two outside, and each node's group."""
    rng, nodes = np.random.default_rng(seed), groups * size
    group = np.arange(nodes) // size
    within = np.column_stack([np.repeat(np.arange(nodes), 3), rng.integers(0, size, 3 * nodes)])
    within[:, 1] += group[within[:, 0]] * size
    edges = np.concatenate([within, rng.integers(0, nodes, (nodes, 2))])
    return edges[edges[:, 0] != edges[:, 1]], {node: {int(group[node])} for node in range(nodes)}


def planted_sessions(items: int, count: int, seed: int, group: int = 20, length: int = 8) -> list[list[int]]:
    """Walks over items: one leads to five of its group, or one time in five to any, popular ones first."""
    rng = np.random.default_rng(seed)
    popularity = 1.0 / (1 + rng.permutation(items))
    leads = (np.arange(items) // group * group)[:, None] + rng.integers(0, group, (items, 5))
    steps = [rng.integers(0, items, count)]
    while len(steps) < length:
        anywhere = rng.choice(items, count, p=popularity / popularity.sum())
        steps.append(np.where(rng.random(count) < 0.2, anywhere, leads[steps[-1], rng.integers(0, 5, count)]))
    return np.column_stack(steps).tolist()


def planted_questions() -> list[str]:
    """Lines of an analogy file: any two pairs of a relation of the demonstration."""
    return [line for name, pairs in demo.RELATIONS.items() for line in (f": {name}", *(
        f"{a} {b} {c} {d}" for a, b in pairs for c, d in pairs if a != c))]  # fmt: skip
