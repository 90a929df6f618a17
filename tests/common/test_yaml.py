from pathlib import Path

import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from chartered.common.errors import UsageError
from chartered.common.yaml import Strict, _Loader, read_yaml


class Inner(Strict):
    width: int
    name: str = "x"


class Outer(Strict):
    inner: Inner
    several: tuple[Inner, ...] = ()


def read(tmp_path: Path, text: str) -> Outer:
    path = tmp_path / "file.yaml"
    path.write_text(text, encoding="utf-8")
    return read_yaml(path, Outer, "drawing")


def test_a_file_becomes_the_block(tmp_path: Path) -> None:
    found = read(tmp_path, "inner: {width: 3}\nseveral:\n  - width: 4\n")
    assert found == Outer(inner=Inner(width=3), several=(Inner(width=4),))


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("inner:\n  widht: 3\n", "line 2: unknown key 'inner.widht'; did you mean 'width'?"),
        ("inner: {width: 3}\nseveral:\n  - width: 1\n  - widht: 1\n", "line 4: unknown key 'several.1.widht'; did you"),
        ("inner:\n  name: y\n", "line 1: the key 'inner.width' is missing"),
        ("inner:\n  width: wide\n", "line 2: inner.width is 'wide': "),
        ("inner: 3\n", "line 1: inner is 3: "),
        ("inner:\n  width: 3\n  width: 4\n", "line 3: the key 'inner.width' is given twice"),
        ("3", "a drawing is a block of keys, and this is int"),
        ("a: b: c", "not a YAML file"),
        ("a: 2024-13-45", "not a YAML file"),
        ("=", "not a YAML file"),
        ("a: !!python/object:os.system {}", "not a YAML file"),
    ],
)
def test_what_is_wrong_is_told_with_key_and_line(tmp_path: Path, text: str, said: str) -> None:
    with pytest.raises(UsageError) as error:
        read(tmp_path, text)
    assert said in str(error.value) and "\n" not in str(error.value)


def test_a_binary_or_missing_file_is_told(tmp_path: Path) -> None:
    path = tmp_path / "file.yaml"
    with pytest.raises(UsageError, match="no such drawing"):
        read_yaml(path, Outer, "drawing")
    path.write_bytes(b"\x80\x00")
    with pytest.raises(UsageError, match="not a YAML file"):
        read_yaml(path, Outer, "drawing")


@given(st.text(st.characters(codec="utf-8")))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=200)
def test_no_text_ends_in_anything_but_one_plain_sentence(tmp_path: Path, text: str) -> None:
    with pytest.raises(UsageError):
        read(tmp_path, text)


def test_an_alias_is_refused_before_it_can_grow(tmp_path: Path) -> None:
    path = tmp_path / "a.yaml"
    path.write_text("a: &a [x, x]\nb: &b [*a, *a]\nc: [*b, *b]\n")
    with pytest.raises(UsageError, match=r"a\.yaml: it uses an alias"):
        read_yaml(path, Strict, "policy")


@pytest.mark.parametrize("text", ["1e-3", "1E-3", "+1e-3", "1.0e-3", "0.001"])
def test_a_small_number_is_a_number_however_it_is_written(tmp_path: Path, text: str) -> None:
    class Rate(Strict):
        rate: float

    path = tmp_path / "file.yaml"
    path.write_text(f"rate: {text}\n")
    assert read_yaml(path, Rate, "rate").model_dump() == {"rate": 0.001}
    path.write_text(f'rate: "{text}"\n')
    assert yaml.load(path.read_text(), Loader=_Loader) == {"rate": text}
