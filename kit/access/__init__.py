"""Who is at the door, as every service knows it by itself.

Sessions live at the service access. A door is shown a short token that only access can sign; it
names account, post and session and nothing else. What they mean, and whether they still hold, is
looked up in the service's own database, where access's events keep it (`heard`): a session that
ended and a post that was taken back are refused everywhere within seconds, also while access is
away.

`keys`: the private keys, only at access. `token`: one token read. `heard`: what the events keep.
`people`: who a token stands for. `renewing`: the middleware that asks access for a fresh token.
`actor`: what a door is handed.
"""

from kit.access.actor import SignInNeeded, actor, signed_in
from kit.access.keys import Signer, TokenKeys

__all__ = ["SignInNeeded", "Signer", "TokenKeys", "actor", "signed_in"]
