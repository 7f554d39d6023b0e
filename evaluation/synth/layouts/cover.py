"""Fax cover sheets."""

from __future__ import annotations

import random

from evaluation.synth.cases import Case
from evaluation.synth.form import Form
from evaluation.synth.marks import Line, line
from evaluation.synth.sheet import Sheet, Type
from evaluation.synth.typist import Typist

_TITLES = ("FACSIMILE TRANSMITTAL", "Fax Transmission", "FAX COVER PAGE")
_DESKS = (" - Utilization Review", " - Prior Approval Unit", " - Intake")
_SENDERS = ("Front office", "Referral desk", "Authorizations")
_SUBJECTS = ("Authorization request with records", "PA packet", "Requested documents")
_NOTICE = (
    "This fax is meant for the addressee only and contains confidential health information. "
    "If it reached you by mistake, call the sender and shred all pages. Passing it on is prohibited."
)


def draw(case: Case, rng: random.Random, *, pages: int) -> Sheet:
    """A cover sheet.

    Args:
        case: whose papers follow.
        rng: source of the wording.
        pages: of the whole fax.
    """
    typist = Typist.hired(case, rng)
    form = Form(Sheet(), case, tick="square_x")
    sheet = form.sheet
    face = rng.choice(("Helvetica", "Times-Roman"))
    body = Type(face, 10)
    sheet.write(60, 84, typist.practice(), Type(face, 11).bolder())
    sheet.write(60, 100, line(case.provider.address), body)
    sheet.write(60, 150, line(rng.choice(_TITLES)), Type("Helvetica-Bold", 22))
    y = 190.0
    for label, printed in _rows(typist, rng, pages):
        sheet.write(60, y, line(f"{label}:"), body.bolder())
        sheet.write(230, y, printed, body)
        y += 22
    x = 60.0
    for label in ("Urgent", "Please reply", "For your records"):
        x = form.choice((x, y + 8), line(label), label == "For your records", type_=body) + 12
    sheet.paragraph(60, 640, line(_NOTICE), width=490, type_=Type(face, 8.5))
    return sheet


def _rows(typist: Typist, rng: random.Random, pages: int) -> list[tuple[str, Line]]:
    return [
        ("TO", line(typist.payer(), rng.choice(_DESKS))),
        ("FAX", line(f"(877) 555-01{rng.randrange(100):02d}")),
        ("FROM", line(rng.choice(_SENDERS))),
        ("SENDER TEL", typist.office_phone()),
        ("DATE", line(typist.case.today.strftime("%m/%d/%Y"))),
        ("PAGES INCLUDING THIS ONE", line(str(pages))),
        ("SUBJECT", line(rng.choice(_SUBJECTS))),
    ]
