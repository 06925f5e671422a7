"""What a figure was measured on: processor, versions, compilers, distance between cores, multiply-add limit."""

from __future__ import annotations

import ast
import atexit
import functools
import importlib
import importlib.util
import os
import platform
import re
import shutil
import subprocess
import tempfile
import time
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

__all__ = ["CoreDistance", "core_distance", "describe", "fma_limit", "version"]

HERE = Path(__file__).resolve().parent
NEAR_NS = 200.0  # measured: 55 ns within a shared cache, 320 ns across sockets or chiplets
PAIRS_MEASURED = 4

# Vector width and compiler flags of each instruction set, for the multiply-add limit.
_WIDTHS = {
    "avx512": (512, ("-mavx512f", "-mfma")),
    "avx2": (256, ("-mavx2", "-mfma")),
    "sse2": (128, ()),
    "scalar": (32, ("-fno-tree-vectorize", "-fno-tree-slp-vectorize")),
}


def allowed_cpus() -> list[int]:
    """Numbers of the processors that this process may run on."""
    try:
        return sorted(os.sched_getaffinity(0))
    except AttributeError:  # not on every system
        return list(range(os.cpu_count() or 1))


def cpu_model() -> str:
    """The processor's name as the system gives it."""
    try:
        text = Path("/proc/cpuinfo").read_text()
    except OSError:
        return platform.processor() or platform.machine()
    named = re.search(r"^model name\s*:\s*(.+)$", text, re.MULTILINE)
    numbers = [re.search(rf"^{key}\s*:\s*(\d+)$", text, re.MULTILINE) for key in ("cpu family", "model")]
    name = named[1] if named else platform.machine()
    # Virtual machines hide the name; family and model still tell the generation.
    return name + "".join(f", {key} {n[1]}" for key, n in zip(("family", "model"), numbers, strict=True) if n)


def version(library: str) -> str:
    """Version of an importable library, or "absent"."""
    try:
        return str(importlib.import_module(library).__version__)
    except ImportError:
        return "absent"


def compilers(library: str) -> str:
    """The compilers named in a library's extension modules (GCC and Clang write themselves into the binary)."""
    spec = importlib.util.find_spec(library)
    found: set[str] = set()
    for folder in (spec.submodule_search_locations or []) if spec else []:
        for path in [*Path(folder).glob("*.so"), *Path(folder).glob("models/*word2vec*.so")]:
            found.update(m.decode("ascii", "replace") for m in
                         re.findall(rb"(?:GCC: \([^)]*\) [\d.]+|clang version [\d.]+)", path.read_bytes()))
    return ", ".join(sorted(found)) or "unknown"


def cw2v_flags() -> str:
    """The flags that setup.py compiles cw2v with, read from it without running it."""
    try:
        tree = ast.parse((HERE.parent / "setup.py").read_text())
    except OSError:
        return "unknown (no setup.py beside the benchmarks)"
    texts = [n.value for n in ast.walk(tree) if isinstance(n, ast.Constant) and isinstance(n.value, str)]
    general = [text for text in texts if text.startswith(("-O", "-std", "-f"))]
    kernels = [f"{a}: {' '.join(_flags_after(tree, a))}" for a in texts if a in ("avx2.c", "avx512.c")]
    return f"{' '.join(general)} (unless CW2V_CFLAGS was set at build time); {'; '.join(kernels)}"


def _flags_after(tree: ast.Module, source: str) -> list[str]:
    """The list of flags that a dictionary in `tree` gives for a source file."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Dict):
            for key, value in zip(node.keys, node.values, strict=True):
                if isinstance(key, ast.Constant) and key.value == source:
                    return [str(flag) for flag in ast.literal_eval(value)]
    return []


def revision() -> str:
    """Commit of the checkout, with "+" if files differ from it; empty outside a checkout."""
    commands = (["git", "rev-parse", "--short", "HEAD"],
                ["git", "status", "--porcelain", "--untracked-files=no", "--", "cw2v", "csrc", "setup.py"])
    try:
        commit, changed = (subprocess.run(c, cwd=HERE.parent, capture_output=True, text=True, check=True).stdout.strip()
                           for c in commands)
    except (OSError, subprocess.CalledProcessError):
        return ""
    return f", commit {commit}{'+ (changed files)' if changed else ''}"


def describe() -> dict[str, str]:
    """Everything about the machine and the software that a figure depends on, for people."""
    cw2v = importlib.import_module("cw2v")
    cpus = allowed_cpus()
    load = f"{os.getloadavg()[0]:.2f}" if hasattr(os, "getloadavg") else "unknown"
    threads = {name: os.environ[name] for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS") if name in os.environ}
    return {
        "date": time.strftime("%Y-%m-%d %H:%M %z"),
        "processor": f"{cpu_model()}; {len(cpus)} processors allowed; {platform.system()} {platform.release()}",
        "load average before": load,
        "core-to-core round trip": str(core_distance()),
        "cw2v": f"{cw2v.__version__}{revision()}; instruction set {cw2v.simd()} of {', '.join(cw2v.simd_available())}",
        "cw2v compiled by": f"{compilers('cw2v')}; {cw2v_flags()}",
        "gensim": f"{version('gensim')}; wheel compiled by {compilers('gensim')}",
        "python": f"{platform.python_version()}, numpy {version('numpy')}, scipy {version('scipy')}",
        "thread variables": ", ".join(f"{k}={v}" for k, v in threads.items()) or "none set",
    }


@functools.cache
def _build_folder() -> Path:
    folder = tempfile.mkdtemp(prefix="cw2v-bench-")
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    return Path(folder)


@functools.cache
def _compiled(source: str, *flags: str) -> Path | None:
    """A small C program beside this file, compiled into a temporary folder; None without a working compiler."""
    target = _build_folder() / re.sub(r"\W+", "_", " ".join((source, *flags)))
    command = ["cc", "-std=gnu11", "-O2", *flags, str(HERE / source), "-o", str(target), "-pthread"]
    try:
        done = subprocess.run(command, capture_output=True, timeout=60)
    except (OSError, subprocess.TimeoutExpired):
        return None
    return target if done.returncode == 0 else None


def _number_from(program: Path | None, *arguments: str) -> float | None:
    """What a program prints, as a number; None if it cannot be run."""
    if program is None:
        return None
    try:
        done = subprocess.run([str(program), *arguments], capture_output=True, text=True, timeout=30)
        return float(done.stdout) if done.returncode == 0 else None
    except (OSError, ValueError, subprocess.TimeoutExpired):
        return None


@dataclass(frozen=True)
class CoreDistance:
    """Round trips between pairs of processors.

    Attributes
    ----------
    nanoseconds : tuple of float
        One for each pair measured; empty if there was none.
    why_not : str
        Why it was not measured, else empty.
    """

    nanoseconds: tuple[float, ...]
    why_not: str = ""

    @property
    def kind(self) -> str:
        """"near" if every pair is below 200 ns, "far" if one is not, "not measured"."""
        if not self.nanoseconds:
            return "not measured"
        return "near" if max(self.nanoseconds) < NEAR_NS else "far"

    def __str__(self) -> str:
        if not self.nanoseconds:
            return f"not measured ({self.why_not})"
        low, high = (f"{end(self.nanoseconds):.0f}" for end in (min, max))
        return f"{low if low == high else f'{low}-{high}'} ns, {self.kind}"


def core_distance() -> CoreDistance:
    """Measure the round trip from the first allowed processor to up to 4 others, and between the last two; 0.1 s each.

    The system places the training threads, so with more than two processors this shows the range, not the very pair.
    """
    cpus = allowed_cpus()
    if len(cpus) < 2:
        return CoreDistance((), "one processor allowed")
    program = _compiled("core_distance.c")
    if program is None:
        return CoreDistance((), "no working C compiler, or the system cannot pin threads")
    chosen = sorted({cpus[round(i * (len(cpus) - 1) / PAIRS_MEASURED)] for i in range(PAIRS_MEASURED + 1)})
    pairs = dict.fromkeys([(cpus[0], other) for other in chosen[1:]] + list(pairwise(cpus))[-1:])
    measured = [_number_from(program, str(a), str(b)) for a, b in pairs]
    kept = tuple(ns for ns in measured if ns is not None)
    return CoreDistance(kept, "" if kept else "the measurement failed")


def fma_limit(simd: str) -> float | None:
    """Float multiply-adds a nanosecond that one core reaches with an instruction set; None if not measured."""
    if simd not in _WIDTHS or platform.machine() not in ("x86_64", "AMD64"):
        return None
    bits, flags = _WIDTHS[simd]
    # One instruction for multiply and add where there is one.
    return _number_from(_compiled("fma_limit.c", f"-DBITS={bits}", "-ffp-contract=fast", *flags))
