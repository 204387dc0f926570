"""The language of a text: clear from its script or its common words, or unknown."""

from __future__ import annotations

import pytest

from seedsearch.analysis.fold import Folder
from seedsearch.analysis.language import language_of
from seedsearch.analysis.tables import common_words, one_form

TEXTS = {
    "en": "The ferry leaves the harbour at six, and the captain said that it would not be late, because there is "
    "no wind on the bay and the other boats have been in for an hour.",
    "de": "Die Fähre verlässt den Hafen um sechs Uhr, und der Kapitän sagte, dass sie nicht zu spät sein wird, weil "
    "es auf dem Meer keinen Wind gibt und die anderen Boote schon da sind.",
    "fr": "Le bateau quitte le port à six heures, et le capitaine a dit qu'il ne sera pas en retard, parce que le vent "
    "est faible sur la mer et que les autres sont déjà dans le port.",
    "es": "El barco sale del puerto a las seis, y el capitán dijo que no va a llegar tarde, porque no hay viento en "
    "la bahía y los otros barcos ya están en el muelle desde hace una hora.",
    "it": "La nave lascia il porto alle sei e il capitano ha detto che non sarà in ritardo, perché non c'è vento sul "
    "mare e le altre navi sono già nel porto da più di un'ora.",
    "pt": "O barco sai do porto às seis horas e o capitão disse que não vai chegar tarde, porque não há vento na baía "
    "e os outros barcos já estão no cais há uma hora.",
    "nl": "De boot verlaat de haven om zes uur en de kapitein zei dat hij niet te laat zal zijn, want er is geen wind "
    "op de zee en de andere boten zijn al in de haven.",
    "sv": "Båten lämnar hamnen klockan sex och kaptenen sade att den inte kommer att vara sen, för det är ingen vind "
    "på havet och de andra har redan varit i hamnen en timme.",
    "da": "Båden forlader havnen klokken seks, og kaptajnen sagde, at den ikke bliver forsinket, for der er ingen vind "
    "af betydning på havet, og de andre både har været i havnen efter at have sejlet hele natten.",
    "no": "Båten forlater havnen klokka seks, og kapteinen sa at den ikke blir forsinket, for det er ingen vind av "
    "betydning på havet nå, og de andre båtene har vært i havnen etter å ha seilt hele natten.",
    "fi": "Laiva lähtee satamasta kello kuusi, ja kapteeni sanoi että se ei ole myöhässä, koska merellä ei nyt ole "
    "tuulta ja muut laivat ovat jo olleet satamassa, mutta myös niin kuin ennen.",
    "pl": "Statek wychodzi z portu o szóstej, a kapitan powiedział, że nie będzie spóźniony, bo na morzu nie ma wiatru "
    "i inne statki są już w porcie od godziny, jak to było także przed rokiem.",
    "cs": "Loď opouští přístav v šest hodin a kapitán řekl, že se nezpozdí, protože na moři není vítr a ostatní lodě "
    "jsou již v přístavu, kde byly také před rokem, než se vše změnilo.",
    "hu": "A hajó hat órakor indul el a kikötőből, és a kapitány azt mondta, hogy nem fog késni, mert nincs szél a "
    "tengeren, de a többi hajó már egy órája itt van, és ez nem is volt így.",
    "ro": "Vaporul pleacă din port la ora șase, iar căpitanul a spus că nu va fi în întârziere, pentru că nu este vânt "
    "pe mare și celelalte vapoare sunt deja în port de o oră.",
    "tr": "Gemi saat altıda limandan kalkıyor ve kaptan geç kalmayacağını söyledi, çünkü denizde rüzgar yok ama bu "
    "limanda olan her gemi için bir saat daha var, en sonra da o gelir.",
    "id": "Kapal itu akan berangkat dari pelabuhan pada pukul enam dan kapten mengatakan bahwa tidak akan terlambat, "
    "karena tidak ada angin di laut dan kapal yang lain sudah ada di pelabuhan.",
    "vi": "Con tàu rời cảng vào lúc sáu giờ và thuyền trưởng đã nói rằng nó sẽ không bị trễ, vì không có gió trên biển "
    "và những con tàu khác đã ở trong cảng từ một giờ trước.",
    "ru": "Корабль выходит из порта в шесть часов, и капитан сказал, что он не опоздает, потому что на море нет ветра, "
    "а другие корабли уже были в порту.",
    "uk": "Корабель виходить з порту о шостій годині, і капітан сказав, що він не запізниться, бо на морі немає вітру, "
    "а інші кораблі вже були в порту, як і після того.",
    "bg": "Корабът излиза от пристанището в шест часа и капитанът каза, че няма да закъснее, защото по морето няма "
    "вятър, а другите кораби вече са в пристанището от един час.",
    "ar": "تغادر السفينة الميناء في الساعة السادسة وقال القبطان إن السفينة لن تتأخر لأن الريح هادئة على البحر كما كانت "
    "من قبل في هذا الميناء الذي وصلت إلى رصيفه سفن أخرى",
    "fa": "کشتی در ساعت شش از بندر حرکت می‌کند و ناخدا گفت که دیر نخواهد رسید زیرا در دریا باد نیست و کشتی‌های دیگر از "
    "یک ساعت پیش در بندر هستند و این را هم او گفته است",
    "hi": "जहाज छह बजे बंदरगाह से निकलता है और कप्तान ने कहा कि वह देर से नहीं होगा क्योंकि समुद्र में हवा नहीं है और दूसरे जहाज "
    "एक घंटे से बंदरगाह पर हैं",
    "he": "הספינה יוצאת מן הנמל בשעה שש והקברניט אמר כי לא יהיה איחור כי אין רוח על הים וגם הספינות של האחרים כבר היו "
    "בנמל לפני כן אבל זה לא כל מה שהיה",
    "el": "Το πλοίο φεύγει από το λιμάνι στις έξι.",
    "th": "เรือออกจากท่าเรือตอนหกโมง",
    "ko": "배는 여섯 시에 항구를 떠난다.",
    "ja": "船は六時に港を出て、夕方に戻る。",
    "zh": "船在六点钟离开港口，船长说不会晚点，因为海上没有风，其他的船已经到了。",
    "hy": "Նավը դուրս է գալիս նավահանգստից ժամը վեցին։",
    "ka": "გემი ნავსადგურიდან ექვს საათზე გადის.",
    "ta": "கப்பல் ஆறு மணிக்கு துறைமுகத்தை விட்டு வெளியேறுகிறது.",
    "km": "កប៉ាល់ចាកចេញពីកំពង់ផែនៅម៉ោងប្រាំមួយ។",
    "lo": "ເຮືອອອກຈາກທ່າເຮືອເວລາຫົກໂມງ.",
    "my": "သင်္ဘောသည် ဆိပ်ကမ်းမှ ခြောက်နာရီတွင် ထွက်ခွာသည်။",
}


@pytest.mark.parametrize("language", TEXTS)
def test_a_sentence_or_two_are_enough(language: str) -> None:
    assert language_of(TEXTS[language]) == language


@pytest.mark.parametrize(
    "text",
    [
        "",
        "\n \t",
        "F-35",
        "Port of Hamburg",
        "1. Müller 12:04  2. García 12:09  3. Rossi 12:31  4. Dubois 12:40  5. Smith 12:45 6. Novák 12:50",
        "Vincent van Gogh, Leonardo da Vinci",
        "Index Term Weighting",
        "Santos, García; Rossi",
        "東京都港区",  # Chinese or Japanese
        "金正恩",
        "😀 😀 😀 — … !!!",
        "\ud800\udfff",
    ],
)
def test_what_is_not_clear_is_not_said(text: str) -> None:
    assert language_of(text) == ""


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("Ich habe kein Brot mehr gekauft.", "de"),
        ("Die Kinder spielen im Garten", "de"),
        ("Los gatos negros duermen en la casa", "es"),
        ("Los años pasan muy rápido", "es"),
        ("Le città italiane sono antiche", "it"),
        ("Minha mãe compra maçãs vermelhas", "pt"),
        ("Kirjat ovat pöydällä", "fi"),
        ("Kitaplar masanın üzerinde", "tr"),
        ("Knihy jsou na stole", "cs"),
        ("Pisica neagră doarme în pat", "ro"),
        ("die Geschichte der deutschen Eisenbahn", "de"),
        ("Los niños juegan en el parque", "es"),
        ("Der er ingen kaffe tilbage i køkkenet", "da"),
        ("Завтра мы поедем на дачу", "ru"),
        ("Завтра ми поїдемо на дачу", "uk"),
        ("Anak-anak bermain di taman", "id"),
        ("The song features drums", "en"),
        ("South Korean ships left the port of Pusan with coal and steel.", "en"),
        ("A man in Rio de Janeiro", ""),
        ("Lawson W. to Z. Smith", "en"),
        ("anachronistically on a car radio in", "en"),
        ("A Library Management Game: a report on a research project", ""),
        ("Der Vorstand hat den Antrag abgelehnt und vertagt", "de"),
        ("Les étudiants sont arrivés hier à la gare", "fr"),
        ("Le train n’est pas encore arrivé", "fr"),
        ("El servicio fue suspendido por la lluvia", "es"),
        ("El gobierno suspendió la reunión de los ministros en la ciudad", "es"),
        ("¿La reunión se suspendió hasta el lunes?", "es"),
        ("La riunione è stata rinviata a lunedì", "it"),
        ("A reunião foi adiada para segunda-feira", "pt"),
        ("Er is geen brood meer in huis", "nl"),
        ("Het boek ligt op de tafel", "nl"),
        ("Des journaux sur la table", "fr"),
        ("Tågen kom inte i tid till stationen", "sv"),
        ("Fiskebåten lå ved brygga, men det var ikke nok for alle", "no"),
        ("Spotkanie zostało przełożone na poniedziałek", "pl"),
        ("Los Angeles and Las Vegas, Santa Fe de la Cruz", ""),
        ("Soldiers die in war so men had no hat", "en"),
        ("Vincent van Gogh en Leonardo da Vinci", ""),
        ("Kamdem died in a car accident on Saturday", "en"),
    ],
)
def test_a_few_words_are_enough_if_they_are_clear(text: str, language: str) -> None:
    assert language_of(text) == language


def test_quotes_do_not_change_it() -> None:
    german = (
        TEXTS["de"]
        + ' Im Buch "The Lord of the Rings" ist das nicht so, aber in "The Art of War" auch.'
    )
    assert language_of(german) == language_of(TEXTS["de"] + german) == "de"
    assert language_of(TEXTS["ja"] * 3 + " Linux kernel, version 6.1 ") == "ja"
    assert language_of("第一章。" + TEXTS["zh"] + "「の」是日文的一个助词。") == "zh"


def test_a_long_text_is_looked_at_in_its_middle_too() -> None:
    notice = (
        "This book is for the use of anyone and the terms of the licence are at the end of it. "
        * 20
    )
    assert language_of(notice + TEXTS["de"] * 80) == "de"
    assert language_of(notice * 10) == "en"


def test_common_words_are_short_and_written_once() -> None:
    for languages in common_words().values():
        for language, text in languages.items():
            words = text.split()
            assert len(words) == len(set(words)), language
            assert text == text.lower()
            assert all(len(word) < 14 for word in words)


def test_chinese_characters_have_one_form() -> None:
    fold = Folder().fold
    one = one_form()
    assert len(one) > 3000
    assert not one.keys() & one.values()
    for char, form in one.items():
        assert "\u3400" <= char <= "\u9fff"
        assert "\u3400" <= form <= "\u9fff"
        assert fold(char) == fold(form) == form


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("Işıklı ağaçlar", "tr"),
        ("Dağların ışığı ve şehir", "tr"),
        ("Őrült tűz és víz", "hu"),
        ("Řeky a pěšiny", "cs"),
        ("Łódź i Białystok płoną", "pl"),
        ("Książki leżą na stole", "pl"),
        ("Staré písně", "cs"),
        ("Två flickor läser en bok", "sv"),
        ("Güzel çiçekler aldım", "tr"),
        ("Nguyễn và bà cô", "vi"),
        ("Résumé of a déjà vu", ""),
        ("Café Zürich", ""),
        ("President Erdoğan met the chancellor", ""),
        ("Erdoğan, Łódź", ""),
        ("Straße", ""),
    ],
)
def test_few_words_are_known_by_their_letters(text: str, language: str) -> None:
    assert language_of(text) == language


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("Skolerne i byen er lukket, og børnene er hos deres forældre i dag.", "da"),
        ("Vejret er på plads, men der var køb på", "da"),
        ("Skolene i byen er stengt, og barna er hos bestemor i dag, men ikke på kjøkkenet.", "no"),
        ("Han er på øya, men det var i dag for alle gjester", "no"),
    ],
)
def test_spelling_tells_danish_from_norwegian(text: str, language: str) -> None:
    assert language_of(text) == language


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("Die Häuser sind alt.\nСтарые дома горят.\n古い家が燃える。\n", "de"),
        ("Das Haus ist alt.\nДом стоит.\n", "de"),
        ("Les chevaux sont dans le pré.\nКони бегут.\n馬が走る。", "fr"),
        ("Старые дома горят у самой реки и до самого утра, das ist gut.", "ru"),
        ("東京で会議があります。the cat sat", "ja"),
    ],
)
def test_the_latin_words_of_a_short_text_in_several_scripts_decide(
    text: str, language: str
) -> None:
    assert language_of(text) == language


def test_letters_of_another_script_decide_nothing() -> None:
    assert language_of("stone bridge " * 30 + "de en " * 4 + "їєїє " * 3) == ""


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("Alte Häuser", "de"),
        ("Viele Bücher lesen", "de"),
        ("Élèves arrêtés", "fr"),
        ("Eleições municipais", "pt"),
        ("Gränsöverskridande samarbete", "sv"),
        ("Książki dla dzieci", "pl"),
        ("Šetření pokračuje", "cs"),
        ("Építkezés közben", "hu"),
        ("Tăierea pădurilor", "ro"),
        ("Žmonės miestuose", "lt"),
        ("Köprü yapıldı", "tr"),
        ("Motörhead", ""),
        ("Café society", ""),
        ("Bogotá hosts meeting", ""),
        ("Mr. Orbán said", "en"),
        ("François Hollande", ""),
    ],
)
def test_pairs_of_letters_tell_the_language_of_two_words(text: str, language: str) -> None:
    assert language_of(text) == language
