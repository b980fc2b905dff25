"""What a message means: text in, intent, type and confidence out.

Pure computing, offline and deterministic. Nothing here knows who writes, what is stored or what we
answer: context is applied by whoever asks.
"""
