"""`deliver`, `deliver status`, `deliver retry`."""

from __future__ import annotations

import json
from collections.abc import Iterable

from documents.errors import SettingsError, TargetError
from fhir_mapping.pas.addressee import addressee
from flows.actor import os_user
from flows.delivery.rounds import deliver_all
from flows.delivery.targets import Target, TargetKind
from flows.installation import one_record, opened_ledger
from flows.settings import Settings
from flows.tables import columns, say
from flows.worker import worker_id
from ledger import deliveries, delivery_statuses, outbox
from ledger.deliveries import Doubt
from ledger.delivery_statuses import DeliveryRow

# Of what waits for a target; the count says how many there are.
_SHOWN = 100
_DOUBTS = {Doubt.UNSURE: "may have been taken", Doubt.TWICE: "may have been taken twice"}


def deliver_now(name: str, *, as_json: bool) -> None:
    """Delivers what is due, to one target or to all.

    Raises:
        SettingsError: there is no such target, or none at all.
        TargetError: something that is due was not taken.
    """
    settings = Settings.from_environment()
    targets = [_named(settings, name)] if name else list(settings.targets)
    if not targets:
        raise SettingsError("no target is configured: set FAX2FHIR_TARGETS")
    with opened_ledger(settings) as ledger:
        made = deliver_all(ledger, targets, actor=worker_id())
    if as_json:
        say(json.dumps([each.model_dump() for each in made]))
    else:
        for each in made:
            say(each.in_words())
    trouble = [each.target for each in made if each.stopped or each.counts.keys() & {"refused", "held"}]
    if trouble:
        raise TargetError(f"not everything that is due was taken by: {', '.join(trouble)}")


def print_status(*, as_json: bool) -> None:
    """Says how far deliveries are, what was refused or failed, and which requests no target stands for."""
    settings = Settings.from_environment()
    with opened_ledger(settings) as ledger, ledger.snapshot() as connection:
        counts = delivery_statuses.counts(connection)
        open_ = delivery_statuses.unsettled(connection)
        waiting = outbox.untaken(connection, lambda submission: not _stands_for(settings.targets, submission))
    if as_json:
        unsettled = [each.model_dump(mode="json") for each in open_]
        homeless = [{"record_id": record_id, "number": number} for record_id, number in waiting]
        say(json.dumps({"targets": counts, "unsettled": unsettled, "waiting": homeless}))
        return
    if not counts and not waiting:
        say("Nothing was delivered and nothing is due.")
        return
    rows = [(target, state, str(number)) for target, by in counts.items() for state, number in by.items()]
    if rows:
        say(columns(("target", "state", "deliveries"), rows))
    for each in open_:
        say(_line(each))
    if waiting:
        say(f"{len(waiting)} ready submissions wait: no target stands for their payer (PAYERS of a target of kind pas)")
    for record_id, number in waiting[:_SHOWN]:
        say(f"waiting: submission {number} of {record_id[:12]}")


def _stands_for(targets: Iterable[Target], submission: str) -> bool:
    """Whether one of the targets receives a submission."""
    receiving = (each for each in targets if each.kind in (TargetKind.PAS, TargetKind.FOLDER))
    payer = addressee(submission)
    return any(each.stands_for(payer) for each in receiving)


def _line(row: DeliveryRow) -> str:
    what = f"{row.target}: {row.kind.value} {row.number} of {row.record_id[:12]} {row.state.value}"
    why = "; ".join(" ".join(filter(None, (each.code, each.resource, each.path))) for each in row.issues)
    doubt = f" ({_DOUBTS[row.doubt]})" if row.doubt else ""
    return f"{what}, {row.status} at attempt {row.attempts}{doubt}" + (f": {why}" if why else "")


def retry_refused(name: str, record: str) -> None:
    """Puts what a target refused, and what is held, back among what is due.

    Raises:
        SettingsError: there is no such target or record.
    """
    settings = Settings.from_environment()
    target = _named(settings, name)
    with opened_ledger(settings) as ledger:
        record_id = one_record(ledger, record).record.id if record else None
        with ledger.transaction(os_user()) as tx:
            count = deliveries.retry(tx, target.name, record_id=record_id)
    say(f"{count} refused or held deliveries are due again: `fax2fhir deliver --target {target.name}`.")


def confirm_taken(name: str, record: str) -> None:
    """Notes that a payer, whom a person asked, has a record's submissions once each.

    Raises:
        SettingsError: there is no such target or record.
    """
    settings = Settings.from_environment()
    target = _named(settings, name)
    with opened_ledger(settings) as ledger:
        record_id = one_record(ledger, record).record.id
        with ledger.transaction(os_user()) as tx:
            count = deliveries.confirm(tx, target.name, record_id=record_id)
    say(f"{count} deliveries are no longer in doubt.")


def _named(settings: Settings, name: str) -> Target:
    found = next((target for target in settings.targets if target.name == name), None)
    if found is None:
        raise SettingsError("no such target in FAX2FHIR_TARGETS")
    return found
