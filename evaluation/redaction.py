"""Measures on labelled documents what redaction hides and what it leaves: `python -m evaluation.redaction`.

An identifier counts wherever its wording stands on a page that would be sent, not only where its label says; where it
was misread, at the place most like it. It is hidden only if none of its words and digits is left there.
"""

from __future__ import annotations

import argparse
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path

from rapidfuzz import fuzz

from documents.pages import Page
from documents.reading import ReadDocument
from documents.values import Cited
from evaluation.calibration.certificate import upper_bound
from evaluation.errors import EvaluationInputError
from evaluation.scoring.corpus import Gold, GoldField, Neutral, read_gold
from extractors.backend import Backend
from extractors.backends.rules import BACKEND
from extractors.grammar.dates import find_dates
from extractors.llm.announced import IDENTIFYING
from extractors.llm.identifiers import known_of
from extractors.llm.questions import is_legible
from extractors.llm.redaction import Redacted, redact
from extractors.packets.reading import read_segments

# Below this likeness of letters and digits a place is not the mention but something else: the mention was lost.
_MISREAD = 80.0
# A shorter wording stands in too many other words to be looked for elsewhere than where its label says.
_TELLING = 5
# Words that stand in names and addresses and identify nobody; a state may stay (45 CFR 164.514(b)(2)(i)(B)).
_HARMLESS = re.compile(r"(?i)\b(?:mr|mrs|ms|miss|dr|jr|sr|ii|iii|iv|[a-z]|apt|unit|ste|suite)\b\.?")
_LIKE = 65.0
_RUN = re.compile(r"[A-Za-z]{3,}|\d{2,}")

Place = tuple[int, int, int]  # index of the page, start and end in its text


class Counted(Neutral):
    """How many places of a sort there were and how many were left, or hidden though they identify nobody."""

    of: int = 0
    failed: int = 0

    def in_words(self) -> str:
        """The share that is right, and the least that it can be at 95 % confidence."""
        if not self.of:
            return "none"
        low = 1 - upper_bound(self.of, self.failed, 0.975)
        return f"{1 - self.failed / self.of:.4f} ({self.of - self.failed} of {self.of}, at least {low:.4f})"


class Judged(Neutral):
    """What redaction did to one document.

    Attributes:
        known: places of values that the embedded reading knows, by path; failed: left.
        labelled: places of labelled identifiers, by field; failed: left.
        others: places of labelled values that identify no patient, by field; failed: hidden.
        left: the places of `known` and `labelled` that were left, and those of `others` that were hidden, with their
            words. They are patient text.
        withheld: pages of types that are read; failed: not sent.
    """

    known: dict[str, Counted]
    labelled: dict[str, Counted]
    others: dict[str, Counted]
    left: tuple[tuple[str, str], ...]
    withheld: Counted


def judge(gold: Gold, pages: Sequence[Page], backend: Backend = BACKEND) -> Judged:
    """Redacts a document as a question to a model would, and compares with its labels."""
    parts = [(segment, reading) for segment, reading in read_segments(pages, backend) if reading is not None]
    cited = [item for _, reading in parts for item in reading.cited]
    read = [page for segment, _ in parts for page in pages[segment.page_start - 1 : segment.page_end]]
    known = known_of(pages, cited)
    sent = [page for page in read if is_legible(page) and known.patient]
    redacted = redact(sent, known)
    left: list[tuple[str, str]] = []
    labels = [*gold.fields, *gold.excluded_fields]
    identifying = [label for label in labels if label.field in IDENTIFYING]
    return Judged(
        known=_counted(_known_places(cited, sent), sent, redacted, left),
        labelled=_counted(_labelled_places(identifying, sent), sent, redacted, left),
        others=_hidden(labels, sent, redacted, identifying, left),
        left=tuple(left),
        withheld=Counted(of=len(read), failed=len(read) - len(sent)),
    )


def _counted(
    places: Iterable[tuple[str, Place, str]], pages: Sequence[Page], redacted: Redacted, left: list[tuple[str, str]]
) -> dict[str, Counted]:
    wanted: dict[tuple[str, Place], str] = {}
    for name, place, wording in places:
        wanted.setdefault((name, place), wording)
    counts: dict[str, list[int]] = defaultdict(lambda: [0, 0])
    for (name, (index, start, end)), wording in sorted(wanted.items()):
        remains = _remains(
            pages[index].text[start:end], wording, [(s - start, e - start) for s, e, _ in redacted.spans[index]]
        )
        counts[name][0] += 1
        if remains:
            counts[name][1] += 1
            left.append((name, f"p{pages[index].number}: {pages[index].text[start:end]!r} leaves {remains!r}"))
    return {name: Counted(of=of, failed=failed) for name, (of, failed) in counts.items()}


def _remains(place: str, wording: str, spans: Iterable[tuple[int, int]]) -> str:
    """What of a place is sent, without what identifies nobody; empty where it is hidden.

    A place that was found by its likeness may reach into its neighbours: what is like no word of the wording is theirs.
    """
    letters = list(place)
    for first, last in spans:
        for at in range(max(first, 0), min(last, len(place))):
            letters[at] = " "
    own = re.findall(r"\w+", wording)
    kept = _RUN.findall(_HARMLESS.sub(" ", "".join(letters)))
    return " ".join(run for run in kept if any(_is_like(run.lower(), word.lower()) for word in own))


def _is_like(run: str, word: str) -> bool:
    """Whether a run is a word or most of one, as read."""
    return fuzz.ratio(run, word) >= _LIKE or (len(run) > 2 and run in word)


def _known_places(known: Iterable[Cited], pages: Sequence[Page]) -> Iterator[tuple[str, Place, str]]:
    """Every place of a value that the embedded reading knows, in its own wording or, of a date, in any."""
    for item in known:
        if item.path not in IDENTIFYING:
            continue
        for wording in {item.value, item.quote}:
            yield from ((item.path, place, wording) for place in _places(wording, pages))
        if item.path.endswith(".dob"):
            yield from (
                (item.path, place, pages[place[0]].text[place[1] : place[2]]) for place in _dates(item.value, pages)
            )


def _labelled_places(labels: Iterable[GoldField], pages: Sequence[Page]) -> Iterator[tuple[str, Place, str]]:
    """Every place of a labelled identifier: its wordings everywhere, and where it was misread what is most like it."""
    numbers = {page.number: index for index, page in enumerate(pages)}
    for label in labels:
        for wording in {m.text for m in label.mentions}:
            yield from ((label.field, place, wording) for place in _places(wording, pages))
        if label.field.endswith(".dob"):
            for place in _dates(label.value or "", pages):
                yield label.field, place, pages[place[0]].text[place[1] : place[2]]
        for mention in label.mentions:
            index = numbers.get(mention.page)
            if index is not None and not _found(mention.text, pages[index].text):
                like = _most_like(mention.text, pages[index].text)
                if like is not None:
                    yield label.field, (index, *like), mention.text


def _places(wording: str, pages: Sequence[Page]) -> Iterator[Place]:
    for index, page in enumerate(pages):
        yield from ((index, start, end) for start, end in _found(wording, page.text))


def _found(wording: str, text: str) -> list[tuple[int, int]]:
    """Where a wording stands, whatever the case, the spacing and the punctuation between its letters and digits."""
    wanted = [c.lower() for c in wording if c.isalnum()]
    if len(wanted) < _TELLING:
        return []
    loose = r"[\W_]{0,3}".join(map(re.escape, wanted))
    # Glued to another word it is still there, inside a longer number it is another number.
    edges = (r"(?<!\d)", r"(?!\d)") if any(c.isdigit() for c in wanted) else (r"(?<![a-z])", r"(?![a-z])")
    return [m.span() for m in re.finditer(f"{edges[0]}{loose}{edges[1]}", text, re.IGNORECASE)]


def _dates(iso: str, pages: Sequence[Page]) -> Iterator[Place]:
    for index, page in enumerate(pages):
        for found in find_dates(page.text, from_ocr=page.from_ocr):
            if found.value == iso:
                yield index, found.start, found.end


def _most_like(wording: str, text: str) -> tuple[int, int] | None:
    """The place most like a wording; None where nothing is."""
    kept = [(at, c.lower()) for at, c in enumerate(text) if c.isalnum()]
    wanted = "".join(c.lower() for c in wording if c.isalnum())
    if len(wanted) < _TELLING or len(kept) < len(wanted):
        return None
    best = fuzz.partial_ratio_alignment(wanted, "".join(c for _, c in kept), score_cutoff=_MISREAD)
    if best is None or best.dest_end <= best.dest_start:
        return None
    return kept[best.dest_start][0], kept[best.dest_end - 1][0] + 1


def _hidden(
    labels: Iterable[GoldField],
    pages: Sequence[Page],
    redacted: Redacted,
    identifying: Sequence[GoldField],
    left: list[tuple[str, str]],
) -> dict[str, Counted]:
    """How many places of other values were hidden, wholly or in part."""
    numbers = {page.number: index for index, page in enumerate(pages)}
    own = {place[:2] for _, place, _ in _labelled_places(identifying, pages)}
    counts: dict[str, list[int]] = defaultdict(lambda: [0, 0])
    for label in labels:
        if label.field in IDENTIFYING or label.derived:
            continue
        for mention in label.mentions:
            index = numbers.get(mention.page)
            spans = [] if index is None else _found(mention.text, pages[index].text)
            for start, end in spans[:1]:
                counts[label.field][0] += 1
                text = pages[index or 0].text
                hides = [(text[s:e], kind) for s, e, kind in redacted.spans[index or 0] if s < end and start < e]
                if hides and (index, start) not in own:
                    counts[label.field][1] += 1
                    left.append((label.field, f"p{mention.page}: {text[start:end]!r} hidden by {hides!r}"))
    return {name: Counted(of=of, failed=failed) for name, (of, failed) in counts.items()}


def _sum(judged: Iterable[Mapping[str, Counted]]) -> dict[str, Counted]:
    totals: dict[str, Counter[str]] = defaultdict(Counter)
    for each in judged:
        for name, counted in each.items():
            totals[name] += Counter(of=counted.of, failed=counted.failed)
    return {name: Counted(**totals[name]) for name in sorted(totals)}


def _whole(counted: Mapping[str, Counted]) -> Counted:
    return Counted(of=sum(c.of for c in counted.values()), failed=sum(c.failed for c in counted.values()))


def table(judged: Mapping[str, tuple[Gold, Judged]]) -> str:
    """The figures as text: known values, labelled identifiers by field and by class of scan, other values hidden."""
    all_of = [each for _, each in judged.values()]
    lines = ["hidden of the values that the embedded reading knows"]
    lines += _rows(_sum(each.known for each in all_of))
    lines += ["", "hidden of labelled identifiers"]
    lines += _rows(_sum(each.labelled for each in all_of))
    by_scan: dict[str, list[Mapping[str, Counted]]] = defaultdict(list)
    for gold, each in judged.values():
        by_scan[gold.rendition].append(each.labelled)
    lines += ["", "the same by class of scan"]
    lines += _rows({name: _whole(_sum(each)) for name, each in by_scan.items()}, whole=False)
    lines += ["", "left to be read of labelled values that identify no patient"]
    lines += _rows(_sum(each.others for each in all_of))
    lines += ["", "pages sent"]
    lines += _rows({"": _whole({str(n): each.withheld for n, each in enumerate(all_of)})}, whole=False)
    return "\n".join(lines)


def _rows(counted: Mapping[str, Counted], *, whole: bool = True) -> list[str]:
    rows = {**counted, **({"all": _whole(counted)} if whole else {})}
    return [f"  {name:28} {rows[name].in_words()}" for name in rows]


def main(arguments: Sequence[str] | None = None) -> None:
    """Prints the figures over a folder of labels and one of read documents."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--gold", type=Path, required=True, help="folder of the labels (docs/predictions.md)")
    parser.add_argument("--pages", type=Path, required=True, help="folder of read documents: results of the read stage")
    parser.add_argument("--left", action="store_true", help="name each place that was left; this is patient text")
    asked = parser.parse_args(arguments)
    judged = {gold.doc_id: (gold, judge(gold, pages)) for gold, pages in _documents(asked.gold, asked.pages)}
    if not judged:
        raise EvaluationInputError("no document has both labels and pages")
    print(table(judged))
    if asked.left:
        for name, (_, each) in judged.items():
            print(*(f"{name} {field} {words}" for field, words in each.left), sep="\n")


def _documents(gold: Path, pages: Path) -> Iterator[tuple[Gold, tuple[Page, ...]]]:
    for each in read_gold(gold):
        path = pages / f"{each.doc_id}.json"
        if path.exists():
            yield each, ReadDocument.model_validate_json(path.read_bytes()).pages


if __name__ == "__main__":
    main()
