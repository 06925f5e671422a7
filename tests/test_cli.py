"""The command: what it prints where, and how it ends."""

from __future__ import annotations

import json
import os
import random
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from cw2v import KeyedVectors, cli
from cw2v.commands import train
from cw2v.parameters import PARAMETERS
from cw2v.train.progress import ProgressState

Capture, Patch = pytest.CaptureFixture[str], pytest.MonkeyPatch
VECTORS = """6 3
man 1 0 0.1
woman 0.9 1 0.1
king 1 0 1
queen 0.9 1 1
apple -1 0.1 0.1
pear -1 0.15 0.1
"""


@pytest.fixture
def vectors(tmp_path: Path) -> str:
    path = tmp_path / "v.txt"
    path.write_text(VECTORS)
    return str(path)


@pytest.fixture
def corpus(tmp_path: Path) -> str:
    rng = random.Random(1)
    path = tmp_path / "corpus.txt"
    path.write_text("rare\n" + "".join(" ".join(rng.choices("abcdefgh", k=8)) + "\n" for _ in range(300)))
    return str(path)


def error_of(capsys: Capture, *argv: str) -> str:
    """Run a command that must fail with code 2 and one line; return the line."""
    assert cli.main(argv) == 2
    captured = capsys.readouterr()
    assert captured.out == ""
    assert captured.err.startswith("cw2v: error: ")
    assert captured.err.find("\n") == len(captured.err) - 1
    return captured.err


@pytest.mark.parametrize("argv", [
    (), ("tarin",), ("train",), ("train", "c"), ("train", "c", "-o", "v", "--vector", "5"),
    ("neighbors", "v", "w", "--top", "3"), ("neighbors", "v"), ("analogy", "v", "a", "b"),
    ("train", "c", "-o", "v", "--binary", "--text"), ("eval", "v"), ("demo", "--se", "1"), ("--vers",), ("plot", "v"),
])
def test_wrong_usage_is_one_line(capsys: Capture, argv: tuple[str, ...]) -> None:
    error_of(capsys, *argv)


@pytest.mark.parametrize(("flag", "value"), [
    ("--window", "0"), ("--negative", "-1"), ("--alpha", "nan"), ("--vector-size", "0"), ("--workers", "0"),
    ("--epochs", "1.5"), ("--seed", "x"), ("--sample", "inf"), ("--min-count", "-2"),
])
def test_a_value_out_of_range_names_flag_and_value(
    capsys: Capture, tmp_path: Path, flag: str, value: str
) -> None:
    message = error_of(capsys, "train", "c", "-o", str(tmp_path / "v"), flag, value)
    assert flag in message
    assert value in message
    assert "must be" in message


def test_defaults_come_from_the_table() -> None:
    arguments = vars(cli._parser().parse_args(["train", "c", "-o", "v"]))
    table = {parameter.name: parameter.default for parameter in PARAMETERS}
    given = {name: value for name, value in arguments.items() if name in table and name != "sg"}
    assert len(given) == 20
    assert given == {name: table[name] for name in given}


def test_large_seeds_stay_exact() -> None:
    assert cli._parser().parse_args(["demo", "--seed", str(2**53 + 1)]).seed == 2**53 + 1


@pytest.mark.parametrize("command", ["", "train", "neighbors", "analogy", "eval", "plot", "demo"])
def test_help(capsys: Capture, command: str) -> None:
    assert cli.main([*command.split(), "--help"]) == 0
    assert "usage: cw2v" in capsys.readouterr().out


def test_version_names_the_instruction_set(capsys: Capture) -> None:
    import cw2v

    assert cli.main(["--version"]) == 0
    assert capsys.readouterr().out == f"cw2v {cw2v.__version__} ({cw2v.simd()})\n"


def test_neighbors(capsys: Capture, vectors: str) -> None:
    assert cli.main(["neighbors", vectors, "apple", "--topn", "1"]) == 0
    assert capsys.readouterr().out == "apple\n  pear  0.9988\n"
    assert cli.main(["neighbors", vectors, "apple", "pear", "--topn", "2"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert [lines[i].strip().split()[0] for i in (0, 1, 3, 4)] == ["apple", "pear", "pear", "apple"]


def test_analogy(capsys: Capture, vectors: str) -> None:
    assert cli.main(["analogy", vectors, "man", "woman", "king"]) == 0
    assert capsys.readouterr().out.split()[0] == "queen"


def test_unknown_words_are_named(capsys: Capture, vectors: str) -> None:
    assert ": 'nosuch', 'other'\n" in error_of(capsys, "neighbors", vectors, "king", "nosuch", "other")
    assert "'kig'" in error_of(capsys, "analogy", vectors, "man", "woman", "kig")


@pytest.mark.parametrize("name", ["v.bin", "v.bin.gz", "v.cw2v", "v.vec", "other-binary.vec", "other-native"])
def test_formats_are_recognised(capsys: Capture, vectors: str, tmp_path: Path, name: str) -> None:
    kv = KeyedVectors.load_word2vec_format(vectors)
    path = str(tmp_path / name)
    if name.endswith(("native", "cw2v")):
        kv.save(path)
    else:
        kv.save_word2vec_format(path, binary="bin" in name)
    assert cli.main(["neighbors", path, "apple"]) == 0
    assert capsys.readouterr().out.split()[:2] == ["apple", "pear"]


@pytest.mark.parametrize(("content", "expected"), [
    (None, "No such file"), (b"", "empty"), (b"2 3\na 1 2 3\n", "row"), (b"hello world\n", "header"),
])
def test_bad_vectors(
    capsys: Capture, tmp_path: Path, content: bytes | None, expected: str
) -> None:
    path = tmp_path / "bad.txt"
    if content is not None:
        path.write_bytes(content)
    message = error_of(capsys, "neighbors", str(path), "a")
    assert expected in message
    assert "bad.txt" in message


def test_eval_prints_a_table(capsys: Capture, vectors: str, tmp_path: Path) -> None:
    analogies, pairs = tmp_path / "analogies.txt", tmp_path / "pairs.tsv"
    analogies.write_text(": gender\nman woman king queen\nwoman man queen king\nman woman uncle aunt\n")
    pairs.write_text("apple\tpear\t10\nking\tqueen\t7\nking\tapple\t1\nking\tnosuch\t5\n")
    assert cli.main(["eval", vectors, "--analogies", str(analogies), "--pairs", str(pairs)]) == 0
    rows = {line.split()[0]: line for line in capsys.readouterr().out.splitlines()}
    assert "100.0   34.2 to 100.0  2 of 3" in rows["analogies.txt"]  # Wilson: 1 / (1 + 1.96^2 / 2)
    assert rows["pairs.tsv"].split()[-5:] == ["100", "100.0", "3", "of", "4"]  # an interval needs four pairs
    categories, odd = tmp_path / "categories.tsv", tmp_path / "odd.txt"
    categories.write_text("apple\tfruit\npear\tfruit\nking\tperson\nqueen\tperson\nnosuch\tperson\n")
    odd.write_text("apple pear king\nking queen apple\n")
    flags = ["--categories", str(categories), "--odd", str(odd), "--analogies", str(analogies), "--multiply", "--json"]
    assert cli.main(["eval", vectors, *flags]) == 0
    found = [(row["kind"], row["used"], row["total"]) for row in json.loads(capsys.readouterr().out)]
    assert found == [("analogies", 2, 3), ("analogies, multiplied", 2, 3), ("categories", 4, 5), ("odd words", 2, 2)]


def test_eval_names_skipped_lines_unless_nothing_is_left(capsys: Capture, vectors: str, tmp_path: Path) -> None:
    pairs = tmp_path / "pairs.tsv"
    pairs.write_text("nothing\nof use\n")
    assert "pairs.tsv" in error_of(capsys, "eval", vectors, "--pairs", str(pairs))
    pairs.write_text("nothing\napple\tpear\t10\nking\tqueen\t7\nking\tapple\t1\n")
    assert cli.main(["eval", vectors, "--pairs", str(pairs)]) == 0
    assert "line 1" in capsys.readouterr().err


def test_train_writes_and_says_so(capsys: Capture, corpus: str, tmp_path: Path) -> None:
    path = tmp_path / "v.bin"
    flags = ["--sg", "--vector-size", "12", "--epochs", "2", "--workers", "1"]
    assert cli.main(["train", corpus, "-o", str(path), *flags]) == 0
    captured = capsys.readouterr()
    assert captured.out == f"wrote {path}: 8 words x 12\n"
    kv = KeyedVectors.load_word2vec_format(str(path), binary=True)
    assert sorted(kv.index_to_key) == list("abcdefgh")
    assert "2,401 words" in captured.err
    words = captured.err.split("tokens", 1)[1].replace(",", "").split()
    raw, epochs, trained, subsampled, unknown = (int(word) for word in words if word.isdigit())
    assert (raw, epochs, unknown) == (4802, 2, 2)
    assert raw == trained + subsampled + unknown


@pytest.mark.parametrize(("name", "flags", "kind"), [
    ("v.txt", [], "text"), ("v.bin", ["--text"], "text"), ("v.vec", ["--binary"], "binary"),
    ("v.bin", [], "binary"), ("v.cw2v", [], "native"),
])
def test_the_format_follows_flag_or_name(
    corpus: str, tmp_path: Path, name: str, flags: list[str], kind: str
) -> None:
    path = tmp_path / name
    assert cli.main(["train", corpus, "-o", str(path), "--sg", "--vector-size=8", "--epochs=1", *flags]) == 0
    start = path.read_bytes()
    assert start.startswith(b"CW2V" if kind == "native" else b"8 8\n")
    assert (kind == "text") == start.isascii()


def test_train_reads_a_folder_in_another_encoding(capsys: Capture, tmp_path: Path) -> None:
    folder, output = tmp_path / "corpus", tmp_path / "v.txt"
    folder.mkdir()
    for name in "ab":
        (folder / name).write_bytes("ça été là\n".encode("latin-1") * 10)
    argv = ["train", str(folder), "-o", str(output), "--epochs", "1", "--min-count", "1", "--workers", "1"]
    assert "encoding=" in error_of(capsys, *argv)
    assert cli.main([*argv, "--encoding", "latin-1"]) == 0
    assert "60 words in 20 sentences" in capsys.readouterr().err
    assert "été " in output.read_text(encoding="utf-8")
    assert cli.main([*argv, "--unicode-errors", "ignore"]) == 0
    assert "t " in output.read_text(encoding="utf-8")
    assert cli.main(["train", str(folder / "*"), *argv[2:], "--encoding", "latin-1"]) == 0


def test_every_option_reaches_the_trainer(monkeypatch: Patch, corpus: str, tmp_path: Path) -> None:
    import cw2v

    seen: dict[str, object] = {}

    def trainer(**options: object) -> None:
        seen.update(options)
        raise ValueError("enough")

    monkeypatch.setattr(cw2v, "Word2Vec", trainer)
    wanted = {"vector_size": 7, "window": 3, "negative": 4, "epochs": 6, "min_count": 2, "sample": 0.5,
              "alpha": 0.1, "min_alpha": 0.01, "ns_exponent": -0.5, "hs": 1, "cbow_mean": 0, "workers": 2, "seed": 9,
              "max_memory": 5_000_000}
    flags = [text for name, value in wanted.items() for text in (f"--{name.replace('_', '-')}", str(value))]
    flags += ["--sg", "--no-shared-negatives", "--deterministic", "--no-shuffle", f"--checkpoint={tmp_path}/c",
              "--encoding", "latin-1", "--unicode-errors", "replace"]
    assert cli.main(["train", corpus, "-o", str(tmp_path / "v"), *flags]) == 2
    assert callable(seen.pop("progress"))
    assert seen == {**wanted, "sg": 1, "corpus_file": corpus, "shared_negatives": False, "deterministic": True,
                    "shuffle": False, "checkpoint": tmp_path / "c", "encoding": "latin-1", "unicode_errors": "replace"}


def test_a_run_that_was_stopped_is_resumed_to_the_same_vectors(
    capsys: Capture, monkeypatch: Patch, corpus: str, tmp_path: Path
) -> None:
    from cw2v.train import Checkpoints

    flags = [corpus, "--vector-size=8", "--epochs=4", "--min-count=1", "--workers=1", "--window=2,0"]
    assert cli.main(["train", *flags, "-o", str(tmp_path / "whole.bin")]) == 0
    keep = [*flags, f"--checkpoint={tmp_path}/run", "--resume"]
    save, saved = Checkpoints.save, []

    def save_two(self: Checkpoints, position: object) -> None:
        save(self, position)  # type: ignore[arg-type]
        saved.append(position)
        if len(saved) == 2:
            raise KeyboardInterrupt

    monkeypatch.setattr(Checkpoints, "save", save_two)
    assert cli.main(["train", *keep, "-o", str(tmp_path / "resumed.bin")]) == 130
    assert cli.main(["train", *keep, "-o", str(tmp_path / "resumed.bin")]) == 0
    assert (tmp_path / "resumed.bin").read_bytes() == (tmp_path / "whole.bin").read_bytes()
    capsys.readouterr()
    assert "--checkpoint" in error_of(capsys, "train", *flags, "--resume", "-o", str(tmp_path / "v.bin"))


def test_the_output_is_checked_before_training(
    capsys: Capture, monkeypatch: Patch, corpus: str, tmp_path: Path
) -> None:
    import cw2v

    monkeypatch.setattr(cw2v, "Word2Vec", lambda **_: pytest.fail("training began"))
    for output, expected in ((tmp_path / "no" / "v.bin", "no directory"), (tmp_path, "ordinary file"),
                             (Path(corpus), "other than the corpus"), (Path(os.devnull), "ordinary file"),
                             (tmp_path / "v.bz2", ".gz")):
        assert expected in error_of(capsys, "train", corpus, "-o", str(output), "--sg")
    monkeypatch.setattr(os, "access", lambda *_: False)  # a superuser may write anywhere
    assert "permission" in error_of(capsys, "train", corpus, "-o", str(tmp_path / "v.bin"), "--sg")


@pytest.mark.parametrize(("content", "expected"), [
    (None, "corpus.txt"), (b"", "no words"), (b"a\n\xff b\n", "line 2"), (b"a b\n", "min_count"),
])
def test_a_bad_corpus_is_one_line(
    capsys: Capture, tmp_path: Path, content: bytes | None, expected: str
) -> None:
    path = tmp_path / "corpus.txt"
    if content is not None:
        path.write_bytes(content)
    assert expected in error_of(capsys, "train", str(path), "-o", str(tmp_path / "v.bin"), "--sg")
    assert not (tmp_path / "v.bin").exists()


def test_ctrl_c_is_one_line_and_a_bug_is_not_hidden(capsys: Capture, monkeypatch: Patch) -> None:
    from cw2v import demo

    def run(seed: int, _: object, **__: object) -> float:
        raise KeyboardInterrupt if seed == 1 else AttributeError("a bug")

    monkeypatch.setattr(demo, "run", run)
    assert cli.main(["demo"]) == 130
    assert capsys.readouterr().err == "cw2v: interrupted\n"
    with pytest.raises(AttributeError, match="a bug"):
        cli.main(["demo", "--seed", "2"])


def test_a_broken_pipe_is_quiet(vectors: str) -> None:
    read, write = os.pipe()
    os.close(read)  # nobody listens, as after `| head`
    try:
        done = subprocess.run([sys.executable, "-m", "cw2v", "neighbors", vectors, "apple"], stdout=write,
                              stderr=subprocess.PIPE, check=False, timeout=60)
    finally:
        os.close(write)
    assert done.stderr == b""
    assert done.returncode == 141


def test_the_module_runs_as_a_program(vectors: str) -> None:
    done = subprocess.run([sys.executable, "-m", "cw2v", "neighbors", vectors, "nosuch"], capture_output=True,
                          check=False, timeout=60, text=True)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == f"cw2v: error: not in the vocabulary of {vectors!r}: 'nosuch'\n"


def state(**changes: Any) -> ProgressState:
    return replace(ProgressState(0, 5, 250, 1000, 125.0, 0.025, False), **changes)


def test_progress_is_a_line_each_where_there_is_no_terminal(capsys: Capture) -> None:
    progress = train.Progress()
    progress(state())
    progress(state(words=1000, epoch=4, words_per_second=0.0, finished=True))
    progress.close()
    first, second = capsys.readouterr().err.splitlines()
    assert " ".join(first.split()) == "epoch 1/5 25.0% 125 words/s alpha 0.02500 6 s left"
    assert second.startswith("epoch 5/5  100.0%")


def test_progress_rewrites_its_line_on_a_terminal(
    capsys: Capture, monkeypatch: Patch
) -> None:
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True)
    progress = train.Progress()
    progress(state(words_per_second=1e9))
    progress(state())
    progress.close()
    progress.close()
    err = capsys.readouterr().err
    first, second = err.rstrip("\n").split("\r")[1:]
    assert err.count("\n") == 1
    assert len(second) == len(first)  # nothing of the longer line is left standing


def test_an_instruction_set_the_machine_has_not_got_is_one_line(tmp_path: Path) -> None:
    run = subprocess.run(
        [sys.executable, "-m", "cw2v", "demo"], env={**os.environ, "CW2V_SIMD": "mmx"}, cwd=tmp_path,
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert run.returncode == 2
    assert run.stderr.startswith("cw2v: error: instruction set 'mmx'")
    assert run.stderr.count("\n") == 1


def test_integer_keys_can_be_asked_for(capsys: Capture, tmp_path: Path) -> None:
    kv = KeyedVectors(2)
    kv.add_vectors([1, 22, 3], [[1, 0], [1, 0.1], [0, 1]])
    kv.save(tmp_path / "graph.cw2v")
    assert cli.main(["neighbors", str(tmp_path / "graph.cw2v"), "1"]) == 0
    assert "22" in capsys.readouterr().out
    assert "'7'" in error_of(capsys, "neighbors", str(tmp_path / "graph.cw2v"), "7")


def test_what_does_not_fit_is_told_in_one_line(corpus: str, tmp_path: Path, capsys: Capture) -> None:
    assert cli.main(["train", corpus, "-o", str(tmp_path / "v"), "--max-memory", "1000"]) == 2
    error = capsys.readouterr().err.splitlines()[-1]
    assert error.startswith("cw2v: error: training ")
    assert "more than max_memory=1 kB" in error
