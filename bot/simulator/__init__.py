"""The WeChat platform on your desk: pushes, API, people with phones in the browser, all in memory.

Part of the product and its tests' only peer. It knows nothing of the rest of this project.
"""

from bot.simulator.accounts import AccountConfig, Mode
from bot.simulator.app import create_app
from bot.simulator.clock import Clock
from bot.simulator.faults import FaultKind
from bot.simulator.notices import Template
from bot.simulator.platform import Platform

__all__ = ["AccountConfig", "Clock", "FaultKind", "Mode", "Platform", "Template", "create_app"]
