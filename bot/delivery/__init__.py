"""Claim, send, settle: how what must be told reaches people under the platform's limits."""
