"""Which links have the same identity, and which are refused."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.interface.announcements import LINK_LIMIT, LinkRefused, normalised_link


@pytest.mark.parametrize(
    "spelling",
    [
        "https://www.gov.example/permit",
        "HTTPS://WWW.GOV.EXAMPLE/permit",
        "  https://www.gov.example/permit\n",
        "https://www.gov.example:443/permit",
        "http://www.gov.example/permit",
        "http://www.gov.example:80/permit/",
        "https://www.gov.example./permit",
        "https://www.gov.example/permit/",
        "https://www.gov.example/permit#2026-06-01T09:30:00+01:00",
        "https://www.gov.example/permit#!/page",
        "https://www.gov.example/permit?",
        "https://www.gov.example/a/../permit",
        "https://www.gov.example/%70ermit",
        "https://www.gov.example/permit?utm_source=feed&UTM_Medium=x&fbclid=1&gclid=2",
        "https://www.gov.example/permit?%75tm_source=feed",
        "https://www.gov.example/permit?mtm_campaign=rss&at_medium=RSS&pk_source=x&WT.mc_id=1&ns_campaign=2&gad_source=3",
    ],
)
def test_spellings_of_one_address_have_one_identity(spelling: str) -> None:
    assert normalised_link(spelling) == "https://www.gov.example/permit"


@pytest.mark.parametrize(
    "other",
    [
        "https://gov.example/permit",
        "http://www.gov.example:8443/permit",
        "https://www.gov.example:8443/permit",
        "https://www.gov.example/Permit",
        "https://www.gov.example/permit?page=2",
        "https://www.gov.example/permit?utmost=1",
        "https://www.gov.example/permit?source=1",
        "https://www.gov.example/permit?ref=1",
        "https://www.gov.example/permit?campaign=1",
        "https://www.gov.example/permit?at_home=1",
    ],
)
def test_other_addresses_have_another_identity(other: str) -> None:
    assert normalised_link(other) != "https://www.gov.example/permit"


def test_the_order_of_query_parameters_makes_no_difference() -> None:
    first = normalised_link("https://a.example/?b=2&a=1&utm_campaign=x&c")
    assert first == normalised_link("https://a.example?c&a=1&b=2") == "https://a.example/?a=1&b=2&c"


def test_international_host_names_have_one_spelling() -> None:
    assert normalised_link("https://BÜCHER.example/ä") == normalised_link("https://xn--bcher-kva.example/%C3%A4")


def test_ip_addresses_are_kept_as_hosts() -> None:
    assert normalised_link("http://[2001:DB8::1]:80/a") == "https://[2001:db8::1]/a"


@pytest.mark.parametrize(
    "link",
    [
        "",
        "permit",
        "/permit",
        "//www.gov.example/permit",
        "https:/www.gov.example/permit",
        "https:www.gov.example/permit",
        "https://",
        "https:///permit",
        "https://:443/permit",
        "https://?a",
        "ftp://www.gov.example/permit",
        "file:///etc/hostname",
        "javascript:alert(1)",
        "data:text/html,x",
        "mailto:someone@gov.example",
        "https://www.gov.example@elsewhere.example/permit",
        "https://user:word@www.gov.example/permit",
        "https://www.gov.example:99999/permit",
        "https://www.gov.example:x/permit",
        "https://[::1/permit",
        "https://elsewhere.example\\.gov.example/permit",
        "https://<b>/permit",
        "https://a b/permit",
        "https://www.gov.example/per\x00mit",
        "https://www.gov.example/per\nmit",
        "https://www.gov.example/per\u202emit",
        "https://www.gov.example/\ud800",
        "https://www.gov.example/" + "a" * LINK_LIMIT,
    ],
)
def test_a_link_that_is_not_a_web_address_is_refused_in_a_sentence(link: str) -> None:
    with pytest.raises(LinkRefused, match=r"^The link .+\.$"):
        normalised_link(link)


@settings(deadline=None)
@given(
    st.one_of(
        st.text(max_size=60).map(lambda end: "https://www.gov.example/" + end),
        st.text(alphabet="ahtps:/?#[]@!$&'()*+,;=.%20éß\\-", max_size=60).map(lambda end: "http://" + end),
        st.text(max_size=80),
    )
)
def test_normalising_twice_changes_nothing(link: str) -> None:
    try:
        identity = normalised_link(link)
    except LinkRefused:
        return
    assert normalised_link(identity) == identity
