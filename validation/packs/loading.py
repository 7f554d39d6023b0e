"""Reads a folder of packs; a broken one is refused with its file and line, and then none is used."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

from pydantic import ValidationError

from documents.records import Severity
from validation.errors import PackError
from validation.packs.model import Pack, Status
from validation.packs.payer_names import normal_name
from validation.packs.shelf import Shelf
from validation.packs.yaml_lines import Lines, YamlTextError, read_yaml

SUFFIXES = (".yaml", ".yml")
_LARGEST = 1_000_000  # bytes; a thousand requirements are a third of it
_OTHER_SHAPES = {type(None): "nothing", list: "a list", str: "a single value"}
_RANK = {"off": 0, Severity.INFO.value: 1, Severity.WARNING.value: 2, Severity.ERROR.value: 3}


class Fault(NamedTuple):
    """What is wrong with a pack, where. `line` is 1-based."""

    file: str
    line: int
    what: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.what}"


@dataclass(frozen=True)
class Names:
    """What packs may refer to; empty sets are not checked.

    Attributes:
        paths: fields of requests.
        types: document types.
    """

    paths: frozenset[str] = frozenset()
    types: frozenset[str] = frozenset()


@dataclass(frozen=True)
class PackFile:
    """One file of the folder: its pack, or what is wrong with it."""

    file: str
    pack: Pack | None = None
    lines: Lines = field(default_factory=Lines, repr=False)
    faults: tuple[Fault, ...] = ()
    digest: str = ""


def load_shelf(folder: Path, *, names: Names | None = None) -> Shelf:
    """The approved packs of a folder; drafts are checked and left out.

    Raises:
        PackError: a file is broken, or two packs hold for the same payer, plan and day; it names the first fault.
    """
    files = read_folder(folder, names=names)
    faults = [fault for each in files for fault in each.faults]
    if faults:
        more = f" (and {len(faults) - 1} more)" if len(faults) > 1 else ""
        raise PackError(f"{faults[0]}{more}")
    approved = [(f.pack, f"{f.file} {f.digest}") for f in files if f.pack and f.pack.status is Status.APPROVED]
    if not approved:
        return Shelf()
    fingerprint = hashlib.sha256("\n".join(named for _, named in approved).encode()).hexdigest()
    return Shelf(tuple(pack for pack, _ in approved), fingerprint)


def read_folder(folder: Path, *, names: Names | None = None) -> tuple[PackFile, ...]:
    """Every pack file of a folder with its faults, by name.

    Raises:
        PackError: the folder cannot be read.
    """
    try:
        paths = sorted(p for p in folder.iterdir() if p.suffix.lower() in SUFFIXES)
    except OSError as error:
        raise PackError(f"the folder of packs cannot be read: {type(error).__name__}") from None
    files = [read_file(path, names=names or Names()) for path in paths]
    clashes = list(_clashes([f for f in files if f.pack is not None]))
    return tuple(_with_faults(f, [c for c in clashes if c.file == f.file]) for f in files)


def read_file(path: Path, *, names: Names) -> PackFile:
    """One file's pack, or its faults."""
    digest, lines = "", Lines()
    try:
        content = _content(path)
        digest = hashlib.sha256(content).hexdigest()
        value, lines = read_yaml(content.decode("utf-8"))
        if not isinstance(value, dict):
            raise YamlTextError(
                1, f"it holds {_OTHER_SHAPES[type(value)]}; a pack is keys with values, `id: ...` first"
            )
        pack = Pack.model_validate(value)
    except YamlTextError as fault:
        return PackFile(path.name, faults=(Fault(path.name, fault.line, fault.what),), digest=digest)
    except UnicodeDecodeError:
        return PackFile(path.name, faults=(Fault(path.name, 1, "it cannot be read: it is no UTF-8 text"),))
    except ValidationError as error:
        return PackFile(path.name, faults=tuple(_faults(path.name, error, lines)), digest=digest)
    found = tuple(_misnamed(path.name, pack, lines, names))
    return PackFile(path.name, None if found else pack, lines, found, digest)


def _content(path: Path) -> bytes:
    """A file's bytes.

    Raises:
        YamlTextError: it is no file, too large or may not be read.
    """
    if not path.is_file():
        what = "it is no file" if path.exists() else "the link leads to no file"
        raise YamlTextError(1, f"it cannot be read: {what}")
    try:
        if path.stat().st_size > _LARGEST:
            raise YamlTextError(1, f"it is larger than {_LARGEST} bytes")
        return path.read_bytes()
    except OSError as error:
        raise YamlTextError(1, f"it cannot be read: {error.strerror or type(error).__name__}") from None


def _with_faults(file: PackFile, clashes: Sequence[Fault]) -> PackFile:
    return PackFile(file.file, file.pack, file.lines, (*file.faults, *clashes), file.digest) if clashes else file


def _faults(file: str, error: ValidationError, lines: Lines) -> Iterator[Fault]:
    for each in error.errors(include_input=False, include_url=False, include_context=False):
        location = tuple(each["loc"])
        at = ".".join(str(part) for part in location)
        what = each["msg"].removeprefix("Value error, ")
        if each["type"] == "extra_forbidden":
            what = "this key is unknown"
        yield Fault(file, lines.of(location), f"{at}: {what}" if at else what)


def _misnamed(file: str, pack: Pack, lines: Lines, names: Names) -> Iterator[Fault]:
    """What the pack refers to and nobody knows."""
    from validation.rules import all_rules  # the rules' cases hold packs

    rules = {r.id: r for r in all_rules()}
    for rule_id, severity in pack.rules.items():
        line = lines.of(("rules", rule_id))
        if rule_id not in rules:
            yield Fault(file, line, f"rules.{rule_id}: there is no such rule")
        elif not rules[rule_id].settable:
            yield Fault(file, line, f"rules.{rule_id}: it is raised while documents are read and cannot be changed")
        elif rules[rule_id].guards and _RANK[severity] < _RANK[rules[rule_id].severity.value]:
            yield Fault(file, line, f"rules.{rule_id}: it guards against wrong values and cannot be weakened")
    for at, paths in enumerate(pack.required):
        yield from _unknown(file, lines.of(("required", at)), paths.split(" | "), names.paths)
    for at, requirement in enumerate(pack.requirements):
        for number, evidence in enumerate(requirement.evidence):
            line = lines.of(("requirements", at, "evidence", number, "documents"))
            yield from _unknown(file, line, evidence.documents, names.types)


def _unknown(file: str, line: int, given: Collection[str], known: frozenset[str]) -> Iterator[Fault]:
    for name in given:
        if known and name not in known:
            yield Fault(file, line, f"{name} is no field or document type of this program")


def _clashes(files: Sequence[PackFile]) -> Iterator[Fault]:
    """Versions that hold for the same payer, plan and day, and names that are taken."""
    for at, later in enumerate(files):
        for earlier in files[:at]:
            one, other = earlier.pack, later.pack
            if one is None or other is None:
                continue
            if one.name == other.name:
                yield Fault(later.file, later.lines.of(("version",)), f"{earlier.file} is this id and version already")
            elif (
                one.status is Status.APPROVED
                and other.status is Status.APPROVED
                and _same_case(one, other)
                and one.effective.overlaps(other.effective)
            ):
                what = f"{earlier.file} holds for the same payer and plan on some of these days"
                yield Fault(later.file, later.lines.of(("effective",)), what)


def _same_case(one: Pack, other: Pack) -> bool:
    payers = [{normal_name(name) for name in pack.payer.names} for pack in (one, other)]
    plans = [{normal_name(name) for name in pack.plans} for pack in (one, other)]
    if not payers[0] & payers[1]:
        return False
    return bool(plans[0] & plans[1]) or not (plans[0] or plans[1])
