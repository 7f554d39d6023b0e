"""Tests of evaluation.round_trip."""
