"""How a process tells Python's garbage collector that what start-up made stays for ever."""

import gc


def spare_the_collector() -> None:
    """Have the collector look no more at what start-up made; called once, where a process begins."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(10_000, 20, 20)
