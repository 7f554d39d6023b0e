"""When two values are the same: normal forms by kind of field, and a measured leniency for names and running text.

Kinds and synonyms are data: comparisons.toml. Codes, ids, dates, numbers and doses are never compared loosely.
"""

from __future__ import annotations

import re
import tomllib
import unicodedata
from collections.abc import Callable
from datetime import date, datetime
from functools import cache, lru_cache
from pathlib import Path

from rapidfuzz.fuzz import ratio

from evaluation.scoring.corpus import GoldField

# Names with the same words in any order, up to one letter in ten: a middle initial, an OCR slip.
_SAME_NAME = 90.0
# Running text with the same words in any order, up to one letter in seven; or 80 % common words, if there are enough.
_SAME_TEXT = 86.0
_COMMON_WORDS, _ENOUGH_WORDS = 0.8, 4
# Drug names: one letter in a dozen.
_SAME_DRUG = 92.0
_CREDENTIALS = frozenset(["md", "do", "np", "pa", "pac", "c", "rn", "dr", "mr", "ms", "mrs", "phd", "dpm"])
_DATES = (
    "%Y-%m-%d", "%m/%d/%Y", "%m/%d/%y", "%m-%d-%Y", "%m-%d-%y", "%m.%d.%Y", "%Y/%m/%d", "%Y%m%d", "%d-%b-%Y", "%d%b%Y",
    "%B %d, %Y", "%b %d, %Y", "%B %d %Y", "%b %d %Y", "%d %B %Y", "%d %b %Y",
)  # fmt: skip
# What is printed beside a drug's name and does not tell it from another: strength, form, salt.
_STRENGTH = re.compile(r"\b\d+(\.\d+)?\s*(mg|mcg|g|ml|units?|%)\b.*")
_FORM = re.compile(
    r"\b(tablets?|tabs?|capsules?|caps?|pens?|vials?|hcl|hydrochloride|sodium|potassium|acetate|propionate|succinate|er|xl|xr)\b"
)
_QUANTITY = re.compile(r"#?\s*(-?\d+(?:\.\d+)?)\s*[a-zA-Z/%]*")
_BRACKETED = re.compile(r"\s*([a-z0-9/\- ]+?)\s*\(([a-z0-9/\- ]+)\)")


@cache
def _tables() -> tuple[dict[str, str], dict[str, dict[str, str]]]:
    """Kind by field, and normal form by folded word by field."""
    content = tomllib.loads(Path(__file__).with_name("comparisons.toml").read_text("utf-8"))
    kinds = {name: kind for kind, names in content["kinds"].items() for name in names}
    synonyms = {
        name: {letters(word): words[0] for words in lists for word in words}
        for name, lists in content["synonyms"].items()
    }
    return kinds, synonyms


def kind_of(field: str) -> str | None:
    """How a field is compared; None for a name that the format does not know."""
    return _tables()[0].get(field)


def words_for(field: str, normal_form: str) -> tuple[str, ...]:
    """The folded words that mean a normal form of a field with synonyms."""
    return tuple(word for word, form in _tables()[1].get(field, {}).items() if form == normal_form)


def folded(text: str) -> str:
    """Lower case without accents."""
    return "".join(c for c in unicodedata.normalize("NFKD", text) if not unicodedata.combining(c)).lower()


@lru_cache(maxsize=100_000)
def letters(text: str) -> str:
    """Letters and digits alone, lower case."""
    return re.sub(r"[^a-z0-9]+", "", folded(text))


@lru_cache(maxsize=100_000)
def tokens(text: str) -> tuple[str, ...]:
    """Words of letters and digits, lower case."""
    return tuple(token for token in re.split(r"[^a-z0-9]+", folded(text)) if token)


def as_date(text: str) -> date | None:
    """A date written in one of the usual American or ISO ways."""
    plain = re.sub(
        r"\s+", " ", text.strip().split("T")[0] if re.match(r"\d{4}-\d\d-\d\dT", text.strip()) else text.strip()
    )
    for form in _DATES:
        try:
            return datetime.strptime(plain, form).date()  # a day, no moment
        except ValueError:
            continue
    return None


@lru_cache(maxsize=100_000)
def normal(field: str, value: str) -> str:
    """A value's form for comparison; empty only where nothing is left of it."""
    synonyms = _tables()[1].get(field)
    if synonyms is not None:
        return synonyms.get(letters(value), letters(value))
    return _FORMS.get(kind_of(field), letters)(value)


def _number(value: str) -> str:
    matched = _QUANTITY.fullmatch(value.strip().replace(",", ""))
    return letters(value) if matched is None else repr(float(matched[1]))


def _date(value: str) -> str:
    found = as_date(value)
    return letters(value) if found is None else found.isoformat()


def _phone(value: str) -> str:
    return re.sub(r"\D", "", value)[-10:]


def _amount(value: str) -> str:
    """The decimal point stays: 2.5 mg is not 25 mg."""
    return letters(re.sub(r"(\d),(\d)", r"\1\2", value).replace(".", "p"))


def _drug(value: str) -> str:
    return letters(_FORM.sub("", _STRENGTH.sub("", value.lower())))


def _unit(value: str) -> str:
    return re.sub(r"\s+", "", value.lower()).replace("\u00b5", "u").replace("\u03bc", "u")


_FORMS: dict[str | None, Callable[[str], str]] = {
    "date": _date,
    "phone": _phone,
    "number": _number,
    "amount": _amount,
    "drug": _drug,
    "unit": _unit,
}


def is_same(field: str, value: str, gold: GoldField) -> bool:
    """Whether a predicted value is the gold one, one of its alternatives, or what is printed for it."""
    candidates = [gold.value or "", *gold.alternatives]
    if kind_of(field) != "date" and field != "patient.address":  # a printed day may be in another order of parts
        candidates += [mention.text for mention in gold.mentions]
    return bool(normal(field, value)) and any(_equal(field, value, each) for each in dict.fromkeys(candidates) if each)


@lru_cache(maxsize=200_000)
def _equal(field: str, value: str, wanted: str) -> bool:
    if normal(field, value) == normal(field, wanted):
        return True
    kind = kind_of(field)
    if kind == "name":
        # A single name must be the same: one letter tells Joan from Jean.
        alone = field == "patient.name" and len(tokens(wanted)) == 1
        return not alone and _alike(value, wanted, _SAME_NAME, dropped=_CREDENTIALS)
    if kind == "text":
        return _alike(value, wanted, _SAME_TEXT) or _share_words(value, wanted)
    return kind == "drug" and _same_drug(field, value, wanted)


def _alike(value: str, wanted: str, at_least: float, dropped: frozenset[str] = frozenset()) -> bool:
    one, other = (" ".join(sorted(t for t in tokens(text) if t not in dropped)) for text in (value, wanted))
    return bool(one and other) and ratio(one, other) >= at_least


def _share_words(value: str, wanted: str) -> bool:
    one, other = set(tokens(value)), set(tokens(wanted))
    return len(other) >= _ENOUGH_WORDS and 2 * len(one & other) >= _COMMON_WORDS * (len(one) + len(other))


def _same_drug(field: str, value: str, wanted: str) -> bool:
    one, other = normal(field, value), normal(field, wanted)
    if one and other and ratio(one, other) >= _SAME_DRUG:
        return True
    both = _BRACKETED.match(value.lower())  # Brand (generic)
    return both is not None and any(normal(field, part) == other for part in both.groups())
