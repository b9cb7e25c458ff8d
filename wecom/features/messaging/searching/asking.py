"""Understanding a question: words, phrases in quotes, the last word as a beginning."""

import re
from collections.abc import Iterable, Mapping, Sequence, Set
from dataclasses import dataclass, field
from itertools import groupby

from . import folding
from .folding import Token
from .model import Question
from .terms import FROM, IN_CONVERSATION, LONGEST_TERM, OF_APP, OF_TYPE, pairs, stemmable

CONTIGUOUS = 3
"""Characters of an unspaced run up to which it is looked for as it stands; longer ones are cut into words."""

_QUOTED = re.compile('"([^"]*)"|[“„]([^“”„]*)[”“]|「([^」]*)」|『([^』]*)』|«([^»]*)»')


@dataclass(frozen=True, slots=True)
class Need:
    """One thing that a message must hold: a term of each set, and a stretch of its line where one is named."""

    terms: tuple[frozenset[str], ...]
    stretch: str = ""
    beginning: bool = False
    """Whether those of its last set may be beginnings."""


@dataclass(frozen=True, slots=True)
class Asked:
    """A question as the index is asked it."""

    needs: tuple[Need, ...]
    stems: Mapping[str, Set[str]] = field(default_factory=dict)

    def query(self, question: Question, conversation_ids: Sequence[int] = (), *, app: bool = False) -> str:
        """As Postgres reads it; `conversation_ids`: only these, where any are given."""
        parts = [self._alternatives(need, n) for need in self.needs for n in range(len(need.terms))]
        if question.sender_id is not None:
            parts.append(_literal(f"{FROM}{question.sender_id}"))
        if question.msgtype is not None:
            parts.append(_literal(f"{OF_TYPE}{question.msgtype}"))
        if app:
            parts.append(_literal(OF_APP))
        if question.conversation_id is not None:
            conversation_ids = [question.conversation_id]
        if conversation_ids:
            parts.append("|".join(_literal(f"{IN_CONVERSATION}{id}") for id in conversation_ids))
        return " & ".join(f"({part})" for part in parts)

    @property
    def stretches(self) -> list[str]:
        return [need.stretch for need in self.needs if need.stretch]

    def _alternatives(self, need: Need, n: int) -> str:
        last = need.beginning and n == len(need.terms) - 1
        written = [_literal(term) + ":*" * last for term in sorted(need.terms[n])]
        stems = set().union(*(self.stems.get(term, ()) for term in need.terms[n])) if not need.stretch else set()
        return "|".join(written + [_literal(stem) for stem in sorted(stems - need.terms[n])])


def needs_of(words: str) -> list[Need]:
    """What a message must hold for it to be found."""
    needs: list[Need] = []
    at = 0
    for quoted in _QUOTED.finditer(words):
        needs += _loose(words[at : quoted.start()])
        needs += _phrase(next(filter(None, quoted.groups()), ""))
        at = quoted.end()
    needs += _loose(words[at:], to_the_end=True)
    needs = list(dict.fromkeys(needs))
    if all(_is_everywhere(need) for need in needs):
        return needs
    return [_in_line(need) if _is_everywhere(need) else need for need in needs]


def _is_everywhere(need: Need) -> bool:
    """Whether it begins so many terms that looking up all of them takes longer than reading what holds the rest."""
    return need.beginning and not need.stretch and all(len(term) == 1 for terms in need.terms for term in terms)


def _in_line(need: Need) -> Need:
    """The same, read in the lines of messages that hold all else."""
    [[character, *_]] = need.terms
    return Need((), character if next(folding.tokens(character)).kind == "dense" else f" {character}")


def stemmed(needs: Iterable[Need]) -> set[str]:
    """The words of which other forms are to be found."""
    return stemmable(term for need in needs if not need.stretch for terms in need.terms for term in terms)


def _loose(words: str, *, to_the_end: bool = False) -> list[Need]:
    """Words outside quotes: all of them, in any order; what is joined by signs (a.b@c) stays side by side.

    `to_the_end`: the last may be the beginning of a word that is being written.
    """
    needs = []
    groups = [list(group) for chunk in words.split() for _, group in groupby(_tokens(chunk), lambda pair: pair[0].kind)]
    for n, found in enumerate(groups, 1):
        kind = found[0][0].kind
        if kind == "word":
            needs.append(_words(found, beginning=to_the_end and n == len(groups)))
        elif kind == "dense":
            needs += [_run(piece) for token, _ in found for piece in _cut(token.text)]
        else:
            needs += [Need((frozenset([token.text]),)) for token, _ in found]
    return needs


def _phrase(words: str) -> list[Need]:
    """What stands in quotes: side by side, as it is written."""
    found = [token for token, _ in _tokens(words)]
    if not found:
        return []
    terms = [
        frozenset([term])
        for token in found
        for term in (_run_terms(token.text) if token.kind == "dense" else [token.text[:LONGEST_TERM]])
    ]
    line = folding.line_of(found)
    if found[0].kind == "dense":
        line = line[1:]
    if found[-1].kind == "dense":
        line = line[:-1]
        if len(found[-1].text) == 1:
            return [Need(tuple(terms), line, beginning=True)]
    return [Need(tuple(terms), line)]


def _words(found: list[tuple[Token, str]], *, beginning: bool) -> Need:
    terms = tuple(frozenset((token.text[:LONGEST_TERM], spelt[:LONGEST_TERM])) for token, spelt in found)
    long = any(len(token.text) > LONGEST_TERM for token, _ in found)
    line = folding.line_of([token for token, _ in found]) if len(found) > 1 or long else ""
    return Need(terms, line.removesuffix(" ") if beginning else line, beginning)


def _run(run: str) -> Need:
    terms = tuple(frozenset([term]) for term in _run_terms(run))
    return Need(terms, run if len(run) > 2 else "", beginning=len(run) == 1)


def _run_terms(run: str) -> list[str]:
    """A single character begins each pair that it is the first of; a pair is a term itself."""
    return [run] if len(run) == 1 else list(dict.fromkeys(list(pairs(run))[:-1]))


def _cut(run: str) -> list[str]:
    """The words of an unspaced run, as a dictionary knows them; characters between these that are no words, such as
    names, stay together. Found is also what holds all of these elsewhere than side by side: whoever means that writes
    quotes."""
    if len(run) <= CONTIGUOUS:
        return [run]
    import rjieba  # 30 MB and 0.2 s, for those processes only in which somebody asks so

    found: list[str] = []
    for alone, group in groupby(filter(None, rjieba.cut(run)), lambda piece: len(piece) == 1):
        pieces = list(group)
        found += ["".join(pieces)] if alone else pieces
    return found


def _tokens(words: str) -> list[tuple[Token, str]]:
    """Each token, and how it is spelt out."""
    found, spelt = (list(folding.tokens(way(words))) for way in (folding.fold, folding.spell_out))
    return [(token, other.text) for token, other in zip(found, spelt, strict=True)]


def _literal(term: str) -> str:
    escaped = term.replace("\\", "\\\\").replace("'", "''")
    return f"'{escaped}'"
