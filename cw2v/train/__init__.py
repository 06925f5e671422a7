"""Training: schedule, threads, progress and the account of every token, around the compiled core."""

from cw2v.train.progress import ProgressState, check_progress, reading_log
from cw2v.train.report import EpochReport, TrainingReport
from cw2v.train.trainer import Matrices, Settings, huffman_paths, train

__all__ = [
    "EpochReport",
    "Matrices",
    "ProgressState",
    "Settings",
    "TrainingReport",
    "check_progress",
    "huffman_paths",
    "reading_log",
    "train",
]
