"""Finds many phrases in a text in one pass: titles and cues of all types, by their words, misread letters forgiven."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from itertools import pairwise

from rapidfuzz import process
from rapidfuzz.distance import Levenshtein

from extractors.lexicon.words import words
from extractors.packets.page_lines import tokens_of

# Shorter words differ by a letter from too many others.
_CORRECTED = 7
_LONG = 10
# Whole words that are a letter away from a listed one and mean something else.
_ORDINARY = frozenset(words("near_title_words"))
_LOOKALIKES = str.maketrans("0158|", "oisbi")


class PhraseIndex:
    """Phrases by their words. A phrase is found wherever its words stand in a row, whatever stands between them."""

    def __init__(
        self, phrases: Iterable[str], *, skipping: frozenset[str] = frozenset(), also: Iterable[str] = ()
    ) -> None:
        """Args: phrases as written; words of `skipping` count nowhere, those of `also` are known too."""
        self._skipping = skipping
        self._phrases: dict[tuple[str, ...], list[str]] = {}
        self._lengths: dict[str, list[int]] = {}
        for phrase in phrases:
            self._add(phrase)
        self.vocabulary = frozenset(word for words in self._phrases for word in words) | frozenset(also)
        # In order: of two words equally near the first is taken, in every run the same.
        self._correctable = sorted(word for word in self.vocabulary if len(word) >= _CORRECTED)
        self._corrected = lru_cache(maxsize=8192)(self._nearest)

    def _add(self, phrase: str) -> None:
        words = self.kept(tokens_of(phrase))
        if not words:
            return
        self._phrases.setdefault(words, []).append(phrase)
        lengths = self._lengths.setdefault(words[0], [])
        if len(words) not in lengths:
            lengths.append(len(words))

    def kept(self, tokens: Sequence[str]) -> tuple[str, ...]:
        """The words that count."""
        return tuple(token for token in tokens if token not in self._skipping)

    def find(self, tokens: Sequence[str]) -> Iterator[tuple[str, int, int]]:
        """Yields each phrase that occurs, with the range of words it takes."""
        for start, token in enumerate(tokens):
            for length in self._lengths.get(token, ()):
                words = tuple(tokens[start : start + length])
                for phrase in self._phrases.get(words, ()):
                    yield phrase, start, start + length

    def corrected(self, tokens: Sequence[str]) -> tuple[str, ...]:
        """The words with each unlisted one replaced by the listed one that it is a misreading of, if there is one."""
        return tuple(t if t in self.vocabulary or t in _ORDINARY else self._corrected(t) for t in tokens)

    def _nearest(self, token: str) -> str:
        folded = token.translate(_LOOKALIKES)
        for drawn in (folded, folded.replace("rn", "m"), token.replace("0", "o").replace("1", "l")):
            if drawn in self.vocabulary:
                return drawn
        if len(folded) < _CORRECTED or sum(c.isdigit() for c in token) > len(token) // 2:
            return token
        slips = 2 if len(folded) >= _LONG else 1
        found = process.extractOne(folded, self._correctable, scorer=Levenshtein.distance, score_cutoff=slips)
        return token if found is None else found[0]


def joined(tokens: Sequence[str]) -> str:
    """The letters of some words without spaces, look-alike digits as letters: recognition drops and adds spaces."""
    return "".join(tokens).translate(_LOOKALIKES)


def split_words(tokens: Sequence[str], vocabulary: frozenset[str]) -> tuple[str, ...]:
    """The words with halves of a listed word put together (`author ization`), and two run together taken apart."""
    whole: list[str] = []
    skip = False
    for token, following in pairwise((*tokens, "")):
        if skip:
            skip = False
        elif token not in vocabulary and token + following in vocabulary and following:
            whole.append(token + following)
            skip = True
        else:
            whole += _apart(token, vocabulary)
    return tuple(whole)


def _apart(token: str, vocabulary: frozenset[str]) -> list[str]:
    if token in vocabulary or len(token) < _LONG:
        return [token]
    for cut in range(3, len(token) - 2):
        if token[:cut] in vocabulary and token[cut:] in vocabulary:
            return [token[:cut], token[cut:]]
    return [token]
