"""`deliver`: what is published goes to its targets."""

from __future__ import annotations

from typing import Annotated

import typer

app = typer.Typer(help="Deliver what is published to the configured targets.", no_args_is_help=False)

AsJson = Annotated[bool, typer.Option("--json", help="Print JSON for programs.")]
TargetName = Annotated[str, typer.Option("--target", help="Only this one of FAX2FHIR_TARGETS.")]


@app.callback(invoke_without_command=True)
def deliver(context: typer.Context, target: TargetName = "", as_json: AsJson = False) -> None:
    """Deliver what is due; a target that is busy or away is waited for as long as its patience lasts."""
    if context.invoked_subcommand is None:
        from flows.delivery.commands import deliver_now

        deliver_now(target, as_json=as_json)


@app.command("status")
def status(as_json: AsJson = False) -> None:
    """Count deliveries by target and state; list what was refused, and why, is held, failed so far or may be double."""
    from flows.delivery.commands import print_status

    print_status(as_json=as_json)


@app.command("retry")
def retry(
    target: Annotated[str, typer.Option("--target", help="Of FAX2FHIR_TARGETS.")],
    record: Annotated[str, typer.Option("--record", help="Only of this record: its id, or the beginning of it.")] = "",
) -> None:
    """Put what a target refused, and what is held, back among what is due."""
    from flows.delivery.commands import retry_refused

    retry_refused(target, record)


@app.command("confirm")
def confirm(
    target: Annotated[str, typer.Option("--target", help="Of FAX2FHIR_TARGETS.")],
    record: Annotated[str, typer.Option("--record", help="Of this record: its id, or the beginning of it.")],
) -> None:
    """Note that the payer, whom you asked, has a record's request once; what was held counts as delivered."""
    from flows.delivery.commands import confirm_taken

    confirm_taken(target, record)
