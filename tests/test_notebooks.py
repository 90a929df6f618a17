import os
from pathlib import Path

import pytest

from tests.paths import ROOT

SAID = {
    "01_first_release": ["exit code 4", "held-out"],
    "02_author_a_domain": [
        "insurance conforms",
        "held-out questions are asked in training too",
        "'the last number asked'",
        "1 passed",
        "problems to train on",
    ],
}
"""What a notebook prints when it works; each notebook has a line here."""


@pytest.mark.slow
@pytest.mark.needs("notebook")
@pytest.mark.filterwarnings("default")
@pytest.mark.parametrize("path", sorted((ROOT / "notebooks").glob("*.ipynb")), ids=lambda path: path.stem)
def test_the_notebook_runs_from_top_to_bottom(path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import nbclient
    import nbformat

    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    notebook = nbformat.read(path, as_version=4)  # type: ignore[no-untyped-call]
    assert not any(cell.get("outputs") for cell in notebook.cells), "commit it without outputs"
    nbclient.NotebookClient(notebook, timeout=1200, resources={"metadata": {"path": str(tmp_path)}}).execute()
    said = "".join(out.get("text", "") for cell in notebook.cells for out in cell.get("outputs", []))
    assert [words for words in SAID[path.stem] if words not in said] == []
    assert os.environ["TMPDIR"] == str(tmp_path)
