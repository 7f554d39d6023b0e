"""Quantity against dose, frequency and days supply."""

from __future__ import annotations

import pytest

from validation.supply import doses_a_day, supply_fits


@pytest.mark.parametrize(
    ("frequency", "low", "high"),
    [
        ("once daily", 1, 1),
        ("BID", 2, 2),
        ("t.i.d.", 3, 3),
        ("q6h", 4, 4),
        ("every 4 to 6 hours", 4, 6),
        ("every other day", 0.5, 0.5),
        ("every 2 weeks", 1 / 14, 1 / 14),
        ("3 times a week", 3 / 7, 3 / 7),
        ("nightly", 1, 1),
        ("monthly", 1 / 30, 1 / 30),
    ],
)
def test_doses_a_day(frequency: str, low: float, high: float) -> None:
    rate = doses_a_day(frequency)
    assert rate is not None
    assert (rate.low, rate.high) == pytest.approx((low, high))


@pytest.mark.parametrize(
    "frequency", ["as needed", "every 6 hours prn", "per sliding scale", "once", "week 0 then every 8 weeks", "x"]
)
def test_what_has_no_number_of_doses(frequency: str) -> None:
    assert doses_a_day(frequency) is None


@pytest.mark.parametrize(
    ("stated", "fits"),
    [
        ({"dose": "2 capsules", "frequency": "tid", "quantity": "180", "days_supply": "30"}, True),
        ({"dose": "2 capsules", "frequency": "tid", "quantity": "90", "days_supply": "30"}, False),
        ({"dose": "1-2 tablets", "frequency": "every 4 to 6 hours", "quantity": "60", "days_supply": "10"}, True),
        ({"form": "tablet", "frequency": "daily", "quantity": "30", "days_supply": "30"}, True),
        ({"form": "tablet", "frequency": "daily", "quantity": "30", "days_supply": "90"}, False),
        (
            {
                "form": "tablet",
                "dose": "20 mg",
                "strength": "10 mg",
                "frequency": "daily",
                "quantity": "60",
                "days_supply": "30",
            },
            True,
        ),
        ({"dose": "1 pen", "frequency": "weekly", "quantity": "4", "days_supply": "28"}, True),
        ({"dose": "40 mg", "frequency": "every 2 weeks", "quantity": "2", "days_supply": "28"}, None),
        ({"frequency": "daily", "quantity": "90", "days_supply": "30"}, None),
        ({"form": "cream", "frequency": "bid", "quantity": "60", "days_supply": "30"}, None),
        ({"form": "tablet", "frequency": "daily", "quantity": "90"}, None),
    ],
)
def test_supply(stated: dict[str, str], fits: bool | None) -> None:
    assert supply_fits(stated) is fits
