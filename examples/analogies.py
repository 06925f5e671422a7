"""Analogies: man is to king as woman is to what?

Trains skip-gram vectors and asks Google's analogy questions, section by section: the answer to "a is to b as c is to
?" is the word nearest to b - a + c that is none of the three. Beside it a baseline that does no arithmetic, the word
nearest to c: what it gets right shows how much of a section is mere nearness. Takes half a minute on 17 million words
of Wikipedia; with --small, on the corpus and the relations that `cw2v demo` plants, two seconds.
"""

from _data import chosen, need, parse, planted_questions, table

from cw2v import Word2Vec, demo


def nearest_to_c(wv, questions, top):
    """How many of the questions (a, b, c, d) are right if the answer is the word nearest to c, neither a nor b."""
    keys = {key.upper(): key for key in wv.index_to_key[:top]}  # the questions come back in upper case
    words = {c: [word.upper() for word, _ in wv.most_similar(keys[c], topn=3, restrict_vocab=top)]
             for c in {question[2] for question in questions}}  # fmt: skip
    return sum(next(word for word in words[c] if word not in (a, b)) == d for a, b, c, d in questions)


def train(args):
    """The vectors, and the questions: lines or a file."""
    how = {"sg": 1, "epochs": args.epochs, **chosen(args)}
    if args.small:
        model = Word2Vec(demo.generate(args.seed, 30_000), vector_size=64, sample=0.01, min_count=1, **how)
        return model.wv, planted_questions()
    corpus = need(args.data / "corpora" / "text8like.txt")
    return Word2Vec(corpus_file=corpus, vector_size=100, **how).wv, need(
        args.data / "eval" / "analogy" / "questions-words.txt")  # fmt: skip


def arithmetic(wv, positive, negative):
    """Print one sum of vectors and the words nearest to it."""
    if all(word in wv for word in positive + negative):
        found = wv.most_similar(positive, negative, topn=5)
        print(f"{positive[0]} - {negative[0]} + {positive[1]}: "
              + ", ".join(f"{word} {cosine:.2f}" for word, cosine in found))  # fmt: skip


def main():
    args = parse(__doc__, ("--epochs", {"type": int, "default": 5}),
                 ("--top", {"type": int, "default": 30_000, "help": "most frequent words that answer"}))  # fmt: skip
    wv, questions = train(args)
    for positive, negative in ((["king", "woman"], ["man"]), (["paris", "germany"], ["france"]),
                               (["walked", "sing"], ["walk"])):  # fmt: skip
        arithmetic(wv, positive, negative)
    _, sections = wv.evaluate_word_analogies(questions, restrict_vocab=args.top)
    rows = []
    for section in sections:
        asked = section["correct"] + section["incorrect"]
        if asked:
            shares = [100 * n / len(asked) for n in (len(section["correct"]), nearest_to_c(wv, asked, args.top))]
            rows.append([section["section"], len(asked), *shares])
    table(["section", "questions", "b - a + c, % right", "nearest to c, % right"], rows)


if __name__ == "__main__":
    main()
