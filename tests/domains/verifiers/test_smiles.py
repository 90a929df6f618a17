import importlib
import subprocess
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chartered.domains import Problem
from chartered.domains.authoring.conformance import HOSTILE
from chartered.domains.prompts import answer_line
from chartered.domains.verifiers.smiles import LONGEST, canonical, read_smiles, smiles

pytestmark = pytest.mark.needs("rdkit")

ASPIRIN, CAFFEINE = "CC(=O)Oc1ccccc1C(=O)O", "CN1C=NC2=C1C(=O)N(C(=O)N2C)C"


def _problem(answer: str) -> Problem:
    return Problem(
        prompt=({"role": "user", "content": "Which molecule?"},),
        answer=answer,
        kind="molecule",
        domain="t",
        split="train",
    )


def _status(gold: str, said: str) -> str:
    return smiles(_problem(gold), answer_line(said)).status


@pytest.mark.parametrize(
    ("gold", "said"),
    [
        ("CCO", "OCC"),
        ("CCO", "C(O)C"),
        ("CCO", "[CH3][CH2][OH]"),
        ("CCO", "[CH3:1][CH2:2][OH:3]"),
        (ASPIRIN, "OC(=O)C1=CC=CC=C1OC(C)=O"),  # Kekulé
        (CAFFEINE, "Cn1c(=O)c2c(ncn2C)n(C)c1=O"),
        ("N[C@@H](C)C(=O)O", "C[C@H](N)C(=O)O"),  # L-alanine from either end
        ("F/C=C/F", "F\\C=C\\F"),
        ("[Na+].[Cl-]", "[Cl-].[Na+]"),
        ("[2H]C", "C[2H]"),
    ],
)
def test_the_same_molecule_is_right_however_it_is_written(gold: str, said: str) -> None:
    assert _status(gold, said) == _status(said, gold) == "correct"


@pytest.mark.parametrize(
    ("gold", "said"),
    [
        ("CCO", "COC"),  # isomers
        ("CCO", "CCS"),
        ("N[C@@H](C)C(=O)O", "N[C@H](C)C(=O)O"),  # the other hand
        ("N[C@@H](C)C(=O)O", "NC(C)C(=O)O"),  # no hand
        ("F/C=C/F", "F/C=C\\F"),  # trans and cis
        ("F/C=C/F", "FC=CF"),
        ("CC(=O)O", "CC(=O)[O-]"),
        ("C", "[2H]C"),
        ("CC(=O)O", "CC(=O)O.O"),
        ("CC(=O)C", "CC(O)=C"),  # tautomers
        ("c1ccccc1", "C1CCCCC1"),
    ],
)
def test_another_molecule_is_wrong(gold: str, said: str) -> None:
    assert _status(gold, said) == _status(said, gold) == "wrong"


@pytest.mark.parametrize(
    "said", ["`OCC`", "**OCC**", '"OCC".', "The SMILES is OCC", "SMILES: OCC", "The product is OCC."]
)
def test_the_usual_dress_of_an_answer_is_taken_off(said: str) -> None:
    assert _status("CCO", said) == "correct"


@pytest.mark.parametrize(
    "said",
    [
        "",
        "ethanol",
        "C(C",
        "C1CC",
        "C(C)(C)(C)(C)C",
        "CCO or COC",
        "CCO, COC",
        "*",
        "CC>>CO",
        "[Zz]",
        "C" * (LONGEST + 1),
    ],
)
def test_what_is_no_single_molecule_is_no_answer(said: str) -> None:
    assert _status("CCO", said) == "no_answer"


def test_no_answer_line_is_no_answer_and_a_gold_answer_that_is_no_molecule_an_error() -> None:
    assert smiles(_problem("CCO"), "CCO").status == "no_answer"
    check = smiles(_problem("C(C"), answer_line("CCO"))
    assert check.status == "error" and "'C(C'" in check.reason


@pytest.mark.parametrize("response", HOSTILE.values(), ids=HOSTILE)
def test_hostile_text_is_no_answer_or_wrong(response: str) -> None:
    assert smiles(_problem("CCO"), response).status in ("no_answer", "wrong")


@given(st.text(alphabet="CNOclnos()[]=#@+-123%/\\.HF \u0660", max_size=40))
def test_any_text_has_a_canonical_form_that_is_its_own_or_none(text: str) -> None:
    found = canonical(text)
    assert found is None or canonical(found) == found


@given(st.sampled_from([ASPIRIN, CAFFEINE, "N[C@@H](Cc1ccccc1)C(=O)O", "C/C=C/[C@H](F)Cl"]), st.integers(0, 10_000))
def test_a_molecule_written_from_another_atom_on_is_the_same(gold: str, seed: int) -> None:
    from rdkit import Chem

    written = Chem.MolToRandomSmilesVect(Chem.MolFromSmiles(gold), 1, seed)[0]
    assert _status(gold, written) == "correct"


def test_a_lead_is_not_taken_from_a_molecule() -> None:
    assert read_smiles("IS") == "IS" and read_smiles("OF") == "OF"  # a bare word stays what it is


def test_rdkit_is_not_imported_before_a_molecule_is_read() -> None:
    code = "import sys, chartered.domains.verifiers.smiles; sys.exit('rdkit' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_without_rdkit_one_sentence_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    module = importlib.import_module("chartered.domains.verifiers.smiles")
    monkeypatch.setitem(sys.modules, "rdkit.Chem", None)  # what Python keeps for a module that cannot be imported
    module._chemistry.cache_clear()
    try:
        check = smiles(_problem("CCO"), answer_line("CCO"))
    finally:
        module._chemistry.cache_clear()
    assert check.status == "error" and "pip install 'chartered[chemistry]'" in check.reason
