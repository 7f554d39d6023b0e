"""The command line. Everything heavy is imported by the command that needs it, so that `--help` is quick."""

from __future__ import annotations

import errno
import io
import os
import signal
import sys
from pathlib import Path
from typing import Annotated

import typer

from flows import cli_deliver, cli_llm, cli_packs, cli_pas, cli_queue, cli_weights

app = typer.Typer(
    name="fax2fhir",
    help="Faxed healthcare documents in, proven FHIR R4 out, the rest in the review queue.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
app.add_typer(cli_queue.app, name="queue")
app.add_typer(cli_pas.app, name="pas")
app.add_typer(cli_packs.app, name="packs")
app.add_typer(cli_llm.app, name="llm")
app.add_typer(cli_weights.app, name="weights")
app.add_typer(cli_deliver.app, name="deliver")

AsJson = Annotated[bool, typer.Option("--json", help="Print JSON for programs.")]
OutFolder = Annotated[Path, typer.Argument(help="Folder to write into; it is created.")]


@app.command()
def run(
    inbox: Annotated[Path, typer.Argument(help="Folder with the documents.", exists=True, file_okay=False)],
    keep: Annotated[bool, typer.Option("--keep", help="Leave the files in the folder.")] = False,
    as_json: AsJson = False,
) -> None:
    """Run the whole pipeline on a folder now, without a Prefect server.

    The files are taken over into the store (and removed from the folder) unless --keep is given.
    """
    from flows.cli_run import run_inbox

    run_inbox(inbox, keep=keep, as_json=as_json)


@app.command()
def status(
    document: Annotated[str | None, typer.Argument(help="Id, beginning of an id, or file name.")] = None,
    as_json: AsJson = False,
) -> None:
    """Say where every document is, and why."""
    from flows.cli_show import show_status

    show_status(document, as_json=as_json)


@app.command()
def show(
    record: Annotated[str, typer.Argument(help="Id of a record, or its beginning.")], as_json: AsJson = False
) -> None:
    """Show a record: each field with value, quote, page, confidence, reasons; then the findings."""
    from flows.cli_show import show_record

    show_record(record, as_json=as_json)


@app.command()
def export(
    out: OutFolder,
    form: Annotated[
        str,
        typer.Option(
            "--format",
            help=(
                "`bundles`: a file each; `ndjson`: a file per resource type; `pas`: requests for payers, docs/pas.md; "
                "`parquet`, `csv`: docs/tables.md."
            ),
        ),
    ] = "bundles",
) -> None:
    """Write the published FHIR, or flat tables of what was read and proven."""
    from flows import export as leaving

    leaving.export(out, form)


@app.command()
def predictions(out: OutFolder) -> None:
    """Write one JSON per document in the neutral prediction format (docs/predictions.md)."""
    from flows.export import export_predictions

    export_predictions(out)


@app.command()
def backfill(
    received_from: Annotated[str, typer.Option("--from", help="First day of reception, YYYY-MM-DD.")],
    received_to: Annotated[str, typer.Option("--to", help="Last day of reception, YYYY-MM-DD.")],
    reason: Annotated[str, typer.Option(help="A word for the audit log, e.g. `new-rules`: letters, digits, - and _.")],
    document_type: Annotated[list[str] | None, typer.Option("--type", help="Only such documents; repeatable.")] = None,
    redo: Annotated[
        str,
        typer.Option(help="changed: stages whose version changed; or from this stage on: read, extract, check, map."),
    ] = "changed",
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only say what would be done.")] = False,
    as_json: AsJson = False,
) -> None:
    """Redo, for documents received in a range of days, the stages whose version changed."""
    from flows.backfilling import BackfillRequest
    from flows.cli_run import day, run_backfill

    request = BackfillRequest.checked(
        received_from=day(received_from, "--from"),
        received_to=day(received_to, "--to"),
        types=document_type or [],
        redo=redo,
        reason=reason,
    )
    run_backfill(request, dry_run=dry_run, as_json=as_json)


@app.command()
def recalibrate(as_json: AsJson = False) -> None:
    """Let the weights learn from what people decided; they are replaced only if they judge better."""
    from flows.weights_commands import print_recalibration

    print_recalibration(as_json=as_json)


@app.command()
def verify(
    head: Annotated[
        Path | None,
        typer.Option(help="Audit head exported earlier: finds a chain that was cut.", exists=True, dir_okay=False),
    ] = None,
    write_head: Annotated[
        Path | None, typer.Option(help="Write the audit head to this file, to be kept elsewhere.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Hash the store and the audit chain again, and reconcile the counts."""
    from flows.cli_show import verify_installation

    verify_installation(head, write_head, as_json=as_json)


@app.command()
def synth(
    out: OutFolder,
    count: Annotated[int, typer.Option(min=1, help="How many documents.")] = 25,
    seed: Annotated[int, typer.Option(help="The same seed draws the same bytes.")] = 1,
    noise: Annotated[
        str, typer.Option(help="Draw each document at these steps of fax noise, e.g. 0,1,2,3,4 (0: born digital).")
    ] = "",
) -> None:
    """Draw synthetic faxes with gold labels: load-test documents without patients."""
    from evaluation.synth.generate import generate
    from evaluation.synth.plan import LADDER

    steps = [step.strip() for step in noise.split(",") if step.strip()]
    if any(step not in map(str, range(len(LADDER))) for step in steps):
        raise typer.BadParameter(f"steps of noise are 0 to {len(LADDER) - 1}")
    generate(count, seed, out, noise=[int(step) for step in steps])
    drawn = count * max(1, len(steps))
    typer.echo(f"{drawn} documents in {out / 'docs'}, labels in {out / 'gold'}.")


@app.command()
def evaluate(  # noqa: PLR0913, PLR0917  # each argument is an option of the command line
    gold: Annotated[Path | None, typer.Option(help="Folder of the labels (docs/predictions.md).")] = None,
    docs: Annotated[Path | None, typer.Option(help="Folder of the documents; else `docs` beside the labels.")] = None,
    predictions: Annotated[
        Path | None, typer.Option(help="Folder of predictions to judge; without it the pipeline makes them.")
    ] = None,
    home: Annotated[
        Path | None, typer.Option(help="Installation to keep, so that a repeat need not read again.")
    ] = None,
    html: Annotated[Path | None, typer.Option(help="Write the report; it holds patient data.")] = None,
    json: Annotated[Path | None, typer.Option(help="Write the result for programs and for --compare.")] = None,
    labels: Annotated[
        Path | None, typer.Option(help="Write a label a field, for `python -m evaluation.calibration`.")
    ] = None,
    compare: Annotated[
        tuple[Path, Path] | None, typer.Option(metavar="A B", help="Two results: show what changed from A to B.")
    ] = None,
    bound: Annotated[
        float, typer.Option(help="Percentage points by which a guarded figure may be worse in B before it fails.")
    ] = 1.0,
    planted: Annotated[
        float | None,
        typer.Option(metavar="PERCENT", help="Compare backends: a model knows the labels and errs in so many values."),
    ] = None,
    answers: Annotated[
        Path | None, typer.Option(help="Compare backends with the answers of this recording; nothing is sent.")
    ] = None,
    record: Annotated[
        Path | None, typer.Option(help="Write the model's answers, to be replayed; they hold patient data.")
    ] = None,
    side_by_side: Annotated[
        bool, typer.Option("--side-by-side", help="Compare grounding and form fields with other people's extractors.")
    ] = False,
    round_trip: Annotated[
        Path | None, typer.Option(help="Show a result of `python -m evaluation.round_trip --json` beside.")
    ] = None,
) -> None:
    """Judge predictions against gold labels, or compare two results and fail on a regression."""
    from flows.cli_evaluate import run
    from flows.evaluation_request import Comparison, Outputs, Request

    comparison = None if compare is None else Comparison(*compare, bound=bound, out=json)
    request = (
        None
        if gold is None
        else Request(
            gold=gold,
            docs=docs,
            predictions=predictions,
            home=home,
            planted=None if planted is None else planted / 100,
            answers=answers,
            side_by_side=side_by_side,
            round_trip=round_trip,
            outputs=Outputs(html, json, record, labels),
        )
    )
    run(request, comparison)


def main() -> None:
    """Runs the command line; errors become one line, a remedy and an exit code (docs/cli.md)."""
    from documents.errors import Fax2FhirError, StoreError

    os.umask(0o077)  # whatever is written may hold patient data
    signal.signal(signal.SIGTERM, _terminated)
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):  # a file name may hold what a terminal cannot show
            stream.reconfigure(errors="backslashreplace")
    try:
        app()
    except Fax2FhirError as error:
        _end(error.exit_code, f"{error.code}: {error}\n{error.remedy}")
    except KeyboardInterrupt:
        _end(130, "Interrupted; what was committed stays, run again to go on.")
    except OSError as error:
        # Its text has a path, and a path may hold a patient's name.
        failure = StoreError(f"a file or folder cannot be used: {errno.errorcode.get(error.errno or 0, 'OSError')}")
        _end(failure.exit_code, f"{failure.code}: {failure}\n{failure.remedy}")
    except Exception as error:  # the last net: a foreign error's text may hold patient text, so only its type is shown
        _end(1, f"UNEXPECTED: {type(error).__name__}\nRun `fax2fhir verify`, then report it with the command you gave.")


def _terminated(_signal: int, _frame: object) -> None:
    """SIGTERM ends like an interruption: leases are given back on the way out."""
    raise SystemExit(143)


def _end(code: int, message: str) -> None:
    print(message, file=sys.stderr)
    sys.exit(code)
