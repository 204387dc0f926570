"""The most common short words of each language, by script and ISO 639-1 code, as they are written.

They identify a language (`language.py`). Queries do not rank by them (`stopwords.py`), so each is a word of grammar,
not of content. A word of several languages is listed for each.
"""

COMMON_WORDS = {
    "latin": {
        "en": """the of and to in a is that it was for on are as with his they be at one have this from by had not
            but what all were when we there can an your which their said if do will each about how up out them
            then she many some so these would other into has more her two him see could no than been who its now
            my over""",
        "de": """der die das und in den von zu mit sich des auf für ist im dem nicht ein eine als auch es an
            werden aus er hat dass sie nach wird bei einer um am sind noch wie einem über einen so zum war haben
            nur oder aber vor zur bis mehr durch man sein wurde sei ich wir ihr kann wenn unter gegen wurden habe
            kein keine keinen hatte hatten diese dieser dieses ihre ihren seine seiner waren beim ins vom weil ob
            doch schon sehr hier nun ihm ihn uns mich dich jetzt bitte wieder immer mein meine dein deine euch mir
            dir wer welche jede jeder alle alles dort etwas""",
        "fr": """de la le et les des en un du une que est pour qui dans a par plus pas au sur ne se ce il sont
            avec son aux d'un c'est qu'il l'on n'est s'est cette d'une ont ses mais comme on tout nous sa fait été
            aussi leur bien peut ces y deux sous entre était elle ils je vous où sans même après à notre nos votre
            vos leurs très donc car chez quand avant depuis faut avait étaient sera encore rien jamais toujours
            celui celle mon ma mes ton ta tes lui moi toi eux cela ça ici là peu trop beaucoup quel quelle chaque
            autre autres""",
        "es": """de la que el en y a los se del las un por con no una su para es al lo como más o pero sus le ha
            me si sin sobre este ya entre cuando todo esta ser son dos también fue había era muy años hasta desde
            está mi porque qué sólo han yo hay vez puede todos así nos ni parte tiene él uno donde fueron están
            esto eso ese esa aquí ahora nada nunca siempre después antes hacia según cada otro otra otros mismo
            tan tienen hace nuestro nuestra sido ti tu tus mis ella ellos ellas usted cual quien cómo cuándo mucho
            mucha muchos muchas""",
        "it": """di e il la che in a per un è del non una i le si da con della al gli sono dei come più nel alla
            ha lo anche dal ma delle nella ad o se su dalla ai suo essere degli alle questo ed era sua tra quando
            cui dai fra stato ci questa nell dell all perché loro quello due prima hanno erano questi queste
            nostro nostra sempre ancora molto dopo senza ogni stata fatto poi qui quella quelli abbiamo siamo mia
            mio miei mie tuo suoi sue lei lui noi voi sul sulla nello nei negli dagli sui però cosa chi""",
        "pt": """de a o que e do da em um para com não uma os no se na por mais as dos como mas ao ele das à seu
            sua ou quando muito nos já eu também só pelo pela até isso ela entre depois sem mesmo aos seus quem
            nas me esse eles você essa num nem suas às minha têm foi são era há ser está estão isto esta este
            esses aqui agora nada nunca sempre antes cada outro outra nossa nosso fazer ainda meu meus minhas teu
            dele dela deles delas lhe estava tinha tudo todos todas""",
        "nl": """de van het een en in is dat op te zijn met voor niet aan er om ook als dan maar bij uit nog naar
            hij door over ze zich tot deze worden werd wordt heeft had dit die wat was of je ik kan meer zo hun
            geen hebben we mijn onder na moet tegen heb hadden geweest waren onze ons niets nooit altijd hier daar
            zij haar mij hem nu wij jij jouw jullie veel alle alles iemand iets waar wie""",
        "sv": """och i att det som en på är av för med den till inte har de om ett han men var jag sig från vi så
            kan när år under också efter eller nu sin där vid mot ska skulle kommer ut får finns vara hade alla
            andra mycket än här då sedan över bara blir mitt din ditt hennes hans deras oss inget ingen alltid
            aldrig varit min mina vår vårt våra denna detta dessa någon något några vilken""",
        "da": """og i at det er en til af på den med for de ikke der som et har var han men om jeg fra vi så kan
            sig blev også når efter eller ved nu hun mere sin være have skal ud blive mod hvor end disse havde
            alle over hvis deres kun denne ville meget min mit mine din dit dine hendes noget nogen vores dette
            jer dig mig""",
        "no": """og i det er på til som en av for at den med ikke de har å et var han men om jeg fra vi så kan seg
            ble også når etter eller ved nå hun mer sin være skal ut blir mot hvor enn disse hadde alle over hvis
            deres bare denne ville noe da opp min mitt mine din ditt dine hennes noen vår våre dette oss deg meg""",
        "fi": """ja on ei se että hän oli ovat mutta kun joka myös niin kuin tai mukaan sen ole jos hänen voi jo
            vain mitä ollut sekä olla olisi kanssa tämä tämän ne jonka vuonna ennen hyvin nyt mikä he siitä vielä
            jälkeen minä eivät sitä itse koska minun sinun meidän teidän heidän nämä nuo siinä niiden sitten siksi
            missä milloin kuka eikä emme""",
        "pl": """w i na z się do nie to że jest o jak a po od za przez co ale dla są był oraz tym ma tak jego
            która które który być było może tego już była jako ich jej także przed pod bez gdy tylko lub więc czy
            bardzo też by ten ze jednak można moja mój moje mnie nasz nasza nas nich ją swoje swój nad""",
        "cs": """a se v na je že to s z do i o jako za ve by po pro k ale jsou od které který byl jeho si bylo
            která tak jak podle až jsem než při před být také však ze má byla bez nebo jen může už když mezi této
            aby co tento toho jejich moje můj náš naše nás jsme jste jsi byli byly nad u své svůj""",
        "sk": """a sa v na je že to s z do aj o ako za vo by po pre k ale sú od ktoré ktorý bol jeho si bolo ktorá
            tak podľa až som než pri pred byť však zo má bola bez alebo len môže už keď medzi tejto aby čo tento
            toho ich sme moja môj moje náš naše nás ste boli svoje nad u""",
        "hu": """a az és hogy nem is egy ez meg volt azt csak de még már el mint van ha vagy ki ezt minden volna
            én lesz aki nagy le kell majd mert sem itt amely után között pedig szerint lehet több így ami olyan
            ezek azok te ő mi ti ők nincs vannak egyik nagyon milyen hol mikor""",
        "ro": """și de în a la cu pe o care din nu se să un mai este ce pentru ca au prin fost sau lui sunt al fi
            dar lor acest după ale ei cel era fiind această fără între dintre până doar cele îl despre unui ar am
            mea meu mele noi voi ele lângă avem eu tu""",
        "tr": """ve bir bu da için de ile olarak olan daha çok kadar gibi en sonra ne ama var o ise her ya değil
            tarafından göre olduğu veya diye şey olduğunu onun nasıl hem içinde ancak bütün bunu iki arasında mi
            benim senin bizim üzerinde yanında altında ki biz siz onlar""",
        "id": """yang dan di itu dengan untuk tidak ini dari dalam akan pada juga saya ke karena tersebut bisa ada
            mereka lebih sudah atau seperti oleh kata telah adalah bahwa dapat menjadi para kami kita hanya saat
            tahun sebagai setelah masih orang antara kamu dia ibu aku kalau""",
        "vi": """và của là có cho trong được các một với không người này những để khi đã từ đến cũng như trên về tại
            ra vào sau phải nhiều nhưng sẽ bị theo năm làm thì đó lại do ông nước còn nếu mà""",
        "ca": """de la i a el que en els un les per del una amb al es és no dels com més va ha seva seu són o
            aquest aquesta també entre però fou han pel sobre ser l'any què fins tot quan on molt dos meva meu
            meves teva teu""",
        "hr": """i u je na se da su za od s koji a ne o kao bi što iz sa do ili koja koje nije bio biti bila te
            ali po kako samo više nakon bilo još već kod sve godine između prije tako ako zbog može moja moj moje
            mu joj nas vas nad""",
        "st": """ho ya ka ke ba hore tsa wa mme tla kapa empa hobane haholo jwalo fela tse ntse rona yena bona hae
            bang moo eo sena jwang ebe dintho batho motho""",
        "lt": """ir į iš kad su yra tai kaip buvo o bet ne jo per dėl apie jis nuo iki taip savo po jų ar prie
            gali dar būti tik už jau ji šio šis tačiau kuris kurie kai labai arba pagal mano tavo mes jūs jie ant""",
        "lv": """un ir no ka ar uz par tika bija kas arī pie to gan bet tā vai kā līdz kur pēc ko tas lai nav savu
            kad būt viņš tikai var gada starp ja pirms jau tiek es vēl mana mans mani jūs mēs""",
        "et": """ja on et ei see ta oli ka kui oma mis aga nii siis või välja ning selle nagu kes ma pole juba
            olid seda mida veel kuid olla pärast tema nende üks kus ole kõik väga vaid minu sinu meie teie peal""",
        "sl": """je in v na se za so da po z ki s pri tudi kot od ne iz o ali kar bi pa še več bil bila bilo kako do
            ko če le lahko med zaradi pred samo biti njegov katere sta kjer vse nad""",
        "eu": """eta da ez zen bat du ere dira bere edo zuen den izan baina dute ziren duen hau baten hori egin
            arte beste oso bezala izango gabe ondoren batean horren baino dela zituen nire zure gure daude""",
        "ga": """agus na ar le ag go tá bhí sa ní sé bheith ach leis seo sin nó faoi mar chun féin siad bhfuil don
            nach gur ó atá air seachas""",
        "sq": """dhe në të e i për me nga një që si është më nuk ka u ishte se do por janë kjo ky këtë edhe kur tij
            ishin vetëm pas deri mund nëse ose""",
        "af": """die en van in is het 'n dat te vir nie op met was as aan hy sy ook deur wat by om uit maar word na
            hulle ek sal ons een dit kan so kon toe""",
        "sw": """ya na wa kwa ni katika za la cha hii kama yake au kuwa hiyo pia mwaka vya wake alikuwa lakini watu
            wao sana hayo baada huo moja ambayo""",
        "tl": """ang ng sa na mga at ay ni si para ito may hindi isang kay nang siya mula o ngunit kung nila niya
            kanyang din rin ako""",
        "eo": """la de kaj en estas al por ke ne kun li el ĝi sed pri kiel tiu per oni estis ili pli aŭ sur mi dum
            ankaŭ tio ŝi da post nur kiu""",
    },
    "cyrillic": {
        "ru": """и в не на что с по как это он к из у за от о так для же бы но а то все или если его при до мы они
            она был была было были быть также после может только уже этого этот где когда чем ещё еще нет того
            себя об во со ко я вы ты их ее её нас под без между""",
        "uk": """і в на що з не до як та у за це він є про по від для але його й із також було був була були які який
            або коли щоб при може вже під після того ще її їх ми вони між чи де цього яка бути так""",
        "bg": """на и в за се от да е с не по че са това като до към при но той си ще със или след което които беше
            още само така през бе може има който тя те му ги във го ли една един""",
        "be": """і ў на не з што у да як за па гэта ён для але ад яго пры быў была было былі таксама пасля які якая
            або калі каб яны можа ўжо яшчэ яе іх дзе між""",
        "sr": """и је у да се на за од са су као који а не о што би то из али након до код или која које није био
            била бити само више још већ те по како све године између""",
        "mk": """и на во да се од за со е не што го ги ќе како по но или тој која кој кои била бил беше според има
            може до при меѓу овој оваа уште само сите""",
        "kk": """және мен бұл үшін бір де да деп болып ол бар оның сол екен осы еді қазақ бойынша кейін болған туралы
            жоқ емес мүмкін немесе""",
        "mn": """нь байна энэ ба бол юм гэж болон тэр бас өөрийн оны байсан байгаа хүн гэсэн ч ямар нэг манай""",
    },
    "arabic": {
        "ar": """في من على إلى أن التي الذي عن مع هذا هذه كان لا ما كما بين بعد قد كل أو ثم هو هي لم ذلك وفي ومن كانت
            حيث عند منذ غير أي إن حتى لقد خلال وقد عام""",
        "fa": """و در به از که این را با است برای آن یک تا می بر خود شده هم نیز شد بود ها یا کرد دارد هر اما ما کرده
            او باید پس وی اند های می‌شود دو""",
        "ur": """کے کی میں ہے اور سے کا کو اس نے پر یہ ہیں کہ بھی تھا ایک ہو کر جو تھی گیا ان تو نہیں کیا ہی لیے وہ
            تھے ساتھ جا رہا گئی بعد""",
    },
    "devanagari": {
        "hi": """के में की है से का और को पर यह ने एक हैं कि भी इस था लिए हो कर जो नहीं तो ही या थे इसके अपने जाता
            गया साथ थी वह कुछ बाद द्वारा उनके""",
        "mr": """आहे व या आणि मध्ये ते हे तो होते एक ही असे होता आहेत त्या केले त्यांच्या झाली झाला येथे नाही काही हा
            होती तसेच करून ती यांनी""",
        "ne": """र छ को मा का पनि यो गरेको भएको लागि हो एक गर्न छन् थियो तथा भन्ने हुन्छ गर्ने छैन त्यो भने गरी तर
            रहेको अनि""",
    },
    "hebrew": {
        "he": """של את על לא הוא עם היא זה כי או גם אל יש היה כל אני אם מה רק אך בין כך היו לפני יותר הם אשר זו ידי
            אין כמו לאחר בשנת""",
        "yi": """און די פון איז אין דער צו מיט אַז ער האט דאָס נישט א זיך האָט אויף ווי פֿון זענען אויך איר געווען
            מען פאר""",
    },
}  # fmt: skip
