"""`weights`: what judges without a person, how sure that is, and taking it back."""

from __future__ import annotations

from typing import Annotated

import typer

app = typer.Typer(help="The weights in force: modes, labels, certificates, alarms; taking them back.")

AsJson = Annotated[bool, typer.Option("--json", help="Print JSON for programs.")]


@app.callback(invoke_without_command=True)
def weights(context: typer.Context) -> None:
    """Without a command as `weights show`."""
    if context.invoked_subcommand is None:
        show()


@app.command()
def show(as_json: AsJson = False) -> None:
    """Show versions, the mode of each family, labels, what the audit proves, and alarms."""
    from flows.weights_commands import print_weights

    print_weights(as_json=as_json)


@app.command()
def rollback(
    version: Annotated[str | None, typer.Argument(help="Version; without it the one before.")] = None,
) -> None:
    """Put an earlier version of the weights in force again."""
    from flows.weights_commands import roll_weights_back

    roll_weights_back(version)


@app.command()
def warm(name: Annotated[str, typer.Argument(metavar="SLICE", help="As `weights show` names it.")]) -> None:
    """Lift the alarm about a slice: it is judged by the weights in force again."""
    from flows.weights_commands import warm_slice

    warm_slice(name)
