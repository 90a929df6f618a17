import pytest

from chartered.audit.probes.base.fields import field, identity, text
from chartered.common.errors import DataError

ROW = {"id": 7, "name": "ash", "blank": " ", "yes": True, "none": None}


def test_a_field_of_its_type_is_given() -> None:
    assert field(ROW, "none", "f, line 2") is None
    assert text(ROW, "name", "f, line 2") == "ash"
    assert (identity(ROW, "id", "f, line 2"), identity(ROW, "name", "f, line 2")) == ("7", "ash")


def test_a_missing_field_is_told_with_its_line_and_the_nearest_name() -> None:
    with pytest.raises(DataError, match=r"f, line 2: the field 'nam' is missing; .*name"):
        field(ROW, "nam", "f, line 2")


@pytest.mark.parametrize(("read", "key"), [(text, "id"), (text, "blank"), (identity, "yes"), (identity, "none")])
def test_a_field_of_another_type_is_refused(read: type[str], key: str) -> None:
    with pytest.raises(DataError, match=f"f, line 2: the field '{key}' is .*; it must be"):
        read(ROW, key, "f, line 2")  # type: ignore[call-overload]
