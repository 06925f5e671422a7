"""The house rules that a program can check."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from pathlib import Path

import pytest

import cw2v
from cw2v import parameters

ROOT = Path(__file__).resolve().parents[1]

# Each room may import those in rows above it (and its own).
ROOMS = [
    ["errors"],
    ["parameters", "removed", "_cooccur", "_core", "_lists", "_phrases", "_query", "_text", "_vectors",
     "lifecycle", "mathematics", "threads"],
    ["vocabulary", "query", "projection", "io", "reference"],
    ["corpus", "evaluate", "documents", "selection"],
    ["utils"],
    ["vectors", "phrases", "train"],
    ["keyedvectors"],
    ["modelfile", "callbacks", "cooccurrence", "exchange", "memory", "predict"],
    ["session"],
    ["model_weights"],
    ["model_vocabulary"],
    ["word2vec"],
    ["plot", "sklearn", "models"],
    ["interop"],
    ["demo"],
    ["commands"],
    ["cli"],
    ["__main__"],
]
FLOOR = {room: floor for floor, rooms in enumerate(ROOMS) for room in rooms}


class _WithoutTypeImports(ast.NodeTransformer):
    """What is imported for type checkers alone is not there when the program runs."""

    def visit_If(self, node: ast.If) -> ast.AST | None:
        return None if isinstance(node.test, ast.Name) and node.test.id == "TYPE_CHECKING" else node


def rooms_imported(path: Path) -> set[str]:
    found: set[str] = set()
    for node in ast.walk(_WithoutTypeImports().visit(ast.parse(path.read_text()))):
        if isinstance(node, ast.ImportFrom) and node.module:
            parts = node.module.split(".")
            if parts[0] == "cw2v":
                found |= {parts[1]} if len(parts) > 1 else {alias.name for alias in node.names}
        elif isinstance(node, ast.Import):
            found |= {a.name.split(".")[1] for a in node.names if a.name.startswith("cw2v.")}
    return found


@pytest.mark.parametrize("path", sorted((ROOT / "cw2v").rglob("*.py")), ids=lambda p: str(p.relative_to(ROOT)))
def test_imports_point_one_way(path: Path) -> None:
    room = path.relative_to(ROOT / "cw2v").parts[0].removesuffix(".py")
    if room == "__init__":
        return
    assert room in FLOOR, f"{room} has no floor in tests/test_architecture.py"
    for other in rooms_imported(path) & set(FLOOR):
        assert other == room or FLOOR[other] < FLOOR[room], f"{room} must not import {other}"


def test_the_tests_run_on_the_installed_package() -> None:
    assert ROOT not in Path(cw2v.__file__).resolve().parents or ".venv" in cw2v.__file__


def test_c_sources_keep_their_contract() -> None:
    # No Python, no printing, no exit, no allocation, no threads in the core.
    forbidden = re.compile(r"Python\.h|\b(printf|fprintf|puts|exit|abort|malloc|calloc|realloc|free|pthread_\w+)\s*\(")
    for path in (ROOT / "csrc").rglob("*.[chi]*"):
        if path.parent.name == "tests":
            continue
        code = re.sub(r"/\*.*?\*/|//[^\n]*", "", path.read_text(), flags=re.DOTALL)
        assert not forbidden.search(code), f"{path.name}: {forbidden.search(code)}"


def test_the_parameter_page_is_the_table() -> None:
    assert (ROOT / "docs" / "parameters.md").read_text().strip() == parameters.markdown().strip(), "run make docs"


def test_the_constructor_is_the_table() -> None:
    import inspect

    ours = [p for p in inspect.signature(cw2v.Word2Vec).parameters.values() if p.kind is not p.VAR_KEYWORD]
    assert [p.name for p in ours[:2]] == ["sentences", "corpus_file"]
    assert [(p.name, p.default) for p in ours[2:]] == [(p.name, p.default) for p in parameters.PARAMETERS]


def test_the_constructor_has_gensims_names_order_and_defaults() -> None:
    import inspect

    theirs = pytest.importorskip("gensim.models").Word2Vec
    ours = [p for p in inspect.signature(cw2v.Word2Vec).parameters.values() if p.kind is p.POSITIONAL_OR_KEYWORD]
    gensims = list(inspect.signature(theirs.__init__).parameters.values())[1:]
    assert [p.name for p in ours] == [p.name for p in gensims]
    different = {p.name for p, q in zip(ours, gensims, strict=True) if p.default != q.default}
    assert different == {"workers"}


def test_importing_takes_little_beyond_numpy() -> None:
    # Beside NumPy's own import, in the same process: a busy machine slows both.
    code = (
        "import time; begun = time.process_time(); import numpy; numpys = time.process_time() - begun;"
        "import cw2v; print((time.process_time() - begun - numpys) / numpys);"
        "import sys; print(*(m for m in ('scipy', 'tqdm', 'matplotlib', 'pandas', 'gensim') if m in sys.modules))"
    )
    runs = [
        subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.split("\n")
        for _ in range(3)
    ]
    assert min(float(run[0]) for run in runs) < 3
    assert runs[0][1] == "", "imported without need"
