"""What the loopback FHIR server holds: versions of resources in SQLite, changed by whole transactions or not at all."""

from __future__ import annotations

import json
import sqlite3
import threading
import uuid
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any

Json = dict[str, Any]
_SCHEMA = """
CREATE TABLE IF NOT EXISTS versions (
    type TEXT, id TEXT, version INTEGER, body TEXT, PRIMARY KEY (type, id, version)
);
CREATE TABLE IF NOT EXISTS current (type TEXT, id TEXT, version INTEGER, body TEXT, PRIMARY KEY (type, id));
CREATE TABLE IF NOT EXISTS refs (source TEXT, target TEXT, PRIMARY KEY (source, target)) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS refs_target ON refs (target);
CREATE TABLE IF NOT EXISTS submitted (identifier TEXT, claim TEXT, body TEXT, answer TEXT, times INTEGER);
CREATE INDEX IF NOT EXISTS submitted_identifier ON submitted (identifier);
CREATE INDEX IF NOT EXISTS submitted_claim ON submitted (claim);
"""


class RefusedError(Exception):
    """The server will not do it.

    Attributes:
        status: of HTTP.
        code: of FHIR's issue types.
        expression: where.
    """

    def __init__(self, status: int, code: str, expression: str = "") -> None:
        super().__init__(code)
        self.status, self.code, self.expression = status, code, expression


class FhirStore:
    """The resources, each with all its versions; a deleted one has an empty last version."""

    def __init__(self, file: str = ":memory:") -> None:
        """Opens or creates the file."""
        self._database = sqlite3.connect(file, check_same_thread=False, isolation_level=None)
        self._database.executescript(_SCHEMA)
        self._lock = threading.RLock()
        self._touched: set[str] = set()  # by the change that is under way
        self.assigns_ids = False  # whether it refuses to create what a client names

    def close(self) -> None:
        """Closes the file."""
        self._database.close()

    @contextmanager
    def changing(self) -> Iterator[None]:
        """Everything inside happens, or nothing."""
        with self._lock:
            self._database.execute("BEGIN IMMEDIATE")
            self._touched.clear()
            try:
                yield
            except BaseException:
                self._database.execute("ROLLBACK")
                raise
            self._database.execute("COMMIT")

    def read(self, type_: str, id_: str) -> Json:
        """The current version.

        Raises:
            RefusedError: there is none (404), or none any more (410).
        """
        with self._lock:
            row = self._database.execute("SELECT body FROM current WHERE type = ? AND id = ?", (type_, id_)).fetchone()
            if row is None:
                raise RefusedError(410 if self.version(type_, id_) else 404, "not-found")
        body: Json = json.loads(row[0])
        return body

    def version(self, type_: str, id_: str) -> int:
        """How many versions there are, deletions included."""
        with self._lock:
            found = "SELECT max(version) FROM versions WHERE type = ? AND id = ?"
            return int(self._database.execute(found, (type_, id_)).fetchone()[0] or 0)

    def put(self, resource: Json, *, if_match: str | None = None) -> tuple[int, Json]:
        """Writes the next version; returns 201 or 200 and what is held then.

        Raises:
            RefusedError: another version is held than the one that must be (412).
        """
        type_, id_ = resource["resourceType"], resource["id"]
        held = self._database.execute("SELECT version FROM current WHERE type = ? AND id = ?", (type_, id_)).fetchone()
        if if_match is not None and (held is None or if_match != f'W/"{held[0]}"'):
            raise RefusedError(412, "conflict")
        version = self.version(type_, id_) + 1
        meta = {**resource.get("meta", {}), "versionId": str(version), "lastUpdated": datetime.now(UTC).isoformat()}
        kept = {**resource, "meta": meta}
        row = (type_, id_, version, json.dumps(kept))
        self._database.execute("INSERT INTO versions VALUES (?, ?, ?, ?)", row)
        self._database.execute("INSERT OR REPLACE INTO current VALUES (?, ?, ?, ?)", row)
        self._refer(f"{type_}/{id_}", set(references(resource)))
        return (200 if held else 201), kept

    def delete(self, type_: str, id_: str) -> None:
        """Ends a resource; one that is not there is no error (FHIR R4, delete)."""
        gone = self._database.execute("DELETE FROM current WHERE type = ? AND id = ?", (type_, id_)).rowcount
        if gone:
            row = (type_, id_, self.version(type_, id_) + 1, "")
            self._database.execute("INSERT INTO versions VALUES (?, ?, ?, ?)", row)
            self._refer(f"{type_}/{id_}", set())

    def create(self, resource: Json) -> Json:
        """Writes a resource under an id of the server's own."""
        return self.put({**resource, "id": str(uuid.uuid4())})[1]

    def _refer(self, source: str, targets: set[str]) -> None:
        self._touched.add(source)
        self._database.execute("DELETE FROM refs WHERE source = ?", (source,))
        self._database.executemany("INSERT INTO refs VALUES (?, ?)", [(source, target) for target in targets])

    def check_references(self) -> None:
        """Refuses a change that leaves a reference to nothing.

        Raises:
            RefusedError: it does (409).
        """
        run = self._database.execute
        for touched in self._touched:
            targets = [row[0] for row in run("SELECT target FROM refs WHERE source = ?", (touched,))]
            pointed_at = run("SELECT 1 FROM refs WHERE target = ?", (touched,)).fetchone() is not None
            if not all(map(self._is_held, targets)) or (pointed_at and not self._is_held(touched)):
                raise RefusedError(409, "conflict")

    def _is_held(self, url: str) -> bool:
        type_, _, id_ = url.partition("/")
        found = self._database.execute("SELECT 1 FROM current WHERE type = ? AND id = ?", (type_, id_))
        return found.fetchone() is not None

    def search(self, type_: str, query: Mapping[str, str]) -> list[Json]:
        """The resources with a tag or an identifier (`system|value`), or an id."""
        with self._lock:
            rows = self._database.execute("SELECT body FROM current WHERE type = ?", (type_,)).fetchall()
        found = [json.loads(row[0]) for row in rows]
        if "_tag" in query:
            found = [each for each in found if _is_tagged(each, query["_tag"])]
        system, _, value = query.get("identifier", "").rpartition("|")
        if "identifier" in query:
            found = [
                each
                for each in found
                if any((i.get("system", ""), i.get("value")) == (system, value) for i in each.get("identifier", []))
            ]
        return [each for each in found if query.get("_id", each["id"]) == each["id"]]

    def submit(self, bundle: Json, *, forgetful: bool = False) -> Json:
        """Takes a prior authorization request.

        Args:
            bundle: the request; the same identifier gets the same answer, and is taken once.
            forgetful: identifiers are not compared: every request is a new one.
        """
        identifier, claim = _identifier(bundle), _identifier(bundle["entry"][0]["resource"])
        body = json.dumps(bundle, sort_keys=True)
        row = self._database.execute("SELECT answer FROM submitted WHERE identifier = ?", (identifier,)).fetchone()
        if row is not None and not forgetful:
            self._database.execute("UPDATE submitted SET times = times + 1 WHERE identifier = ?", (identifier,))
            known: Json = json.loads(row[0])
            return known
        answer = claim_response(bundle)
        taken = (identifier, claim, body, json.dumps(answer))
        self._database.execute("INSERT INTO submitted VALUES (?, ?, ?, ?, 1)", taken)
        return answer

    def inquire(self, bundle: Json) -> Json:
        """The answers to the requests of the Claim and the patient that an inquiry names, as Parameters.

        Raises:
            RefusedError: it is no inquiry (400).
        """
        claim, patient = _inquired(bundle)
        query = "SELECT body, answer FROM submitted WHERE claim = ? ORDER BY rowid"
        rows = self._database.execute(query, (claim,)).fetchall()
        found = [json.loads(answer) for body, answer in rows if _patient(json.loads(body)) == patient]
        return {"resourceType": "Parameters", "parameter": [{"name": "return", "resource": each} for each in found]}

    def submissions(self) -> list[tuple[Json, int]]:
        """The requests taken, in order, each with how often it was sent."""
        with self._lock:
            rows = self._database.execute("SELECT body, times FROM submitted ORDER BY rowid").fetchall()
        return [(json.loads(body), times) for body, times in rows]

    def everything(self) -> dict[str, tuple[int, Json]]:
        """All current resources as `Type/id`, each with its version."""
        with self._lock:
            rows = self._database.execute("SELECT type, id, version, body FROM current").fetchall()
        return {f"{type_}/{id_}": (version, json.loads(body)) for type_, id_, version, body in rows}

    def history(self) -> int:
        """How many versions were ever written, deletions included."""
        with self._lock:
            return int(self._database.execute("SELECT count(*) FROM versions").fetchone()[0])


def _is_tagged(resource: Json, token: str) -> bool:
    tags = resource.get("meta", {}).get("tag", [])
    return any(f"{each.get('system', '')}|{each.get('code', '')}" == token for each in tags)


def _identifier(resource: Json) -> str:
    return json.dumps(resource.get("identifier"), sort_keys=True)


def _inquired(bundle: Json) -> tuple[str, str]:
    """The identifiers of the Claim and of the patient that an inquiry of PAS 2.2.1 names.

    Raises:
        RefusedError: it is none, or does not hold what it refers to (400).
    """
    entries = bundle.get("entry", [])
    held = {entry.get("fullUrl") for entry in entries}
    claim: Json = entries[0]["resource"] if entries else {}
    whole = bundle.get("type") == "collection" and bundle.get("identifier") and bundle.get("timestamp")
    named = all(name in claim for name in ("identifier", "patient", "provider", "insurer", "insurance"))
    profiles = [each.rpartition("/")[2] for part in (bundle, claim) for each in part.get("meta", {}).get("profile", [])]
    asks = profiles == ["profile-pas-inquiry-request-bundle", "profile-claim-inquiry"]
    if not (whole and named and asks and all(url in held for entry in entries for url in references(entry))):
        raise RefusedError(400, "invalid", "Bundle")
    return _identifier(claim), _patient(bundle)


def _patient(bundle: Json) -> str:
    """The identifiers of a request's patient (a payer must compare them, says PAS)."""
    entries = bundle["entry"]
    patient = entries[0]["resource"].get("patient", {}).get("reference")
    return next((_identifier(each["resource"]) for each in entries if each.get("fullUrl") == patient), "")


def references(value: Any) -> Iterator[str]:
    """The literal references in a resource."""
    if isinstance(value, list):
        for member in value:
            yield from references(member)
    elif isinstance(value, dict):
        found = value.get("reference")
        if isinstance(found, str) and not found.startswith("#"):
            yield found
        for member in value.values():
            yield from references(member)


def claim_response(request: Json) -> Json:
    """A payer's answer to a request: pended, with a number of the payer's own."""
    claim = request["entry"][0]["resource"]
    response = {
        "resourceType": "ClaimResponse",
        "id": str(uuid.uuid4()),
        "identifier": [{"system": "https://payer.example.org/responses", "value": uuid.uuid4().hex}],
        "status": "active",
        "use": "preauthorization",
        "outcome": "queued",
        "preAuthRef": uuid.uuid4().hex[:12].upper(),
        "request": {"identifier": claim.get("identifier", [{}])[0]},
    }
    entry = {"fullUrl": f"urn:uuid:{response['id']}", "resource": response}
    return {"resourceType": "Bundle", "type": "collection", "entry": [entry]}
