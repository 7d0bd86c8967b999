"""What units, teams and departments are called, as their owners tell."""

from kit.messaging.inbox import Handlers
from services.village.directory import heard

handlers = Handlers()
heard.hear(handlers)
