"""The entities that document types are made of; names and normal forms are those of docs/predictions.md."""
