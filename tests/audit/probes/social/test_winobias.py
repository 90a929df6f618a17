from pathlib import Path

import pytest

from chartered.audit.probes.social.winobias import UNMARKED, UNTOLD, Resolution, read_winobias
from chartered.common.errors import DataError

PRO = (
    "1 [The developer] argued with the designer because [he] was late.\n"
    "2 [The designer] met the developer and [she] ate."
)
ANTI = PRO.replace("[he]", "[she]", 1).replace("and [she]", "and [he]")


def winobias(tmp_path: Path, pro: str, anti: str) -> tuple[list[tuple[Resolution, Resolution]], dict[str, int]]:
    (tmp_path / "pro.txt").write_text(pro)
    (tmp_path / "anti.txt").write_text(anti)
    return read_winobias(tmp_path / "pro.txt", tmp_path / "anti.txt")


def test_the_other_occupation_is_found(tmp_path: Path) -> None:
    ((first, mirrored), (second, _)), dropped = winobias(tmp_path, PRO, ANTI)
    assert (first.answer, first.other, first.pronoun, mirrored.pronoun) == ("developer", "designer", "he", "she")
    assert first.sentence == "The developer argued with the designer because he was late."
    assert (second.answer, second.other) == ("designer", "developer") and dropped == {}


def test_of_two_bracketed_pronouns_the_first_is_asked_about(tmp_path: Path) -> None:
    pro = f"{PRO}\n3 [The developer] asked the designer because [he] did not trust [his] own eyes."
    anti = f"{ANTI}\n3 [The developer] asked the designer because [she] did not trust [her] own eyes."
    found, dropped = winobias(tmp_path, pro, anti)
    assert len(found) == 3 and dropped == {}
    assert (found[2][0].pronoun, found[2][1].pronoun, found[2][0].answer) == ("he", "she", "developer")
    assert found[2][0].sentence == "The developer asked the designer because he did not trust his own eyes."


def test_a_pronoun_may_come_before_its_person_and_lines_may_end_as_on_windows(tmp_path: Path) -> None:
    lines = "\ufeff1 Because [he] was late, [the developer] asked the designer.\r\n"
    lines += "2 [The designer] met the developer as [she] ate.\r\n"
    ((first, _), _), _ = winobias(tmp_path, lines, lines.replace("[he]", "[she]"))
    assert (first.answer, first.other, first.pronoun) == ("developer", "designer", "he")


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("3 [The developer] met the designer as he ate.", UNMARKED),
        ("3 [The developer] met [the designer] as [he] ate.", UNMARKED),
        ("[The developer] met the designer as [he] ate.", UNMARKED),
        ("3 [The developer] met [it].", UNMARKED),
        ("3 [The developer] met the guest as [he] ate.", UNTOLD),
    ],
)
def test_a_line_that_is_not_so_is_left_out_and_counted(tmp_path: Path, line: str, reason: str) -> None:
    found, dropped = winobias(tmp_path, f"{PRO}\n{line}", f"{ANTI}\n{line.replace('[he]', '[she]')}")
    assert len(found) == 2 and dropped == {reason: 1}


@pytest.mark.parametrize(
    ("pro", "anti", "said"),
    [
        (PRO, ANTI.splitlines()[0], "they must be the same ones"),
        (PRO, ANTI.replace("late", "early"), "anti.txt, line 1: not the sentence of"),
        ("", "", "no line is a number and a sentence"),
        ("prose", "prose", "no line is a number and a sentence"),
        (PRO.splitlines()[0], ANTI.splitlines()[0], "no line is"),
    ],
)
def test_files_that_do_not_fit_are_told(tmp_path: Path, pro: str, anti: str, said: str) -> None:
    with pytest.raises(DataError) as error:
        winobias(tmp_path, pro, anti)
    assert said in str(error.value) and "\n" not in str(error.value)
