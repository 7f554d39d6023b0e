"""`deliver`, `deliver status`, `deliver retry`."""

from __future__ import annotations

import json

from documents.errors import SettingsError, TargetError
from flows.actor import os_user
from flows.delivery.rounds import deliver_all
from flows.delivery.targets import Target
from flows.installation import one_record, opened_ledger
from flows.settings import Settings
from flows.tables import columns, say
from flows.worker import worker_id
from ledger import deliveries, delivery_statuses
from ledger.deliveries import Doubt
from ledger.delivery_statuses import DeliveryRow

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
    """Says how far deliveries are, and what was refused or failed."""
    with opened_ledger(Settings.from_environment()) as ledger, ledger.snapshot() as connection:
        counts = delivery_statuses.counts(connection)
        open_ = delivery_statuses.unsettled(connection)
    if as_json:
        say(json.dumps({"targets": counts, "unsettled": [each.model_dump(mode="json") for each in open_]}))
        return
    if not counts:
        say("Nothing was delivered and nothing is due.")
        return
    say(columns(("target", "state", "deliveries"), [(t, s, str(n)) for t, by in counts.items() for s, n in by.items()]))
    for each in open_:
        say(_line(each))


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
