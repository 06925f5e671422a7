"""Training: schedule, threads, progress and the account of every token, around the compiled core."""

from cw2v.train.position import Checkpoints, Position, check_every
from cw2v.train.progress import ProgressState, check_progress, reading_log
from cw2v.train.report import EpochReport, TrainingReport
from cw2v.train.run import Corpus, Matrices
from cw2v.train.settings import Settings
from cw2v.train.tables import noise_weights, paths_of
from cw2v.train.trainer import EpochHooks, mean_loss, train
from cw2v.train.tree import are_paths, extended_paths

__all__ = [
    "Checkpoints",
    "Corpus",
    "EpochHooks",
    "EpochReport",
    "Matrices",
    "Position",
    "ProgressState",
    "Settings",
    "TrainingReport",
    "are_paths",
    "check_every",
    "check_progress",
    "extended_paths",
    "mean_loss",
    "noise_weights",
    "paths_of",
    "reading_log",
    "train",
]
