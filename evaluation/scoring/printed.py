"""Whether a text stands on a document's pages: the test for values that were made up."""

from __future__ import annotations

from rapidfuzz.fuzz import ratio
from rapidfuzz.process import extractOne

from evaluation.scoring.corpus import Gold, PredictedField, Prediction
from evaluation.scoring.normal_forms import as_date, kind_of, letters, normal, tokens, words_for

# A text stands on the page if three quarters of its words do; words of four letters and more may differ by one in five.
_PRESENT_WORDS, _LONG_WORD, _SAME_WORD = 0.75, 4, 80.0
# Shorter strings are on any page by chance.
_TELLING = 3
_DATE_FORMS = ("%m/%d/%Y", "%m/%d/%y", "%d%b%Y", "%B%d%Y", "%b%d%Y", "%Y-%m-%d")


class PrintedText:
    """What a document prints, for look-ups."""

    def __init__(self, gold: Gold) -> None:
        """`gold`: its pages' text and blocks are looked at."""
        texts = [text for page in gold.pages for text in (page.text, *page.blocks)]
        self._letters = "|".join(letters(text) for text in texts)
        self._words = {word for text in texts for word in tokens(text)}
        self._close: dict[str, bool] = {}

    def shows(self, text: str | None) -> bool:
        """Whether the text, or nearly all of its words, stand in the document."""
        if not text or not text.strip():
            return False
        plain = letters(text)
        if not plain or (len(plain) >= _TELLING and plain in self._letters):
            return True
        words = tokens(text)
        return bool(words) and sum(map(self._has_word, words)) >= _PRESENT_WORDS * len(words)

    def shows_value(self, field: str, value: str) -> bool:
        """The same for a value in its normal form: a day in any way to write it, a choice by any of its words."""
        if self.shows(value):
            return True
        day = as_date(value) if kind_of(field) == "date" else None
        if day is not None:
            forms = [day.strftime(form) for form in _DATE_FORMS]
            forms += [f"{month}{day.day}{day.year}" for month in (day.month, day.strftime("%B"), day.strftime("%b"))]
            return any(letters(form) in self._letters for form in forms)
        return any(len(word) >= _TELLING and word in self._letters for word in words_for(field, normal(field, value)))

    def supports(self, predicted: PredictedField) -> bool:
        """Whether what a prediction cites, or else its value, stands in the document."""
        if predicted.evidence:
            return self.shows(predicted.evidence)
        return self.shows_value(predicted.field, predicted.value or "")

    def _has_word(self, word: str) -> bool:
        if word in self._words or len(word) < _LONG_WORD:
            return word in self._words
        if word not in self._close:
            self._close[word] = extractOne(word, self._words, scorer=ratio, score_cutoff=_SAME_WORD) is not None
        return self._close[word]


def is_grounded(predicted: PredictedField, prediction: Prediction) -> bool:
    """Whether a value cites words that stand, as cited, on the page as the system itself read it.

    A value that follows from its surroundings (`derived`) has nothing to cite. Where the prediction does not hold the
    text that was read, a citation has to be taken on trust here; `PrintedText` tells whether the page prints it.
    """
    if predicted.derived:
        return True
    if not predicted.evidence:
        return False
    cited = " ".join(predicted.evidence.split())
    pages = [page for page in prediction.pages if predicted.page in (None, page.page)]
    return not prediction.pages or any(cited in " ".join(page.text.split()) for page in pages)
