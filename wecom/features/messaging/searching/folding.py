"""Text as searching compares it: case, width and accents folded, cut into tokens.

A token is a word (letters and digits of scripts that write spaces), a run of characters of a script that writes none
(Han, kana, Hangul, Thai …), or one pictograph. Everything else separates.
"""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

DENSE = (
    "\u0e00-\u0eff\u1000-\u109f\u1100-\u11ff\u1780-\u17ff\u2e80-\u2fdf\u3005-\u3007\u3021-\u3029\u3031-\u3035\u3041-\u3096"
    "\u3099-\u309a\u309d-\u30fa\u30fc-\u318f\u31a0-\u31bf\u31f0-\u31ff\u3400-\u4dbf\u4e00-\u9fff\ua960-\ua97f\uac00-\ud7ff"
    "\uf900-\ufaff\U0001b000-\U0001b16f\U00020000-\U0003fffd"
)
_PICTOGRAPH = (
    "\u2190-\u21ff\u2300-\u23ff\u25a0-\u27bf\u2900-\u297f\u2b00-\u2bff\U0001f000-\U0001f3fa\U0001f400-\U0001faff"
)
_TOKEN = re.compile(f"(?P<dense>[{DENSE}]+)|(?P<word>[^\\W_{DENSE}]+)|(?P<sign>[{_PICTOGRAPH}])")

# What belongs to the character before it: accents, voicing marks, the later parts of Hangul syllables, joiners.
_CLUSTER = re.compile("(?s:.)[\u0300-\u036f\u3099\u309a\uff9e\uff9f\u1160-\u11ff\ufe0e\ufe0f\u200d]*")

_SPELT_OUT = {"ä": "ae", "ö": "oe", "ü": "ue", "å": "aa", "ø": "oe"}
_PLAIN = {"ø": "o", "đ": "d", "ł": "l", "ħ": "h", "ı": "i", "æ": "ae", "œ": "oe"}


@dataclass(frozen=True, slots=True)
class Token:
    """A token where it stands in the folded text."""

    kind: str
    """dense, word or sign."""
    text: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Folded:
    """A text folded, and where each of its characters stood in the text as it was written."""

    text: str
    spans: list[tuple[int, int]]


def fold(text: str) -> str:
    """Letters as searching compares them: Ü as u, ß as ss, Ａ as a."""
    if text.isascii():
        return text.lower()
    return "".join([_folded(cluster)[0] for cluster in _CLUSTER.findall(text)])


def spell_out(text: str) -> str:
    """The same with umlauts as who has no key for them writes: Ü as ue."""
    if text.isascii():
        return text.lower()
    return "".join([_folded(cluster)[1] for cluster in _CLUSTER.findall(text)])


def fold_in_place(text: str) -> Folded:
    """As `fold`, with where everything stood."""
    folded, spans = [], []
    for cluster in _CLUSTER.finditer(text):
        letters = _folded(cluster[0])[0]
        folded.append(letters)
        spans += [cluster.span()] * len(letters)
    return Folded("".join(folded), spans)


def tokens(folded: str) -> Iterator[Token]:
    """The tokens of a folded text."""
    for found in _TOKEN.finditer(folded):
        assert found.lastgroup
        yield Token(found.lastgroup, found[0], found.start(), found.end())


def line_of(found: list[Token]) -> str:
    """Tokens as one line with a space around each, in which what stands side by side can be looked for."""
    return f" {' '.join([each.text for each in found])} "


@lru_cache(maxsize=1 << 15)
def _folded(cluster: str) -> tuple[str, str]:
    letters = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", cluster).casefold())
    if letters in "\u200d\ufe0f":
        return "", ""
    plain = "".join(map(_plain, letters))
    spelt = "".join(_SPELT_OUT.get(letter) or _plain(letter) for letter in letters)
    return plain, spelt


def _plain(letter: str) -> str:
    """A Latin letter without its accents; any other as it is."""
    if letter in _PLAIN:
        return _PLAIN[letter]
    parts = unicodedata.normalize("NFKD", letter)
    return parts[0] if "a" <= parts[0] <= "z" and all(map(unicodedata.combining, parts[1:])) else letter
