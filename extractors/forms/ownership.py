"""Whose a value is: a generic label's field by its section and neighbours, and the group of one person or thing."""

from __future__ import annotations

from extractors.forms.collected import Collected
from extractors.forms.labels import Label
from extractors.forms.sections import Section

_PEOPLE = frozenset({"patient", "provider", "facility", "payer", "subscriber"})
# Labels that are the patient's whatever section they stand in: ids on an insurance card, the policy.
_ANYWHERE = frozenset(
    {
        "patient.member_id", "patient.mrn", "payer.group_number", "payer.plan", "payer.name", "subscriber.relationship",
    }
)  # fmt: skip
# Fields whose labels are printed alike for everybody (`fax`, `address`): these need to know whose section it is.
_GENERIC = frozenset(
    {
        "provider.fax", "provider.phone", "provider.npi", "provider.specialty", "facility.npi", "patient.phone",
        "patient.address", "patient.name",
    }
)  # fmt: skip
# Words of labels that only a patient's own address or telephone has.
_PRIVATE = frozenset(
    {"home", "lives", "residence", "residential", "cell", "mobile", "daytime", "day", "evening", "best"}
)
# Left edges that differ by less than this share of the page's width are one column of labels.
_COLUMN = 0.03
_HEADING_ROLES = (
    ("referring", "referring"), ("ordering", "ordering"), ("attending", "attending"), ("primary care", "pcp"),
    ("pcp", "pcp"), ("servicing", "servicing"), ("rendering", "servicing"), ("performing", "servicing"),
    ("refer to", "servicing"), ("referred to", "servicing"), ("specialist", "servicing"),
)  # fmt: skip


class Ownership:
    """Decides fields and groups while a document is read, in reading order."""

    def __init__(self, collected: Collected) -> None:
        self._collected = collected
        self._providers: list[tuple[str, str, str]] = []  # (section key, role, group)
        self._organizations: set[str] = set()  # groups of those whose name is an organization's
        self._facilities: dict[str, str] = {}
        self._things: dict[tuple[str, str, str], str] = {}
        self._last_thing: dict[tuple[str, str], str] = {}
        # (section key, owner) of the last label that names its owner, and whether it says so in its own words.
        self._anchor: tuple[str, str] = ("", "")
        self._overrides = False
        # By section: (left edge, owner) of the labels that name their owner; side by side they head columns.
        self._columns: dict[str, list[tuple[float, str]]] = {}

    def path_of(self, label: Label, section: Section, left: float | None = None) -> str | None:
        """The field that a label asks for where it stands, or None if nobody's that is read.

        `left` is the label's left edge: where a section has columns for several people, it says whose it is.
        """
        paths = label.paths
        if not paths:
            return None
        if label.words == "drug" and section.owner not in ("patient", "payer", "subscriber"):
            paths = tuple(p for p in paths if p != "payer.plan") or paths  # `Drug list` is a coverage's
        if section.owner == "payer" and label.words == "patient id":
            return "patient.member_id"  # the insurance's id of the patient, not the practice's
        if label.owner in _PEOPLE:
            # Where a type knows no policy holder, `Insured` is another word for the patient.
            insured = label.owner == "subscriber" and "subscriber.name" not in self._collected.specs
            owner = "patient" if insured else label.owner
            owned = [p for p in paths if p.split(".")[0] == owner]
            paths = tuple(owned) or tuple(p for p in paths if p in _ANYWHERE or p.split(".")[0] not in _PEOPLE)
            return paths[0] if paths else None
        listed = [p for p in paths if p.split(".")[0] == section.entity]
        if listed:
            return listed[0]
        heads = self._column_owner(section, left)
        beside = [p for p in paths if p in _GENERIC and p.split(".")[0] == heads]
        private = [p for p in paths if p in _GENERIC and p.split(".")[0] == "patient"]
        if private and section.owner not in ("subscriber", "pharmacy") and _PRIVATE & set(label.words.split()):
            return private[0]
        return beside[0] if beside else self._by_owner(paths, section)

    def _column_owner(self, section: Section, left: float | None) -> str:
        """Whose the column under which a label stands is, in a section whose columns are several people's; else ""."""
        heads = self._columns.get(section.key, [])
        if left is None or len({owner for _, owner in heads}) < 2:
            return ""
        own = [(at, owner) for at, owner in heads if abs(at - left) <= _COLUMN]
        others = {owner for at, owner in heads if abs(at - left) > _COLUMN}
        return own[-1][1] if own and others - {own[-1][1]} else ""

    def _by_owner(self, paths: tuple[str, ...], section: Section) -> str | None:
        anchor = self._anchor[1] if self._anchor[0] == section.key else ""
        owner = anchor if self._overrides and anchor else section.owner or anchor
        owned = [p for p in paths if p.split(".")[0] == owner]
        if owned:
            return owned[0]
        if len(paths) == 1 and paths[0] not in _GENERIC and section.owner not in ("pharmacy", "subscriber"):
            return paths[0]
        if owner and owner != "patient":
            paths = tuple(p for p in paths if p.split(".")[0] not in _PEOPLE or p in _ANYWHERE or _foreign(p, owner))
        elif not owner:
            # Above the first heading a fax or telephone number is the letterhead's, the plan's more often than not.
            paths = tuple(p for p in paths if p not in ("provider.fax", "provider.phone", "patient.phone"))
        return paths[0] if paths else None

    def anchor_of(self, section: Section) -> str:
        """Whose the last label of a section was that names its owner, or ""."""
        return self._anchor[1] if self._anchor[0] == section.key else ""

    def note(self, label: Label, path: str | None, section: Section, left: float | None = None) -> None:
        """Remembers whose the following generic labels of the section are."""
        if path is not None and path.split(".")[0] in ("provider", "facility", "patient"):
            owner = path.split(".")[0]
        else:
            owner = label.owner
        if owner in _PEOPLE and left is not None and (label.owner or (path or "").endswith(".name")):
            heads = self._columns.setdefault(section.key, [])
            if any(abs(at - left) <= _COLUMN and other != owner for at, other in heads):
                heads.clear()  # somebody else's row begins under that one: its columns end
            heads.append((left, owner))
        if owner and (path is None or path.endswith(".name") or self._anchor[0] != section.key):
            self._anchor = (section.key, owner)
            # A provider named inside the patient's or plan's section: its own heading was not recognised. A family
            # doctor belongs there.
            named = path == "provider.name" and label.owner == "provider" and label.role != "pcp"
            self._overrides = named and section.owner in ("patient", "payer", "subscriber", "facility")

    def group_of(self, path: str, label: Label, section: Section) -> str | None:
        """The group a value belongs to; a new one where the field is already taken in the open one."""
        entity = path.split(".", maxsplit=1)[0]
        if entity == "provider":
            return self._provider(path, label, section)
        if entity == "facility":
            group = self._facilities.get(section.key)
            if group is None or (path == "facility.name" and self._collected.holds(group, path)):
                group = self._collected.new_group("facility")
                self._facilities[section.key] = group
            return group
        if entity in ("diagnosis", "procedure", "medication", "observation", "allergy"):
            return self._thing(entity, path, label.ordinal, section)
        return None

    def give_to_organization(self, label: Label, section: Section) -> None:
        """An organization stands where a clinician's name is asked for: what follows is its own, up to another name."""
        self._organizations.add(self._new_provider(label, section))
        self.note(label, "facility.name", section)

    def role_of(self, label: Label, section: Section) -> str:
        """A provider's role by the label, else by the heading, else the one who asks."""
        if label.role:
            return label.role
        text = section.chunk.text.lower() if section.chunk is not None else ""
        for word, role in _HEADING_ROLES:
            if word in text:
                return role
        return "servicing" if section.kind == "servicing" else "requesting"

    def open_group(self, entity: str, section: Section) -> str | None:
        """The group last used for an entity in a section."""
        return self._last_thing.get((entity, section.key))

    def remember(self, entity: str, section: Section, group: str) -> None:
        """Makes a group the open one of its section, for labels that follow a table."""
        self._last_thing[entity, section.key] = group

    def _provider(self, path: str, label: Label, section: Section) -> str:
        here = [p for p in self._providers if p[0] == section.key]
        same_role = [p for p in here if label.role and p[1] == label.role]
        if same_role:
            return self._unless_taken(same_role[-1], path, section)
        if here and (path != "provider.name" or not self._is_named(here[-1][2])):
            return self._unless_taken(here[-1], path, section)
        return self._new_provider(label, section)

    def _is_named(self, group: str) -> bool:
        return group in self._organizations or self._collected.holds(group, "provider.name")

    def _unless_taken(self, entry: tuple[str, str, str], path: str, section: Section) -> str:
        named = path == "provider.name" and entry[2] in self._organizations
        if named or (path in ("provider.name", "provider.npi") and self._collected.holds(entry[2], path)):
            group = self._collected.new_group("provider")
            self._providers.append((section.key, entry[1], group))
            return group
        return entry[2]

    def _new_provider(self, label: Label, section: Section) -> str:
        group = self._collected.new_group("provider")
        self._providers.append((section.key, label.role, group))
        return group

    def _thing(self, entity: str, path: str, ordinal: str, section: Section) -> str:
        if ordinal and ordinal != "other":
            key = (entity, section.key, ordinal)
            group = self._things.get(key)
            if group is None:
                group = self._things[key] = self._collected.new_group(entity)
        else:
            open_group = self._last_thing.get((entity, section.key))
            if open_group is None or self._collected.holds(open_group, path):
                open_group = self._collected.new_group(entity)
            group = open_group
        self._last_thing[entity, section.key] = group
        return group


def _foreign(path: str, owner: str) -> bool:
    """Fields that a section of somebody else's still prints: a birth date in a coverage box is the patient's."""
    if path in ("patient.dob", "patient.sex"):
        return owner in ("payer", "provider", "facility")
    return path == "patient.address" and owner == "payer"
