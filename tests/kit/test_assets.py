"""Style sheets: what others made is unchanged, and a browser fetches each once."""

import re
import tomllib
from hashlib import sha256
from pathlib import Path

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from kit import assets
from kit.assets import FOLDER, mount_static, static

VENDOR = FOLDER / "vendor"
TEMPLATES = [
    path
    for top in ("kit", "services", "backstop")
    for path in (FOLDER.parents[1] / top).rglob("*.html")
]


@pytest.fixture
def browser() -> TestClient:
    app = FastAPI()
    mount_static(app)
    return TestClient(app)


def test_what_others_made_is_as_its_manifest_says():
    rows = tomllib.loads((VENDOR / "manifest.toml").read_text(encoding="utf-8"))["file"]
    for row in rows:
        content = (VENDOR / row["path"]).read_bytes()
        assert sha256(content).hexdigest() == row["sha256"], row["path"]
        assert row["version"].encode() in content[:400]
        assert f"@{row['version']} " in row["source"]
        assert row["licence"] in (VENDOR / row["licence_text"]).read_text(encoding="utf-8")
    named = {row[key] for row in rows for key in ("path", "licence_text")}
    assert {path.name for path in VENDOR.iterdir()} == named | {"manifest.toml"}


def test_every_file_a_page_asks_for_is_there_and_kept_for_a_year(browser: TestClient):
    texts = [path.read_text(encoding="utf-8") for path in TEMPLATES]
    asked = {name for text in texts for name in re.findall(r'static\("(.+?)"\)', text)}
    assert asked == {"icon.svg", "backstop.css", "backstop.js", "vendor/bootstrap.min.css"}
    for name in asked:
        answer = browser.get(static(name))
        assert answer.content == (FOLDER / name).read_bytes()
        assert answer.headers["cache-control"] == assets.FOR_A_YEAR
    assert not [text for text in texts if re.search(r"(?:href|src)=\"[^\"{]*static/", text)]


def test_the_style_sheet_travels_packed(browser: TestClient):
    address = static("vendor/bootstrap.min.css")
    packed = browser.get(address, headers={"accept-encoding": "gzip"})
    plain = browser.get(address, headers={"accept-encoding": "identity"})
    assert packed.headers["content-encoding"] == "gzip"
    assert "content-encoding" not in plain.headers
    assert packed.content == plain.content


def test_another_version_s_address_is_answered_but_not_kept(browser: TestClient):
    for query in ("", "?v=", "?v=0123456789ab", "?v=%ff"):
        answer = browser.get("/static/backstop.css" + query)
        assert answer.is_success
        assert answer.headers["cache-control"] == "no-cache"


def test_nothing_outside_the_folder_is_served(browser: TestClient):
    for path in ("nothing.css", "", "vendor", "..%2fassets.py", "%2e%2e/assets.py"):
        assert browser.get(f"/static/{path}").status_code == 404


def test_a_changed_file_has_another_address(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(assets, "FOLDER", tmp_path)
    addresses = set()
    for text in ("a {}", "b { color: red }"):
        (tmp_path / "x.css").write_text(text, encoding="utf-8")
        addresses.add(static("x.css"))
    assert len(addresses) == 2
