"""What a payer's request needs and no fax states: a person enters it, or a site's reviewed table gives it.

The X12 codes are licensed and their lists are not here; a value must have the shape of its element (ASC X12N 005010X217
and the data element dictionary: type and length).
"""

from __future__ import annotations

import re
from dataclasses import dataclass

_NDC = r"[0-9]{4}-[0-9]{4}-[0-9]{2}|[0-9]{5}-[0-9]{3}-[0-9]{2}|[0-9]{5}-[0-9]{4}-[0-9]{1,2}|[0-9]{11}"
_HCPCS_DRUG = r"[A-V][0-9]{4}"


@dataclass(frozen=True, slots=True)
class EnteredPath:
    """A field that only a person or a reviewed table fills.

    Attributes:
        path: of the field; for one line in the group of its procedure or drug, for all lines without a group.
        shape: that its value must have, whole.
        asks: what to enter, as the end of a sentence.
        per_line: whether lines may differ in it.
        from_site: whether a site's table may give it; what belongs to one patient it may not.
        required: whether every request needs it; otherwise only where the request's other content asks for it.
    """

    path: str
    shape: re.Pattern[str]
    asks: str
    per_line: bool = False
    from_site: bool = True
    required: bool = True


CLAIM_TYPE = EnteredPath(
    "submission.claim_type", re.compile("professional|institutional|oral"), "professional, institutional or oral"
)
REQUEST_TYPE = EnteredPath(
    "submission.request_type", re.compile("[A-Z]{2}"), "the X12 request category (element 1525)", per_line=True
)
CERTIFICATION_TYPE = EnteredPath(
    "submission.certification_type",
    re.compile("[0-9A-Z]"),
    "the X12 certification type (element 1322)",
    per_line=True,
)
SERVICE_CATEGORY = EnteredPath(
    "submission.service_category",
    re.compile("[0-9A-Z]{1,2}"),
    "the X12 service type (element 1365)",
    per_line=True,
)
LEVEL_OF_SERVICE = EnteredPath(
    "submission.level_of_service",
    re.compile("[0-9A-Z]{1,3}"),
    "the X12 level of service (element 1338)",
    required=False,
)
QUANTITY_UNIT = EnteredPath(
    "submission.quantity_unit",
    re.compile("[0-9A-Z]{2}"),
    "the X12 unit of the quantity (element 673)",
    per_line=True,
    required=False,
)
REPORT_TYPE = EnteredPath(
    "submission.report_type", re.compile("[0-9A-Z]{2}"), "the X12 report type of the fax as attachment (element 755)"
)
RELATIONSHIP = EnteredPath(
    "submission.relationship",
    re.compile("[0-9A-Z]{2}"),
    "the X12 relationship of the patient to the subscriber (element 1069)",
    from_site=False,
    required=False,
)
SUBSCRIBER_ID = EnteredPath(
    "submission.subscriber_id",
    re.compile("[0-9A-Za-z][0-9A-Za-z -]{0,79}"),
    "the subscriber's own member id",
    from_site=False,
    required=False,
)
PAYER_ID = EnteredPath(
    "submission.payer_id", re.compile("[0-9A-Za-z][0-9A-Za-z-]{1,79}"), "the payer's electronic id", required=False
)
DRUG_CODE = EnteredPath(
    "submission.drug_code",
    re.compile(f"{_NDC}|{_HCPCS_DRUG}"),
    "the drug's NDC (with hyphens, or eleven digits) or HCPCS code",
    per_line=True,
    from_site=False,
    required=False,
)

ENTERED: tuple[EnteredPath, ...] = (
    CLAIM_TYPE,
    REQUEST_TYPE,
    CERTIFICATION_TYPE,
    SERVICE_CATEGORY,
    LEVEL_OF_SERVICE,
    QUANTITY_UNIT,
    REPORT_TYPE,
    RELATIONSHIP,
    SUBSCRIBER_ID,
    PAYER_ID,
    DRUG_CODE,
)
