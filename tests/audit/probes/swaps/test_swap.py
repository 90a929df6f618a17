import re
from pathlib import Path

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from chartered.audit.probes.base.wording import default_wording
from chartered.audit.probes.swaps.attributes import ATTRIBUTES, Pack, load_pack
from chartered.audit.probes.swaps.grammar import article_before, spliced
from chartered.audit.probes.swaps.swap import Setting, Swap, swap
from chartered.common.errors import UsageError

WORDING = yaml.safe_load((default_wording("demographics")).read_text())
SETTING = Setting(
    people=tuple(WORDING["people"]), details=("left-handed",), sentences=("The file was opened.",), seed=7
)
PACKS = {name: load_pack(name, ATTRIBUTES) for name in WORDING["packs"]}


def found(text: str, attribute: str, options: tuple[str, ...] = ("A", "B")) -> Swap:
    made = swap(text, options, PACKS[attribute], SETTING, "item")
    assert isinstance(made, Swap), made
    return made


def reason(text: str, attribute: str, options: tuple[str, ...] = ("A", "B")) -> str:
    made = swap(text, options, PACKS[attribute], SETTING, "item")
    assert isinstance(made, str), made
    return made


@pytest.mark.parametrize(
    ("female", "male"),
    [
        ("She has pain. The doctor examines her.", "He has pain. The doctor examines him."),
        ("A woman hurt her hand.", "A man hurt his hand."),
        ("The woman saw to it herself; the choice was hers.", "The man saw to it himself; the choice was his."),
        ("She said that a friend of hers is ill.", "He said that a friend of his is ill."),
        ("Ms. Lopez says her wife is away. She waits.", None),
        ("A woman comes with her husband. She coughs.", "A man comes with his wife. He coughs."),
        ("A woman's hand hurts. HER PULSE is 80.", "A man's hand hurts. HIS PULSE is 80."),
        ("A businesswoman asks for a loan. Her firm is old.", "A businessman asks for a loan. His firm is old."),
        ("A 30-year-old woman lives with her father.", "A 30-year-old man lives with his father."),
        ("Treating her with aspirin helps her.", "Treating him with aspirin helps him."),
        ("Ms Tan waits. She's early.", "Mr Tan waits. He's early."),
        ("A waitress asks for leave for her 'own' move.", "A waiter asks for leave for his 'own' move."),
    ],
)
def test_sex_is_swapped_both_ways_with_pronouns_nouns_and_titles(female: str, male: str | None) -> None:
    if male is None:
        # "wife" of a woman: the pronoun "she" could be either's
        assert reason(female, "sex") == "a pronoun may belong to a relative"
        return
    forth = found(female, "sex")
    assert (forth.own, forth.by_group["female"], forth.by_group["male"]) == ("female", female, male)
    back = found(male, "sex")
    assert (back.own, back.by_group["male"], back.by_group["female"]) == ("male", male, female)


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("A pregnant woman coughs.", "its content is tied to the attribute"),
        ("A man has an enlarged prostate.", "its content is tied to the attribute"),
        ("A man and a woman meet.", "two people of different groups"),
        ("A woman comes with her mother. She coughs.", "a pronoun may belong to a relative"),
        ("The nurse gave her medication.", "a pronoun that can be read in two ways"),
        ("They saw her walking.", "a pronoun that can be read in two ways"),
        ("It hurts her back.", "a pronoun that can be read in two ways"),
        ("This is his and they know it.", "a pronoun that can be read in two ways"),
        ("A man asks about men at work.", "a group is spoken of at large"),
        ("A clerk called. What is most common in a woman?", "a group is part of what is asked"),
        ("The wife of the tenant called.", "a companion alone tells the group"),
        ("Nobody is there.", "no place to mention a group"),
    ],
)
def test_what_cannot_be_swapped_safely_says_why(text: str, why: str) -> None:
    assert reason(text, "sex") == why


def test_an_option_that_names_a_group_or_a_person_stops_the_swap() -> None:
    assert reason("A man coughs.", "sex", ("Ask his wife", "Wait")) == "an option names a group"
    assert reason("A man coughs.", "sex", ("Emily", "Greg")) == "an option names a person"
    assert (
        reason("A man coughs.", "race_ethnicity", ("More common in Hispanic people", "B")) == "an option names a group"
    )
    assert reason("A 40-year-old man coughs.", "age", ("Repeat in 2 years", "B")) == "an option names a group"
    # white is a colour here
    assert found("A man coughs.", "race_ethnicity", ("White sputum", "B")).own is None


pieces = st.sampled_from(
    [
        ("She feels well.", "He feels well."),
        ("The test scares her.", "The test scares him."),
        ("Her pulse is fast.", "His pulse is fast."),
        ("She blames herself.", "He blames himself."),
        ("The fault is hers.", "The fault is his."),
        ("The judge asks to see her.", "The judge asks to see him."),
        ("Nobody knows when she left.", "Nobody knows when he left."),
        ("A friend came with her to the desk.", "A friend came with him to the desk."),
        ("On examination, her hands shake.", "On examination, his hands shake."),
        ("Her boyfriend called.", "His girlfriend called."),
    ]
)


@given(st.lists(pieces, min_size=1, max_size=8))
def test_swapped_twice_gives_the_text_back(parts: list[tuple[str, str]]) -> None:
    female, male = (" ".join(part[side] for part in parts) for side in (0, 1))
    companion_only = all("friend called" in part[0] for part in parts)
    assert found(female, "sex").by_group["male"] == male, companion_only
    assert found(male, "sex").by_group["female"] == female


@given(st.text(max_size=80), st.sampled_from(sorted(PACKS)))
def test_any_text_is_swapped_or_refused_and_the_own_group_is_left_as_it_is(text: str, attribute: str) -> None:
    made = swap(text, ("A", "B"), PACKS[attribute], SETTING, "item")
    assert made == swap(text, ("A", "B"), PACKS[attribute], SETTING, "item")
    if isinstance(made, Swap):
        assert set(made.by_group) == set(PACKS[attribute].groups)
        assert made.own is None or made.by_group[made.own] == text


LOOSE = (
    "she he her his him hers Emily Jamal a an man woman black white Muslim old 40-year-old patient with and . , ? "
    "Mr Ms told gave 60-year-old husband mother who comes has The"
)
words = st.sampled_from(LOOSE.split())


@given(st.lists(words, max_size=14).map(" ".join), st.sampled_from(sorted(PACKS)))
def test_only_words_that_tell_the_group_and_their_articles_change(text: str, attribute: str) -> None:
    made = swap(text, ("A", "B"), PACKS[attribute], SETTING, "item")
    if isinstance(made, str):
        return
    rest = [_untold(other, PACKS[attribute]) for other in made.by_group.values()]
    assert all(other == rest[0] for other in rest)


def _untold(text: str, pack: Pack) -> list[str]:
    """The words that neither tell a group of the pack nor are articles."""
    told = {"a", "an"}
    for group in pack.groups.values():
        told |= {word.lower() for of in group.words.values() for word in of}
        told |= {name.lower() for of in group.names.values() for name in of}
        told |= {(group.say or "").lower(), *group.terms, *group.colours}
    return [word for word in re.sub(r"\d+-year", "N-year", text).lower().split() if word not in told]


def test_a_name_is_swapped_inside_its_series_with_all_that_tells_the_sex() -> None:
    made = found("Lakisha signed. Lakisha's lawyer called her at noon.", "sex")
    swapped = re.fullmatch(r"(\w+) signed\. (\w+)'s lawyer called him at noon\.", made.by_group["male"])
    renamed = re.fullmatch(r"(\w+) signed\. (\w+)'s lawyer called her at noon\.", made.neutral)
    names = PACKS["sex"].groups
    assert swapped and swapped[1] == swapped[2] and swapped[1] in names["male"].names["black"]
    assert renamed and renamed[1] == renamed[2] != "Lakisha" and renamed[1] in names["female"].names["black"]


def test_a_name_keeps_its_sex_when_the_race_is_swapped_and_the_surname_goes_with_it() -> None:
    made = found("JAMAL WASHINGTON applied. Mr. Washington is able.", "race_ethnicity")
    assert made.own == "black" and made.by_name
    first, last = made.by_group["white"].split(" applied. Mr. ")[0].split()
    groups = PACKS["race_ethnicity"].groups
    assert first.capitalize() in groups["white"].names["male"] and last.capitalize() in groups["white"].surnames
    assert made.by_group["white"] == f"{first} {last} applied. Mr. {last.capitalize()} is able."
    assert reason("Jamal Smith applied.", "race_ethnicity") == "a surname that is in no list"
    assert reason("Jamal called Emily.", "race_ethnicity") == "two groups are named"


def test_different_names_stay_different() -> None:
    swapped = found("Emily met Anne and Carrie.", "sex").by_group["male"]
    names = re.fullmatch(r"(\w+) met (\w+) and (\w+)\.", swapped)
    assert names and len(set(names.groups())) == 3


def test_a_mention_is_replaced_or_put_in_and_the_article_fits() -> None:
    assert found("An Asian man coughs.", "race_ethnicity").by_group["black"] == "A Black man coughs."
    assert (
        found("A black man has black stools.", "race_ethnicity").by_group["asian"] == "An Asian man has black stools."
    )
    made = found("A man coughs.", "race_ethnicity")
    assert made.own is None and made.by_group["asian"] == "An Asian man coughs."
    # after an age, and before what belongs to the noun
    assert found("The 40-year-old cancer patient is ill.", "religion").by_group["hindu"] == (
        "The 40-year-old Hindu cancer patient is ill."
    )
    assert (
        found("A software engineer applied.", "disability").by_group["hearing"] == "A deaf software engineer applied."
    )


@pytest.mark.parametrize(
    ("text", "attribute", "why"),
    [
        ("The man is Hispanic.", "race_ethnicity", "a group is named elsewhere than before a person"),
        ("A man came. He is black.", "race_ethnicity", "a group is named elsewhere than before a person"),
        ("A Black man met an Asian man.", "race_ethnicity", "two groups are named"),
        ("A man with sickle cell disease came.", "race_ethnicity", "its content is tied to the attribute"),
        ("He came. What is the best drug for a Black man?", "race_ethnicity", "a group is part of what is asked"),
        ("A white, obese man came.", "race_ethnicity", "a word that may tell the group stands near the person"),
        ("A non-Hispanic white man came.", "race_ethnicity", "its content is tied to the attribute"),
        ("A Mexican American man came.", "nationality", "a group is named elsewhere than before a person"),
        ("A farmer from Jamaica came.", "nationality", "the person's origin is told"),
        ("The patient portal is down.", "religion", "no place to mention a group"),
        ("A patient's file is lost.", "religion", "no place to mention a group"),
        ("A Jehovah's Witness came.", "religion", "its content is tied to the attribute"),
        ("A man in a wheelchair came.", "disability", "its content is tied to the attribute"),
        ("A man lost his insurance.", "socioeconomic", "its content is tied to the attribute"),
    ],
)
def test_a_mention_that_is_not_safe_says_why(text: str, attribute: str, why: str) -> None:
    assert reason(text, attribute) == why


def test_an_age_is_swapped_with_its_article_and_moves_one_year_in_the_neutral_swap() -> None:
    made = found("A 40-year-old man took 80 mg. The 40-year-old man fell.", "age")
    assert made.by_group["age_75"] == "A 75-year-old man took 80 mg. The 75-year-old man fell."
    assert made.neutral == "A 41-year-old man took 80 mg. The 41-year-old man fell."
    assert found("An 80 year old man fell.", "age").by_group["age_30"] == "A 30 year old man fell."
    assert found("A 79-year-old man fell.", "age").neutral == "An 80-year-old man fell."


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("A 9-year-old boy fell.", "not the age of an adult"),
        ("A 200-year-old clock fell.", "not the age of an adult"),
        ("A 40-year-old man and a 50-year-old man fell.", "two ages are given"),
        ("A man fell.", "no age is given"),
        ("A 60-year-old man smoked for 30 years.", "a history longer than the youngest age allows"),
        ("A 60-year-old man smoked for thirty years.", "a history longer than the youngest age allows"),
        ("A 60-year-old retired man fell.", "its content is tied to the attribute"),
    ],
)
def test_an_age_that_cannot_be_swapped_says_why(text: str, why: str) -> None:
    assert reason(text, "age") == why


@pytest.mark.parametrize(
    ("word", "article"),
    [
        ("80", "an"),
        ("8", "an"),
        ("18", "an"),
        ("11", "an"),
        ("110", "a"),
        ("75", "a"),
        ("Asian", "an"),
        ("hour", "an"),
        ("uninsured", "an"),
        ("university", "a"),
        ("European", "a"),
        ("one", "a"),
        ("US", "a"),
        ("Indian", "an"),
    ],
)
def test_articles_go_by_sound(word: str, article: str) -> None:
    assert article_before(word) == article


def test_articles_keep_their_capitals_and_stay_where_nothing_changed() -> None:
    assert spliced("A man, an MRI", [(2, 2, "Asian ")]) == "An Asian man, an MRI"
    assert spliced("a history", []) == "a history"


def test_a_users_pack_replaces_the_one_that_ships(tmp_path: Path) -> None:
    pack = {
        "version": 1,
        "attribute": "dialect",
        "how": "mention",
        "reason": "r",
        "sources": ["ours"],
        "groups": {"north": {"say": "northern"}, "south": {"say": "southern"}},
    }
    (tmp_path / "dialect.yaml").write_text(yaml.safe_dump(pack))
    loaded = load_pack("dialect.yaml", tmp_path)
    made = swap("A man came.", (), loaded, SETTING, "item")
    assert isinstance(made, Swap)
    assert made.by_group == {"north": "A northern man came.", "south": "A southern man came."}


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"groups": {"north": {"say": "northern"}}}, "at least 2 items"),
        ({"groups": {"north": {}, "south": {"say": "s"}}}, "each group needs a word to say"),
        ({"how": "years"}, "each group needs its years"),
        ({"how": "words"}, "words need two groups with the same roles"),
        ({"sources": []}, "at least 1 item"),
        ({"groups": {"a b": {"say": "x"}, "c": {"say": "y"}}}, "pattern"),
        ({"grups": {}}, "unknown key 'grups'"),
        ({"tied": ["a(b"]}, "pattern"),
        ({"groups": {"n": {"say": "n", "surnames": ["Max", "Max"]}, "s": {"say": "s", "surnames": ["Ed"]}}}, "twice"),
        ({"groups": {"n": {"say": "n", "names": {"x": ["James", "Max"]}}, "s": {"say": "s"}}}, "end in s"),
    ],
)
def test_a_pack_that_is_not_as_it_must_be_is_refused(tmp_path: Path, change: dict[str, object], says: str) -> None:
    pack = {
        "version": 1,
        "attribute": "dialect",
        "how": "mention",
        "reason": "r",
        "sources": ["ours"],
        "groups": {"north": {"say": "northern"}, "south": {"say": "southern"}},
    } | change
    (tmp_path / "p.yaml").write_text(yaml.safe_dump(pack))
    with pytest.raises(UsageError, match=says):
        load_pack("p.yaml", tmp_path)


def test_an_unknown_pack_names_those_that_ship() -> None:
    with pytest.raises(UsageError, match="did you mean 'religion'"):
        load_pack("religon", ATTRIBUTES)


@pytest.mark.parametrize(
    "bound",
    [
        *(
            "a C-section",
            "a C section",
            "a c‑section",
            "a caesarean",
            "a Cesarean delivery",
            "an episiotomy",
            "hyperemesis",
        ),
        *("pre-eclampsia", "eclampsia", "in vitro fertilization", "IVF", "a placental abruption", "oxytocin", "lochia"),
        *(
            "the birth of her second child",
            "a stillbirth",
            "tocolysis",
            "infertility",
            "a molar pregnancy",
            "G2P1",
            "G3 P2",
        ),
        *(
            "breastfeeding",
            "mastitis",
            "a lumpectomy",
            "a mammogram",
            "galactorrhea",
            "gynaecomastia",
            "cracked nipples",
        ),
        *(
            "menopause",
            "post-menopausal bleeding",
            "hot flashes",
            "menorrhagia",
            "amenorrhoea",
            "a missed period",
            "PMS",
        ),
        *(
            "an ovarian cyst",
            "PCOS",
            "polycystic ovaries",
            "endometriosis",
            "fibroids",
            "salpingitis",
            "a tubal ligation",
        ),
        *("an ectopic pregnancy", "a Pap smear", "cervical dysplasia", "a cervical biopsy", "vaginitis", "vulvodynia"),
        *(
            "a transvaginal ultrasound",
            "a cystocele",
            "pelvic organ prolapse",
            "a pelvic exam",
            "hirsutism",
            "a colposcopy",
        ),
        *("a hysterectomy", "an oophorectomy", "dilation and curettage", "a myomectomy", "a hysterosalpingogram"),
        *(
            "birth control",
            "an IUD",
            "oral contraceptives",
            "ethinylestradiol",
            "levonorgestrel",
            "tamoxifen",
            "clomiphene",
        ),
        *(
            "an enlarged prostate",
            "BPH",
            "a TURP",
            "a raised PSA",
            "a testicular mass",
            "seminoma",
            "orchitis",
            "phimosis",
        ),
        *(
            "cryptorchidism",
            "priapism",
            "Peyronie disease",
            "hypospadias",
            "erectile dysfunction",
            "impotence",
            "balanitis",
        ),
        *("premature ejaculation", "azoospermia", "a vasectomy", "a varicocele", "epididymitis", "a circumcision"),
        *("male-pattern baldness", "finasteride", "low testosterone", "antiandrogens", "bicalutamide", "a full beard"),
        *(
            "hemophilia A",
            "Duchenne dystrophy",
            "Klinefelter syndrome",
            "an X-linked disease",
            "color blindness",
            "XXY",
        ),
    ],
)
def test_what_is_bound_to_one_sex_is_not_put_on_the_other(bound: str) -> None:
    tied = "its content is tied to the attribute"
    for person in ("man", "woman", "patient"):
        assert reason(f"A 40-year-old {person} has a history of {bound}.", "sex") == tied
    # an option counts as the text does
    assert reason("A 40-year-old man coughs. What is next?", "sex", (bound, "rest")) == tied


@pytest.mark.parametrize(
    "free",
    [
        *("an appendectomy", "cervical spine pain", "cervical lymph nodes", "raised lactate", "lactic acidosis"),
        *(
            "an allergy to mammals",
            "loss of balance",
            "a section of the colon",
            "a kidney transplant",
            "semantic dementia",
        ),
        *(
            "polycystic kidney disease",
            "ectopic beats",
            "a hunter's knife wound",
            "a parallel illness",
            "penicillin allergy",
        ),
        *(
            "an embryonal tumor",
            "short periods of sleep",
            "a virus",
            "a turn for the worse",
            "prosthetic hips",
            "a test",
        ),
        *(
            "a maternal uncle with gout",
            "laboratory tests",
            "follicular lymphoma",
            "an estimated loss",
            "late delivery",
        ),
    ],
)
def test_what_either_sex_may_have_is_swapped(free: str) -> None:
    text = "A 40-year-old woman has a history of {}."
    assert found(text.format(free), "sex").by_group["male"] == text.replace("woman", "man").format(free)
