"""Audit: who did what. A row for each act, each read of sensitive fields, each export and each
refusal of somebody who is signed in.

Hardly anybody writes a row by hand (`note`, where no such door is). A door's route opens an entry
(`AuditedRoute`; a policy's router makes such routes), the policy says which rows it was asked about
and which of them were shown with sensitive fields, and the door's transaction keeps the entry: it
commits with the act, or not at all. Of a refusal (`Forbidden`) nothing else commits, so its row has
a transaction of its own. One request is one row, a workbook of ten thousand lines too.

- act: a door that is not GET. What is wrong, not there for the actor or too late (422, 404, 409)
  leaves no row.
- read: a GET that showed a field which the action's allowances keep from some, or any of an action
  marked `sensitive`; `objects` are the rows shown, none where a list was asked for by a clause.
- export: a GET whose answer is a file to save; `count` are its rows.

- events: a batch of events that is handled as a set; `count` of them. Other handlers and jobs act
  as the system and leave none: their trail are inbox, outbox and deadlines.

Rows hold codes and ids, no personal data; nothing deletes them, and the database refuses to change
one. A sealer (`sealing`) numbers committed rows and chains them by their hashes, and copies each
day's head outside the database (`heads`); `backstop audit verify` walks the chain (`verifying`).
`pages` are the office's, `reading` what they and the command line ask.
"""

from kit.audit.entry import (
    STRANGER,
    AuditedRoute,
    Entry,
    Kind,
    Named,
    about,
    counted,
    keep,
    keep_refusal,
    listed,
    note,
    on_behalf,
    shown,
    shows,
    unmasked,
)
from kit.audit.heads import Head, copied, copy_head
from kit.audit.sealing import content, seal, sealer
from kit.audit.verifying import Broken, Chain, Fault, check

__all__ = [
    "STRANGER",
    "AuditedRoute",
    "Broken",
    "Chain",
    "Entry",
    "Fault",
    "Head",
    "Kind",
    "Named",
    "about",
    "check",
    "content",
    "copied",
    "copy_head",
    "counted",
    "keep",
    "keep_refusal",
    "listed",
    "note",
    "on_behalf",
    "seal",
    "sealer",
    "shown",
    "shows",
    "unmasked",
]
