import pytest
from hypothesis import given
from hypothesis import strategies as st

from chartered.common.endpoint_address import address, key_for
from chartered.common.errors import UsageError

LOCAL = ("http://127.0.0.1:8000/v1", "http://127.9.9.9/v1", "http://[::1]:8000/v1", "https://localhost/v1")
ELSEWHERE = ("https://example.org/v1", "http://10.0.0.7/v1", "http://localhost.example.org/v1", "http://0.0.0.0/v1")


@given(st.text())
def test_any_text_is_an_http_address_with_a_host_or_none(text: str) -> None:
    found = address(text)
    assert found is None or (found.scheme in ("http", "https") and found.hostname)


@pytest.mark.parametrize(
    "text", ["", "example.org/v1", "ftp://example.org", "http://", "http://[::1", "file:///etc/passwd"]
)
def test_what_is_no_http_address_is_none(text: str) -> None:
    assert address(text) is None


@pytest.mark.parametrize("url", LOCAL)
def test_an_endpoint_on_this_machine_needs_no_key(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("MY_KEY", raising=False)
    assert key_for(url, "MY_KEY", option="api_key_env") == "none"
    monkeypatch.setenv("MY_KEY", " one\n")
    assert key_for(url, "MY_KEY", option="api_key_env") == "one"


@pytest.mark.parametrize("url", ELSEWHERE)
def test_any_other_needs_one(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MY_KEY", "  ")
    with pytest.raises(UsageError, match=r"'MY_KEY' .* is not set; set it, or name another with api_key_env"):
        key_for(url, "MY_KEY", option="api_key_env")


def test_what_cannot_be_a_key_is_refused_without_being_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MY_KEY", "sécret")
    with pytest.raises(UsageError, match="'MY_KEY' does not hold a key") as refused:
        key_for("https://example.org/v1", "MY_KEY", option="api_key_env")
    assert "cret" not in str(refused.value)
