"""A gate without a network: it admits who is green, once, and tells of it later. Codes come from telephones."""

import base64
import os
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from PIL import Image
from playwright.async_api import Page, expect

from wecom.features.health_codes import passes

from .conftest import People
from .person import PHONE, Person, person
from .site import Caller, Site, open_chromium

pytestmark = pytest.mark.asyncio(loop_scope="session")

TABLET = {"width": 1180, "height": 820}
GREEN, RED = "caoyang", "dingyu"


def encoded(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")


class Phone:
    """A device with a key of its own that the server has certified."""

    def __init__(self) -> None:
        self.key = ec.generate_private_key(ec.SECP256R1())
        self.certificate = b""

    async def certify(self, caller: Caller, policy_id: int) -> None:
        told = await caller.ask("GET", "/api/health/codes")
        point = self.key.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
        proof = passes.sign(self.key, passes.challenge_words(told["challenge"], point))
        body = {"public_key": encoded(point), "challenge": told["challenge"], "proof": encoded(proof)}
        made = await caller.ask("POST", f"/api/health/codes/{policy_id}/certificate", json=body)
        text = made["certificate"]
        self.certificate = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))

    def shows(self, *, ago: float = 0) -> str:
        """The text of its code, as of so many seconds ago."""
        step = passes.step_at(time.time() - ago)
        return passes.written_pass(
            self.certificate, step, passes.sign(self.key, passes.pass_words(self.certificate, step))
        )


async def policy_of(site: Site, userid: str, name: str) -> int:
    """A policy of an officer's, by which one is green and one was exposed."""
    async with site.client("admin") as admin:
        grant = {"member_id": await admin.member(userid), "role": "health_reader"}
        await admin.ask("POST", "/api/roles", json=grant)
    async with site.client(userid) as officer:
        members = [await officer.member(each) for each in (GREEN, RED)]
        rule = {
            "id": 1,
            "code": "exposed",
            "when": {"kind": "any", "of": [{"kind": "fact", "fact": "exposure"}]},
            "gives": "red",
            "words": {"en": "Exposed to a case", "zh-CN": "密切接触", "de": "Kontakt zu einem Fall"},
        }
        terms = {"name": name, "whom": {"members": members}, "rules": {"rules": [rule]}, "facts": ["exposure"]}
        made = await officer.ask("POST", "/api/health/policies", json={"terms": terms})
        fact = {"member_id": members[1], "kind": "exposure", "at": datetime.now(UTC).isoformat()}
        await officer.ask("POST", f"/api/health/policies/{made['id']}/facts", json=fact)
        return int(made["id"])


async def enrolled(gate: Person, officer: Caller, policy_id: int, name: str) -> int:
    """A device that has become a gate, and is ready to be without a network."""
    body: dict[str, Any] = {"name": name, "place": "1F", "policies": [{"policy_id": policy_id, "admits": ["green"]}]}
    made = await officer.ask("POST", "/api/health/gates", json=body)
    code = (await officer.ask("POST", f"/api/health/gates/{made['id']}/code"))["code"]
    await gate.open("/gate/")
    await gate.page.get_by_label("Code", exact=True).fill(code)
    await gate.page.get_by_role("button", name="Make this device a gate").click()
    await expect(gate.page.get_by_role("heading", name=name)).to_be_visible()
    await expect(gate.page.get_by_text("up to date")).to_be_visible()
    await gate.page.evaluate("navigator.serviceWorker.ready.then(() => true)")
    return int(made["id"])


async def scan(page: Page, text: str, *, keys: bool = False) -> None:
    """As a hand scanner does: by keys, or all at once."""
    if keys:
        await page.keyboard.type(text)
        await page.keyboard.press("Enter")
        return
    pasted = """(text) => {
      const clipboardData = new DataTransfer();
      clipboardData.setData("text/plain", text);
      dispatchEvent(new ClipboardEvent("paste", { clipboardData }));
    }"""
    await page.evaluate(pasted, text)


async def decides(page: Page, *words: str) -> None:
    for word in words:
        await expect(page.get_by_role("region", name="Verdict").get_by_text(word, exact=True)).to_be_visible()


async def test_a_gate_without_a_network_admits_once_and_tells_later(people: People, site: Site) -> None:
    policy_id = await policy_of(site, "gaoyuan", "厂区准入")
    green, red = Phone(), Phone()
    async with site.client(GREEN) as cao, site.client(RED) as ding:
        await green.certify(cao, policy_id)
        await red.certify(ding, policy_id)
    async with (
        site.client("gaoyuan") as officer,
        people(size=TABLET, language="en") as east,
        people(size=PHONE, language="en") as west,
    ):
        east_id = await enrolled(east, officer, policy_id, "East gate")
        west_id = await enrolled(west, officer, policy_id, "West gate")
        await east.offline(True)
        await west.offline(True)
        once = green.shows()

        await scan(east.page, once, keys=True)
        await decides(east.page, "Admitted", "曹阳")
        await scan(east.page, red.shows())
        await decides(east.page, "Refused", "丁宇", "Not with this colour")
        await scan(east.page, once)
        await decides(east.page, "Refused", "曹阳", "Already used")
        await scan(east.page, green.shows(ago=180))
        await decides(east.page, "Refused", "Not of now: a picture, or a clock that is wrong")
        await scan(east.page, "https://example.com/")
        await decides(east.page, "Refused", "This is no health code")
        await expect(east.page.get_by_text("5 to be reported")).to_be_visible()
        assert await east.violations() == []

        # It opens again without a network, and has forgotten nothing.
        await east.page.reload()
        await expect(east.page.get_by_text("5 to be reported")).to_be_visible()
        await scan(east.page, once)
        await decides(east.page, "Refused", "Already used")

        # The other one cannot know, until both have told.
        await scan(west.page, once)
        await decides(west.page, "Admitted", "曹阳")
        await east.offline(False)
        await expect(east.page.get_by_text("to be reported")).to_have_count(0)
        await west.offline(False)
        await expect(west.page.get_by_text("one code was used at another gate as well")).to_be_visible()

        seen = (await officer.ask("GET", "/api/health/passages"))["passages"]
        east_saw = sorted((each["admitted"], each["why"]) for each in seen if each["gate_id"] == east_id)
        refused = ["level", "replayed", "replayed", "stale", "unknown_format"]
        assert east_saw == [*((False, why) for why in refused), (True, "")]
        [west_saw] = [each for each in seen if each["gate_id"] == west_id]
        assert west_saw["admitted"] and west_saw["replay"] and west_saw["person"]["userid"] == GREEN

        # Who is no gate any more forgets what it knew.
        await officer.ask("DELETE", f"/api/health/gates/{west_id}")
        west.forgiven += ["/api/gate/", "401"]
        await west.page.reload()
        await expect(west.page.get_by_role("alert")).to_contain_text("no gate any more")


async def test_a_gates_camera_reads_what_a_telephone_shows(people: People, site: Site, tmp_path: Path) -> None:
    policy_id = await policy_of(site, "hanmei", "访客准入")
    film = tmp_path / "camera.mjpeg"
    flags = ("--use-fake-device-for-media-stream", f"--use-file-for-fake-video-capture={film}")
    async with (
        site.client("hanmei") as officer,
        people(size=PHONE, language="en") as phone,
        open_chromium(site.key_hash, *flags) as eyes,
        person(eyes, site.url, size=TABLET, language="en", permissions=["camera"]) as gate,
    ):
        await gate.page.add_init_script('localStorage["wecom.gate"] = \'{"sound":true,"camera":false}\'')
        await enrolled(gate, officer, policy_id, "访客 gate")
        await phone.sign_in(GREEN)
        await phone.open(f"/app/health/code/{policy_id}")
        await expect(phone.page.get_by_text("Go ahead")).to_be_visible()
        code = phone.page.get_by_role("img", name="Code for the gate")
        await expect(code).to_be_visible()
        assert await phone.violations() == []
        assert await phone.too_small() == []
        filmed(film, await code.screenshot())
        await gate.page.get_by_role("button", name="Settings").click()
        await gate.page.get_by_role("switch", name="Camera").check()
        await decides(gate.page, "Admitted", "曹阳")

        # Without a network there is another code each half minute, for as long as the certificate lasts.
        await phone.offline(True)
        path = code.locator("path")
        shown = await path.get_attribute("d") or ""
        await expect(path).not_to_have_attribute("d", shown, timeout=60_000)

        # An officer's word is seen at once, and said to be wrong by whom it concerns.
        await phone.offline(False)
        member_id = await officer.member(GREEN)
        until = (datetime.now(UTC) + timedelta(days=1)).isoformat()
        body = {"member_id": member_id, "level": "yellow", "until": until, "reason": os.urandom(4).hex()}
        await officer.ask("POST", f"/api/health/policies/{policy_id}/overrides", json=body)
        await expect(phone.page.get_by_text("Restricted")).to_be_visible()
        await phone.page.get_by_role("button", name="This is wrong").click()
        await phone.page.get_by_label("What is wrong").fill("我今天才来 🙂")
        await phone.page.get_by_role("button", name="Send").click()
        await expect(phone.page.get_by_text("You wrote: 我今天才来 🙂")).to_be_visible()


def filmed(path: Path, picture: bytes) -> None:
    """What a camera sees before a telephone with this on its screen."""
    source = path.with_suffix(".png")
    source.write_bytes(picture)
    code = Image.open(source).convert("RGB").resize((640, 640))
    seen = Image.new("RGB", (1280, 720), "#3a3f47")
    seen.paste(code, (320, 40))
    frame = path.with_suffix(".jpg")
    seen.save(frame, "JPEG", quality=90)
    path.write_bytes(frame.read_bytes() * 4)
