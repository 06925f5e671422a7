"""Questions about vectors and scores: functions over arrays, which know no keys and no files.

`formulas` are plain NumPy; `search` finds the nearest rows in C; `asked` reads the forms in which callers name things;
`transport` is the word mover's distance; `approximate` an index that is asked in place of all rows.
"""

from cw2v.query.asked import parse_weighted
from cw2v.query.correlation import CorrelationResult, pearson, spearman
from cw2v.query.formulas import (
    COSMUL_EPSILON,
    EmptyListError,
    centrality,
    cosine_similarities,
    cosmul_scores,
    mean_vector,
    normalized,
    norms,
    ranked,
    top_rows,
)
from cw2v.query.search import Answers, best_answers, cosines, form_terms, nearest, unit_queries

__all__ = [
    "COSMUL_EPSILON",
    "Answers",
    "CorrelationResult",
    "EmptyListError",
    "best_answers",
    "centrality",
    "cosine_similarities",
    "cosines",
    "cosmul_scores",
    "form_terms",
    "mean_vector",
    "nearest",
    "normalized",
    "norms",
    "parse_weighted",
    "pearson",
    "ranked",
    "spearman",
    "top_rows",
    "unit_queries",
]
