"""What the `packs` commands do."""

from __future__ import annotations

import json
from pathlib import Path

from documents.errors import SettingsError
from flows.actor import os_user
from flows.installation import one_record, opened_ledger
from flows.packs import known_names
from flows.settings import Settings
from flows.tables import columns, say
from validation.errors import PackError
from validation.packs.drafting import draft_pack
from validation.packs.loading import PackFile, read_folder

_POLICY = "payer_policy"


def check_folder(folder: Path, *, as_json: bool) -> None:
    """Prints each pack and each fault of a folder.

    Raises:
        PackError: there is a fault.
    """
    files = read_folder(folder, names=known_names())
    faults = [fault for file in files for fault in file.faults]
    if as_json:
        say(json.dumps({"packs": [_row(f) for f in files if f.pack], "faults": [f._asdict() for f in faults]}))
    else:
        say(_table(files))
        for fault in faults:
            say(str(fault))
    if faults:
        raise PackError(f"{len(faults)} {'faults' if len(faults) > 1 else 'fault'} in the folder's packs")


def print_packs(*, as_json: bool) -> None:
    """Prints the installation's packs; of a broken one its faults stand in `packs check`.

    Raises:
        PackError: the folder cannot be read, or a pack is broken, so that a run would use none.
    """
    settings = Settings.from_environment()
    files = read_folder(settings.packs, names=known_names()) if settings.packs.is_dir() else ()
    say(json.dumps([_row(f) for f in files if f.pack is not None]) if as_json else _table(files))
    broken = sum(bool(f.faults) for f in files)
    if broken:
        raise PackError(f"{broken} of {len(files)} packs of the installation {'is' if broken == 1 else 'are'} broken")


def write_draft(reference: str, out: Path) -> None:
    """Writes a draft from a policy's record; that somebody looked at it is an audit event.

    Raises:
        SettingsError: the reference means no policy's record, or the file exists.
    """
    settings = Settings.from_environment()
    with opened_ledger(settings) as ledger:
        kept = one_record(ledger, reference)
        if kept.record.segment.document_type != _POLICY:
            raise SettingsError("the record is of another document type than a payer policy")
        ledger.record_view(actor=os_user(), document_id=kept.record.document_id, record_id=kept.record.id)
    try:
        with out.open("x", encoding="utf-8") as file:
            file.write(draft_pack(kept.record))
    except FileExistsError:
        raise SettingsError("--out names a file that exists; a draft never overwrites one") from None
    say(f"Draft written to {out}. Check it against its quotes; docs/payer-packs.md says how to approve it.")


def _table(files: tuple[PackFile, ...]) -> str:
    head = ("file", "pack", "payer", "plans", "from", "to", "status", "requirements")
    rows = [[str(value) for value in _row(file).values()] for file in files]
    return columns(head, rows)


def _row(file: PackFile) -> dict[str, str | int]:
    pack = file.pack
    return {
        "file": file.file,
        "pack": "-" if pack is None else pack.name,
        "payer": "-" if pack is None else pack.payer.name,
        "plans": "-" if pack is None else ", ".join(pack.plans) or "all",
        "from": "-" if pack is None else pack.effective.start.isoformat(),
        "to": "-" if pack is None or pack.effective.to is None else pack.effective.to.isoformat(),
        "status": "broken" if pack is None else pack.status.value,
        "requirements": 0 if pack is None else len(pack.requirements),
    }
