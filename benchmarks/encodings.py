"""Measure how many short texts are read in the right encoding.

`python -m benchmarks.encodings [-v]` cuts sentences of many languages to 1, 2, 3, 6, 12 and all words (those without
spaces to 2, 4, 8, 16 and all characters), writes each in the encodings that people have for the language, and decodes
it. A text is right if all its letters are. `-v` prints those that are not. The sentences are not among the texts that
analysis/bigrams.table was counted in.
"""

from __future__ import annotations

import sys
import unicodedata
from collections import Counter
from collections.abc import Iterator

from seedsearch.corpus.decode import decode
from seedsearch.corpus.skip import Skip

SENTENCES = {
    "ru": (
        "Губернатор области подписал соглашение о строительстве нового моста через реку, которое обойдётся "
        "бюджету в несколько миллиардов рублей в ближайшие три года.",
        "Отчёт о поездке делегации в Казань поступил в редакцию вчера вечером, однако журналисты не "
        "нашли в нём никаких ответов на свои вопросы.",
        "Суд отказал в удовлетворении жалобы, хотя свидетели подтвердили, что документы были подделаны "
        "ещё прошлым летом.",
    ),
    "uk": (
        "Міський голова підписав угоду про будівництво нової школи, яка відкриється наступного року "
        "біля залізничного вокзалу в центрі міста.",
        "Журналісти з'ясували, що підприємство їхнього депутата отримало гроші з бюджету без жодного "
        "конкурсу, хоча закон це забороняє.",
    ),
    "bg": (
        "Кметът подписа договора за новия мост над реката, въпреки че общинските съветници поискаха "
        "още време за обсъждане на цената.",
        "Разследването показа, че фирмата е получила пари от бюджета без търг, а министърът отказа да "
        "отговори на въпросите ни.",
    ),
    "sr": (
        "Градоначелник је потписао уговор о изградњи новог моста преко реке, иако су одборници тражили "
        "да се цена још једном провери.",
        "Новинари су открили да је предузеће добило новац без конкурса, што закон изричито забрањује "
        "већ неколико година.",
    ),
    "be": (
        "Старшыня гарадскога савета падпісаў дагавор аб будаўніцтве новага моста цераз раку, які каштуе "
        "больш за мільён рублёў.",
    ),
    "el": (
        "Ο δήμαρχος υπέγραψε τη συμφωνία για την κατασκευή της νέας γέφυρας πάνω από τον ποταμό, παρά "
        "τις αντιδράσεις των κατοίκων της περιοχής.",
        "Η έρευνα έδειξε ότι η εταιρεία πήρε χρήματα από τον προϋπολογισμό χωρίς διαγωνισμό, ενώ ο υπουργός "
        "αρνήθηκε να απαντήσει στις ερωτήσεις μας.",
        "Οι μάρτυρες επιβεβαίωσαν χθες ότι τα έγγραφα ήταν πλαστά.",
    ),
    "he": (
        "ראש העיר חתם אתמול על הסכם לבניית גשר חדש מעל הנהר, למרות התנגדותם של תושבי השכונה ושל חברי "
        "המועצה.",
        "התחקיר מגלה כי החברה קיבלה כספים מתקציב המדינה ללא מכרז, והשר סירב להשיב על שאלות העיתונאים "
        "בנושא.",
    ),
    "ar": (
        "وقع رئيس البلدية أمس اتفاقية بناء الجسر الجديد فوق النهر رغم اعتراض سكان الحي وأعضاء المجلس "
        "على التكلفة العالية للمشروع.",
        "كشف التحقيق أن الشركة حصلت على أموال من ميزانية الدولة دون مناقصة، ورفض الوزير الإجابة عن أسئلة "
        "الصحفيين.",
    ),
    "fa": (
        "شهردار ديروز قرارداد ساخت پل جديد بر روي رودخانه را امضا کرد، گرچه ساکنان محله و اعضاي شورا "
        "با هزينه آن مخالف بودند.",
    ),
    "th": (
        "นายกเทศมนตรีลงนามในสัญญาก่อสร้างสะพานใหม่ข้ามแม่น้ำเมื่อวานนี้ แม้ว่าชาวบ้านในพื้นที่จะคัดค้า"
        "น",
        "ผลการสอบสวนพบว่าบริษัทได้รับเงินจากงบประมาณโดยไม่มีการประมูล และรัฐมนตรีปฏิเสธที่จะตอบคำถาม",
    ),
    "vi": (
        "Thị trưởng đã ký hợp đồng xây dựng cây cầu mới bắc qua sông, mặc dù người dân trong khu vực "
        "phản đối vì giá quá cao.",
        "Cuộc điều tra cho thấy công ty nhận tiền từ ngân sách mà không qua đấu thầu, còn bộ trưởng "
        "từ chối trả lời câu hỏi.",
    ),
    "pl": (
        "Burmistrz podpisał wczoraj umowę na budowę nowego mostu nad rzeką, mimo że mieszkańcy i radni "
        "sprzeciwiali się zbyt wysokim kosztom inwestycji.",
        "Śledztwo wykazało, że spółka otrzymała pieniądze z budżetu bez przetargu, a minister odmówił "
        "odpowiedzi na pytania dziennikarzy.",
        "Świadkowie potwierdzili, że dokumenty sfałszowano jeszcze w zeszłym roku.",
    ),
    "cs": (
        "Starosta včera podepsal smlouvu o stavbě nového mostu přes řeku, přestože obyvatelé čtvrti "
        "i zastupitelé žádali další jednání o ceně.",
        "Vyšetřování ukázalo, že společnost dostala peníze z rozpočtu bez výběrového řízení, a ministr "
        "odmítl odpovědět na otázky novinářů.",
        "Žluťoučký kůň pije vodu ze studánky.",
    ),
    "sk": (
        "Starosta včera podpísal zmluvu o výstavbe nového mosta cez rieku, hoci obyvatelia štvrte aj "
        "poslanci žiadali ďalšie rokovanie o cene.",
        "Vyšetrovanie ukázalo, že spoločnosť dostala peniaze z rozpočtu bez súťaže, a minister odmietol "
        "odpovedať na otázky novinárov.",
    ),
    "hu": (
        "A polgármester tegnap aláírta az új híd építéséről szóló szerződést, bár a környék lakói és "
        "a képviselők is túl drágának tartották a tervet.",
        "A nyomozás kimutatta, hogy a cég közbeszerzés nélkül kapott pénzt a költségvetésből, a miniszter "
        "pedig nem válaszolt az újságírók kérdéseire.",
    ),
    "ro": (
        "Primarul a semnat ieri contractul pentru construcţia noului pod peste râu, deşi locuitorii "
        "cartierului şi consilierii au cerut o nouă dezbatere despre preţ.",
        "Ancheta a arătat că firma a primit bani de la buget fără licitaţie, iar ministrul a refuzat "
        "să răspundă la întrebările ziariştilor.",
    ),
    "hr": (
        "Gradonačelnik je jučer potpisao ugovor o gradnji novog mosta preko rijeke, iako su građani "
        "i vijećnici tražili još jednu raspravu o cijeni.",
        "Istraga je pokazala da je tvrtka dobila novac iz proračuna bez natječaja, a ministar je odbio "
        "odgovoriti na pitanja novinara.",
    ),
    "sl": (
        "Župan je včeraj podpisal pogodbo o gradnji novega mostu čez reko, čeprav so prebivalci četrti "
        "in svetniki zahtevali še eno razpravo o ceni.",
    ),
    "tr": (
        "Belediye başkanı dün nehrin üzerine yapılacak yeni köprünün sözleşmesini imzaladı, ancak mahalle "
        "sakinleri ve meclis üyeleri maliyete karşı çıktı.",
        "Soruşturma, şirketin ihalesiz olarak bütçeden para aldığını gösterdi; bakan ise gazetecilerin "
        "sorularını yanıtlamayı reddetti.",
        "Tanıklar belgelerin geçen yıl değiştirildiğini doğruladı.",
    ),
    "lt": (
        "Meras vakar pasirašė sutartį dėl naujo tilto per upę statybos, nors rajono gyventojai ir tarybos "
        "nariai reikalavo dar kartą aptarti kainą.",
        "Tyrimas parodė, kad įmonė gavo pinigų iš biudžeto be konkurso, o ministras atsisakė atsakyti "
        "į žurnalistų klausimus.",
    ),
    "lv": (
        "Mērs vakar parakstīja līgumu par jauna tilta būvniecību pār upi, lai gan apkaimes iedzīvotāji "
        "un deputāti prasīja vēlreiz apspriest cenu.",
        "Izmeklēšana parādīja, ka uzņēmums saņēma naudu no budžeta bez konkursa, bet ministrs atteicās "
        "atbildēt uz žurnālistu jautājumiem.",
    ),
    "et": (
        "Linnapea kirjutas eile alla lepingule uue silla ehitamiseks üle jõe, kuigi elanikud ja volikogu "
        "liikmed nõudsid hinna üle veel ühte arutelu.",
        "Uurimine näitas, et ettevõte sai eelarvest raha ilma hanketa, ja minister keeldus ajakirjanike "
        "küsimustele vastamast.",
    ),
    "de": (
        "Der Bürgermeister unterschrieb gestern den Vertrag über den Bau der neuen Brücke, obwohl die "
        "Anwohner und mehrere Stadträte eine erneute Prüfung der Kosten verlangten.",
        "Die Ermittlungen zeigten, dass die Firma Gelder aus dem Haushalt ohne Ausschreibung erhielt; "
        "der Minister weigerte sich, die Fragen der Journalisten zu beantworten.",
        "Größe und Übergabe werden später geändert.",
    ),
    "fr": (
        "Le maire a signé hier le contrat pour la construction du nouveau pont sur la rivière, malgré "
        "l'opposition des habitants et de plusieurs élus à ce coût très élevé.",
        "L'enquête a montré que la société avait reçu de l'argent du budget sans appel d'offres, et "
        "le ministre a refusé de répondre aux questions des journalistes où qu'ils soient.",
        "Une fenêtre ouverte à côté du château, près de la forêt.",
    ),
    "es": (
        "El alcalde firmó ayer el contrato para la construcción del nuevo puente sobre el río, aunque "
        "los vecinos y varios concejales pidieron otra revisión del precio.",
        "La investigación mostró que la compañía recibió dinero del presupuesto sin concurso, y el ministro "
        "se negó a responder las preguntas de los periodistas mañana.",
    ),
    "pt": (
        "O prefeito assinou ontem o contrato para a construção da nova ponte sobre o rio, embora os "
        "moradores e vários vereadores tenham pedido outra discussão sobre o preço.",
        "A investigação mostrou que a empresa não recebeu dinheiro do orçamento por concurso público, "
        "e o ministro recusou responder às perguntas.",
    ),
    "it": (
        "Il sindaco ha firmato ieri il contratto per la costruzione del nuovo ponte sul fiume, benché "
        "gli abitanti e più consiglieri avessero chiesto perché il prezzo è così alto.",
        "L'inchiesta ha mostrato che la società ricevette denaro dal bilancio senza gara, e già da tempo "
        "il ministro non può rispondere alle domande dei giornalisti.",
    ),
    "nl": (
        "De burgemeester tekende gisteren het contract voor de bouw van de nieuwe brug over de rivier, "
        "hoewel bewoners en één raadslid vonden dat de financiële gevolgen eerst geïnventariseerd moesten "
        "worden.",
    ),
    "sv": (
        "Borgmästaren skrev i går under avtalet om att bygga den nya bron över ån, trots att de boende "
        "och flera ledamöter krävde en ny prövning av kostnaderna.",
        "Utredningen visade att företaget fick pengar ur budgeten utan upphandling, och ministern vägrade "
        "att svara på journalisternas frågor.",
    ),
    "da": (
        "Borgmesteren underskrev i går kontrakten om at bygge den nye bro over åen, selv om beboerne "
        "og flere rådsmedlemmer krævede en ny drøftelse af prisen.",
    ),
    "no": (
        "Ordføreren undertegnet i går kontrakten om å bygge den nye brua over elva, selv om beboerne "
        "og flere rådsmedlemmer krevde en ny drøfting av prisen.",
    ),
    "fi": (
        "Pormestari allekirjoitti eilen sopimuksen uuden sillan rakentamisesta joen yli, vaikka asukkaat "
        "ja monet valtuutetut vaativat hinnan käsittelyä vielä kerran.",
        "Tutkinta osoitti, että yhtiö sai rahaa talousarviosta ilman kilpailutusta, ja ministeri kieltäytyi "
        "vastaamasta toimittajien kysymyksiin.",
    ),
    "is": (
        "Borgarstjórinn undirritaði í gær samninginn um byggingu nýrrar brúar yfir ána, þótt íbúar og "
        "margir fulltrúar hafi krafist þess að verðið yrði rætt aftur.",
    ),
    "ca": (
        "L'alcalde va signar ahir el contracte per a la construcció del nou pont sobre el riu, tot i "
        "que els veïns i diversos regidors demanaven una altra revisió del preu perquè és massa alt.",
    ),
    "ja": (
        "市長は昨日、住民や議員の反対にもかかわらず、川に架かる新しい橋の建設契約に署名した。",
        "調査によると、会社は入札なしで予算から資金を受け取り、大臣は記者の質問に答えることを拒否し"
        "た。",
        "東京タワーの写真を撮りました。",
    ),
    "zh": (
        "市长昨天签署了在河上建造新桥的合同，尽管居民和多名议员要求重新讨论价格。",
        "调查显示，该公司未经招标就从预算中获得资金，部长拒绝回答记者的问题。",
        "会议记录和财务报告。",
    ),
    "zt": (
        "市長昨天簽署了在河上建造新橋的合約，儘管居民和多名議員要求重新討論價格。",
        "調查顯示，該公司未經招標就從預算中獲得資金，部長拒絕回答記者的問題。",
        "會議記錄與財務報告。",
    ),
    "ko": (
        "시장은 어제 주민들과 여러 의원들의 반대에도 불구하고 강 위에 새 다리를 건설하는 계약에 서"
        "명했다.",
        "조사 결과 회사는 입찰 없이 예산에서 자금을 받았고 장관은 기자들의 질문에 답하기를 거부했다.",
        "회의록과 재무 보고서",
    ),
}  # fmt: skip
_RUSSIAN = ("cp1251", "koi8-r", "iso8859-5", "cp866", "mac-cyrillic")
_CENTRAL = ("cp1250", "iso8859-2", "cp852")
_BALTIC = ("cp1257", "iso8859-13", "iso8859-4", "cp775")
_WESTERN = ("cp1252", "iso8859-15", "mac-roman", "cp850", "cp437")
ENCODINGS = {
    "ru": _RUSSIAN, "uk": ("cp1251", "koi8-u", "iso8859-5"), "bg": ("cp1251", "iso8859-5", "cp866"),
    "sr": ("cp1251", "iso8859-5"), "be": ("cp1251", "iso8859-5"), "el": ("cp1253", "iso8859-7", "cp737"),
    "he": ("cp1255", "iso8859-8", "cp862"), "ar": ("cp1256", "iso8859-6"), "fa": ("cp1256",), "th": ("cp874",),
    "vi": ("cp1258",), "tr": ("cp1254", "iso8859-9", "cp857"), "ja": ("shift_jis", "euc_jp"), "zh": ("gb18030",),
    "zt": ("big5",), "ko": ("euc_kr",),
    **dict.fromkeys(("pl", "cs", "sk", "hu", "hr", "sl", "ro"), _CENTRAL),
    **dict.fromkeys(("lt", "lv", "et"), _BALTIC),
    **dict.fromkeys(("de", "fr", "es", "pt", "it", "nl", "sv", "da", "no", "fi", "is", "ca"), _WESTERN),
}  # fmt: skip
_WITHOUT_SPACES = ("ja", "zh", "zt", "th")


def in_cp1258(text: str) -> str:
    """Return Vietnamese as this encoding has it: most tones are marks after their letters."""
    found = []
    for char in text:
        parts = unicodedata.normalize("NFD", char)
        tones = "".join(part for part in parts if part in "\u0300\u0301\u0303\u0309\u0323")
        letter = "".join(part for part in parts if part not in tones)
        is_one = char.encode("cp1258", "ignore")
        found.append(char if is_one else unicodedata.normalize("NFC", letter) + tones)
    return "".join(found)


def cuts(language: str, sentence: str) -> Iterator[tuple[int, str]]:
    """Yield parts of a sentence, and the number of words or characters for which they stand."""
    if language in _WITHOUT_SPACES:
        yield from ((n, sentence[:n]) for n in (2, 4, 8, 16, 60))
        return
    words = sentence.split()
    for n in (1, 2, 3, 6, 12, 30):
        yield n, " ".join(words[:n])
        if n < 6 and len(words) >= 2 * n + 3:
            yield n, " ".join(words[n + 2 : 2 * n + 2])


def texts() -> Iterator[tuple[int, str, str, bytes]]:
    """Yield each text once, with its length, its encoding and its bytes."""
    seen = set()
    for language, sentences in SENTENCES.items():
        for sentence in sentences:
            for n, part in cuts(language, sentence):
                for encoding in ENCODINGS[language]:
                    text = in_cp1258(part) if encoding == "cp1258" else part
                    try:
                        data = text.encode(encoding)
                    except UnicodeEncodeError:
                        continue
                    if not data.isascii() and data not in seen:
                        seen.add(data)
                        yield n, text, encoding, data


def read(data: bytes) -> tuple[str, str]:
    """Return the text and the encoding that are found."""
    try:
        decoded = decode(data)
    except Skip as skip:
        return "", skip.reason
    return decoded.text, decoded.encoding


def main() -> None:
    """Print the texts of each length, and how many are wrong."""
    total: Counter[int] = Counter()
    wrong: Counter[int] = Counter()
    for n, text, encoding, data in texts():
        total[n] += 1
        found, name = read(data)
        if found != text:
            wrong[n] += 1
            if "-v" in sys.argv:
                print(encoding, text, name, found, sep=" | ")
    for n in sorted(total):
        print(f"{n:3} words or characters: {wrong[n]:3} of {total[n]:4} wrong")
    print(f"all: {wrong.total()} of {total.total()} wrong")


if __name__ == "__main__":
    main()
