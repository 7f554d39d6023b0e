"""Other people's extractors and ours on the same tasks; none of them is a dependency of the product."""
