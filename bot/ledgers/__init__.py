"""Ledgers (台账) on paper: what their cells hold, and files of them."""
