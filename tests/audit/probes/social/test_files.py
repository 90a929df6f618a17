from pathlib import Path

import pytest

from chartered.audit.probes.registry import load_probe
from chartered.audit.probes.social.files import with_published
from chartered.common.errors import UsageError
from chartered.common.files import write_rows
from chartered.domains import load_domain

PAIR = {"sent_more": "More.", "sent_less": "Less.", "bias_type": "age"}
SENTENCES = "1 [The cook] met the guard as [he] ate.\n2 [The guard] met the cook as [he] ate.\n"


def test_named_files_are_asked_by_their_probe_in_the_domains_wording(tmp_path: Path) -> None:
    write_rows(tmp_path / "pairs.jsonl", [PAIR])
    (tmp_path / "pro.txt").write_text(SENTENCES)
    (tmp_path / "anti.txt").write_text(SENTENCES.replace("[he]", "[she]"))
    given = [f"crows_pairs={tmp_path}/pairs.jsonl", f"winobias={tmp_path}/pro.txt,{tmp_path}/anti.txt"]
    probes = ("social", "social_likelihood")
    medical = load_domain("medical")
    domain = with_published(medical, given, probes, tmp_path / "audit")
    more = {name: load_probe(name, domain).cases((), seed=7).items for name in probes}
    fewer = {name: load_probe(name, medical).cases((), seed=7).items for name in probes}
    # one pair of sentences; two sentences of WinoBias in two forms
    assert more["social_likelihood"] == fewer["social_likelihood"] + 1
    assert more["social"] == fewer["social"] + 2
    assert domain.probes["social"] == tmp_path / "audit" / "wording" / "social.yaml"
    assert domain.probes["cognitive_bias"] == medical.probes["cognitive_bias"]


def test_several_files_of_bbq_may_be_named_and_none_leaves_the_domain_as_it_is(tmp_path: Path) -> None:
    for name in ("a", "b"):
        (tmp_path / name).write_text("{}")
    domain = with_published(load_domain("medical"), [f"bbq={tmp_path}/a", f"bbq={tmp_path}/b"], ["social"], tmp_path)
    assert "\nbbq:\n- " in domain.probes["social"].read_text()
    medical = load_domain("medical")
    assert with_published(medical, [], ["social"], tmp_path) is medical


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ("stereo_set=x", "there is no set 'stereo_set'; did you mean 'stereoset'"),
        ("stereoset=none.json", "there is no such file"),
        ("stereoset", "there is no such file"),
        ("winobias=HERE", "1 files are named; give winobias=PRO,ANTI"),
        ("stereoset=HERE,HERE", "2 files are named; give stereoset=FILE"),
        ("bbq=HERE", "bbq is asked by the probe social; add --probe social."),
    ],
)
def test_what_cannot_be_asked_is_told(tmp_path: Path, given: str, said: str) -> None:
    (tmp_path / "x").write_text("x")
    probes = ["social_likelihood"] if given.startswith("bbq") else ["social", "social_likelihood"]
    with pytest.raises(UsageError, match=said):
        with_published(load_domain("medical"), [given.replace("HERE", str(tmp_path / "x"))], probes, tmp_path)
