"""`llm`: the model that reads beside the embedded reader."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

app = typer.Typer(
    help="The model beside the embedded reader: whether it works, what was sent to it, one on loopback.",
    no_args_is_help=True,
)

AsJson = Annotated[bool, typer.Option("--json", help="Print JSON for programs.")]


@app.command("check")
def check(
    all_modes: Annotated[
        bool, typer.Option("--all-modes", help="Try every mode, not only the configured one.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Send one synthetic request to the configured model: mode, structure, latency, tokens, cost, proven values."""
    from flows.llm_check import check_model

    check_model(all_modes=all_modes, as_json=as_json)


@app.command("stub")
def stub(
    port: Annotated[int, typer.Option(help="Port on 127.0.0.1; 0 takes a free one.", min=0, max=65535)] = 0,
    gold: Annotated[Path | None, typer.Option(help="Answer from the labels of this folder.")] = None,
    script: Annotated[
        Path | None, typer.Option(help="Answer with the lines of this file, one JSON object each.")
    ] = None,
    errors: Annotated[float, typer.Option(help="Share of wrong values beside --gold.", min=0, max=1)] = 0.0,
    fault: Annotated[str, typer.Option(help="Do this one thing wrong in every answer.")] = "",
) -> None:
    """Serve an OpenAI-compatible model on loopback for dry runs, until interrupted."""
    from flows.llm_stub import serve_stub

    serve_stub(port=port, gold=gold, script=script, errors=errors, fault=fault)


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
