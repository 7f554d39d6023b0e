"""Pages made from text, as the side by side makes them."""

from evaluation.side_by_side.printed import page_of

__all__ = ["page_of"]
