"""The check digit of a National Provider Identifier."""

from __future__ import annotations

import re

# An NPI is ten digits; the first is 1 or 2 (45 CFR 162.406: ISO 7812 with the issuer prefix 80840 left out).
_SHAPE = re.compile(r"[12][0-9]{9}")
_PREFIX_SUM = 24  # what the prefix 80840 adds to the Luhn sum


def is_valid_npi(npi: str) -> bool:
    """Whether ten printed digits carry the right check digit (Luhn over 80840 + NPI); never repairs them."""
    if not _SHAPE.fullmatch(npi):
        return False
    digits = [int(d) for d in npi]
    doubled = (sum(divmod(2 * d, 10)) for d in digits[0:9:2])
    return (_PREFIX_SUM + sum(doubled) + sum(digits[1:9:2]) + digits[9]) % 10 == 0
