"""Pure tables and functions: no session, no clock, no I/O."""
