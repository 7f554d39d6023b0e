"""The outline of a printed text: headings, list items, table rows and paragraphs, over columns and pages."""
