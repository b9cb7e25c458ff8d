"""The configuration as it is documented, and what an answer is read as."""

import re
from pathlib import Path

import pytest

import wecom
from wecom.features.directory import ldap
from wecom.features.directory.ldap import dn_key, equals, parent_key
from wecom.features.directory.ldap_model import Entry
from wecom.features.directory.sync import parse_config
from wecom.features.directory.sync.config import InvalidLdapConfig
from wecom.features.directory.sync.mapping import Disabled, Mapper, Unusable

PAGE = (Path(wecom.__file__).parents[1] / "docs" / "ldap.md").read_text()
EXAMPLES = re.findall(r"```toml\n(.*?)```", PAGE, re.DOTALL)


@pytest.mark.parametrize("example", EXAMPLES)
def test_what_the_page_shows_can_be_used(example: str) -> None:
    config = parse_config(example)
    Mapper(config)
    assert {"userid", "name"} <= set(config.people.fields)


def test_the_page_shows_a_whole_configuration() -> None:
    assert len(EXAMPLES) == 3
    whole = parse_config(EXAMPLES[2])
    assert whole.people.fields == {
        "userid": "uid",
        "name": "displayName",
        "biz_mail": "mail",
        "mobile": "mobile",
        "telephone": "telephoneNumber",
        "position": "title",
    }
    assert "password" in whole.owned
    assert "attributes.工号" in whole.owned


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("uid=a,ou=B,dc=c", "UID=A,OU=b,DC=C"),
        ("cn=Groß\\, Jürgen,dc=c", "CN=groß\\2C jürgen , dc = c"),
        ('cn="Groß, Jürgen",dc=c', "cn=Groß\\, Jürgen,dc=c"),
        ("cn=a+sn=b,dc=c", "sn=b+cn=a,dc=c"),
        ("cn=two  words,dc=c", "cn=two words,dc=c"),
    ],
)
def test_one_name_written_in_two_ways_is_one(one: str, other: str) -> None:
    assert dn_key(one) == dn_key(other)
    assert parent_key(dn_key(one)).endswith("dc=c")


def test_names_and_filters_are_escaped() -> None:
    assert equals("uid", "a*)(b\\\0") == "(uid=a\\2a\\29\\28b\\5c\\00)"
    assert equals("objectGUID", b"\x00(*") == "(objectGUID=\\00\\28\\2a)"
    assert not ldap.is_dn("nobody")
    assert dn_key("nobody in particular") == "nobody in particular"
    with pytest.raises(InvalidLdapConfig, match="urls"):
        parse_config('preset = "ad"\nurls = ["https://x"]\n[people]\nbases = ["dc=x"]')


@pytest.mark.parametrize(
    ("rule", "value", "holds"),
    [
        ("userAccountControl&2", "514", True),
        ("userAccountControl&2", "512", False),
        ("userAccountControl&2", "x", False),
        ("userAccountControl&2", "--2", False),
        ("userAccountControl&2", "2" * 5000, False),
        ("accountExpires<now", "0", False),
        ("accountExpires<now", "9223372036854775807", False),
        ("accountExpires<now", "3000000000000000000", False),
        ("accountExpires<now", "1" * 5000, False),
        ("accountExpires<now", "-130000000000000000", False),
        ("accountExpires<now", "130000000000000000", True),
        ("expiry<now", "20200101000000Z", True),
        ("expiry<now", "20990101000000Z", False),
        ("expiry<now", "soon", False),
        ("nsAccountLock=TRUE", "true", True),
        ("nsAccountLock=TRUE", "false", False),
        ("lock=*", "anything", True),
    ],
)
def test_ways_of_barring(rule: str, value: str, holds: bool) -> None:
    parsed = Disabled.of(rule)
    assert parsed.holds(Entry("dc=x", {parsed.attribute: [value.encode()]})) is holds
    if parsed.sign == "&":
        with pytest.raises(Unusable):
            parsed.holds(Entry("dc=x", {}))
    else:
        assert not parsed.holds(Entry("dc=x", {}))


def test_identities_are_one_and_binary_ones_are_text() -> None:
    mapper = Mapper(parse_config('preset = "ad"\nurls = ["ldaps://x"]\n[people]\nbases = ["dc=x"]'))
    guid = bytes(range(16))
    assert mapper.id_of(Entry("dc=x", {"objectguid": [guid]}), "objectGUID") == "03020100-0504-0706-0809-0a0b0c0d0e0f"
    for value, id in (
        (b"\xff\x00", "hex:ff00"),
        (b"a\x00b", "hex:610062"),
        (b"hex:61", "hex:6865783a3631"),
        (b"aB", "aB"),
    ):
        assert mapper.id_of(Entry("dc=x", {"id": [value]}), "id") == id
    assert mapper.id_of(Entry("dc=x", {"guid": [b"aB"]}), "GUID") == "hex:6142", "bytes that happen to be letters"
    assert mapper.id_of(Entry("dc=x", {"uid": ["Jürgen".encode()]}), "uid") == "jürgen"
    assert mapper.id_filter("jgross") == "(objectGUID=jgross)", "of another attribute, as was configured before"
    for values in ({}, {"objectguid": [guid, guid]}):
        with pytest.raises(Unusable):
            mapper.id_of(Entry("dc=x", values), "objectGUID")
