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

_Rules: TypeAlias = tuple[tuple[re.Pattern[str], str], ...]
"""Patterns of whole words, and what to write instead. The first that fits counts."""

_AS_IT_IS: Final = r"\g<0>"

# By Snowball's name of a language: plurals, and their singulars.
_PLURALS: Final[dict[str, _Rules]] = {
    "catalan": (
        (pattern(r"(...+)ans"), r"\1à"),
        (pattern(r"(..+)ins"), r"\1í"),
        (pattern(r"(..+)ons"), r"\1ó"),
        (pattern(r"(..+)uns"), r"\1ú"),
        (pattern(r"(.+)gues"), r"\1ga"),
        (pattern(r"(..+)ces"), r"\1ça"),
    ),
    "danish": ((pattern(r"(år|by)(?:e[nrt]|e?ne|erne)s?"), r"\1"),),
    "dutch": (
        (pattern(r"(...+en|.*(?:ant|ect|ent|ist|pert|pot))s"), r"\1"),
        (
            pattern(
                r"(.*(?:akkoord|antwoord|beeld|bord|deugd|geld|held|hemd|honderd|hoofd|miljard|moord|oord"
                r"|paard|schuld|veld|wereld|woord|zwaard))en"
            ),
            r"\1",
        ),
        (
            pattern(
                r"((?:.*[^rt])?dag|(?:.*(?:[dlnst]|spoor|water))?weg|.*(?:bedrag|blad|dak|gebed|gebod|gebrek|god|hertog"
                r"|maatregel|oorlog|pad|schijnsel|verbod|verdrag)|.+(?:bad|slag)|.*(?:at|ct|ens|ess|it|ot)or)en"
            ),
            r"\1",
        ),
        (pattern(r"(.*(?:bl|st))emen"), r"\1eem"),
        (pattern(r"(.*gla)zen"), r"\1s"),
        (pattern(r"((?:gerechts|kerk)?ho|.*sta)ven"), r"\1f"),
        (pattern(r"(.*proces)sen|(.*(?:ei|hoen|kind|lied|rund))eren"), r"\1\2"),
        (pattern(r"((?:binnen|haven|hoofd|wereld)?)steden"), r"\1stad"),
        (pattern(r"((?:.*[as]|familie|commissie|kamer|partij)?)leden"), r"\1lid"),
        (pattern(r"(.*)schepen"), r"\1schip"),
    ),
    "french": (
        (
            pattern(
                r".*[ei]ri?ons|.*(?:clos|conclus|confus|diffus|inclus|intrus|obtus)|plus|sous|dans|sans"
            ),
            _AS_IT_IS,
        ),
        (pattern(r"(.*(?:adv|conv|div|inv|perv)ers)"), r"\1e"),
        (pattern(r"(petit)s?"), r"\1e"),
        (
            pattern(
                r"(..+[^seiu]|.+[^a]u|(?:am|appu|cr|déla|emplo|ennem|ennu|envo|essa|convo|bala|ép|étu|ga|lo|paro|pl|qua"
                r"|ro|souc|tourno|vra)i)s"
            ),
            r"\1",
        ),
        (
            pattern(r"((?:adi|av|chev|di|enj|essi|f|hébr|j|li|mili|moy|nev|vo|v|vœ)(?:eu|u))x"),
            r"\1",
        ),
        (pattern(r"(b|cor|soupir|trav|vitr|ém)aux"), r"\1ail"),
    ),
    "german": (
        (
            pattern(
                r"(.*(?:auto|baby|büro|café|camp|chip|demo|euro|foto|handy|hobby|info|kamera|kino|konto|krimi|logo|mama"
                r"|nazi|oma|opa|papa|party|pony|profi|promi|radio|risiko|shop|sofa|studio|taxi|uni|video))s"
            ),
            r"\1",
        ),
        (pattern(r"(.*(?:evangeli|gymnasi|ministeri|muse|präsidi|stipendi|zentr))en"), r"\1um"),
        (pattern(r"(.*(?:firm|pizz|them|vill))en"), r"\1a"),
        (pattern(r"(.*kont)en"), r"\1o"),
    ),
    "italian": (
        (pattern(r"rimane"), _AS_IT_IS),
        (pattern(r"(..+)ani|(...+)an[ae]"), r"\1\2ano"),
        (pattern(r"(..+)oni"), r"\1one"),
        (pattern(r"(..+ier)[ai]"), r"\1e"),
        (pattern(r"(cam|gal|lett|op|pant|sf)ere"), r"\1era"),
        (pattern(r"(.+(?:vers|ert))i"), r"\1o"),
        (pattern(r"([aeiou](?:[b-df-hl-np-tvz]{2,}|cqu))[aeio]"), r"\1"),  # anno, altri, acque
    ),
    "norwegian": ((pattern(r"(år|by)(?:e[nrt]|a?ne|ene)s?"), r"\1"),),
    "portuguese": (
        (
            pattern(
                r"deus|[^áéíóúâêô]*[aeio]mos|.*(?:áv|ár|êr|ír|í|áss|êss|íss)[ae]?mos|.*[áâêô]mos"
            ),
            _AS_IT_IS,
        ),
        (pattern(r"(..+)[õo]es|(.+)ães"), r"\1\2ão"),
        (pattern(r"(..+)ns"), r"\1m"),
        (pattern(r"(..+)ais"), r"\1al"),
        (pattern(r"(..+)éis|(..+[vn])eis"), r"\1\2el"),
        (pattern(r"(..+)eis"), r"\1il"),
        (pattern(r"(her)óis"), r"\1ói"),
        (pattern(r"(..+)óis"), r"\1ol"),
        (pattern(r"(.+[^q])uis"), r"\1ul"),
        (pattern(r"(..+[aouáéóãôy]|.+[bcdfgklmnprtvw]|.+[gq]ue|[lr]ei)s"), r"\1"),
    ),
    "romanian": (
        (pattern(r"(an)(?:ii?|ilor|ului?)|(zi)(?:le|lele|lelor|ua)"), r"\1\2"),
        (pattern(r"(femei)(?:le|lor)?"), r"\1e"),
        (pattern(r"(...+a)[țţ]i"), r"\1t"),
    ),
    "spanish": (
        (
            pattern(r"dios|tras|[^áéíóú]*[aei]mos|.*(?:áb|ár|ér|í|ás|és)[ae]?mos|.*[áé]is"),
            _AS_IT_IS,
        ),
        (pattern(r"(.+[aeiouáéíóú]d|.+(?:[^iu]e|[aiouáéíóú])r|.*[áéíóú].*en)es"), r"\1"),
        (pattern(r"(..+[^eisáéíóú]|bebé|café|comité|mamá|menú|papá|sofá)s"), r"\1"),
    ),
    "swedish": ((pattern(r"(år)e[nt]s?"), r"\1"),),
    "turkish": ((pattern(r"(..+[mnae])l[ae]r"), r"\1"),),  # kadınlar
}

# By Snowball's name of a language: ends of stems.
_ENDS: Final[dict[str, _Rules]] = {
    "dutch": ((pattern(r"(..+(?:[b-df-hk-np-rtvwxz]|ie|proce|succe))s"), r"\1"),),  # mens, advies
    # première, active, chanteuse
    "french": (
        (pattern(r"(....+)er"), r"\1"),
        (pattern(r"(.+)if"), r"\1iv"),
        (pattern(r"(.+)eux"), r"\1eur"),
    ),
    "italian": ((pattern(r"(.*[cg])h"), r"\1"),),
    "portuguese": ((pattern(r"(.*)qu"), r"\1c"),),
    "spanish": ((pattern(r"(.*)(?:z|qu)"), r"\1c"),),
    "swedish": ((pattern(r"(....+)an"), r"\1"),),  # kvinnan
}


def singulars(words: Iterable[str], language: str) -> list[str]:
    """Return each word, or its singular if it is a plural. `language` is Snowball's name."""
    return _replaced(words, _PLURALS.get(language, ()))


def joined(stems: Iterable[str], language: str) -> list[str]:
    """Return the stems, those of one word alike. `language` is Snowball's name."""
    return _replaced(stems, _ENDS.get(language, ()))


def _replaced(words: Iterable[str], rules: _Rules) -> list[str]:
    return [_by_first(word, rules) for word in words] if rules else list(words)


def _by_first(word: str, rules: _Rules) -> str:
    for whole, instead in rules:
        if found := whole.fullmatch(word):
            return found.expand(instead)
    return word
