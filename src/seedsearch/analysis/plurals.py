"""Forms that Snowball's stemmers keep apart: mostly plurals, in the languages of `_PLURALS`.

Snowball gives *mujer* the stem *muj*, and *mujeres* the stem *mujer*. In each of these languages it leaves apart some
nouns and adjectives, often frequent ones: *año* and *años*, *ami* and *amis*, *italiano* and *italiani*, *Auto* and
*Autos*. So such a plural becomes its singular before it is stemmed. Endings of verbs that look like plurals stay,
because the stemmers know them. The plurals of Portuguese are those of V. M. Orengo and C. Huyck, "A Stemming Algorithm
for the Portuguese Language", SPIRE 2001.

The end of a stem may be written in two ways (*luz*, *luces*; *buscar*, *busque*). One stands for both.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final, TypeAlias

from seedsearch.patterns import pattern

_Rules: TypeAlias = tuple[tuple[str, re.Pattern[str], str], ...]
"""The last letters of words, which save compiling most patterns: that would take longer than most queries; a pattern of
whole words; and what to write instead. The first that fits counts."""

_AS_IT_IS: Final = r"\g<0>"

# By Snowball's name of a language: plurals, and their singulars.
_PLURALS: Final[dict[str, _Rules]] = {
    "catalan": (
        ("s", pattern(r"(...+)ans"), r"\1à"),
        ("s", pattern(r"(..+)ins"), r"\1í"),
        ("s", pattern(r"(..+)ons"), r"\1ó"),
        ("s", pattern(r"(..+)uns"), r"\1ú"),
        ("s", pattern(r"(.+)gues"), r"\1ga"),
        ("s", pattern(r"(..+)ces"), r"\1ça"),
    ),
    "danish": (("enrts", pattern(r"(år|by)(?:e[nrt]|e?ne|erne)s?"), r"\1"),),
    "dutch": (
        ("s", pattern(r"(...+en|.*(?:ant|ect|ent|ist|pert|pot))s"), r"\1"),
        (
            "n",
            pattern(
                r"(.*(?:akkoord|antwoord|beeld|bord|deugd|geld|held|hemd|honderd|hoofd|miljard|moord|oord"
                r"|paard|schuld|veld|wereld|woord|zwaard))en"
            ),
            r"\1",
        ),
        (
            "n",
            pattern(
                r"((?:.*[^rt])?dag|(?:.*(?:[dlnst]|spoor|water))?weg|.*(?:bedrag|blad|dak|gebed|gebod"
                r"|gebrek|god|hertog|maatregel|oorlog|pad|schijnsel|verbod|verdrag)|.+(?:bad|slag)"
                r"|.*(?:at|ct|ens|ess|it|ot)or)en"
            ),
            r"\1",
        ),
        ("n", pattern(r"(.*(?:bl|st))emen"), r"\1eem"),
        ("n", pattern(r"(.*gla)zen"), r"\1s"),
        ("n", pattern(r"((?:gerechts|kerk)?ho|.*sta)ven"), r"\1f"),
        ("n", pattern(r"(.*proces)sen|(.*(?:ei|hoen|kind|lied|rund))eren"), r"\1\2"),
        ("n", pattern(r"((?:binnen|haven|hoofd|wereld)?)steden"), r"\1stad"),
        ("n", pattern(r"((?:.*[as]|familie|commissie|kamer|partij)?)leden"), r"\1lid"),
        ("n", pattern(r"(.*)schepen"), r"\1schip"),
    ),
    "french": (
        (
            "s",
            pattern(
                r".*[ei]ri?ons|.*(?:clos|conclus|confus|diffus|inclus|intrus|obtus)|plus|sous|dans|sans"
            ),
            _AS_IT_IS,
        ),
        ("s", pattern(r"(.*(?:adv|conv|div|inv|perv)ers)"), r"\1e"),
        (
            "s",
            pattern(
                r"(..+[^seiu]|.+[^a]u|(?:am|appu|cr|déla|emplo|ennem|ennu|envo|essa|convo|bala|ép|étu|ga"
                r"|lo|paro|pl|qua|ro|souc|tourno|vra)i)s"
            ),
            r"\1",
        ),
        (
            "x",
            pattern(r"((?:adi|av|chev|di|enj|essi|f|hébr|j|li|mili|moy|nev|vo|v|vœ)(?:eu|u))x"),
            r"\1",
        ),
        ("x", pattern(r"(b|cor|soupir|trav|vitr|ém)aux"), r"\1ail"),
    ),
    "german": (
        (
            "s",
            pattern(
                r"(.*(?:auto|baby|büro|café|camp|chip|demo|euro|foto|handy|hobby|info|kamera|kino|konto"
                r"|krimi|logo|mama|nazi|oma|opa|papa|party|pony|profi|promi|radio|risiko|shop|sofa|studio"
                r"|taxi|uni|video))s"
            ),
            r"\1",
        ),
        (
            "n",
            pattern(r"(.*(?:evangeli|gymnasi|ministeri|muse|präsidi|stipendi|zentr))en"),
            r"\1um",
        ),
        ("n", pattern(r"(.*(?:firm|pizz|them|vill))en"), r"\1a"),
        ("n", pattern(r"(.*kont)en"), r"\1o"),
    ),
    "italian": (
        ("e", pattern(r"rimane"), _AS_IT_IS),
        ("iae", pattern(r"(..+)ani|(...+)an[ae]"), r"\1\2ano"),
        ("i", pattern(r"(..+)oni"), r"\1one"),
        ("ai", pattern(r"(..+ier)[ai]"), r"\1e"),
        ("e", pattern(r"(cam|gal|lett|op|pant|sf)ere"), r"\1era"),
        ("i", pattern(r"(.+(?:vers|ert))i"), r"\1o"),
        ("aeio", pattern(r"([aeiou](?:[b-df-hl-np-tvz]{2,}|cqu))[aeio]"), r"\1"),
    ),
    "norwegian": (("enrts", pattern(r"(år|by)(?:e[nrt]|a?ne|ene)s?"), r"\1"),),
    "portuguese": (
        (
            "s",
            pattern(
                r"deus|[^áéíóúâêô]*[aeio]mos|.*(?:áv|ár|êr|ír|í|áss|êss|íss)[ae]?mos|.*[áâêô]mos"
            ),
            _AS_IT_IS,
        ),
        ("s", pattern(r"(..+)[õo]es|(.+)ães"), r"\1\2ão"),
        ("s", pattern(r"(..+)ns"), r"\1m"),
        ("s", pattern(r"(..+)ais"), r"\1al"),
        ("s", pattern(r"(..+)éis|(..+[vn])eis"), r"\1\2el"),
        ("s", pattern(r"(..+)eis"), r"\1il"),
        ("s", pattern(r"(her)óis"), r"\1ói"),
        ("s", pattern(r"(..+)óis"), r"\1ol"),
        ("s", pattern(r"(.+[^q])uis"), r"\1ul"),
        ("s", pattern(r"(..+[aouáéóãôy]|.+[bcdfgklmnprtvw]|.+[gq]ue|[lr]ei)s"), r"\1"),
    ),
    "romanian": (
        ("iuear", pattern(r"(an)(?:ii?|ilor|ului?)|(zi)(?:le|lele|lelor|ua)"), r"\1\2"),
        ("ier", pattern(r"(femei)(?:le|lor)?"), r"\1e"),
        ("i", pattern(r"(...+a)[țţ]i"), r"\1t"),
    ),
    "spanish": (
        (
            "s",
            pattern(r"dios|tras|[^áéíóú]*[aei]mos|.*(?:áb|ár|ér|í|ás|és)[ae]?mos|.*[áé]is"),
            _AS_IT_IS,
        ),
        ("s", pattern(r"(.+[aeiouáéíóú]d|.+(?:[^iu]e|[aiouáéíóú])r|.*[áéíóú].*en)es"), r"\1"),
        ("s", pattern(r"(..+[^eisáéíóú]|bebé|café|comité|mamá|menú|papá|sofá)s"), r"\1"),
    ),
    "swedish": (("nts", pattern(r"(år)e[nt]s?"), r"\1"),),
    "turkish": (("r", pattern(r"(..+[mnae])l[ae]r"), r"\1"),),
}

# By Snowball's name of a language: ends of stems.
_ENDS: Final[dict[str, _Rules]] = {
    "dutch": (
        ("s", pattern(r"(..+(?:[b-df-hk-np-rtvwxz]|ie|proce|succe))s"), r"\1"),  # mens, advies
    ),
    "french": (
        ("t", pattern(r"petit"), "pet"),
        ("r", pattern(r"(....+)er"), r"\1"),  # première
        ("f", pattern(r"(.+)if"), r"\1iv"),  # active
        ("x", pattern(r"(.+)eux"), r"\1eur"),  # chanteuse
    ),
    "italian": (("h", pattern(r"(.*[cg])h"), r"\1"),),
    "portuguese": (("u", pattern(r"(.*)qu"), r"\1c"),),
    "spanish": (("zu", pattern(r"(.*)(?:z|qu)"), r"\1c"),),
    "swedish": (
        ("n", pattern(r"(....+)an"), r"\1"),  # kvinnan
    ),
}


def singulars(words: Iterable[str], language: str) -> list[str]:
    """Return each word, or its singular if it is a plural. `language` is Snowball's name."""
    return [_by_first(word, _PLURALS.get(language, ())) for word in words]


def joined(stems: Iterable[str], language: str) -> list[str]:
    """Return the stems, those of one word alike. `language` is Snowball's name."""
    return [_by_first(stem, _ENDS.get(language, ())) for stem in stems]


def _by_first(word: str, rules: _Rules) -> str:
    last = word[-1:]
    for letters, whole, instead in rules:
        if last in letters and (found := whole.fullmatch(word)):
            return found.expand(instead)
    return word
