"""The order of the stages; no Prefect in it."""
