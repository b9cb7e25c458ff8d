"""Where a browser may be sent: exactly where an app says, however an address is dressed up."""

import pytest

from wecom.features.apps.model import InvalidRedirect, InvalidRedirectDomain, InvalidState, TooManyDomains
from wecom.features.apps.redirects import framing, good_domains, good_state, redirect, trusts

TRUSTED = ("oa.example.com", "oa.example.com:8080", "10.0.0.7:9000")


@pytest.mark.parametrize(
    "address",
    [
        "https://oa.example.com",
        "http://oa.example.com/",
        "https://OA.Example.COM/a/b?c=d#/e",
        "https://oa.example.com:443/x",
        "http://oa.example.com:80/x",
        "http://oa.example.com:8080/x",
        "https://oa.example.com:8080?x",
        "http://10.0.0.7:9000/cb",
        "https://oa.example.com/?next=https://evil.example/",
        "https://oa.example.com/@evil.example",
    ],
)
def test_an_address_in_a_trusted_domain_is_trusted(address: str) -> None:
    assert trusts(TRUSTED, redirect(address), plain=True)


@pytest.mark.parametrize(
    "address",
    [
        "https://evil.example",
        "https://oa.example.com.evil.example/",
        "https://evil-oa.example.com/",
        "https://a.oa.example.com/",
        "https://example.com/",
        "https://oa.example.com:8081/",
        "https://oa.example.com:80/",
        "http://oa.example.com:443/",
        "http://10.0.0.7/cb",
        "https://evil.example/oa.example.com",
        "https://evil.example?oa.example.com",
        "https://evil.example#@oa.example.com",
    ],
)
def test_an_address_that_only_looks_like_it_is_not(address: str) -> None:
    assert not trusts(TRUSTED, redirect(address), plain=True)


@pytest.mark.parametrize(
    "address",
    [
        "",
        "oa.example.com",
        "//oa.example.com/",
        "/\\oa.example.com",
        "javascript://oa.example.com/%0aalert(1)",
        "ftp://oa.example.com/",
        "https:oa.example.com",
        "https:///oa.example.com",
        "https://oa.example.com@evil.example/",
        "https://oa.example.com:x@evil.example/",
        "https://oa.example.com:443@evil.example/",
        "https://evil.example\\@oa.example.com/",
        "https://oa.example.com\\.evil.example/",
        "https://oa.example.com%2eevil.example/",
        "https://oa.example.com%00.evil.example/",
        "https://oa.example.com\t.evil.example/",
        "https://evil.example\n@oa.example.com/",
        "https://oa.example.com\r\nSet-Cookie: a=b",
        "https://oa.example.com/\x00",
        "https://oа.example.com/",
        "https://oa。example.com/",
        "https://oa.example.com./",
        "https://oa.example.com:0/",
        "https://oa.example.com:65536/",
        "https://oa.example.com:٤٤٣/",
        "https://oa.example.com:+443/",
        "https://[::1]/",
        " https://oa.example.com/",
        "https://oa.example.com/" + "a" * 2048,
    ],
)
def test_what_browsers_might_read_otherwise_is_no_address(address: str) -> None:
    with pytest.raises(InvalidRedirect):
        redirect(address)


@pytest.mark.parametrize(
    ("address", "going"),
    [
        ("https://e.cn", "https://e.cn/?code=C&state=S"),
        ("https://e.cn?a=1", "https://e.cn/?a=1&code=C&state=S"),
        ("https://E.cn:443/a/?a=1&b=#/home?c=d", "https://e.cn/a/?a=1&b=&code=C&state=S#/home?c=d"),
        ("http://e.cn:81/好?q=饭\\", "http://e.cn:81/%E5%A5%BD?q=%E9%A5%AD%5C&code=C&state=S"),
        ("http://e.cn/%E5%A5%BD?q=%26", "http://e.cn/%E5%A5%BD?q=%26&code=C&state=S"),
        ('http://e.cn/"><script>', "http://e.cn/%22%3E%3Cscript%3E?code=C&state=S"),
    ],
)
def test_code_and_state_are_added_to_what_there_is(address: str, going: str) -> None:
    assert redirect(address).with_code("C", "S") == going


def test_whoever_refuses_goes_back_without_a_code() -> None:
    assert redirect("https://e.cn/a").with_code(None, "web login@1") == "https://e.cn/a?state=web+login%401"


def test_domains_are_kept_as_they_compare_and_only_whole_ones() -> None:
    assert good_domains([" OA.example.com ", "oa.example.com", "a-b.cn:8080"]) == ("oa.example.com", "a-b.cn:8080")
    wrong = (
        "*.example.com",
        "https://e.cn",
        "http://http://e.cn",
        "http://e.cn/",
        "e.cn/",
        "e.cn:",
        "e.cn:0",
        "e.cn:99999",
        "-e.cn",
        "e_.cn",
        "a b",
        "",
        "oа.cn",
    )
    for domain in wrong:
        with pytest.raises(InvalidRedirectDomain):
            good_domains([domain])
    with pytest.raises(TooManyDomains):
        good_domains([f"e{n}.cn" for n in range(21)])


def test_a_state_is_short_and_printable() -> None:
    assert good_state("weblogin@gyoss9") == "weblogin@gyoss9" and good_state("字" * 42)
    for state in ("a" * 129, "字" * 43, "a\r\nb", "a\x00"):
        with pytest.raises(InvalidState):
            good_state(state)


@pytest.mark.parametrize(
    ("domain", "address", "trusted"),
    [
        ("oa.example.com", "https://oa.example.com/cb", True),
        ("oa.example.com", "http://oa.example.com/cb", False),
        ("oa.example.com:8080", "http://oa.example.com:8080/cb", False),
        ("http://oa.example.com", "http://oa.example.com/cb", True),
        ("http://oa.example.com", "https://oa.example.com/cb", True),
        ("http://oa.example.com", "http://oa.example.com:8080/cb", False),
        ("http://oa.example.com:8080", "http://oa.example.com:8080/cb", True),
    ],
)
def test_where_https_is_spoken_http_must_be_written_out(domain: str, address: str, trusted: bool) -> None:
    assert trusts(good_domains([domain]), redirect(address), plain=False) is trusted


def test_a_page_may_be_framed_by_its_apps_sites() -> None:
    assert framing(["e.cn", "http://f.cn:81"]) == "https://e.cn http://e.cn https://f.cn:81 http://f.cn:81"
