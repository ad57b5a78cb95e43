"""Names that an alignment of letters would misjudge: one name in several languages, and near ones that are two.

A short list made by hand of what is common in Syria and among its neighbours. A group is not a claim that two persons
are one; it says that the same name may be meant.
"""

from __future__ import annotations

from typing import Final

_GROUPS: Final = """
محمد mohamed mohammed muhammad muhammed mohamad mohammad mehmet mehmed muhamad mohd muhamed mhamad mhammad mohamd
احمد ahmad ahmed ahmet ehmed
محمود mahmoud mahmud mahmut mehmud
يوسف yusuf youssef yousef yousif joseph yusif youssuf josef usef
موسي musa moussa mousa moses mussa
عيسي issa isa eissa essa aissa jesus
يحيي yahya yahia yehia yehya john
ابراهيم ibrahim ebrahim abraham brahim ibrahem braheem
اسماعيل ismail ismael ishmael esmail esmael ismaeel
اسحق اسحاق ishaq isaac ishak
يعقوب yaqub yacoub yaqoub jacob yakup yakub
داود داوود daoud dawud dawood david davud
سليمان sulaiman suleiman soliman solomon suleyman sleiman silman slayman
مريم maryam mariam miriam mary meryem maryem
بطرس boutros butros peter
بولس boulos paul
جرجس جريس جورج george girgis jirjis gerges
حنا hanna john yuhanna youhanna يوحنا
متي matta matthew
الياس elias ilyas elijah ilias
ايوب ayoub ayyub job eyup ayub
هارون harun haroun aaron
زكريا zakaria zakariya zachariah zekeriya zakarya
عثمان othman osman uthman usman ousmane
عمر omar umar omer omr
خديجه khadija hatice khadijah khadeja xecice
فاطمه fatima fatma fatime fatimah fatmeh fatemeh
عائشه عايشه aisha ayse aysha aicha aysheh
زينب zainab zeynep zaynab zeinab zineb zeyneb
حسين hussein husayn husein hussain huseyin hossein husen houssein
حسن hassan hasan hesen
مصطفي mustafa mostafa moustafa mistefa mustapha
عبدله abdlah abdula abdulah
عبدرحيم abdrahim abdraheem abdrahem
عبدرحمن abdrahman abdrehman abdrahmane abdrhman
جمال jamal gamal cemal djamal jemal
جميل jamil gamil cemil jameel
جلال jalal celal galal djalal
جهاد jihad cihad cihat gihad jehad
جيهان jihan cihan gehan jehan
نسرين nisreen nasreen nesrin nasrin nisrin nessrin
هيثم haitham haytham heysem
شيفان shivan sivan chivan
سمر samar
سامر samer
سمير samir sameer
سميره samira sameera samirah
سميه sumaya somaya soumaya sumayya sumaia
حسان hassaan
حسني hosni husni housni hosny
حسنين hassanein hasanein
امير amir ameer
اميره amira ameera amirah
امين amin ameen
امينه amina ameena aminah
سالم salem
سليم saleem
سلام salam
سلمان salman
سلمي salma
سعيد saeed said saied sayeed
سعد saad
سعود saud saoud
اسعد asaad
كريم karim kareem
كارم karem
اكرم akram
عامر aamer amer
عمار ammar
عمرو amr
علي ali aly
علا ola
عالي aali
خالد khaled khalid halit xalid
خليل khalil khaleel halil xelil
ماهر maher mahir
محمدين mohamedin
حمد hamad
حامد hamed
حميد hamid hameed
حمدان hamdan
حمدي hamdi hamdy
حماد hammad
احلام ahlam
نور nour nur noor
نورا noura nora
نوره nourah
ناصر nasser naser nasir
نصر nasr
نصار nassar
منصور mansour mansur mansoor
راشد rashed
رشيد rashid rasheed
رشاد rashad
طارق tareq tarek tariq
ماجد majed maged
مجد majd
مجيد majid majeed
جاسم jasem jassem
قاسم qasem qassem kasem kassem qasim kasim
هادي hadi hady
هدي huda hoda houda
مهدي mahdi mehdi mahdy
هاني hani hany
هنا hana hanaa
مها maha
مهي muha
منير munir mounir mouneer muneer
منار manar
عادل adel
عدلي adli
عيد eid
عايد ayed
عايده aida ayda
سعاد souad suad
سعده saada
فاتن faten
فتون fatoun
رامي rami ramy
ريم reem rim
رنا rana
رانيا rania raniya ranya
رندا randa
زياد ziad ziyad
زيد zaid zayd zeid
زايد zayed
زيدان zidan zaidan zeidan
طه taha
ايه aya ayah
عبده abdo abdou abdu
لوي loai luay louay loay
قصي qusai qusay kusay
ضيا diaa dia zia diya ziya
عايشه aicha
رجب rajab recep ragab
فتحي fathi fathy fethi
عدي odai oday uday
فارس fares faris
فراس firas feras
رايد raed raid raeed
رياض riyad riad riyadh riadh
عماد imad emad imed imaad
اياد iyad eyad iyaad
عياد ayyad
عبيد obaid ubaid obeid ubayd ebeid
عصام issam essam isam esam
وسام wisam wesam wissam wessam ouissam
بسام bassam
باسم basem bassem basim
حسام hossam husam hussam hosam houssam
هشام hisham hesham hicham
هاشم hashem hashim hachem
جواد jawad jawwad cevat
فواد fouad fuad fuat
فايد fayed fayid
فايق faiq fayeq faeq
فايز fayez faiz fayiz
فوزي fawzi fawzy fevzi
فادي fadi fady
فاضل fadel fadil
فضل fadl
فيصل faisal faysal feisal faycal
نعيم naim naeem naeim
نايف nayef naif nayif
نبيل nabil nabeel
نادر nader nadir
نديم nadim nadeem
نضال nidal nedal
نزار nizar
مازن mazen mazin
مروان marwan merwan
ميسون maysoun maysoon
معاذ muath moaz muaz moath
معتز mutaz moataz
مصعب musab mosab mousab
مراد murad mourad
مني muna mona mouna
منال manal
ليلي layla laila leila leyla
لينا lina leena
لمي lama
اسما asma asmaa esma
اسامه osama usama oussama ossama
ايمان iman eman imane
ايهم ayham aiham
ايمن ayman aymen aiman eymen
ادهم adham edhem
ادم adam adem
انس anas enes
ايهاب ihab ehab
ربيع rabie rabee rabi
رضا rida reda riza
رمزي ramzi ramzy
رمضان ramadan ramazan
رافت raafat rafat
رولا rula roula
رشا rasha
رزان razan
سامي sami samy
سما sama
سماح samah
سحر sahar
سهي suha soha
سنا sana sanaa
صلاح salah
صالح saleh salih
صبري sabri sabry
صادق sadiq sadek
صفا safa safaa
شادي shadi chadi shady
شعبان shaban shaaban chaabane
تامر tamer tamir
طاهر taher tahir
تيسير tayseer taysir
ثاير thaer thair
وليد walid waleed oualid velid
وايل wael wail
وفا wafa wafaa
ياسر yaser yasser yasir
ياسين yasin yassin yaseen yasine
يامن yamen
يزن yazan yazen
زهره zahra zehra
زكي zaki zeki
زاهد zahed zahid
زهير zuhair zuheir zouheir zoheir
اماني amani
بدر badr bader
بلال bilal belal
بكر bakr baker
بشار bashar bashshar
بشير bashir basheer
دياب diab
غسان ghassan
غاده ghada
حاتم hatem hatim
حازم hazem
حيدر haidar haydar
حنان hanan
جابر jaber jabir
جبر jabr
جمعه jumaa juma jomaa
لطفي lutfi lotfi loutfi
شريف sharif shareef cherif
شفيق shafiq shafik
"""


_FORMS: Final = tuple(line.split() for line in _GROUPS.split("\n"))


def _numbered() -> dict[str, int]:
    numbers: dict[str, int] = {}
    for number, forms in enumerate(_FORMS):
        for form in forms:
            numbers.setdefault(form, number)
    return numbers


_NUMBERS: Final = _numbered()


def equivalent(form: str) -> int:
    """Return the number of the group that a folded form belongs to, or 0."""
    return _NUMBERS.get(form, 0)


def leading_form(group: int) -> str:
    """Return the first form of a group, in Arabic letters: its key stands for all."""
    return _FORMS[group][0]
