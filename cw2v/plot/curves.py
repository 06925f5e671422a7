"""Loss, epoch by epoch."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import numpy.typing as npt

from cw2v.errors import ParameterError
from cw2v.plot import canvas
from cw2v.plot.fonts import drawable
from cw2v.plot.points import colour_of, marker_of
from cw2v.plot.words import FilePath, label

__all__ = ["loss"]


def loss(loss_history: Any, path: FilePath | None = None, *, title: str = "Training loss") -> Any:
    """Draw the mean loss of each epoch.

    Parameters
    ----------
    loss_history : sequence of float, Word2Vec, or mapping of names to these
        One curve, or one for each name. A model has its losses if it was trained with ``compute_loss=True``.
    path : str or path, optional
        A file to write: .png, .svg or .pdf, whole or not at all.
    title : str, default "Training loss"

    Returns
    -------
    matplotlib.figure.Figure

    Raises
    ------
    MissingExtraError
        matplotlib is not installed.
    ParameterError
        No losses, or some that are not finite numbers; `path` of another format.
    OSError
        The file cannot be written.
    """
    canvas.check_path(path)
    with canvas.drawing():
        named = loss_history if isinstance(loss_history, Mapping) else {"": loss_history}
        curves = [_losses(history, name) for name, history in named.items()]
        if not curves:
            raise ParameterError("loss_history must not be empty")
        families, names = drawable(label(name) if name else "" for name in named)
        figure = canvas.new_figure(7.5, 4.5, is_arranged=True)
        axes = figure.add_subplot()
        for i, curve in enumerate(curves):
            axes.plot(np.arange(1, len(curve) + 1), curve, color=colour_of(i), marker=marker_of(i), markersize=5,
                      linewidth=1.8, label=names[i])
        title_families, (text,) = drawable([title])
        axes.set_title(text, family=title_families, parse_math=False, pad=12)
        axes.set(xlabel="epoch", ylabel="mean loss of a prediction")
        axes.xaxis.get_major_locator().set_params(integer=True)
        axes.grid(color="#ececec", linewidth=0.6)
        if isinstance(loss_history, Mapping):
            for line in axes.legend(frameon=False, prop={"family": families}).get_texts():
                line.set_parse_math(False)
        return canvas.finish(figure, path)


def _losses(history: Any, name: str) -> npt.NDArray[np.float64]:
    what = f"loss_history[{name!r}]" if name else "loss_history"
    try:
        curve = np.asarray(getattr(history, "loss_history", history), np.float64)
    except (TypeError, ValueError):
        raise ParameterError(f"{what} must be a sequence of numbers or a model, got {history!r}") from None
    if curve.size == 0:
        raise ParameterError(f"{what} is empty: a model keeps its losses if it is trained with compute_loss=True")
    if curve.ndim != 1 or not np.isfinite(curve).all():
        raise ParameterError(f"{what} must be a sequence of finite numbers, got {history!r}")
    return curve
