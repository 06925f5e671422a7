"""The parameters of the co-occurrence classes; those that Word2Vec has too are its own rows of the table."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from cw2v.parameters import PARAMETERS as WORD2VEC
from cw2v.parameters import Parameter, default_workers

__all__ = ["PARAMETERS", "check", "threads"]

_SHARED = {row.name: row for row in WORD2VEC}

PARAMETERS: dict[str, Parameter] = {row.name: row for row in (
    _SHARED["vector_size"],
    Parameter("window", int, 5, "Largest distance at which two words are counted together.", 1, 1_000_000),
    _SHARED["min_count"],
    Parameter("transform", str, "ppmi", "What the counts become before the SVD: positive pointwise mutual information, "
              "log(1 + count), or themselves.", choices=("ppmi", "log", "raw")),
    Parameter("shift", float, 1.0, "PPMI: its logarithm is subtracted, as k noise words do in skip-gram.", 0,
              open_low=True),
    Parameter("context_smoothing", float, 0.75, "PPMI: power of the contexts' counts; 1 is none.", 0, 1),
    Parameter("p", float, 0.5, "Power of the singular values in the vectors: 1 is U S, 0 is U.", 0),
    Parameter("weighting", str, "flat", "What a pair counts: 1, or 1 / distance.", choices=("flat", "harmonic")),
    Parameter("boundary_tokens", bool, True, "Count <START> and <END> around each sentence as two more words."),
    Parameter("directed", bool, False, "Count only words that come after the row's word."),
    Parameter("n_oversamples", int, 10, "Directions that the randomised SVD takes beyond those asked for.", 0, 10_000),
    Parameter("n_power_iterations", int, 4, "Power iterations of the randomised SVD.", 0, 1000),
    _SHARED["seed"],
    replace(_SHARED["workers"], meaning="Threads; None is one per processor, at most 16. Changes no result."),
    Parameter("max_memory", int, None, "Bytes that counting may use besides the corpus; None is no limit.", 1,
              none=True),
)}  # fmt: skip


def check(**values: Any) -> dict[str, Any]:
    """Every value as its kind; ParameterError for one outside its range."""
    return {name: PARAMETERS[name].check(value) for name, value in values.items()}


def threads(workers: int | None) -> int:
    """The number of threads that `workers` means."""
    checked: int | None = PARAMETERS["workers"].check(workers)
    return checked or default_workers()
