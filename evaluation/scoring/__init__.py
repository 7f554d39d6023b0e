"""The one judge: predictions against gold, figure by figure, with intervals. Formats: docs/predictions.md."""
