"""The compiled text layer: cutting, tokenizing, hashing, UTF-8, sentence ends, remapping."""

from __future__ import annotations

import itertools
from collections import Counter

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cw2v import _text

# Words on both sides of the 8- and 16-byte steps, NUL bytes, shared beginnings; every kind of white space.
words = st.one_of(
    st.sampled_from(
        [
            b"a",
            b"a\0",
            b"\0",
            b"a\0\0",
            b"x" * 7,
            b"x" * 8,
            b"x" * 9,
            b"x" * 15,
            b"x" * 16,
            b"x" * 17,
            b"x" * 16 + b"y",
            b"x" * 300,
            b"x" * 299 + b"y",
            "é".encode(),
            "日本語".encode(),
            "\x85\xa0\u2028".encode(),
        ]
    ),
    st.text(
        st.characters(exclude_characters=" \t\n\v\f\r", exclude_categories=["Cs"]), min_size=1, max_size=20
    ).map(str.encode),
)
gaps = st.text(st.sampled_from(" \t\n\v\f\r"), min_size=1, max_size=4).map(str.encode)
texts = st.lists(st.tuples(gaps, words), max_size=60).flatmap(
    lambda pairs: st.sampled_from([b"", b" ", b"\n", b"\r\n"]).map(
        lambda end: b"".join(g + w for g, w in pairs)[pairs[0][0].count(b" ") if pairs else 0 :] + end
    )
)


def words_of(scanner: _text.Scanner) -> list[bytes]:
    entries, text = scanner.words_so_far()
    assert scanner.n_words == len(entries)
    return [text[int(row[0]) : int(row[0] + row[1])].tobytes() for row in entries]


def cut_points(text: bytes, step: int) -> list[int]:
    """Places behind white space, and the end, at least `step` bytes from each other."""
    cuts = [0]
    for end in range(1, len(text) + 1):
        if end == len(text) or (text[end - 1 : end].isspace() and end - cuts[-1] >= step):
            cuts.append(end)
    return cuts


@pytest.mark.parametrize("length", [1, 7, 8, 9, 15, 16, 17, 24, 32])
def test_a_word_at_the_very_end_of_the_text_is_the_same_word(length: int) -> None:
    # The hash once took a step over the white space behind words of 8, 16, ... bytes, which the last word has not got.
    text = b"x" * length + b" " + b"x" * length
    scanner = _text.Scanner()
    ids, _ = scanner.scan(text)
    assert ids.tolist() == [0, 0]


@given(texts.filter(bool))
def test_a_scan_finds_the_words_that_split_finds(text: bytes) -> None:
    scanner = _text.Scanner()
    ids, _ = scanner.scan(text)
    found = words_of(scanner)
    assert [found[i] for i in ids] == text.split()
    assert found == list(dict.fromkeys(text.split()))
    assert dict(zip(found, scanner.words_so_far()[0][:, 3].tolist(), strict=True)) == Counter(text.split())


@given(texts.filter(bool))
def test_line_ends_are_the_running_token_counts_of_lines(text: bytes) -> None:
    _, line_ends = _text.Scanner().scan(text)
    lines = text.split(b"\n")[:-1]  # what is behind the last \n has no end
    totals = np.cumsum([len(line.split()) for line in lines], dtype=np.int64)
    expected = [t for t, line in zip(totals, lines, strict=True) if line.split()]
    # The first line counts as open even if it has no words: it may have begun in the chunk before.
    if lines and not lines[0].split():
        expected = [0, *expected]
    assert line_ends.tolist() == expected


@given(texts.filter(bool), st.integers(1, 20))
def test_chunks_change_no_word(text: bytes, step: int) -> None:
    scanner, ids = _text.Scanner(), []
    for begin, end in itertools.pairwise(cut_points(text, step)):
        # The chunk is gone when the next one comes: words must not point into it.
        chunk = bytearray(text[begin:end])
        ids.extend(scanner.scan(chunk)[0].tolist())
        chunk[:] = b"?" * len(chunk)
    found = words_of(scanner)
    assert [found[i] for i in ids] == text.split()
    assert found == list(dict.fromkeys(text.split()))


def test_no_text_has_no_words() -> None:
    scanner = _text.Scanner()
    ids, line_ends = scanner.scan(b"")
    assert (len(ids), len(line_ends), scanner.n_words) == (0, 0, 0)


@pytest.mark.parametrize("length", [100, 1 << 17, 3_000_000])
def test_words_of_any_length_find_room(length: int) -> None:
    words = [b"x" * length, b"y" * length + b"z", b"y" * length, b"a"]
    scanner = _text.Scanner()
    ids, _ = scanner.scan(b" ".join([*words, *words]))
    assert ids.tolist() == [0, 1, 2, 3] * 2
    assert words_of(scanner) == words


def test_growth_of_every_buffer_keeps_words_and_lines() -> None:
    # More words, tokens and lines than the first buffers hold, so that each grows in the middle of a batch.
    n = 70_000
    text = "\n".join(f"word{i} number{i % 977:020d}" for i in range(n)).encode() + b"\n"
    scanner = _text.Scanner()
    ids, line_ends = scanner.scan(text)
    found = words_of(scanner)
    assert [found[i] for i in ids] == text.split()
    assert line_ends.tolist() == list(range(2, 2 * n + 1, 2))
    assert len(found) == n + 977


@given(
    st.binary(min_size=1, max_size=12).filter(lambda b: not set(b) & set(b" \t\n\v\f\r")), st.integers(0, 9)
)
def test_utf8_is_checked_as_python_checks_it(word: bytes, ascii_before: int) -> None:
    word = b"o" * ascii_before + word
    text = b"ok " + word + b" ok"
    try:
        text.decode()
        first_bad = None
    except UnicodeDecodeError as error:
        first_bad = error.start
    if first_bad is None:
        _text.Scanner().scan(text)
        return
    with pytest.raises(_text.InvalidUtf8) as caught:
        _text.Scanner().scan(text)
    assert caught.value.args == (3, first_bad)


@pytest.mark.parametrize(
    "bad",
    [
        b"\xc0\x80",
        b"\xed\xa0\x80",
        b"\xf4\x90\x80\x80",
        b"\xe0\x9f\xbf",
        b"\xf0\x8f\xbf\xbf",
        b"\xf8\x88\x80\x80\x80",
        b"\xe2\x82",
        b"\x80",
        b"\xff",
    ],
)
def test_overlong_forms_surrogates_and_the_rest_are_bad(bad: bytes) -> None:
    with pytest.raises(_text.InvalidUtf8):
        _text.Scanner().scan(bad)


@pytest.mark.parametrize(
    "good", ["\x80", "\u07ff", "\u0800", "\ud7ff", "\ue000", "\uffff", "\U00010000", "\U0010ffff"]
)
def test_the_edges_of_utf8_are_good(good: str) -> None:
    scanner = _text.Scanner()
    scanner.scan(good.encode())
    entries, text = scanner.words_so_far()
    assert _text.decode_words(text, entries, np.array([0])) == [good]


@given(texts.filter(bool), st.integers(1, 9))
def test_merged_tables_are_the_table_of_one_scanner(text: bytes, step: int) -> None:
    scanners, parts, chunk_of = [_text.Scanner() for _ in range(3)], [], [[], [], []]  # type: ignore[var-annotated]
    for turn, (begin, end) in enumerate(itertools.pairwise(cut_points(text, step))):
        parts.append((turn % 3, scanners[turn % 3].scan(text[begin:end])[0]))
        chunk_of[turn % 3] += [turn] * (scanners[turn % 3].n_words - len(chunk_of[turn % 3]))
    tables = [[array.copy() for array in s.words_so_far()] for s in scanners]
    offsets = np.cumsum([0] + [len(words) for _, words in tables])
    for (entries, _), offset in zip(tables, offsets, strict=False):
        entries[:, 0] += np.uint64(offset)
    order = np.argsort(np.array([*itertools.chain(*chunk_of)], np.int64), kind="stable")
    stacked, words = (np.concatenate(arrays) for arrays in zip(*tables, strict=True))
    merged, merged_text, ids = _text.merge_words(words, stacked, order)
    alone = _text.Scanner()
    expected_ids, _ = alone.scan(text)
    expected, expected_text = alone.words_so_far()
    assert merged.tolist() == expected.tolist()
    assert merged_text.tobytes() == expected_text.tobytes()
    first = np.cumsum([0] + [len(t) for t, _ in tables])
    assert [int(ids[first[w] + i]) for w, part in parts for i in part] == expected_ids.tolist()


def test_merging_refuses_what_is_no_table() -> None:
    entries = np.array([[0, 1, 0, 1]], np.uint64)
    with pytest.raises(ValueError):
        _text.merge_words(b"a ", entries, np.zeros(2, np.int64))
    with pytest.raises(ValueError):
        _text.merge_words(b"", entries, np.zeros(1, np.int64))
    for order, offset in ((1, 0), (-1, 0), (0, 2)):  # an order outside the entries, a word outside the text
        entries[0, 0] = offset
        with pytest.raises(SystemError):
            _text.merge_words(b"a ", entries, np.array([order]))


@given(
    st.lists(st.integers(0, 25), max_size=20), st.integers(1, 7), st.lists(st.integers(0, 200), max_size=6)
)
def test_cutting_lines_does_not_depend_on_chunks(lengths: list[int], longest: int, cuts: list[int]) -> None:
    total = sum(lengths)
    line_ends = np.cumsum([n for n in lengths if n], dtype=np.int64)
    cutter, begin = _text.SentenceCutter(longest), 0
    for end in [*sorted({min(c, total) for c in cuts}), total]:
        mine = line_ends[(line_ends > begin) & (line_ends <= end)] - begin
        cutter.add(np.ascontiguousarray(mine), end - begin)
        begin = end
    expected = [min(longest, n - i) for n in lengths for i in range(0, n, longest)]
    assert np.diff(cutter.finish()).tolist() == expected


@given(
    st.lists(st.lists(st.integers(0, 9), max_size=6), max_size=8),
    st.sets(st.integers(0, 9)),
    st.integers(1, 5),
)
def test_remap_drops_and_renumbers(sentences: list[list[int]], dropped: set[int], block: int) -> None:
    id_map = np.array([-1 if i in dropped else 100 + i for i in range(10)], np.int32)
    ids = np.array([i for s in sentences for i in s], np.int32)
    offsets = np.cumsum([0] + [len(s) for s in sentences], dtype=np.int64)
    expected = [[100 + i for i in s if i not in dropped] for s in sentences]
    remapper = _text.Remapper(sum(map(len, expected)), offsets)
    for begin in range(0, max(1, len(ids)), block):
        remapper.add(ids[begin : begin + block], id_map)
    out = remapper.finish()
    assert [out[a:b].tolist() for a, b in itertools.pairwise(offsets)] == expected


def test_an_id_outside_the_map_is_refused() -> None:
    with pytest.raises(SystemError):
        _text.Remapper(1, np.array([0, 1])).add(np.array([3], np.int32), np.zeros(3, np.int32))
    with pytest.raises(SystemError):
        _text.Remapper(1, np.array([0, 2])).add(np.zeros(2, np.int32), np.zeros(3, np.int32))


def test_decoding_refuses_rows_outside_the_table() -> None:
    scanner = _text.Scanner()
    scanner.scan(b"word")
    entries, text = scanner.words_so_far()
    with pytest.raises(IndexError):
        _text.decode_words(text, entries, np.array([1]))
    with pytest.raises(IndexError):
        _text.decode_words(b"wo", entries, np.array([0]))
