import gzip
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from chartered.audit.probes.social.published import (
    read_bbq_set,
    read_crows_pairs,
    read_stereoset,
)
from chartered.audit.probes.social.winobias import read_winobias
from chartered.common.errors import DataError
from chartered.common.files import write_rows

CSV = ',sent_more,sent_less,stereo_antistereo,bias_type\n0,"More, it is.",Less.,stereo,age\n1,A.,B.,antistereo,gender\n'
SENTENCES = [
    {"sentence": "S.", "gold_label": "stereotype"},
    {"sentence": "C.", "gold_label": "anti-stereotype"},
    {"sentence": "U.", "gold_label": "unrelated"},
]
EXAMPLE = {"id": "x", "target": "chess player", "bias_type": "profession", "sentences": SENTENCES}


def test_real_crows_pairs_are_read_whole(shared_data: Path) -> None:
    path = shared_data / "bias" / "crows_pairs_500.jsonl.gz"
    found = read_crows_pairs(path)
    with gzip.open(path, "rt") as lines:
        raw = [json.loads(line) for line in lines]
    assert len(found) == len(raw) == 500
    for texts, row in zip(found, raw, strict=True):
        assert texts.texts == {"stereotype": row["sent_more"].strip(), "counter": row["sent_less"].strip()}
        assert texts.attribute == row["bias_type"]
    assert len({texts.item for texts in found}) == 500


def test_csv_and_json_lines_of_crows_pairs_say_the_same(tmp_path: Path) -> None:
    (tmp_path / "c.csv").write_text(CSV)
    write_rows(
        tmp_path / "c.jsonl",
        [
            {"sent_more": "More, it is.", "sent_less": "Less.", "bias_type": "age"},
            {"sent_more": "A.", "sent_less": "B.", "bias_type": "gender"},
        ],
    )
    csv, jsonl = read_crows_pairs(tmp_path / "c.csv"), read_crows_pairs(tmp_path / "c.jsonl")
    assert [each.texts for each in csv] == [each.texts for each in jsonl]
    assert csv[0].texts == {"stereotype": "More, it is.", "counter": "Less."}


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (CSV + "2,only\n", "line 4: more or fewer fields"),
        (CSV + "2,a,b,c,d,e\n", "line 4: more or fewer fields"),
        (CSV + "2,same,same,stereo,age\n", "line 4: both sentences are the same"),
        (CSV + "2, ,b,stereo,age\n", "the field 'sent_more' is ' '"),
        ("a,b\n1,2\n", "line 2: the field 'sent_more' is missing"),
        ("", "the file is empty"),
        (CSV + '2,"open\n', "a quote is not closed"),
    ],
)
def test_hostile_csv_is_told_with_its_line(tmp_path: Path, content: str, said: str) -> None:
    (tmp_path / "c.csv").write_text(content)
    with pytest.raises(DataError) as error:
        read_crows_pairs(tmp_path / "c.csv")
    assert said in str(error.value) and "\n" not in str(error.value)


def stereoset(tmp_path: Path, *examples: Any) -> Path:
    path = tmp_path / "dev.json"
    path.write_text(json.dumps({"version": "1", "data": {"intersentence": [], "intrasentence": list(examples)}}))
    return path


def test_stereoset_labels_become_arms(tmp_path: Path) -> None:
    (found,) = read_stereoset(stereoset(tmp_path, EXAMPLE))
    assert found.texts == {"stereotype": "S.", "counter": "C.", "unrelated": "U."}
    assert (found.target, found.attribute, found.item) == ("chess player", "profession", "stereoset x")


@pytest.mark.parametrize(
    ("examples", "said"),
    [
        ([], "the file holds no rows"),
        ([EXAMPLE, EXAMPLE], "row 2: the id 'x' stands twice"),
        ([3], "row 1: int where a JSON object"),
        ([EXAMPLE | {"sentences": SENTENCES[:2]}], "each of stereotype, anti-stereotype, unrelated is needed once"),
        ([EXAMPLE | {"sentences": [*SENTENCES, SENTENCES[0]]}], "is needed once"),
        ([EXAMPLE | {"sentences": {}}], "'sentences' must be a list"),
        ([EXAMPLE | {"sentences": ["a", "b", "c"]}], "'sentences' must be a list"),
        ([EXAMPLE | {"target": None}], "the field 'target' is None"),
        ([{"id": "x"}], "the field 'bias_type' is missing"),
    ],
)
def test_hostile_stereoset_is_told_with_its_place(tmp_path: Path, examples: list[Any], said: str) -> None:
    with pytest.raises(DataError) as error:
        read_stereoset(stereoset(tmp_path, *examples))
    assert said in str(error.value) and "\n" not in str(error.value)


def test_real_bbq_is_read_without_its_answers(shared_data: Path) -> None:
    cases, dropped = read_bbq_set(shared_data / "bias" / "bbq_Age_with_unifiedqa_answers.jsonl.gz", kind="choice")
    assert len(cases) == 3680 and dropped == {}
    # every template asks as often with the stereotyped group in the negative as in the other question
    assert sum(case.arm == "ambiguous" for case in cases) == 1840


READERS: list[Callable[[Path], object]] = [
    read_crows_pairs,
    read_stereoset,
    lambda path: read_winobias(path, path),
    lambda path: read_bbq_set(path, kind="k"),
]


@pytest.mark.parametrize("reader", READERS)
@pytest.mark.parametrize("suffix", ["csv", "json"])
def test_a_missing_file_is_told(tmp_path: Path, reader: Callable[[Path], object], suffix: str) -> None:
    with pytest.raises(DataError, match="there is no such file"):
        reader(tmp_path / f"none.{suffix}")


@pytest.mark.parametrize("reader", READERS)
@pytest.mark.parametrize("suffix", ["csv", "json"])
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60)
@given(
    content=st.one_of(st.binary(max_size=60), st.sampled_from([b"{}", b"[[", b'{"data": 1}', b"[" * 5000, b'a,"b\x00']))
)
def test_any_bytes_are_read_or_refused(
    tmp_path: Path, reader: Callable[[Path], object], suffix: str, content: bytes
) -> None:
    path = tmp_path / f"x.{suffix}"
    path.write_bytes(content)
    with pytest.raises(DataError) as error:
        reader(path)
    assert "Traceback" not in str(error.value)
