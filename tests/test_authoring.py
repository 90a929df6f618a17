"""What docs/authoring.md says is what the code does and what the notebook carries out."""

import json
import re
from dataclasses import fields

from chartered.domains import Domain, Problem, authoring, verifiers
from tests.paths import ROOT

DOCUMENT = (ROOT / "docs" / "authoring.md").read_text(encoding="utf-8")
CELLS = [
    "".join(cell["source"])
    for cell in json.loads((ROOT / "notebooks" / "02_author_a_domain.ipynb").read_text(encoding="utf-8"))["cells"]
    if cell["cell_type"] == "code"
]


def first_column(heading: str) -> set[str]:
    """The names in the first column of the table under a heading."""
    table = DOCUMENT.partition(f"\n{heading}\n")[2].partition("\n| ")[2].partition("\n\n")[0]
    return {name for row in f"| {table}".splitlines()[2:] for name in re.findall(r"`(\w+)", row.split("|")[1])}


def test_every_file_that_the_notebook_writes_stands_in_the_document() -> None:
    written = [cell.partition("\n")[2].strip("\n") for cell in CELLS if cell.startswith("%%writefile")]
    assert len(written) == 7
    assert [text for text in written if f"\n{text}\n```" not in DOCUMENT] == []


def test_every_mend_of_the_document_is_made_in_the_notebook() -> None:
    diffs = re.findall(r"```diff\n(.*?)```", DOCUMENT, flags=re.DOTALL)
    added = [line[1:].strip(" ,") for diff in diffs for line in diff.splitlines() if line.startswith("+")]
    cells = "\n".join(CELLS)
    missing = [line for line in added if line not in cells and not line.startswith("verifiers=")]
    assert len(added) >= 3 and missing == []


def test_every_command_of_the_document_for_a_draft_is_given_in_the_notebook() -> None:
    draft = "chartered-insurance/chartered_insurance/__init__.py:domain"
    given = {
        line.removeprefix("$ chartered ") for line in re.findall(r"^\$ chartered .*$", DOCUMENT, flags=re.MULTILINE)
    }
    cells = "\n".join(CELLS)
    assert f'draft = "{draft}"' in cells and len(given) == 4
    assert [words for words in given if f'"{words.replace(draft, "{draft}")}"' not in cells] == []


def test_every_verifier_is_in_the_table_with_its_limits() -> None:
    assert first_column("### Which verifier?") == set(verifiers.__all__) - {"read_choice", "first_letter"}
    assert all(f"`{name}`" in DOCUMENT for name in ("read_choice", "first_letter"))


def test_every_complaint_of_the_kit_is_explained() -> None:
    sources = (
        ROOT / "domains" / "authoring" / "conformance.py",
        ROOT / "src" / "chartered" / "commands" / "check_domain.py",
    )
    rules = {rule for path in sources for rule in re.findall(r'rule="(\w+)"', path.read_text(encoding="utf-8"))}
    assert "gold" in rules and first_column("### Every message") == rules


def test_every_field_of_the_contract_is_explained() -> None:
    contract = DOCUMENT.partition("\n## The contract\n")[2].partition("\n## ")[0]
    named = {field.name for noun in (Domain, Problem) for field in fields(noun)}
    assert {name for name in named if f"`{name}`" not in contract} == set()


def test_every_name_that_the_document_takes_from_authoring_is_there() -> None:
    table = DOCUMENT.partition("\n| name | what it gives |\n")[2].partition("\n\n")[0]
    names = {name for row in table.splitlines()[1:] for name in re.findall(r"`(\w+)`", row.split("|")[1])}
    imported = re.findall(r"^from chartered\.domains\.authoring import (.*)$", DOCUMENT, flags=re.MULTILINE)
    names |= {name for line in imported for name in line.split(", ")}
    assert {"worked_problem", "split_of"} <= names <= set(authoring.__all__)
    assert all(hasattr(authoring, name) for name in authoring.__all__)
