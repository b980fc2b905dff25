"""The WeChat Official Account platform as a small library that knows nothing of us.

Lives here: signatures, ciphers, message shapes, reply shapes, tokens and the outbound client.
Must not live here: tickets, people, texts we say, the database, the settings, the clock.
"""
