"""Reads laboratory reports: tables of results whatever their layout, and what the requisition said."""
