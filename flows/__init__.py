"""The order of the stages, the Prefect flows over them, settings, export and the command line."""
