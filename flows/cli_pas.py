"""`pas`: what was submitted to payers, what it lacks, and releasing, completing and cancelling it."""

from __future__ import annotations

from typing import Annotated

import typer

app = typer.Typer(help="Prior authorization requests for a payer's API (Da Vinci PAS).", no_args_is_help=True)

RecordId = Annotated[str, typer.Argument(help="Id of a record, or its beginning.")]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON for programs.")]


@app.command("list")
def list_submissions(as_json: AsJson = False) -> None:
    """List each record's current submission, ready or blocked, and the cancellations that are due."""
    from flows.pas_commands import print_submissions

    print_submissions(as_json=as_json)


@app.command()
def show(
    record: RecordId,
    number: Annotated[
        int | None, typer.Option(help="Which of the record's submissions; without it the current.")
    ] = None,
) -> None:
    """Print a submission: the bundle for the payer, or the one that says what is missing."""
    from flows.pas_commands import print_submission

    print_submission(record, number)


@app.command()
def pages(
    record: RecordId,
    number: Annotated[
        int | None, typer.Option(help="Which of the record's submissions; without it the current.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """List which pages of the document a submission sends along, and which stay and why."""
    from flows.pas_commands import print_pages

    print_pages(record, number, as_json=as_json)


@app.command()
def gaps(record: RecordId, as_json: AsJson = False) -> None:
    """List what a record lacks for a request as it stands, and how to enter it."""
    from flows.pas_commands import print_gaps

    print_gaps(record, as_json=as_json)


@app.command()
def enter(
    record: RecordId,
    field: Annotated[str, typer.Argument(help="`submission.claim_type`, or `submission.request_type[s1]` for a line.")],
    value: Annotated[str, typer.Argument(help="What the payer asks for.")],
) -> None:
    """Enter, or correct, what no fax states for a record that is signed off; nothing is submitted yet."""
    from flows.pas_commands import enter_value

    enter_value(record, field, value)


@app.command()
def reject(
    record: RecordId,
    field: Annotated[str, typer.Argument(help="A field that was read, as listed.")],
    reason: Annotated[str, typer.Option(help="A code, e.g. not_on_page.")] = "not_on_page",
) -> None:
    """Reject what was read, for a record that is signed off; nothing is submitted yet."""
    from flows.pas_commands import reject_value

    reject_value(record, field, reason)


@app.command()
def release(record: RecordId) -> None:
    """Release a published record that nobody has looked at: you verify it, and its request is made."""
    from flows.pas_commands import release_record

    release_record(record, again=False)


@app.command("submit-again")
def submit_again(record: RecordId) -> None:
    """Make a record's submission anew, with what was entered or changed since; the same content changes nothing."""
    from flows.pas_commands import release_record

    release_record(record, again=True)


@app.command()
def cancel(record: RecordId, reason: Annotated[str, typer.Option(help="Why; a code of docs/pas.md.")]) -> None:
    """Take back the request that a payer has."""
    from flows.pas_commands import cancel_request

    cancel_request(record, reason)
