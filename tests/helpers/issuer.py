"""A small identity provider over real HTTP: it checks what a provider checks (client, redirect,
PKCE, each code once), and can be told to answer wrongly.
"""

import secrets
import socket
import threading
from base64 import urlsafe_b64encode
from hashlib import sha256
from typing import Any

import uvicorn
from fastapi import FastAPI, Form, Request
from fastapi.responses import JSONResponse, RedirectResponse
from joserfc import jwt
from joserfc.jwk import RSAKey

from kit.clock import Clock
from tests.helpers.waiting import eventually

CLIENT, SECRET = "backstop-county", "secret of 990121"


class Issuer:
    """`user`: who signs in there; `wrong`: claims that replace the right ones."""

    def __init__(self, clock: Clock) -> None:
        self.clock = clock
        self.user, self.wrong = "u-1", dict[str, Any]()
        self.key = self.signs_with = RSAKey.generate_key(2048, {"kid": "one"})
        self.codes: dict[str, dict[str, str]] = {}
        listener = socket.create_server(("127.0.0.1", 0))
        self.address = f"http://127.0.0.1:{listener.getsockname()[1]}"
        config = uvicorn.Config(self._app(), log_level="error")
        self.server = uvicorn.Server(config)
        self.thread = threading.Thread(target=self.server.run, args=([listener],))
        self.thread.start()
        eventually(lambda: self.server.started)

    def stop(self) -> None:
        self.server.should_exit = True
        self.thread.join()

    def _app(self) -> FastAPI:
        app = FastAPI()

        @app.get("/.well-known/openid-configuration")
        def about() -> dict[str, str]:
            names = {"authorization_endpoint": "authorize", "token_endpoint": "token"}
            return {"issuer": self.address} | {
                name: f"{self.address}/{path}"
                for name, path in (names | {"jwks_uri": "keys"}).items()
            }

        @app.get("/keys")
        def keys() -> dict[str, Any]:
            return {"keys": [self.key.as_dict(private=False) | {"use": "sig", "alg": "RS256"}]}

        @app.get("/authorize")
        def authorize(request: Request) -> RedirectResponse:
            asked = dict(request.query_params)
            assert asked["response_type"] == "code"
            assert asked["code_challenge_method"] == "S256"
            code = secrets.token_urlsafe(8)
            self.codes[code] = asked
            return RedirectResponse(f"{asked['redirect_uri']}?code={code}&state={asked['state']}")

        @app.post("/token")
        def token(
            request: Request,
            code: str = Form(),
            code_verifier: str = Form(),
            redirect_uri: str = Form(),
        ) -> JSONResponse:
            asked = self.codes.pop(code, None)
            challenge = urlsafe_b64encode(sha256(code_verifier.encode()).digest()).rstrip(b"=")
            fits = (
                asked is not None
                and asked["code_challenge"] == challenge.decode()
                and asked["redirect_uri"] == redirect_uri
                and request.headers["authorization"].startswith("Basic ")
            )
            if asked is None or not fits:
                return JSONResponse({"error": "invalid_grant"}, status_code=400)
            return JSONResponse({"id_token": self._token(asked), "token_type": "Bearer"})

        return app

    def _token(self, asked: dict[str, str]) -> str:
        now = int(self.clock().timestamp())
        claims = {
            "iss": self.address,
            "aud": CLIENT,
            "sub": self.user,
            "nonce": asked["nonce"],
            "iat": now,
            "exp": now + 60,
        } | self.wrong
        return jwt.encode({"alg": "RS256", "kid": "one"}, claims, self.signs_with)
