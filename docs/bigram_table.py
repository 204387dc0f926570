"""Write src/seedsearch/analysis/bigrams.table, the frequencies of pairs of letters and of East Asian characters.

`python docs/bigram_table.py LOCALE zh=FOLDER ja=FOLDER ko=FOLDER` counts the pairs in the translations of programs'
messages: LOCALE is a folder of gettext catalogs, as `/usr/share/locale` of a Linux system with many programs. The
other folders have running text in the language, in any encoding that seedsearch knows. Only numbers leave the texts.

- Each line of the table has a language and eleven or more columns. Column n has the pairs, or the characters, with a
  frequency of 1 in 2^n: of a pair, among the pairs with the same first letter. `_` is a space, at the ends of words.
- Texts with the vowel points of Hebrew and Arabic, and English with words and names of other languages, are added,
  because messages have none.
- Traditional Chinese is counted in the messages of Taiwan, and in the simplified texts written in traditional
  characters (han.table).
"""

from __future__ import annotations

import gettext
import math
import re
import sys
import unicodedata
import zlib
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from itertools import pairwise
from pathlib import Path

from seedsearch.analysis.tables import EAST_ASIAN, one_form
from seedsearch.corpus.decode import decode

TARGET = Path(__file__).parents[1] / "src/seedsearch/analysis/bigrams.table"
HEAD = """\
# Bits of the most common pairs of letters of a language, and of the most common characters of Chinese (zh, zt:
# traditional), Japanese and Korean. Made by docs/bigram_table.py, which explains the columns. The pairs are counted
# in the message catalogs of free programs, the characters also in Wikipedia and newspapers.
"""
CATALOGS = {"pt": ("pt", "pt_BR"), "no": ("nb",), "zh": ("zh_CN",), "zt": ("zh_TW", "zh_HK")}
OTHER_SCRIPTS = ("ru", "uk", "bg", "sr", "be", "mk", "kk", "mn", "el", "he", "ar", "fa", "th")
LANGUAGES = (
    *OTHER_SCRIPTS, "af", "ca", "cs", "da", "de", "es", "et", "eo", "eu", "fi", "fr", "ga", "gl", "hr", "hu", "id",
    "is", "it", "lt", "lv", "nl", "no", "pl", "pt", "ro", "sk", "sl", "sq", "sv", "tl", "tr", "vi",
)  # fmt: skip
CODE = re.compile(
    r"%[-#0-9.*]*[a-z]+|%\(\w+\)\w|\{\w*\}|<[^>]*>|https?:\S+|\$\w+|\\\w|--?[\w-]+|[A-Z_]{4,}|&\w+;"
)
MOST_CHARS = 1_500_000
MOST_PAIRS = 350  # with a letter beyond ASCII
MOST_ASCII_PAIRS = 200
LEAST_SHARE = 3e-6
MOST_BITS = 10  # of a pair
MOST_BITS_OF_CHARACTERS = 12
ADDED_TIMES = 20
ADDED = {
    "he": "בְּרֵאשִׁית בָּרָא אֱלֹהִים אֵת הַשָּׁמַיִם וְאֵת הָאָרֶץ׃ וְהָאָרֶץ הָיְתָה תֹהוּ וָבֹהוּ וְחֹשֶׁךְ עַל־פְּנֵי תְהוֹם "
    "וְרוּחַ אֱלֹהִים מְרַחֶפֶת עַל־פְּנֵי הַמָּיִם׃ וַיֹּאמֶר אֱלֹהִים יְהִי אוֹר וַיְהִי־אוֹר׃ ",
    "ar": "بِسْمِ اللَّهِ الرَّحْمنِ الرَّحِيمِ الْحَمْدُ لِلَّهِ رَبِّ الْعالَمِينَ كِتابٌ كِتاباً كِتابٍ ",
    "en": "naïve naïveté naïvely café cafés façade fiancé fiancée résumé résumés cliché jalapeño El Niño La Niña Zoë "
    "Chloë Brontë José João São Bogotá México Perú Panamá Málaga Córdoba García González Rodríguez Martínez "
    "Hernández Pérez Sánchez Ramírez Gómez Díaz Tromsø Øystein Søren Jørgen Malmö Göteborg Ångström Århus Ærø "
    "smörgåsbord Curaçao François Françoise garçon Pokémon über Übermensch doppelgänger Müller Schröder Köln "
    "Zürich München Düsseldorf Tübingen Gödel Schrödinger Poincaré Renée René Beyoncé Nestlé Citroën Noël "
    "Raphaël Israël coöperate reëlect Québec Montréal Nîmes Besançon Genève Orléans Béla Orbán Reykjavík Björk "
    "Sigurðsson Guðmundur Þórður señor señora mañana piñata vis-à-vis à la carte déjà vu voilà crème brûlée "
    "entrée purée soufflé protégé exposé émigré élite étude ménage naïf Dvorák crêpe fête tête-à-tête pâté Île "
    "Côte Hôtel château maître raison d'être Pelé Guimarães Magalhães Conceição Brasília Antônio Nuñez Ibáñez "
    "Peña Muñoz Strauß Weiß Größe Straße Ørsted Åland Häagen Jägermeister Führer Märchen Käse Bögli Grönland ",
}  # fmt: skip


def messages(locale: Path, language: str) -> Iterator[tuple[str, str]]:
    """Yield each English message and its translation, once, without code."""
    seen = set()
    for name in CATALOGS.get(language, (language,)):
        for path in sorted(locale.glob(f"{name}/LC_MESSAGES/*.mo")):
            with path.open("rb") as file:
                try:
                    catalog = vars(gettext.GNUTranslations(file))["_catalog"]
                except (OSError, UnicodeDecodeError, ValueError, IndexError):  # some are damaged
                    continue
            for key, text in catalog.items():
                source = key[0] if isinstance(key, tuple) else key
                if len(text) > 8 and text != source and text not in seen:
                    seen.add(text)
                    yield without_code(source), without_code(text)


def without_code(message: str) -> str:
    """Return a message without its placeholders and marks."""
    return CODE.sub(" ", message).replace("_", "").replace("&", "")


def in_cp1258(text: str) -> str:
    """Return Vietnamese as this encoding has it: tones are marks after their letters."""
    found = []
    for char in text:
        parts = unicodedata.normalize("NFD", char)
        tones = [part for part in parts if part in "\u0300\u0301\u0303\u0309\u0323"]
        letter = unicodedata.normalize("NFC", "".join(part for part in parts if part not in tones))
        is_one = char.encode("cp1258", "ignore")
        found.append(char if is_one else letter + "".join(tones))
    return "".join(found)


def spellings(text: str, language: str) -> str:
    """Return a text in lower case, in each of the spellings that encodings have for it."""
    if language == "tr":
        text = text.replace("İ", "i").replace("I", "ı")
    text = unicodedata.normalize("NFC", text.lower())
    if language == "vi":
        return in_cp1258(text)
    if language == "fa":
        text = text.replace("ی", "ي")
        return text.replace("ک", "ك") + "\n" + text
    return text.replace("ș", "ş").replace("ț", "ţ") if language == "ro" else text


def pairs_of(text: str, language: str) -> Counter[str]:
    """Count the pairs of letters in words. Latin words in another script are none of the language."""
    letters = "".join(char if unicodedata.category(char)[0] in "LM" else " " for char in text)
    found: Counter[str] = Counter()
    for word, n in Counter(letters.split()).items():
        if language not in OTHER_SCRIPTS or not re.search("[a-z]", word):
            spaced = f" {word} "
            for first, second in pairwise(spaced):
                found[first + second] += n
    return found


def levels_of_pairs(found: Counter[str]) -> list[str]:
    """Return the columns of a language."""
    after: Counter[str] = Counter()
    for pair, n in found.items():
        after[pair[0]] += n
    least = max(3.0, found.total() * LEAST_SHARE)
    common = [pair for pair, n in found.most_common() if n >= least]
    is_thai = any("\u0e00" < pair[1] < "\u0e7f" for pair in common)
    beyond = [pair for pair in common if not pair.isascii()][: MOST_PAIRS * (2 if is_thai else 1)]
    kept = beyond + [pair for pair in common if pair.isascii()][:MOST_ASCII_PAIRS]
    return columns(
        (pair.replace(" ", "_"), min(MOST_BITS, round(-math.log2(found[pair] / after[pair[0]]))))
        for pair in kept
    )


def columns(bits: Iterable[tuple[str, int]]) -> list[str]:
    """Return the pairs or characters of each number of bits, sorted."""
    found: defaultdict[int, list[str]] = defaultdict(list)
    for what, n in bits:
        found[n].append(what)
    return ["".join(sorted(found[n])) for n in range(max(found) + 1)]


def characters_of(texts: Iterable[str]) -> Counter[str]:
    """Count East Asian characters."""
    found: Counter[str] = Counter()
    for text in texts:
        found.update(
            char
            for char in text
            if char > "\u2fff" and (unicodedata.category(char)[0] == "L" or char in "ー、。")
        )
    return found


def running_texts(folder: Path) -> Iterator[str]:
    """Yield the texts of a folder."""
    for path in sorted(folder.rglob("*")):
        if path.is_file() and path.name not in ("README", "manifest.tsv"):
            yield decode(path.read_bytes()[:400_000]).text


def in_traditional(found: Counter[str], usual: Counter[str]) -> Counter[str]:
    """Return the counts of simplified characters for the traditional ones, of which `usual` are the most common."""
    olds: defaultdict[str, list[str]] = defaultdict(list)
    for old, new in one_form().items():
        olds[new].append(old)
    traditional: Counter[str] = Counter()
    for char, n in found.items():
        in_big5 = [
            old for old in (*olds[char], char) if b"" < old.encode("big5", "ignore") < b"\xc7"
        ]
        if in_big5:
            traditional[max(in_big5, key=lambda old: (usual[old], old != char))] += n
    return traditional


def levels_of_characters(*counts: Counter[str]) -> list[str]:
    """Return the columns of a language, for texts of several kinds that count alike."""
    shares: Counter[str] = Counter()
    scale = 10**9
    for found in counts:
        for char, n in found.items():
            shares[char] += n * scale // found.total()
    total = shares.total()
    bits = [(char, round(-math.log2(n / total))) for char, n in shares.items() if n]
    return columns((char, n) for char, n in bits if n <= MOST_BITS_OF_CHARACTERS)


def main() -> None:
    """Write the table."""
    locale, folders = Path(sys.argv[1]), dict(each.split("=") for each in sys.argv[2:])
    rows = {}
    for language in ("en", *LANGUAGES):
        texts = {
            english if language == "en" else translated
            for english, translated in messages(locale, "de" if language == "en" else language)
        }
        text = "\n".join(sorted(texts, key=lambda each: zlib.crc32(each.encode())))[:MOST_CHARS]
        text += ADDED_TIMES * ADDED.get(language, "")
        rows[language] = levels_of_pairs(pairs_of(spellings(text, language), language))
    of_messages = {
        name: characters_of(text for _, text in messages(locale, name)) for name in EAST_ASIAN
    }
    running = {name: characters_of(running_texts(Path(folder))) for name, folder in folders.items()}
    running["zt"] = in_traditional(running["zh"], of_messages["zt"])
    for name in EAST_ASIAN:
        rows[name] = levels_of_characters(of_messages[name], running[name])
    lines = ["\t".join((language, *row)) for language, row in sorted(rows.items())]
    TARGET.write_text(HEAD + "\n".join(lines) + "\n", "utf-8")


if __name__ == "__main__":
    main()
