"""Doors for other services' events: the directory takes what they name."""

from kit.messaging.inbox import Handlers
from services.access.directory import commands

handlers = Handlers()
commands.heard.hear(handlers)
