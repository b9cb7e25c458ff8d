"""The part of a message around what was found, and what to mark in it.

Only the part is read closely. Where in a long text it stands is looked for first, by what may be it, which takes a
small part of the time that telling every word apart does.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from . import folding
from .asking import Asked, Need
from .folding import Token
from .terms import LONGEST_TERM, stemmable

LONGEST = 160
BEFORE = 40
"""Characters that are shown before the first that was found, so that it can be understood."""

PIECE, BESIDE = 600, 400
"""Characters that are read closely at a time, and as many of those before and behind them as what begins in them needs:
more than a question has, and than are shown."""

MOST_READ = 5
"""Pieces of a text that are read closely, at most: where so many only look like it, nothing is marked."""

MOST_STEMMED = 500
"""Words of a text of which it is asked whether they are forms of what was asked for."""

Span = tuple[int, int]


def excerpt_of(text: str, asked: Asked, stems: Mapping[str, Sequence[str]]) -> tuple[str, list[Span]]:
    """At most 160 characters of a text, and where in them stands what was asked for, in UTF-16 code units.

    `stems`: of the text's own words.
    """
    marked = _first_marks(text, asked, stems)
    start, end = _window(text, marked[0][0] if marked else 0)
    head, tail = "…" * (start > 0), "…" * (end < len(text))
    shown = head + re.sub(r"\s", " ", text[start:end]) + tail
    moved = len(head) - start
    within = [(max(a, start) + moved, min(b, end) + moved) for a, b in marked if a < end and b > start]
    return shown, [(_utf16(shown[:a]), _utf16(shown[:b])) for a, b in within]


def forms_in(texts: Iterable[str], asked: Asked) -> set[str]:
    """The words of texts that may be other forms of those asked for, as far as their beginnings tell."""
    beginnings = {_beginning(stem) for stems in asked.stems.values() for stem in stems}
    if not beginnings:
        return set()
    pattern = re.compile(f"(?:{'|'.join(map(re.escape, sorted(beginnings)))})[a-z]*")
    words: set[str] = set()
    for text in texts:
        words.update(sorted(stemmable(pattern.findall(folding.fold(text))))[:MOST_STEMMED])
    return words


def _beginning(stem: str) -> str:
    """Of every word with this stem: a few have lost or changed its last letters, as dying (die) or happy (happi)."""
    return stem[:-2] if len(stem) > 4 else stem[:1]


def _first_marks(text: str, asked: Asked, stems: Mapping[str, Sequence[str]]) -> list[Span]:
    """What is to be marked around the first place at which something is."""
    wanted = {term for need in asked.needs for terms in need.terms for term in terms}
    wanted |= {_beginning(stem) for found in asked.stems.values() for stem in found}
    looks_like_it = re.compile("|".join(map(re.escape, sorted(wanted))))
    read = 0
    for at in range(0, len(text) if wanted else 0, PIECE):
        start, end = _whole_words(text, at - BESIDE, at + PIECE + BESIDE)
        piece = text[start:end]
        if not looks_like_it.search(folding.fold(piece)) and not looks_like_it.search(folding.spell_out(piece)):
            continue
        marks = _merged(_Text.of(piece).marks(asked, stems))
        if marks and (marks[0][0] + start < at + PIECE or end == len(text)):
            return [(a + start, b + start) for a, b in marks]
        read += 1
        if read == MOST_READ:
            break
    return []


def _whole_words(text: str, start: int, end: int) -> Span:
    """So much of a text, or a little less, so that no word is cut in two where there are spaces."""
    start, end = max(0, start), min(len(text), end)
    if start and (space := re.search(r"\s", text[start - 1 : start + BESIDE // 2])):
        start += space.start()
    if end < len(text):
        last = max(text.rfind(space, end - BESIDE // 2, end + 1) for space in " \n\u3000")
        end = last if last >= 0 else end
    return start, end


def _window(text: str, first: int) -> Span:
    """Which part is shown so that the character `first` is in it; no character is cut off from its accents."""
    if len(text) <= LONGEST:
        return 0, len(text)
    width = LONGEST - 2
    start = max(0, min(first - BEFORE, len(text) - width))
    end = min(len(text), start + width)
    while 0 < start < first and unicodedata.combining(text[start]):
        start += 1
    while first + 1 < end < len(text) and unicodedata.combining(text[end]):
        end -= 1
    return start, end


def _merged(spans: Iterator[Span]) -> list[Span]:
    merged: list[Span] = []
    for start, end in sorted(spans):
        if merged and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((start, end))
    return merged


def _utf16(text: str) -> int:
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


@dataclass(frozen=True, slots=True)
class _Text:
    """A text as it is searched, and where in it everything was written."""

    tokens: list[Token]
    spelt: list[str]
    """The same tokens, spelt out."""
    spans: list[Span]

    @classmethod
    def of(cls, text: str) -> "_Text":
        folded = folding.fold_in_place(text)
        spelt = [each.text for each in folding.tokens(folding.spell_out(text))]
        return cls(list(folding.tokens(folded.text)), spelt, folded.spans)

    def marks(self, asked: Asked, stems: Mapping[str, Sequence[str]]) -> Iterator[Span]:
        for need in asked.needs:
            found = self._stretches(need.stretch) if need.stretch else self._words(need, asked, stems)
            for start, end in found:
                yield self.spans[start][0], self.spans[end - 1][1]

    def _stretches(self, stretch: str) -> Iterator[Span]:
        line, places = " ", [-1]
        for token in self.tokens:
            line += token.text + " "
            places += [*range(token.start, token.end), -1]
        begin, length = len(stretch) - len(stretch.lstrip()), len(stretch.strip())
        at = line.find(stretch)
        while at >= 0:
            yield places[at + begin], places[at + begin + length - 1] + 1
            at = line.find(stretch, at + 1)

    def _words(self, need: Need, asked: Asked, stems: Mapping[str, Sequence[str]]) -> Iterator[Span]:
        for n, terms in enumerate(need.terms):
            wanted = {*terms, *(stem for term in terms for stem in asked.stems.get(term, ()))}
            beginnings = terms if need.beginning and n == len(need.terms) - 1 else ()
            for token, spelt in zip(self.tokens, self.spelt, strict=True):
                if token.kind == "dense":
                    for term in terms:
                        yield from _all(token, term)
                    continue
                word = token.text[:LONGEST_TERM]
                if not wanted.isdisjoint((word, spelt[:LONGEST_TERM], *stems.get(word, ()))):
                    yield token.start, token.end
                elif begun := [len(each) for each in beginnings if word.startswith(each)]:
                    yield token.start, token.start + max(begun)
                elif any(spelt.startswith(each) for each in beginnings):
                    yield token.start, token.end


def _all(token: Token, term: str) -> Iterator[Span]:
    """Every place in a run at which a term stands."""
    at = token.text.find(term)
    while at >= 0:
        yield token.start + at, token.start + at + len(term)
        at = token.text.find(term, at + 1)
