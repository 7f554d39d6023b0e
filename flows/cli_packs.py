"""`packs`: the payer rule packs of an installation."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

app = typer.Typer(help="Payer rule packs: check, list, draft.", no_args_is_help=True)

AsJson = Annotated[bool, typer.Option("--json", help="Print JSON for programs.")]


@app.command()
def check(
    folder: Annotated[Path, typer.Argument(help="Folder with packs.", exists=True, file_okay=False)],
    as_json: AsJson = False,
) -> None:
    """Check every pack of a folder and name each fault with its file and line."""
    from flows.pack_commands import check_folder

    check_folder(folder, as_json=as_json)


@app.command("list")
def list_packs(as_json: AsJson = False) -> None:
    """List the installation's packs: payer, version, dates, status."""
    from flows.pack_commands import print_packs

    print_packs(as_json=as_json)


@app.command()
def draft(
    record: Annotated[str, typer.Argument(help="Id of a payer policy's record, or its beginning.")],
    out: Annotated[Path, typer.Option("--out", help="File to write; it must not exist.", dir_okay=False)],
) -> None:
    """Write a draft pack from a payer policy that was read, for a person to check and approve."""
    from flows.pack_commands import write_draft

    write_draft(record, out)
