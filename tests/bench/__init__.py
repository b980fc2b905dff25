"""What a ticket costs, measured beside what can be reached. `python -m tests.bench`; no test lives here."""
