"""What `llm disclosures` prints: ids, pages, fields, models and counts, never a value."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

from flows.cli_run import day
from flows.cli_show import one_document
from flows.installation import opened_ledger
from flows.settings import Settings
from flows.tables import columns, local, say
from ledger.disclosures import Disclosed, disclosures


def print_disclosures(reference: str | None, first: str, last: str, *, as_json: bool) -> None:
    """Prints what was sent, oldest first: all, of one document, of some days in the facility's zone.

    Raises:
        SettingsError: the reference means no document, or several, or a day is none.
    """
    settings = Settings.from_environment()
    start = _midnight(first, "--from", settings.zone)
    end = _midnight(last, "--to", settings.zone, days=1)
    with opened_ledger(settings) as ledger:
        document_id = None if reference is None else one_document(ledger, reference).document_id
        with ledger.snapshot() as connection:
            sent = list(disclosures(connection, document_id=document_id, start=start, end=end))
    if as_json:
        for each in sent:
            say(each.model_dump_json())
        return
    head = ("sent", "document", "pages", "asked for", "model", "endpoint", "replaced")
    say(columns(head, [_row(each, settings.zone) for each in sent]))
    say(f"questions {len(sent)}, documents {len({each.disclosure.document_id for each in sent})}")


def _row(sent: Disclosed, zone: ZoneInfo) -> tuple[str, ...]:
    what = sent.disclosure
    replaced = ", ".join(f"{kind} {count}" for kind, count in what.replaced.items()) or "nothing"
    return (
        local(sent.at, zone),
        what.document_id[:12],
        what.pages,
        f"{what.document_type}: {', '.join(what.fields)}",
        what.model,
        what.host,
        replaced if what.redacted else "not redacted",
    )


def _midnight(text: str, option: str, zone: ZoneInfo, *, days: int = 0) -> datetime | None:
    """The beginning of a day in the facility's zone, in UTC; None where none is given."""
    if not text:
        return None
    return datetime.combine(day(text, option) + timedelta(days=days), time(), zone).astimezone(UTC)
