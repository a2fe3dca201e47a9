"""The cookie jar of a session (RFC 6265)."""

from __future__ import annotations

import pytest

from loadtests.described.cookies import CookieJar


def jar(*lines: str, path: str = "/shop/log-on", has_tls: bool = True) -> CookieJar:
    made = CookieJar("shop.example", has_tls=has_tls)
    made.take([line.encode() for line in lines], path)
    return made


def test_what_was_set_is_sent_and_a_new_value_takes_the_place_of_the_old() -> None:
    cookies = jar("sid=1; Path=/", "lang=en; Path=/")
    cookies.take([b"sid=2; Path=/; HttpOnly"], "/")
    assert cookies.header("/") == "sid=2; lang=en"
    assert cookies.value("sid") == "2"


def test_a_cookie_goes_where_its_path_says_and_the_longest_path_comes_first() -> None:
    cookies = jar("a=root; Path=/", "b=api; Path=/api", "c=folder")
    assert cookies.header("/api/orders") == "b=api; a=root"
    assert cookies.header("/api") == "b=api; a=root"
    assert cookies.header("/apis") == "a=root"
    assert cookies.header("/shop/basket") == "c=folder; a=root"  # the folder of what was asked for


def test_a_secure_cookie_over_plain_http_is_said_and_not_kept() -> None:
    said = set[str]()
    cookies = CookieJar("shop.example", has_tls=False, without_tls=said)
    cookies.take([b"sid=1; Path=/; Secure", b"lang=en; Path=/"], "/")
    assert (cookies.header("/"), said) == ("lang=en", {"sid"})


def test_what_expires_goes() -> None:
    cookies = jar("a=1; Path=/; Max-Age=600", "b=1; Path=/; Expires=Wed, 09 Jun 2100 10:18:14 GMT", "c=1; Path=/")
    cookies.take([b"a=; Path=/; Max-Age=0", b"b=; Path=/; Expires=Thu, 01-Jan-1970 00:00:00 GMT"], "/")
    assert cookies.header("/") == "c=1"


def test_max_age_goes_before_expires() -> None:
    assert jar("a=1; Path=/; Max-Age=60; Expires=Thu, 01 Jan 1970 00:00:00 GMT").header("/") == "a=1"


def test_secure_means_tls() -> None:
    assert jar("a=1; Path=/; Secure").header("/") == "a=1"
    assert jar("a=1; Path=/; Secure", has_tls=False).header("/") == ""


@pytest.mark.parametrize(
    ("domain", "is_kept"),
    [
        ("shop.example", True),
        (".Shop.Example", True),
        ("example", True),
        ("other.example", False),
        ("op.example", False),
    ],
)
def test_a_cookie_of_another_domain_is_not_kept(domain: str, is_kept: bool) -> None:
    assert (jar(f"a=1; Path=/; Domain={domain}").header("/") == "a=1") is is_kept


@pytest.mark.parametrize("line", ["", "=1", "no pair", "a=\x001", "a=1\r\nX: 1", "a=" + "x" * 5000, ";;;"])
def test_rubbish_is_not_kept(line: str) -> None:
    assert jar(line).header("/") == ""


@pytest.mark.parametrize("line", ["a=1; Path=/; Expires=soon", "a=1; Path=/; Max-Age=never", "a=1; Path=/;;; =; x"])
def test_an_attribute_that_nobody_can_read_is_as_if_it_were_not_there(line: str) -> None:
    assert jar(line).header("/") == "a=1"


def test_of_too_many_the_oldest_goes() -> None:
    cookies = jar(*(f"c{number}=1; Path=/" for number in range(60)))
    sent = cookies.header("/").split("; ")
    assert len(sent) == 50 and sent[0] == "c10=1"


def test_of_several_of_a_name_the_value_is_that_which_was_set_last() -> None:
    assert jar("id=first; Path=/", "id=of the page; Path=/shop").value("id") == "of the page"
    cookies = jar("id=first; Path=/", "id=of the page; Path=/shop", "id=new; Path=/")
    assert cookies.value("id") == "new"
    cookies.take([b"id=; Path=/; Max-Age=0"], "/")
    assert cookies.value("id") == "of the page"


def test_a_value_may_be_quoted_or_have_signs_of_equality() -> None:
    assert jar('a="x y"; Path=/', "b=x==; Path=/").header("/") == 'a="x y"; b=x=='
