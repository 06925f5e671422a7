"""Training: schedule, threads, progress and the account of every token, around the compiled core."""

from cw2v.train.position import Checkpoints, Position, check_every
from cw2v.train.progress import ProgressState, check_progress, reading_log
from cw2v.train.report import EpochReport, TrainingReport
from cw2v.train.run import Corpus, Matrices
from cw2v.train.settings import Settings
from cw2v.train.tables import huffman_paths
from cw2v.train.trainer import EpochHooks, mean_loss, train

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
    "check_every",
    "check_progress",
    "huffman_paths",
    "mean_loss",
    "reading_log",
    "train",
]
