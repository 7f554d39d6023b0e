"""`queue`: the reviewers' way on the command line. The actor is the user of the operating system."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from review_queue.items import FieldDecision, FieldRef

app = typer.Typer(help="Work the review queue: the riskiest and most urgent first.", no_args_is_help=True)

Item = Annotated[str, typer.Argument(help="Id of an item, a record or a document, or its beginning.")]
FieldName = Annotated[str, typer.Argument(help="Field, as listed: `patient.dob` or `diagnosis.code[dx1]`.")]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON for programs.")]


@app.command("list")
def list_items(limit: Annotated[int, typer.Option(min=1)] = 50, as_json: AsJson = False) -> None:
    """List what waits for a person, the riskiest and most urgent first."""
    from flows.queue_commands import print_waiting

    print_waiting(limit, as_json=as_json)


@app.command()
def show(item: Item, as_json: AsJson = False) -> None:
    """Show an item with its record as it stands and what is undecided."""
    from flows.queue_commands import print_item

    print_item(item, as_json=as_json)


@app.command()
def claim(item: Annotated[str | None, typer.Argument(help="Item; without it the next one.")] = None) -> None:
    """Claim an item, or the next one that nobody holds."""
    from flows.queue_commands import claim_item

    claim_item(item)


@app.command()
def accept(item: Item, field: FieldName) -> None:
    """Accept a field as it was read."""
    from review_queue.items import Action, FieldDecision

    _decide(item, FieldDecision(action=Action.ACCEPT, field=_ref(field)))


@app.command()
def correct(item: Item, field: FieldName, value: Annotated[str, typer.Argument(help="What the page says.")]) -> None:
    """Correct a field's value."""
    from review_queue.items import Action, FieldDecision

    _decide(item, FieldDecision(action=Action.CORRECT, field=_ref(field), value=value))


@app.command()
def reject(
    item: Item, field: FieldName, reason: Annotated[str, typer.Option(help="A code, e.g. not_on_page.")] = "not_on_page"
) -> None:
    """Reject a field (it is not published), or say of a missing one that the document does not state it."""
    from review_queue.items import Action, FieldDecision

    _decide(item, FieldDecision(action=Action.REJECT, field=_ref(field), reason=reason))


@app.command()
def add(
    item: Item,
    field: FieldName,
    value: Annotated[str, typer.Argument(help="What the page says.")],
    quote: Annotated[str, typer.Option(help="The text it is read from, verbatim, if it can be found.")] = "",
    page: Annotated[int | None, typer.Option(help="The page it is on.")] = None,
) -> None:
    """Add a field that was missed."""
    from flows.queue_commands import add_field

    add_field(item, _ref(field), value, quote=quote, page=page)


@app.command("return")
def return_item(item: Item) -> None:
    """Give a claimed item back; what was decided stays."""
    from flows.queue_commands import give_back

    give_back(item)


@app.command("sign-off")
def sign_off(
    item: Item,
    route: Annotated[bool, typer.Option("--route", help="Close it: taken over by hand, nothing is published.")] = False,
    refuse: Annotated[bool, typer.Option("--refuse", help="Close it: no case for this organisation.")] = False,
    reason: Annotated[str | None, typer.Option(help="Why, for --route and --refuse; a code of docs/cli.md.")] = None,
    repeat: Annotated[
        bool, typer.Option("--repeat", help="Publish it though an earlier request asks the same.")
    ] = False,
) -> None:
    """Sign an item off, which publishes its verified values."""
    from flows.queue_commands import sign_item_off

    sign_item_off(item, route=route, refuse=refuse, reason=reason, repeat=repeat)


def _ref(text: str) -> FieldRef:
    from flows.queue_commands import field_ref

    return field_ref(text)


def _decide(item: str, decision: FieldDecision) -> None:
    from flows.queue_commands import decide

    decide(item, decision)
