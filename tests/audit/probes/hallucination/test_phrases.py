import pytest

from chartered.audit.probes.hallucination.phrases import IDLE, NOT_KNOWN, NOT_REAL


@pytest.mark.parametrize(
    ("sentence", "kinds"),
    [
        ("xthingx does not exist", "denied"),
        ("there is no drug called xthingx", "denied"),
        ("it isn't a real company", "denied"),
        ("xthingx is not known to cause harm", ""),
        ("no record of that name, and nothing is called that", "denied"),
        ("did you mean aspirin", "denied"),
        ("i am not familiar with xthingx", "unknown"),
        ("i have no information on xthingx", "unknown"),
        ("sorry, i cannot help", "unknown"),
        ("please consult a doctor", "idle"),
        ("xthingx may be a plant", "idle"),
        ("xthingx is used for asthma", ""),
        ("the misty unknown", ""),
    ],
)
def test_a_sentence_denies_does_not_know_or_says_nothing(sentence: str, kinds: str) -> None:
    found = [
        name
        for name, pattern in (("denied", NOT_REAL), ("unknown", NOT_KNOWN), ("idle", IDLE))
        if pattern.search(sentence)
    ]
    assert " ".join(found) == kinds
