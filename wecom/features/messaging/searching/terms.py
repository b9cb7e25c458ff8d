"""Under which terms a message is found."""

import re
from collections.abc import Iterable, Mapping, Sequence
from itertools import pairwise
from typing import Any

from . import folding

LONGEST_TERM = 64
"""Characters of a word that are its term; what follows is compared in the text."""

IN_CONVERSATION, FROM, OF_TYPE, OF_APP = "=c", "=s", "=t", "=a"
"""Beginnings of terms that no text can hold: for where a message was said, by whom, and of which type it is."""

_STEMMED = re.compile(r"[a-z]{3,30}")
_MARKUP = re.compile(r"</?font\b[^<>]*>", re.IGNORECASE)


def written_in(content: Mapping[str, Any]) -> str:
    """What of a message's content is searched, as one text: what people see first, then addresses behind it."""
    parts, addresses = _strings(content, "title", "content", "name", "description"), _strings(content, "url")
    for article in content.get("articles", ()):
        parts += _strings(article, "title", "description")
        addresses += _strings(article, "url")
    text = "\n".join(parts + addresses)
    return _MARKUP.sub("", text) if str(content.get("msgtype", "")).startswith("markdown") else text


def words_in(text: str) -> tuple[str, set[str]]:
    """The line of a text's tokens, and the terms that they are found under, stems apart."""
    found = list(folding.tokens(folding.fold(text)))
    terms: set[str] = set()
    for token in found:
        terms.update(pairs(token.text) if token.kind == "dense" else (token.text[:LONGEST_TERM],))
    if not text.isascii() and (spelt := folding.spell_out(text)) != folding.fold(text):
        terms.update(each.text[:LONGEST_TERM] for each in folding.tokens(spelt) if each.kind == "word")
    return folding.line_of(found), terms


def pairs(run: str) -> Iterable[str]:
    """Every two neighbours of a run, and its last character: so each single character begins a term."""
    return [*map("".join, pairwise(run)), run[-1]]


def filters(conversation_id: int, sender_id: int, msgtype: str, *, app: bool) -> Sequence[str]:
    """The terms for where a message was said, by whom, and of which type it is."""
    found = [f"{IN_CONVERSATION}{conversation_id}", f"{FROM}{sender_id}", f"{OF_TYPE}{msgtype}"]
    return [*found, OF_APP] if app else found


def stemmable(terms: Iterable[str]) -> set[str]:
    """Those that are words of which other forms are found too."""
    return {term for term in terms if _STEMMED.fullmatch(term)}


def _strings(content: Mapping[str, Any], *keys: str) -> list[str]:
    return [value for key in keys if isinstance(value := content.get(key), str) and value]
