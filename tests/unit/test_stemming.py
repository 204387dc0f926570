"""Which terms are forms of one word."""

from __future__ import annotations

import pytest

from seedsearch.analysis.stemming import FIRSTS, OTHERS, Form, Sense, Stems, marked, own_language
from seedsearch.analysis.tables import irregular_forms


@pytest.mark.parametrize(
    "forms",
    [
        ["troop", "troops", "trooped"],
        ["ally", "allies"],
        ["missile", "missiles"],
        ["deploy", "deployed", "deploying", "deploys"],
        ["война", "войны", "войну"],
        ["солдат", "солдаты", "солдатами"],
        ["λογοσ", "λογου"],
    ],
)
def test_one_word(forms: list[str]) -> None:
    stems = Stems()
    assert len({stems.stem(form) for form in forms}) == 1


@pytest.mark.parametrize("term", ["f35", "35", "沒有", "한국", "ไท", "שלום", ""])
def test_what_has_no_stem_is_its_own(term: str) -> None:
    assert Stems().stem(term) == term


def test_different_words_stay_apart() -> None:
    stems = Stems()
    assert stems.stem("korea") != stems.stem("korean")
    assert stems.stem("universe") != stems.stem("troop")


def test_many_at_once_are_stemmed_alike() -> None:
    terms = ["troops", "войны", "", "沒有", "35", "troops", "λογου", "deploying", "e\u0301x", "éa"]
    stems = Stems()
    assert stems.stem_all(terms) == [stems.stem(term) for term in terms]
    assert stems.stem_all([]) == []


@pytest.mark.parametrize(
    ("language", "forms"),
    [
        ("tr", "gün günler günlerde"),
        ("cs", "evropský evropských evropským"),
        ("pl", "papier papierów papieru"),
        ("hu", "lecke leckéből leckét"),
        ("lt", "likutis likučiai likučių"),
        ("fr", "arrivé arrivée arrivées"),
        ("es", "suspendió suspender suspendido"),
        ("ro", "casă casele"),
        ("de", "Haus Häuser".lower()),
        ("ar", "إسلامكم إسلامنا"),
        ("ne", "परिवारसँग परिवारहरुसँगै"),
        ("sr", "čistač čistačima"),
        ("sr", "čistač чистачима"),
        ("hr", "emigrant emigrante"),
        ("yi", "גרעזל גרעזער"),
    ],
)
def test_words_with_accents_are_stemmed_by_their_spelling(language: str, forms: str) -> None:
    stems = Stems()
    assert len({stems.form(form, language).stem.partition("=")[0] for form in forms.split()}) == 1


@pytest.mark.parametrize(
    ("language", "forms"),
    [
        ("es", "mujer mujeres"), ("es", "ciudad ciudades"), ("es", "año años"), ("es", "día días"),
        ("es", "isla islas"), ("es", "joven jóvenes"), ("es", "famosa famosas famoso famosos"), ("es", "luz luces"),
        ("es", "gobierno gobiernos"), ("es", "líder líderes"), ("es", "inglés ingleses"), ("es", "país países"),
        ("es", "hablar hablas hablamos hablábamos hablarás"), ("es", "buscar busque"), ("es", "canción canciones"),
        ("es", "último últimos"), ("es", "puede puedes"), ("es", "quiere quieres"), ("es", "gris grises"),
        ("pt", "homem homens"), ("pt", "eleição eleições"), ("pt", "capitão capitães"), ("pt", "jornal jornais"),
        ("pt", "hotel hotéis"), ("pt", "nível níveis"), ("pt", "fácil fáceis"), ("pt", "azul azuis"),
        ("pt", "ano anos"), ("pt", "herói heróis"), ("pt", "irmã irmãs"), ("pt", "deus deuses"), ("pt", "ficar fiquei"),
        ("pt", "falar falamos falávamos"), ("pt", "museu museus"), ("pt", "último últimos"), ("pt", "lei leis"),
        ("fr", "ami amis"), ("fr", "euro euros"), ("fr", "petit petits petite petites"), ("fr", "élu élus élue"),
        ("fr", "étranger étrangers étrangère"), ("fr", "religion religions"), ("fr", "jeu jeux"), ("fr", "loi lois"),
        ("fr", "travail travaux"), ("fr", "français française françaises"), ("fr", "divers diverse"),
        ("fr", "parler parlerons parlerions"), ("fr", "premier première"), ("fr", "pris prise"),
        ("it", "italiano italiani italiana italiane"), ("it", "anno anni"), ("it", "altro altri altra altre"),
        ("it", "lettera lettere"), ("it", "padrone padroni"), ("it", "bandiera bandiere"), ("it", "lago laghi"),
        ("it", "diverso diversi diverse"), ("it", "parlano parlare"), ("it", "rimane rimanere"), ("it", "acqua acque"),
        ("ca", "català catalans"), ("ca", "cançó cançons"), ("ca", "jardí jardins"), ("ca", "amiga amigues"),
        ("nl", "mens mensen"), ("nl", "dag dagen"), ("nl", "snelweg snelwegen"), ("nl", "woord woorden"),
        ("nl", "kind kinderen"), ("nl", "stad steden"), ("nl", "lid leden"), ("nl", "glas glazen"),
        ("nl", "motor motoren"), ("nl", "maatregel maatregelen"), ("nl", "jongen jongens"), ("nl", "proces processen"),
        ("nl", "expert experts"), ("nl", "probleem problemen"), ("nl", "advies adviezen"), ("nl", "kantoor kantoren"),
        ("ro", "soldat soldați"), ("ro", "an ani anul anilor"), ("ro", "zi zile"), ("ro", "femeie femei"),
        ("sv", "år åren året"), ("sv", "kvinna kvinnor kvinnan"), ("da", "år året årene"), ("no", "by byer byen byene"),
        ("tr", "kadın kadınlar"), ("tr", "seçim seçimler seçimde"), ("tr", "başkan başkanlar"),
        ("fr", "actif active"), ("fr", "chanteur chanteuse"), ("de", "museum museen"), ("de", "firma firmen"),
        ("de", "auto autos"), ("de", "elektroauto elektroautos"), ("de", "haus hauses häuser"),
    ],
)  # fmt: skip
def test_plurals_that_snowball_keeps_apart(language: str, forms: str) -> None:
    stems = Stems()
    assert len({stems.form(form, language).stem.partition("=")[0] for form in forms.split()}) == 1


@pytest.mark.parametrize(
    ("language", "one", "other"),
    [("es", "dio", "dios"), ("fr", "moi", "mois"), ("fr", "mai", "mais"), ("pt", "deu", "deus"), ("it", "oro", "ora")],
)  # fmt: skip
def test_words_that_only_look_like_plurals(language: str, one: str, other: str) -> None:
    stems = Stems()
    assert stems.form(one, language).stem != stems.form(other, language).stem


def test_a_form_is_a_term_and_the_key_of_its_stem_class() -> None:
    stems = Stems()
    assert stems.form("gu\u0308nler", "tr") == Form("gunler", "gun tr=gün")
    assert stems.form("gun", "tr") == Form("gun", "gun tr")
    assert stems.form("gunler", "tr") == Form("gunler", "gun tr")
    assert stems.form("gozler", "tr") == Form("gozler", "gozler tr")
    assert stems.form("troops", "en") == Form("troops", "troop")
    assert stems.form("войска", "tr") == Form("войска", stems.stem("войска"))
    assert marked(Form("gunler", "gun tr=gün")) == "gunler tr=gün gun".encode()
    assert marked(Form("gun", "gun tr=gün")) == "gun tr=gün".encode()
    assert marked(Form("gun", "gun tr")) == b"gun tr"
    assert marked(Form("troops", "troop")) == b"troops"
    assert stems.stem_encoded([b"gunler tr=z gun", b"gun tr", b"troops", b"x tr y"]) == [
        b"gun tr=z", b"gun tr", b"troop", b"y tr",
    ]  # fmt: skip


def test_a_word_without_accents_finds_what_is_written_with_them() -> None:
    stems = Stems()
    word = Sense(stems, "electricite", "electricite", "fr")
    assert all(word.has(stems.form(form, "fr")) for form in ("électricité", "électricités"))
    assert not word.has(stems.form("électron", "fr"))
    accented = Sense(stems, "électricité", "electricite", "fr")
    assert accented.has(stems.form("electricite", "fr"))


@pytest.mark.parametrize("language", sorted(OTHERS))
def test_stems_of_many_terms_without_accents(language: str) -> None:
    stems = Stems()
    letter = {"ar": "ا", "fa": "ا", "yi": "א", "ne": "न"}.get(language, "a")
    terms = [letter, f"{letter}{letter}ement", "electricite", "والكتاب", "नमस्ते", "гитара", "ħal"]
    own = [term for term in terms if own_language(term, language)]
    keys = [stems.form(term, language).stem.partition("=")[0] for term in own]
    assert stems.unaccented(own, language) == keys


def test_the_first_letters_of_irregular_forms_are_known() -> None:
    firsts = {(word[:1], form[:1]) for form, word in irregular_forms().items()}
    assert {word.decode(): form.decode() for word, form in firsts if word != form} == FIRSTS


def test_accents_tell_words_apart_where_a_word_is_written_with_them() -> None:
    stems = Stems()
    word = Sense(stems, "pêche", "peche", "fr")
    assert word.is_spelt(stems.form("pêches", "fr"))
    assert not word.is_spelt(stems.form("péché", "fr"))
    assert word.has(stems.form("péché", "fr"))
    vietnamese = Sense(stems, "má", "ma", "vi")
    assert not any(vietnamese.is_spelt(stems.form(form, "vi")) for form in ("ma", "mã", "mạ"))
    assert all(vietnamese.has(stems.form(form, "vi")) for form in ("ma", "mã", "mạ", "má"))


@pytest.mark.parametrize(
    ("word", "other"),
    [("القاهره", "القاهرة"), ("والكتاب", "كتاب"), ("المياه", "مياه"), ("والدته", "والده")],
)
def test_arabic_words_with_an_article(word: str, other: str) -> None:
    stems = Stems()
    assert stems.form(word, "ar").stem == stems.form(other, "ar").stem
    assert stems.stem_all([word]) == [stems.stem(word)] == stems.stem_all([other])
