"""How the database came to its present tables; run by ledger.schema_migration, never by hand."""
