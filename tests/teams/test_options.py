"""The options for Teams: which are refused, and which service addresses are allowed."""

from __future__ import annotations

from typing import Any

import pytest

from adapters.teams.options import NotSetUp, TeamsOptions

GOOD: dict[str, Any] = {"app_id": "6f1b7c1e-7d2a", "tenant": "0b9c7e52-3f64", "password": "secret"}


@pytest.mark.parametrize(
    "changes",
    [
        {"app_id": ""},
        {"app_id": " "},
        {"tenant": ""},
        {"tenant": "a/b"},
        {"password": ""},
        {"certificate": "PEM"},
        {"managed_identity": True},
        {"openid_url": "http://login.example/openid"},
        {"token_url": "http://login.example/token"},
        {"token_url": "https://user:word@login.example/token"},
        {"service_hosts": ()},
        {"insecure_local": True, "host": "0.0.0.0"},
        {"insecure_local": True, "host": "192.0.2.7", "app_id": ""},
    ],
    ids=str,
)
def test_what_is_half_set_or_open_is_refused(changes: dict[str, Any]) -> None:
    with pytest.raises(NotSetUp) as refused:
        TeamsOptions(**{**GOOD, **changes})
    assert "secret" not in str(refused.value).split()
    assert str(refused.value).endswith(".")


def test_without_token_checks_only_loopback_is_needed() -> None:
    assert TeamsOptions(insecure_local=True).app_id == ""


def test_another_clouds_addresses_are_used_throughout() -> None:
    options = TeamsOptions(**GOOD, issuer="https://api.botframework.us", token_url="https://login.example.us/t/token")
    assert options.scope == "https://api.botframework.us/.default"
    assert options.token_address == "https://login.example.us/t/token"
    assert TeamsOptions(**GOOD).token_address == "https://login.microsoftonline.com/0b9c7e52-3f64/oauth2/v2.0/token"


@pytest.mark.parametrize(
    ("address", "ours"),
    [
        ("https://smba.trafficmanager.net/teams/", True),
        ("https://SMBA.trafficmanager.net/uk/", True),
        ("https://smba.infra.gcc.teams.microsoft.com/gcc", True),
        ("https://smba.trafficmanager.net.evil.example/teams/", False),
        ("https://evil.example/smba.trafficmanager.net", False),
        ("https://evilteams.microsoft.com/", False),
        ("https://smba.trafficmanager.net@evil.example/", False),
        ("https://user@smba.trafficmanager.net/", False),
        ("http://smba.trafficmanager.net/teams/", False),
        ("http://127.0.0.1/teams/", False),
        ("ftp://smba.trafficmanager.net/", False),
        ("https://[::1", False),
        ("https://smba.tra\ufb03cmanager.net/teams/", False),
        ("https://\u017fmba.trafficmanager.net/teams/", False),
        ("https://smba.bot\u212a.botframework.com/", False),
        ("nothing", False),
        ("", False),
    ],
)
def test_only_allowed_hosts_get_messages(address: str, ours: bool) -> None:
    assert TeamsOptions(**GOOD).serves(address) is ours


def test_loopback_only_where_it_is_allowed() -> None:
    assert TeamsOptions(**GOOD, service_hosts=("127.0.0.1",)).serves("http://127.0.0.1:8/teams/")
    assert TeamsOptions(insecure_local=True).serves("http://localhost:8/teams/")
    assert not TeamsOptions(insecure_local=True).serves("https://smba.trafficmanager.net/teams/")
