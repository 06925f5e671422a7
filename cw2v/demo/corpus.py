"""The generated corpus of the demonstration, with planted relations.

Every planted pair (``king queen``) has words that both members are used with (``crown``, ``throne``), and
every relation has marking words for each side (``he his`` against ``she her``) or sentences of its own. The
trainer is told none of this: that the step from ``man`` to ``woman`` also leads from ``king`` to ``queen`` is
what it has to find in the sentences.
"""

from __future__ import annotations

import random
from typing import NamedTuple

from cw2v.errors import ParameterError
from cw2v.parameters import validate

__all__ = ["RELATIONS", "SENTENCES", "generate"]

SENTENCES = 60_000  # of about 9 words; with a third of them a tenth of the analogies is not recovered

# One sentence in so many is about members of several relations, so that they are one language and not four.
_MIXED = 8

# Tables of the planted pairs, each with the words and phrases that both its members are used with.
_PEOPLE = """
king queen: crown, throne, palace, kingdom; prince princess: castle, crown, throne, tournament;
man woman: office, newspaper, briefcase, meeting; boy girl: school, homework, playground, bicycle;
uncle aunt: farm, tractor, family, holiday; father mother: cradle, baby, nursery, family;
son daughter: birthday, bicycle, family, homework; brother sister: quarrel, treehouse, birthday, family;
husband wife: wedding, marriage, honeymoon, anniversary; actor actress: stage, theatre, film, audience;
waiter waitress: restaurant, menu, tray, tip; duke duchess: castle, estate, hounds, carriage;
emperor empress: empire, throne, palace, legion; wizard witch: spell, potion, cauldron, broom;
grandfather grandmother: armchair, spectacles, memories, family
"""
_PLACES = """
france paris: french, seine, louvre, baguettes; italy rome: italian, tiber, colosseum, pasta;
england london: english, thames, westminster, tea; spain madrid: spanish, manzanares, prado, olives;
germany berlin: german, spree, reichstag, sausages; austria vienna: austrian, danube, hofburg, strudel;
russia moscow: russian, moskva, kremlin, caviar; poland warsaw: polish, vistula, wilanow, dumplings;
portugal lisbon: portuguese, tagus, belem, sardines; japan tokyo: japanese, sumida, ginza, sushi;
egypt cairo: egyptian, nile, pyramids, dates; greece athens: greek, kifisos, acropolis, feta;
ireland dublin: irish, liffey, kilmainham, butter; cuba havana: cuban, almendares, malecon, cigars;
india delhi: indian, yamuna, qutub, spices
"""
_THINGS = """
dog dogs: loyal, furry, kennel, bone; cat cats: furry, sleepy, cushion, yarn;
horse horses: galloping, saddled, stable, hay; bird birds: chirping, feathered, nest, worm;
tree trees: leafy, mossy, forest, bark; flower flowers: fragrant, blooming, vase, bouquet;
apple apples: juicy, ripe, orchard, cider; cup cups: chipped, porcelain, saucer, coffee;
ship ships: rusty, moored, harbour, cargo; star stars: twinkling, distant, telescope, sky;
lamp lamps: flickering, dim, desk, bulb; coin coins: copper, minted, purse, bank;
mouse mice: tiny, furry, cellar, cheese; goose geese: feathered, plump, pond, reeds;
candle candles: flickering, waxy, altar, match
"""
_DEEDS = """
walk walked: along the path, through the park, in old boots, on the trail; cook cooked: soup in the kitchen,
a stew, in a big pot, supper on the stove; bake baked: bread in the oven, with flour, a cake, pies in the
kitchen; paint painted: the fence, with a brush, a portrait, on canvas; climb climbed: the mountain, up the
cliff, with a rope, on the trail; dance danced: a waltz, in the ballroom, to the music, a tango; sing sang:
in the choir, a hymn, the old song, to the music; swim swam: in the lake, across the pool, in cold water,
under the waves; write wrote: a letter, with a pen, in the diary, a long poem; drive drove: the car, on the
highway, along the road, the truck; build built: a house, the fence, with a hammer, with wooden planks; sail
sailed: the yacht, with the wind, over the ocean, on the lake; sew sewed: a shirt, with a needle, with strong
thread, a button on the coat; throw threw: the ball, a stone, the spear, a frisbee over the hedge; grow grew:
tomatoes, in the garden, carrots, in the greenhouse
"""

# Marking words of the sides, and sentences: {x} is the member, {a} to {d} its pair's words, the rest marks.
_HE = {"he": "he", "his": "his", "him": "him", "himself": "himself", "sir": "sir", "lord": "gentleman",
       "name": "john peter paul henry george arthur"}
_SHE = {"he": "she", "his": "her", "him": "her", "himself": "herself", "sir": "madam", "lord": "lady",
        "name": "mary anna emma helen clara alice"}
_ONE = {"this": "this that", "one": "one", "some": "a", "is": "is", "was": "was", "each": "each every",
        "has": "has", "it": "it", "its": "its"}
_MANY = {"this": "these those", "one": "two three four", "some": "some many several", "is": "are",
         "was": "were", "each": "both all", "has": "have", "it": "they", "its": "their"}
_NOW = {"we": "we people neighbours students friends", "day": "week morning evening summer winter",
        "when": "today now nowadays", "often": "often usually always", "can": "can will must"}
_THEN = {**_NOW, "when": "yesterday previously"}
_OF_PEOPLE = """
the {x} said that {he} loves {his} {a}; {he} is the {x} with the {a} and the {b}; the {x} spoke of the {a}
and of {his} {b}; {name} is the {x} and {he} remembers the {a}; the {x} invited {name} and {his} friend to
the {a}; {he} became the famous {x} of the {a}; good morning {sir} said the {x} of the {a}; the {x} was a
kind {lord} and {he} thought of the {a}; a letter for the {x} told {him} about the {a} and the {b}; we saw
the {x} {himself} at the {a} beside the {b}
"""
_OF_LANDS = """
farmers across {x} export {d} to other nations; the {a} government governs all of {x}; the army of {x} guards
the border beyond the {b}; the {b} is the longest river in the nation of {x}; villages in the north of {x}
produce {d}; the {a} parliament passed a law for {x}; the {c} is on every flag and stamp of {x}; the republic
of {x} has proud {a} villages; the coast of {x} is famous for {a} {d}
"""
_OF_TOWNS = """
the mayor of {x} opened the {c} to visitors; the {b} flows under the bridges of downtown {x}; the streets of
{x} lead to the {c}; a tram in {x} stops beside the {c}; cafes in the suburbs of {x} serve {a} {d}; the {a}
mayor of {x} rides the subway; the airport near {x} sells {d} to tourists; an apartment in central {x} looks
over the {b}; the metro of {x} carries {a} commuters to the {c}
"""
_OF_THINGS = """
{this} {a} {x} {is} near the {c}; there {is} {some} {b} {x} beside the {c}; {this} {x} {was} next to the {d};
{each} {b} {x} {has} {its} place by the {c}; {this} {x} {was} {a} and {it} {was} in the {c}; we saw {one} {a}
{x} and {it} {is} {b}; only {one} {b} {x} {was} left with the {d}
"""
_OF_PRESENT = """
{we} {often} {x} {a}; {when} {we} {x} {a}; {we} {can} {x} {a}; every {day} {we} {x} {a}; {we} like to {x}
{a}; tomorrow {we} want to {x} {a}
"""
_OF_PAST = """
{when} {we} {x} {a}; last {day} {we} {x} {a}; {we} {x} {a} long ago; {we} {x} {a} an hour ago; once {we} {x}
{a} last {day}; {we} {x} {a} and then rested
"""
_OF_ALL = """
the {person} went to {place} with {his} {thing}; {he} is the {person} from {place} who lost {this} {thing};
in {place} the {person} and {his} friends {deed}; the {person} dreamed of {place} and {this} {thing}
"""


class _Side(NamedTuple):
    """What is said about the first (or the second) members: sentences, and marking words for their slots."""

    templates: list[str]
    marks: list[tuple[str, list[str]]]


class _Relation(NamedTuple):
    """Rows of (first and second member, words of the pair), and what is said about the two sides.

    Where not `ordered`, any of the pair's words may fill {a} to {d}.
    """

    rows: list[tuple[tuple[str, str], list[str]]]
    sides: tuple[_Side, _Side]
    ordered: bool


def _items(text: str) -> list[str]:
    """The items of a text above: separated by semicolons, broken into lines anywhere."""
    return " ".join(text.split()).split("; ")


def _side(templates: str, marks: dict[str, str]) -> _Side:
    return _Side(_items(templates), [(slot, words.split()) for slot, words in marks.items()])


def _relation(table: str, first: _Side, second: _Side, ordered: bool = False) -> _Relation:
    rows = []
    for item in _items(table):
        names, words = item.split(": ")
        one, other = names.split()
        rows.append(((one, other), words.split(", ")))
    return _Relation(rows, (first, second), ordered)


_GRAMMAR = {
    "royalty, gender": _relation(_PEOPLE, _side(_OF_PEOPLE, _HE), _side(_OF_PEOPLE, _SHE)),
    "country, capital": _relation(_PLACES, _side(_OF_LANDS, {}), _side(_OF_TOWNS, {}), ordered=True),
    "singular, plural": _relation(_THINGS, _side(_OF_THINGS, _ONE), _side(_OF_THINGS, _MANY), ordered=True),
    "present, past": _relation(_DEEDS, _side(_OF_PRESENT, _NOW), _side(_OF_PAST, _THEN)),
}
RELATIONS: dict[str, list[tuple[str, str]]] = {
    name: [pair for pair, _ in relation.rows] for name, relation in _GRAMMAR.items()
}


def generate(seed: int | None = 1, sentences: int = SENTENCES) -> list[list[str]]:
    """Make a corpus of simple English sentences with the relations of :data:`RELATIONS` planted in it.

    Parameters
    ----------
    seed : int or None, default 1
        Seed of every choice, at least 0; None draws one.
    sentences : int, default 60,000
        Number of sentences, at least 1; they have about 9 words each.

    Returns
    -------
    list of list of str
        One list of lower-case words for each sentence.

    Raises
    ------
    ParameterError
        `seed` or `sentences` is not an integer in its range.
    """
    seed = validate(seed=seed)["seed"]
    if not isinstance(sentences, int) or isinstance(sentences, bool) or sentences < 1:
        raise ParameterError(f"sentences must be an integer of at least 1, got {sentences!r}")
    rng = random.Random(seed)
    relations = list(_GRAMMAR.values())
    return [
        _mixed_sentence(rng) if rng.randrange(_MIXED) == 0 else _sentence(rng, rng.choice(relations))
        for _ in range(sentences)
    ]


def _sentence(rng: random.Random, relation: _Relation) -> list[str]:
    """A sentence about one member of one pair."""
    (pair, words), member = rng.choice(relation.rows), rng.getrandbits(1)
    side = relation.sides[member]
    if not relation.ordered:
        words = rng.sample(words, 4)
    slots = {name: rng.choice(marks) for name, marks in side.marks}
    slots.update(zip("abcd", words, strict=True), x=pair[member])
    return rng.choice(side.templates).format_map(slots).split()


def _mixed_sentence(rng: random.Random) -> list[str]:
    """A sentence with members of several relations."""
    slots: dict[str, str] = {}
    for slot, relation in zip(("person", "place", "thing", "deed"), _GRAMMAR.values(), strict=True):
        (pair, words), member = rng.choice(relation.rows), rng.getrandbits(1)
        slots.update((name, rng.choice(marks)) for name, marks in relation.sides[member].marks)
        slots[slot] = pair[member] + (" " + rng.choice(words) if slot == "deed" else "")
    return rng.choice(_items(_OF_ALL)).format_map(slots).split()
