"""Whatever a corpus comes as, it is the same corpus: files in any number, packed, open; arrays, columns, strings."""

from __future__ import annotations

import bz2
import gzip
import io
import lzma
import os
import shutil
import signal
import subprocess
import tempfile
import threading
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cw2v import Word2Vec
from cw2v.corpus import ScannedCorpus, file_fingerprint, scan, scan_file
from cw2v.corpus import file as file_module
from cw2v.errors import CorpusDecodeError, CorpusError, CorpusTypeError, TruncatedFileError
from cw2v.vocabulary import Vocabulary

SENTENCES = [[f"w{min(int(n), 60)}" for n in np.random.default_rng(s).zipf(1.5, 1 + s % 13)] for s in range(300)]
TEXT = "".join(" ".join(sentence) + "\n" for sentence in SENTENCES)
PACKERS: dict[str, Callable[[bytes], bytes]] = {".gz": gzip.compress, ".bz2": bz2.compress, ".xz": lzma.compress}


def result(scanned: ScannedCorpus) -> tuple[list[Any], list[int], list[int], list[int]]:
    """Words in the order of their first appearance, counts, ids, offsets."""
    keys = list(scanned.keys())
    counts = scanned.counts.tolist()
    encoded = scanned.encode(Vocabulary(keys, counts))
    return keys, counts, encoded.ids.tolist(), encoded.offsets.tolist()


def expected(sentences: list[list[Any]]) -> tuple[list[Any], list[int], list[int], list[int]]:
    """The same, the plain way."""
    counts = Counter(word for sentence in sentences for word in sentence)
    keys = list(counts)
    ids = {key: place for place, key in enumerate(keys)}
    offsets = np.cumsum([0] + [len(sentence) for sentence in sentences]).tolist()
    return keys, list(counts.values()), [ids[word] for s in sentences for word in s], offsets


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The corpus in five files, two of them a folder deeper and two packed, in the order of their names."""
    lines = TEXT.splitlines(keepends=True)
    root = tmp_path / "corpus"
    (root / "b").mkdir(parents=True)
    (root / "a.txt").write_bytes(b"\xef\xbb\xbf" + "".join(lines[:70]).encode())
    (root / "b" / "1.txt").write_text("".join(lines[70:120]).rstrip("\n"))  # its last line must not join the next
    (root / "b" / "2.txt.gz").write_bytes(gzip.compress("".join(lines[120:200]).rstrip("\n").encode()))
    (root / "c.TXT.XZ").write_bytes(lzma.compress("".join(lines[200:210]).encode()))
    (root / "d").write_text("\r\n".join(line.strip() for line in lines[210:]))
    (root / ".hidden").write_text("secret words")
    (root / ".git").mkdir()
    (root / ".git" / "config").write_text("more secret words")
    return root


class TestFiles:
    @pytest.mark.parametrize("workers", [1, 2, 3])
    def test_a_folder_is_its_files_in_order(self, folder: Path, workers: int) -> None:
        for chunk_bytes in (1 << 18, 100, 7):
            assert result(scan_file(folder, workers=workers, chunk_bytes=chunk_bytes)) == expected(SENTENCES)

    def test_patterns_and_lists(self, folder: Path) -> None:
        files = [folder / "a.txt", folder / "b", str(folder / "c*"), os.fsencode(folder / "d")]
        patterns = [str(folder / "*"), str(folder / "**"), folder / "[a-d]*"]
        for corpus in (files, tuple(files), [str(folder)], *patterns):
            assert result(scan(corpus_file=corpus)) == expected(SENTENCES), corpus  # type: ignore[arg-type]

    def test_a_file_that_is_listed_twice_is_read_twice(self, folder: Path) -> None:
        path = folder / "d"
        assert result(scan(corpus_file=[path, path])) == expected(SENTENCES[210:] * 2)

    def test_a_name_with_signs_of_a_pattern_is_a_name_first(self, tmp_path: Path) -> None:
        (tmp_path / "[a].txt").write_text("one")
        (tmp_path / "a.txt").write_text("two")
        assert list(scan(corpus_file=tmp_path / "[a].txt").keys()) == ["one"]

    def test_paths_as_sentences(self, folder: Path) -> None:
        for corpus in (folder, [folder], (folder / "a.txt", folder / "b", folder / "c.TXT.XZ", folder / "d")):
            assert result(scan(corpus)) == expected(SENTENCES)
        with pytest.raises(CorpusTypeError, match="corpus_file="):
            scan(str(folder))
        with pytest.raises(CorpusTypeError, match="sentence 1 is the str"):
            scan([str(folder)])

    @pytest.mark.parametrize("suffix", [".gz", ".bz2", ".xz", ".zst"])
    @pytest.mark.parametrize("workers", [1, 2])
    def test_packed_files(self, tmp_path: Path, suffix: str, workers: int) -> None:
        compress = PACKERS.get(suffix) or pytest.importorskip("zstandard").ZstdCompressor().compress
        path = tmp_path / f"corpus{suffix}"
        data = TEXT.encode()
        path.write_bytes(compress(data[:1000]) + compress(data[1000:]))  # two streams, cut within a word
        assert result(scan_file(path, workers=workers, chunk_bytes=500)) == expected(SENTENCES)

    @given(
        st.lists(st.text(st.sampled_from("ab\u00e9\u65e5 \n\t\r\x0b\x0c\0\u2003\ufeff"), max_size=40), max_size=6),
        st.integers(1, 3),
        st.integers(1, 30),
    )
    def test_any_texts_in_any_chunks(self, texts: list[str], workers: int, chunk_bytes: int) -> None:
        sentences = [
            [word.decode() for word in words]
            for text in texts
            for line in text.removeprefix("\ufeff").encode().split(b"\n")
            if (words := line.split())
        ]
        with tempfile.TemporaryDirectory() as folder:
            paths = [Path(folder, str(number)) for number in range(len(texts))]
            for path, text in zip(paths, texts, strict=True):
                path.write_bytes(text.encode())
            if paths:
                assert result(scan_file(paths, workers=workers, chunk_bytes=chunk_bytes)) == expected(sentences)

    def test_what_is_not_there(self, tmp_path: Path) -> None:
        (tmp_path / "empty").mkdir()
        (tmp_path / "empty" / ".hidden").write_text("x")
        (tmp_path / "good.txt").write_text("good")
        os.mkfifo(tmp_path / "pipe")
        for corpus, error, message in (
            (tmp_path / "*.csv", FileNotFoundError, r"pattern that no file matches.*\*\.csv"),
            (tmp_path / "none", FileNotFoundError, "does not exist.*none"),
            ([tmp_path / "good.txt", tmp_path / "none"], FileNotFoundError, "does not exist.*none"),
            (tmp_path / "empty", CorpusError, r"empty' is a folder without files"),
            ([], CorpusError, "empty list"),
            ([[tmp_path]], CorpusTypeError, "got a list with list"),
            ({"a"}, CorpusTypeError, "got set"),
            (tmp_path, CorpusError, r"pipe' is a pipe or a device; open it"),
            ([tmp_path / "good.txt", tmp_path / "pipe"], CorpusError, r"pipe' is a pipe or a device; open it"),
            ("http://example.com/x.txt", CorpusError, "nothing is fetched"),
        ):
            with pytest.raises(error, match=message):
                scan(corpus_file=corpus)

    def test_a_cut_gzip_file_names_it_and_nothing_is_trained(self, tmp_path: Path) -> None:
        (tmp_path / "1.txt").write_text(TEXT)
        (tmp_path / "2.txt.gz").write_bytes(gzip.compress(TEXT.encode())[:-20])
        for workers in (1, 2):
            model = Word2Vec(min_count=1, vector_size=4, workers=workers)
            with pytest.raises(TruncatedFileError, match=r"2\.txt\.gz.* end early"):
                model.build_vocab(corpus_file=tmp_path)
            assert len(model.wv) == 0
        (tmp_path / "2.txt.gz").write_bytes(TEXT.encode())
        with pytest.raises(ValueError, match=r"2\.txt\.gz is not gzip data"):
            scan(corpus_file=tmp_path)

    def test_the_first_bad_byte_of_many_files(self, tmp_path: Path) -> None:
        for number in range(6):
            bad = b"\xff" * (number >= 3)
            (tmp_path / f"{number}.txt").write_bytes(b"one two\n\nthree " + bad + b"four\n" + b"x\n" * 200)
        for workers in (1, 3):
            for chunk_bytes in (5, 1000):
                with pytest.raises(CorpusDecodeError) as caught:
                    scan_file(tmp_path, workers=workers, chunk_bytes=chunk_bytes)
                for part in ("3.txt' is not UTF-8: line 3, byte offset 15: byte 0xff", "encoding=", "unicode_errors="):
                    assert part in str(caught.value)

    def test_a_file_that_changes_while_it_is_read(self, tmp_path: Path) -> None:
        paths = [tmp_path / "1.txt", tmp_path / "2.txt"]
        for path in paths:
            path.write_text(TEXT)

        def change(*_: object) -> list[str]:
            paths[1].write_text("more words\n")
            return []

        with pytest.raises(CorpusError, match=r"2\.txt' changed while it was read"):
            scan(corpus_file=paths, on_progress=change)
        with pytest.raises(CorpusError, match=r"2\.txt' changed while it was read"):
            scan(corpus_file=paths, tokenizer=change)
        with pytest.raises(CorpusError, match=r"2\.txt' changed while it was read"):
            scan(corpus_file=paths, on_progress=lambda *_: paths[1].unlink(missing_ok=True))

    def test_the_fingerprint_is_that_of_every_file(self, folder: Path) -> None:
        before = file_fingerprint(folder)
        assert before == file_fingerprint([folder / "a.txt", folder / "b", folder / "c.TXT.XZ", folder / "d"])
        (folder / "b" / "1.txt").write_text("other words")
        after = file_fingerprint(folder)
        assert before != after
        (folder / "e").write_text("new")
        assert file_fingerprint(folder) != after
        with pytest.raises(CorpusTypeError, match="no fingerprint"):
            file_fingerprint(io.BytesIO(b"x"))

    def test_training_reads_files_again_only_if_they_changed(
        self, folder: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        model = Word2Vec(min_count=1, vector_size=4, workers=1)
        model.build_vocab(corpus_file=folder)
        reads: list[int] = []
        run = file_module._Reader.run
        monkeypatch.setattr(file_module._Reader, "run", lambda *given: (reads.append(1), run(*given))[1])
        train = {"total_words": model.corpus_total_words, "epochs": 1}
        model.train(corpus_file=folder, **train)  # type: ignore[arg-type]
        assert not reads
        model.train(corpus_file=folder, encoding="latin-1", **train)  # type: ignore[arg-type]
        assert len(reads) == 1
        (folder / "d").write_text("w1 w2")
        model.train(corpus_file=folder, **train)  # type: ignore[arg-type]
        assert len(reads) == 2

    def test_progress_of_many_files(self, folder: Path) -> None:
        plain = [folder / "a.txt", folder / "d"]
        size = sum(path.stat().st_size for path in plain)
        seen: list[tuple[int, int | None]] = []
        scan(corpus_file=plain, on_progress=lambda *state: seen.append(state))
        assert seen[-1] == (size, size)
        scan(corpus_file=folder, on_progress=lambda *state: seen.append(state))
        assert seen[-1][0] > size
        assert seen[-1][1] is None  # what packed files hold is known at their end


class TestOpenFiles:
    @pytest.mark.parametrize("make", [lambda: io.BytesIO(TEXT.encode()), lambda: io.StringIO(TEXT)])
    def test_streams_are_read_from_where_they_stand(self, make: Callable[[], Any]) -> None:
        assert result(scan(corpus_file=make())) == expected(SENTENCES)
        assert result(scan(make())) == expected(SENTENCES)
        stream = make()
        stream.readline()
        assert result(scan(corpus_file=[stream, make()])) == expected(SENTENCES[1:] + SENTENCES)
        assert not stream.closed
        assert scan(corpus_file=stream).raw_words == 0  # read to its end

    def test_a_spent_stream_is_an_error_in_training(self) -> None:
        stream = io.BytesIO(TEXT.encode())
        model = Word2Vec(min_count=1, vector_size=4, workers=1)
        model.build_vocab(corpus_file=stream)
        with pytest.raises(CorpusError, match=r"no words in 0 sentences.*open file"):
            model.train(corpus_file=stream, total_words=model.corpus_total_words, epochs=1)

    def test_a_pipe_that_the_caller_opened(self) -> None:
        reading, writing = os.pipe()

        def write() -> None:
            with os.fdopen(writing, "wb") as file:
                for begin in range(0, len(TEXT), 1001):
                    file.write(TEXT[begin : begin + 1001].encode())
                    file.flush()

        writer = threading.Thread(target=write)
        writer.start()
        with os.fdopen(reading, "rb") as file:
            assert result(scan(corpus_file=file, workers=2)) == expected(SENTENCES)
        writer.join()

    def test_a_signal_ends_the_waiting_for_a_pipe(self) -> None:
        reading, writing = os.pipe()
        main, arrived = threading.get_ident(), threading.Event()

        def handle(*_: object) -> None:
            arrived.set()
            raise KeyboardInterrupt

        def interrupt() -> None:
            for _ in range(200):  # again, because one that comes just before the waiting does not end it
                if arrived.wait(0.1):
                    return
                signal.pthread_kill(main, signal.SIGUSR1)
            os.close(writing)  # nothing ended the waiting

        before = signal.signal(signal.SIGUSR1, handle)
        thread = threading.Thread(target=interrupt)
        thread.start()
        try:
            with os.fdopen(reading, "rb") as file, pytest.raises(KeyboardInterrupt):
                scan(corpus_file=file, workers=2)
        finally:
            thread.join()
            signal.signal(signal.SIGUSR1, before)
        os.close(writing)

    def test_streams_that_cannot_be_read(self, tmp_path: Path) -> None:
        stream = io.BytesIO(b"x")
        stream.close()
        with pytest.raises(CorpusError, match="is closed"):
            scan(corpus_file=stream)
        with (tmp_path / "out").open("wb") as file, pytest.raises(CorpusError, match="not open for reading"):
            scan(corpus_file=file)  # type: ignore[arg-type]
        with pytest.raises(CorpusError, match="gzip data that are not unpacked"):
            scan(corpus_file=io.BytesIO(gzip.compress(b"text")))
        with pytest.raises(CorpusDecodeError, match=r"corpus_file BytesIO is not UTF-8: line 2, byte offset 3: "):
            scan(corpus_file=io.BytesIO(b"a\nb\xff"))
        with pytest.raises(CorpusDecodeError, match="half a character"):
            scan(corpus_file=io.StringIO("a \udc80"))

    def test_an_error_of_the_stream_reaches_the_caller(self) -> None:
        class Broken(io.RawIOBase):
            def readable(self) -> bool:
                return True

            def read(self, size: int = -1) -> bytes:
                raise ConnectionResetError("the line is dead")

        with pytest.raises(ConnectionResetError, match="the line is dead"):
            scan(corpus_file=Broken())  # type: ignore[arg-type]


class TestEncodings:
    @pytest.mark.parametrize("encoding", ["latin-1", "utf-16", "utf-16-le", "utf-8-sig", "UTF8", "cp1252"])
    def test_text_in_another_encoding(self, tmp_path: Path, encoding: str) -> None:
        text = "caf\u00e9 na\u00efve\n\n\u00fcber caf\u00e9\n" * 50
        path = tmp_path / "text.txt"
        path.write_bytes(text.encode(encoding))
        sentences = [line.split() for line in text.split("\n") if line]
        for chunk_bytes in (1, 3, 1000):
            assert result(scan_file(path, encoding=encoding, chunk_bytes=chunk_bytes)) == expected(sentences)
        packed = tmp_path / "text.gz"
        packed.write_bytes(gzip.compress(path.read_bytes()))
        assert result(scan(corpus_file=[packed, path], encoding=encoding)) == expected(sentences * 2)

    @pytest.mark.parametrize("errors", ["replace", "ignore", "backslashreplace"])
    def test_bytes_that_are_not_text(self, tmp_path: Path, errors: str) -> None:
        data = b"good \xff\xfe bad\nhalf\xc3 caf\xc3\xa9 \xe2\x82\nend\xe2\x82"
        path = tmp_path / "text.txt"
        path.write_bytes(data)
        sentences = [line.split() for line in data.decode(errors=errors).split("\n")]
        for chunk_bytes in (1, 5, 1000):
            assert result(scan_file(path, unicode_errors=errors, chunk_bytes=chunk_bytes)) == expected(sentences)

    def test_errors_name_file_line_and_byte(self, tmp_path: Path) -> None:
        path = tmp_path / "text.txt"
        path.write_bytes("eins\nzwei drei\nv\u00efer".encode("latin-1"))
        with pytest.raises(CorpusDecodeError, match=r"text\.txt, line 3, byte offset 16: byte 0xef.*is not ascii"):
            scan(corpus_file=path, encoding="ascii")
        path.write_bytes("a b\n".encode("utf-16"))
        with pytest.raises(CorpusDecodeError, match=r"line 1, byte offset 0: .*pass encoding='utf-16'"):
            scan(corpus_file=path)
        path.write_bytes(b"PK\x03\x04\xff\xff")
        with pytest.raises(CorpusDecodeError, match="zip archive"):
            scan(corpus_file=path)
        path.write_bytes(b"x \xff")
        with pytest.raises(CorpusDecodeError, match=r"half a character.*unicode_errors='replace'"):
            scan(corpus_file=path, unicode_errors="surrogateescape")

    def test_a_model_keeps_its_encoding_and_takes_another(self, tmp_path: Path) -> None:
        path = tmp_path / "text.txt"
        path.write_bytes("caf\u00e9 bar\n".encode("latin-1") * 20)
        model = Word2Vec(corpus_file=path, encoding="latin-1", min_count=1, vector_size=4, workers=1,
                         sample=0, epochs=1)  # fmt: skip
        assert "caf\u00e9" in model.wv
        assert model.mean_loss(corpus_file=path) > 0
        model.save(tmp_path / "model")
        again = Word2Vec.load(tmp_path / "model")
        assert (again.encoding, again.unicode_errors, again.tokenizer) == ("latin-1", "strict", None)
        assert again.train(corpus_file=path, total_words=40, epochs=1) == (40, 40)
        with pytest.raises(CorpusDecodeError):
            again.train(corpus_file=path, total_words=40, epochs=1, encoding="utf-8")
        again.build_vocab(corpus_file=path, encoding="utf-8", unicode_errors="ignore")
        assert "caf" in again.wv


def strings_of(sentences: list[list[str]]) -> list[str]:
    return [" ".join(sentence) for sentence in sentences]


class TestTokenizers:
    @pytest.mark.parametrize("tokenizer", ["whitespace", str.split, lambda text: iter(text.split())])
    def test_strings_become_tokens(self, tmp_path: Path, tokenizer: Any) -> None:
        strings = strings_of(SENTENCES)
        path = tmp_path / "text.txt"
        path.write_text("\n" + TEXT + "\n")
        for corpus in (strings, iter(strings), np.array(strings), np.array(strings, object), io.StringIO(TEXT), path):
            assert result(scan(corpus, tokenizer=tokenizer)) == expected(SENTENCES)
        assert result(scan(corpus_file=[path, path], tokenizer=tokenizer)) == expected(SENTENCES * 2)

    def test_lines_of_files_are_given_whole(self, tmp_path: Path) -> None:
        line = "a, b;c " * 30_000
        (tmp_path / "1").write_text(f"{line}\n \nshort one")
        (tmp_path / "2").write_text("second\n")
        seen: list[str] = []
        scan(corpus_file=tmp_path, tokenizer=lambda text: seen.append(text) or [text])  # type: ignore[func-returns-value]
        assert seen == [line, "short one", "second"]

    def test_whitespace_is_that_of_files_and_a_line_feed_is_part_of_a_string(self) -> None:
        strings = ["a\nb\u00a0c\r\n d", "", "\ufeffe", " \n"]
        assert result(scan(strings, tokenizer="whitespace")) == expected([["a", "b\u00a0c", "d"], ["\ufeffe"]])

    def test_long_strings_are_cut(self) -> None:
        for tokenizer in ("whitespace", str.split):
            encoded = scan(["w " * 25_000, "w"], tokenizer=tokenizer).encode(Vocabulary(["w"], [1]))  # type: ignore[arg-type]
            assert np.diff(encoded.offsets).tolist() == [10_000, 10_000, 5_000, 1]

    def test_what_is_not_a_string(self) -> None:
        for tokenizer in ("whitespace", str.split):
            for corpus, message in (
                (["a b", ["c"]], "with tokenizer= every sentence must be a str, but sentence 2 is .*list"),
                (["a b", "c", None], r"sentence 3 .*None, a missing value \(row 2"),
                (["a b", float("nan")], r"sentence 2 .*nan, a missing value \(row 1"),
                ([b"a b"], "sentence 1 is b'a b' of type bytes"),
                (["a", "b \ud800"], "sentence 2.*UTF-8"),
            ):
                with pytest.raises(CorpusTypeError, match=message):
                    scan(corpus, tokenizer=tokenizer)  # type: ignore[arg-type]
        with pytest.raises(CorpusTypeError, match=r"tokenizer must return .* got 'A B' of type str for sentence 1"):
            scan(["a b"], tokenizer=str.upper)
        with pytest.raises(CorpusTypeError, match="tokenizer must return a list of tokens, got None"):
            scan(["a b"], tokenizer=lambda text: None)  # type: ignore[arg-type, return-value]
        with pytest.raises(CorpusTypeError, match="tokenizer="):
            scan(["a b"])

    def test_errors_of_tokenizer_and_iterator_pass_through_with_a_note(self) -> None:
        def strings() -> Iterator[str]:
            yield from ["a b"] * 9_999
            raise OSError("the database is gone")

        for tokenizer in ("whitespace", str.split):
            with pytest.raises(OSError, match="the database is gone") as caught:
                scan(strings(), tokenizer=tokenizer)  # type: ignore[arg-type]
            assert "after 9999 whole sentences" in caught.value.__notes__[0]
        with pytest.raises(ZeroDivisionError):
            scan(["a"], tokenizer=lambda text: [1 // 0])

    def test_a_model_with_a_tokenizer(self, tmp_path: Path) -> None:
        strings, total = strings_of(SENTENCES), len(SENTENCES)
        model = Word2Vec(strings, tokenizer="whitespace", min_count=1, vector_size=4, workers=1, epochs=1, sample=0)
        assert model.corpus_count == total
        words = sum(map(len, SENTENCES))
        assert model.train(strings, total_examples=total, epochs=1) == (words, words)
        assert model.train(strings, total_examples=total, epochs=1, tokenizer=str.split) == (words, words)
        model.save(tmp_path / "model")
        assert Word2Vec.load(tmp_path / "model").tokenizer is None


class TestBadInput:
    """What users.md calls silent mistakes, and what else may come."""

    def test_an_iterator_that_raises_in_its_ten_thousandth_item(self) -> None:
        def sentences() -> Iterator[list[str]]:
            yield from [["a", "b"]] * 9_999
            raise LookupError("row 9999 is locked")

        with pytest.raises(LookupError, match="row 9999 is locked") as caught:
            Word2Vec(sentences(), min_count=1)
        assert "after 9999 whole sentences" in caught.value.__notes__[0]

    def test_a_spent_iterator_in_training(self) -> None:
        sentences = iter(SENTENCES)
        model = Word2Vec(min_count=1, vector_size=4, workers=1)
        model.build_vocab(sentences)
        with pytest.raises(CorpusError, match=r"no words in 0 sentences.*build_vocab\(\) has read it to its end"):
            model.train(sentences, total_examples=model.corpus_count, epochs=1)

    @pytest.mark.parametrize("missing", [None, float("nan"), np.float32("nan"), np.datetime64("NaT")])
    def test_missing_sentences_and_tokens(self, missing: Any) -> None:
        with pytest.raises(CorpusTypeError, match=r"sentence 3 must be a list of tokens.*missing value \(row 2"):
            scan([["a"], ["b"], missing])
        with pytest.raises(CorpusTypeError, match="token 2 of sentence 2 is"):
            scan([["a"], ["b", missing]])

    def test_nested_lists_and_mixed_types(self) -> None:
        with pytest.raises(CorpusTypeError, match=r"token 2 of sentence 1 is .* of type list, which is not hashable"):
            scan([["a", ["b"]]])
        with pytest.raises(CorpusTypeError, match=r"token 1 of sentence 1 is .* of type list, which is not hashable"):
            scan([np.array([[["a"]]])])
        with pytest.raises(CorpusTypeError, match="sentence 2 is the str 'b'"):
            scan([["a"], "b"])
        with pytest.raises(CorpusTypeError, match="sentence 2 must be a list of tokens, got 5"):
            scan([["a"], 5])
        assert list(scan([["a", 1, ("a", 1), 2.5, b"a", True]]).keys()) == ["a", 1, ("a", 1), 2.5, b"a"]

    def test_nul_bytes_marks_and_line_ends(self, tmp_path: Path) -> None:
        path = tmp_path / "odd.txt"
        path.write_bytes(b"\xef\xbb\xbfa\0b \0\r\n\r\n\0\0 \xef\xbb\xbfa c\rd\r\n")
        for workers in (1, 2):
            for chunk_bytes in (1, 4, 1000):
                found = result(scan_file(path, workers=workers, chunk_bytes=chunk_bytes))
                assert found == expected([["a\0b", "\0"], ["\0\0", "\ufeffa", "c", "d"]])

    @pytest.mark.parametrize("workers", [1, 2])
    def test_a_line_of_100_megabytes(self, tmp_path: Path, workers: int) -> None:
        path = tmp_path / "line.txt"
        path.write_bytes(b"four five! " * (100_000_000 // 11))
        encoded = scan(corpus_file=path, workers=workers).encode(Vocabulary(["four", "five!"], [1, 1]))
        n = 2 * (100_000_000 // 11)
        assert encoded.raw_words == n
        assert np.diff(encoded.offsets).tolist() == [10_000] * (n // 10_000) + [n % 10_000]
        assert np.bincount(encoded.ids).tolist() == [n // 2, n // 2]

    @pytest.mark.parametrize("workers", [1, 2])
    def test_words_of_a_megabyte(self, tmp_path: Path, workers: int) -> None:
        path = tmp_path / "words.txt"
        words = [letter * 1_000_000 + end for letter in "ab\u65e5" for end in ("", "!")]
        path.write_text("\n".join([" ".join(words), *words[::-1]]))
        assert result(scan(corpus_file=path, workers=workers)) == expected([words, *([w] for w in words[::-1])])
        size = path.stat().st_size
        path.write_bytes(path.read_bytes() + b"\xff")
        with pytest.raises(CorpusDecodeError, match=rf"line 7, byte offset {size}: byte 0xff"):
            scan(corpus_file=path, workers=workers)

    def test_a_file_that_is_one_word(self, tmp_path: Path) -> None:
        path = tmp_path / "word.txt"
        path.write_bytes(b"x" * 5_000_000)
        assert list(scan(corpus_file=path, workers=2).keys()) == ["x" * 5_000_000]

    def test_empty_sentences(self, tmp_path: Path) -> None:
        assert result(scan([[], ["a"], (), iter("")])) == (["a"], [1], [0], [0, 0, 1, 1, 1])


REAL = ["brown_sentences.txt", "reuters_sentences.txt", "movie_reviews.tsv", "enwiki_sentences.txt", "text8like.txt",
        "ar_tashkeela.txt", "ja_gsd.txt", "ko_wiki_words.txt", "udhr2_all.txt", "zh_wiki_words.txt"]  # fmt: skip


@pytest.mark.parametrize("name", REAL)
def test_every_word_of_real_corpora_is_counted(shared_data: Path, name: str) -> None:
    path = next(path for path in (shared_data / "corpora" / name, shared_data / "multilingual" / name) if path.exists())
    scanned = scan(corpus_file=path, workers=2)
    counts: Counter[bytes] = Counter()
    with path.open("rb") as file:
        while lines := file.readlines(1 << 20):
            counts.update(b"".join(lines).split())
    assert scanned.raw_words == counts.total()
    keys = list(map(str, scanned.keys()))
    assert list(zip(map(str.encode, keys), scanned.counts.tolist(), strict=True)) == list(counts.items())
    if shutil.which("wc"):
        # wc before coreutils 9.5 does not count words of control characters alone, of which movie_reviews has 17 and
        # enwiki one; in the C locale, where it takes no byte above 127 for a letter, it cannot be asked.
        done = subprocess.run(["wc", "-w", path], env={"LC_ALL": "C.UTF-8"}, capture_output=True, text=True, check=True)
        of_controls = [all(unicodedata.category(letter) == "Cc" for letter in key) for key in keys]
        assert int(done.stdout.split()[0]) in (scanned.raw_words, scanned.raw_words - scanned.counts[of_controls].sum())
