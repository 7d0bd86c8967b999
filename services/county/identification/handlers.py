"""Doors for other services' events: one line each."""

from kit.messaging.inbox import Handlers
from schemas import casework
from services.county.identification import commands

handlers = Handlers()
handlers.on(casework.IdentificationOpened)(commands.open_file)
handlers.on(casework.HouseholdsAssessed)(commands.assess)
handlers.on(casework.ObjectionReceived)(commands.object_to)
handlers.on(casework.ObjectionAnswered)(commands.answer_objection)
handlers.on(casework.HouseholdCompared)(commands.compare)
handlers.on(casework.HouseholdReviewed)(commands.review)
handlers.on(casework.HouseholdIdentified)(commands.identify)
handlers.on(casework.HouseholdNotAdmitted)(commands.refuse)
handlers.on(casework.IdentificationEnded)(commands.end)
handlers.on(casework.GreenChannelOverdue)(commands.fall_behind)
