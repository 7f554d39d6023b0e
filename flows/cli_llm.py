"""`llm`: the model that reads beside the embedded reader."""

from __future__ import annotations

from typing import Annotated

import typer

app = typer.Typer(help="The model beside the embedded reader: what was sent to it.", no_args_is_help=True)

AsJson = Annotated[bool, typer.Option("--json", help="Print JSON for programs.")]


@app.command("disclosures")
def list_disclosures(
    document: Annotated[str | None, typer.Argument(help="Id, beginning of an id, or file name.")] = None,
    sent_from: Annotated[str, typer.Option("--from", help="First day of sending, YYYY-MM-DD.")] = "",
    sent_to: Annotated[str, typer.Option("--to", help="Last day of sending, YYYY-MM-DD.")] = "",
    as_json: AsJson = False,
) -> None:
    """List which pages and fields of which documents went to which model, when, and what was replaced in them."""
    from flows.disclosures import print_disclosures

    print_disclosures(document, sent_from, sent_to, as_json=as_json)
