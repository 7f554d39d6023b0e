"""What reading a form yields, gathered: cited values with their features, blank places, findings."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field

from documents.pages import Page
from documents.records import Finding
from documents.values import Cited
from extractors.forms.labels import Lexicon
from extractors.schema import FieldSpec

# One service line may bear several.
_SEVERAL = frozenset({"procedure.modifier"})


# Who asks is called otherwise where a colleague is asked, or a laboratory: by a field that only such documents have.
_ASKERS = (("referral.reason", "referring"), ("specimen.collected", "ordering"))


@dataclass(frozen=True, slots=True)
class Place:
    """How a value was found.

    Attributes:
        position: `inline`, `right`, `below`, `above`, `table`, `option`, `text`.
        label_score: how well the label matched, 0..1.
        distance: from label to value in page fractions, 0 = adjacent.
        status_fit: how surely a heading or a cell tells a drug's status, None where none does.
    """

    position: str
    label_score: float = 1.0
    distance: float = 0.0
    status_fit: float | None = None

    def features(self) -> dict[str, float]:
        """The confidence features of a value found this way."""
        said = {} if self.status_fit is None else {"status_fit": self.status_fit}
        return {
            "label_score": round(self.label_score, 3),
            "label_distance": round(min(1.0, self.distance), 3),
            f"position_{self.position}": 1.0,
            **said,
        }


@dataclass
class Collected:
    """The results under construction, for one document type."""

    lexicon: Lexicon
    specs: dict[str, FieldSpec]
    cited: list[Cited] = field(default_factory=list)
    blank: dict[str, None] = field(default_factory=dict)
    unread: dict[str, int] = field(default_factory=dict)
    findings: list[Finding] = field(default_factory=list)
    _groups: Counter[str] = field(default_factory=Counter)
    _paths: dict[str, set[str]] = field(default_factory=dict)

    def new_group(self, entity: str) -> str:
        """A fresh group id of an entity."""
        self._groups[entity] += 1
        return f"{entity}-{self._groups[entity]}"

    def asks(self, path: str) -> bool:
        """Whether a blank place of the field is worth asking the sender about; names beyond the schema always are."""
        spec = self.specs.get(path)
        return spec is None or spec.reads.asked

    def holds(self, group: str, path: str) -> bool:
        """Whether the group already has the value of a field that has one."""
        return path not in _SEVERAL and path in self._paths.get(group, ())

    def add(
        self, path: str, value: str, page: Page, span: tuple[int, int], *, place: Place, group: str | None = None
    ) -> None:
        """Adds a value read from a span of a page's text."""
        self._append(_cited(path, value, page, span, place), group)

    def derive(
        self, path: str, value: str, page: Page, span: tuple[int, int], *, place: Place, group: str | None = None
    ) -> None:
        """Adds a value that follows from the span without being printed there."""
        if path == "provider.role" and value == "requesting":
            value = next((role for mark, role in _ASKERS if mark in self.specs), value)
        self._append(_cited(path, value, page, span, place).model_copy(update={"derived": True}), group)

    def go_on(self, text: str) -> None:
        """Adds a further line of the same column to the value added last."""
        last = self.cited[-1]
        self.cited[-1] = last.model_copy(update={"value": f"{last.value} {text}", "quote": f"{last.quote}\n{text}"})

    def add_blank(self, path: str) -> None:
        """Notes that a label asks for a field and its place is empty."""
        self.blank.setdefault(path)

    def _append(self, cited: Cited, group: str | None) -> None:
        if cited.path not in self.specs:
            return
        if group is not None:
            self._paths.setdefault(group, set()).add(cited.path)
            cited = cited.model_copy(update={"group": group})
        self.cited.append(cited)


def _cited(path: str, value: str, page: Page, span: tuple[int, int], place: Place) -> Cited:
    quote = page.text[span[0] : span[1]]
    return Cited(path=path, value=value, quote=quote, page=page.number, start=span[0], features=place.features())
