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
from functools import cache
from typing import Final, TypeAlias

from seedsearch.patterns import pattern

_Rules: TypeAlias = tuple[tuple[str, re.Pattern[str], str], ...]

# By Snowball's name of a language: plurals. A rule has the last letters of words, which save compiling most patterns,
# since that would take longer than most queries; a pattern of whole words; what to write instead; and examples. The
# first rule that fits counts. `\g<0>` leaves a word as it is.
_PLURALS: Final = {
    "catalan": r"""
        s   (...+)ans       \1à
        s   (..+)ins        \1í
        s   (..+)ons        \1ó
        s   (..+)uns        \1ú
        s   (.+)gues        \1ga
        s   (..+)ces        \1ça
    """,
    "danish": r"enrts   (år|by)(?:e[nrt]|e?ne|erne)s?   \1",
    "dutch": r"""
        s   (...+en|.*(?:ant|ect|ent|ist|pert|pot))s    \1
        n   (.*(?:akkoord|antwoord|beeld|bord|deugd|geld|held|hemd|honderd|hoofd|miljard|moord|oord))en     \1
        n   (.*(?:paard|schuld|veld|wereld|woord|zwaard))en     \1
        n   ((?:.*[^rt])?dag|(?:.*(?:[dlnst]|spoor|water))?weg|.+(?:bad|slag)|.*(?:at|ct|ens|ess|it|ot)or)en    \1
        n   (.*(?:bedrag|blad|dak|gebed|gebod|gebrek|god|hertog|maatregel|oorlog|pad|schijnsel|verbod))en       \1
        n   (.*verdrag)en   \1
        n   (.*(?:bl|st))emen   \1eem
        n   (.*gla)zen      \1s
        n   ((?:gerechts|kerk)?ho|.*sta)ven     \1f
        n   (.*proces)sen|(.*(?:ei|hoen|kind|lied|rund))eren    \1\2
        n   ((?:binnen|haven|hoofd|wereld)?)steden  \1stad
        n   ((?:.*[as]|familie|commissie|kamer|partij)?)leden   \1lid
        n   (.*)schepen     \1schip
    """,
    "french": r"""
        s   .*[ei]ri?ons|.*(?:clos|conclus|confus|diffus|inclus|intrus|obtus)|plus|sous|dans|sans   \g<0>
        s   (.*(?:adv|conv|div|inv|perv)ers)    \1e
        s   (..+[^seiu]|.+[^a]u|(?:am|appu|cr|déla|emplo|ennem|ennu|envo|essa|convo|bala|ép|étu)i)s     \1
        s   ((?:ga|lo|paro|pl|qua|ro|souc|tourno|vra)i)s    \1
        x   ((?:adi|av|chev|di|enj|essi|f|hébr|j|li|mili|moy|nev|vo|v|vœ)(?:eu|u))x     \1
        x   (b|cor|soupir|trav|vitr|ém)aux      \1ail
    """,
    "german": r"""
        s   (.*(?:auto|baby|büro|café|camp|chip|demo|euro|foto|handy|hobby|info|kamera|kino|konto|krimi))s      \1
        s   (.*(?:logo|mama|nazi|oma|opa|papa|party|pony|profi|promi|radio|risiko|shop|sofa|studio|taxi))s      \1
        s   (.*(?:uni|video))s      \1
        n   (.*(?:evangeli|gymnasi|ministeri|muse|präsidi|stipendi|zentr))en    \1um
        n   (.*(?:firm|pizz|them|vill))en       \1a
        n   (.*kont)en      \1o
    """,
    "italian": r"""
        e       rimane                  \g<0>
        iae     (..+)ani|(...+)an[ae]   \1\2ano
        i       (..+)oni                \1one
        ai      (..+ier)[ai]            \1e
        e       (cam|gal|lett|op|pant|sf)ere    \1era
        i       (.+(?:vers|ert))i       \1o
        aeio    ([aeiou](?:[b-df-hl-np-tvz]{2,}|cqu))[aeio]     \1
    """,
    "norwegian": r"enrts   (år|by)(?:e[nrt]|a?ne|ene)s?   \1",
    "portuguese": r"""
        s   deus|[^áéíóúâêô]*[aeio]mos|.*(?:áv|ár|êr|ír|í|áss|êss|íss)[ae]?mos|.*[áâêô]mos      \g<0>
        s   (..+)[õo]es|(.+)ães     \1\2ão
        s   (..+)ns         \1m
        s   (..+)ais        \1al
        s   (..+)éis|(..+[vn])eis   \1\2el
        s   (..+)eis        \1il
        s   (her)óis        \1ói
        s   (..+)óis        \1ol
        s   (.+[^q])uis     \1ul
        s   (..+[aouáéóãôy]|.+[bcdfgklmnprtvw]|.+[gq]ue|[lr]ei)s    \1
    """,
    "romanian": r"""
        iuear   (an)(?:ii?|ilor|ului?)|(zi)(?:le|lele|lelor|ua)     \1\2
        ier     (femei)(?:le|lor)?      \1e
        i       (...+a)[țţ]i            \1t
    """,
    "spanish": r"""
        s   dios|tras|[^áéíóú]*[aei]mos|.*(?:áb|ár|ér|í|ás|és)[ae]?mos|.*[áé]is     \g<0>
        s   (.+[aeiouáéíóú]d|.+(?:[^iu]e|[aiouáéíóú])r|.*[áéíóú].*en)es     \1
        s   (..+[^eisáéíóú]|bebé|café|comité|mamá|menú|papá|sofá)s      \1
    """,
    "swedish": r"nts   (år)e[nt]s?   \1",
    "turkish": r"r   (..+[mnae])l[ae]r   \1",
}

# By Snowball's name of a language: ends of stems, likewise.
_ENDS: Final = {
    "dutch": r"s   (..+(?:[b-df-hk-np-rtvwxz]|ie|proce|succe))s   \1   mens, advies",
    "french": r"""
        t   petit       pet
        r   (....+)er   \1      première
        f   (.+)if      \1iv    active
        x   (.+)eux     \1eur   chanteuse
    """,
    "italian": r"h   (.*[cg])h   \1",
    "portuguese": r"u   (.*)qu   \1c",
    "spanish": r"zu  (.*)(?:z|qu)   \1c",
    "swedish": r"n   (....+)an   \1   kvinnan",
}


@cache
def _rules(table: str) -> _Rules:
    """Return the rules of a language from its table."""
    rows = [line.split() for line in table.strip().splitlines()]
    return tuple((letters, pattern(whole), instead) for letters, whole, instead, *_ in rows)


def singulars(words: Iterable[str], language: str) -> list[str]:
    """Return each word, or its singular if it is a plural. `language` is Snowball's name."""
    rules = _rules(_PLURALS.get(language, ""))
    return [_by_first(word, rules) for word in words]


def joined(stems: Iterable[str], language: str) -> list[str]:
    """Return the stems, those of one word alike. `language` is Snowball's name."""
    rules = _rules(_ENDS.get(language, ""))
    return [_by_first(stem, rules) for stem in stems]


def _by_first(word: str, rules: _Rules) -> str:
    last = word[-1:]
    for letters, whole, instead in rules:
        if last in letters and (found := whole.fullmatch(word)):
            return found.expand(instead)
    return word
