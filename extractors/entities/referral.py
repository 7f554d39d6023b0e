"""Why a patient is sent to a colleague, and whose practice is whose."""

from __future__ import annotations

from typing import Annotated

from documents.values import Kind
from extractors.entities.provider import Facility
from extractors.schema import Reads, Schema, called


class Sending(Schema):
    """The question that the colleague is asked, in the sender's own words."""

    reason: Annotated[str | None, Reads(Kind.TEXT, asked=False)] = None


class Practice(Facility):
    """A practice that sends or receives the patient; forms call it by many names."""

    name: Annotated[
        str | None,
        Reads(
            Kind.ORGANIZATION,
            called(
                "practice | practice name | referred to practice | referring practice | referring practice name | "
                "clinic | clinic name | referring clinic | referred to clinic | group name | practice or facility | "
                "facility | facility name | referred to facility | refer to facility | office name | hospital | "
                "hospital name | receiving facility | receiving practice | receiving clinic | specialist practice | "
                "specialty practice | organization | location | location name | site | servicing facility | "
                "rendering facility | facility or practice | health center | referring facility | agency | "
                "agency name | medical group | referred to location | preferred facility | department | site name"
            ),
            asked=False,
        ),
    ] = None
