"""A telephone's camera reads the picture that another browser shows, and lets that browser in."""

import io
from pathlib import Path

import pytest
import segno
from PIL import Image
from playwright.async_api import expect

from .conftest import People
from .person import PHONE, person
from .site import Site, open_chromium

pytestmark = pytest.mark.asyncio(loop_scope="session")


def film(path: Path, text: str) -> None:
    """What a camera sees before a screen with this code, as a film for Chromium's camera of files."""
    with io.BytesIO() as drawn, io.BytesIO() as frame:
        segno.make(text, error="m", micro=False).save(drawn, kind="png", scale=8, border=4)
        code = Image.open(drawn).convert("RGB")
        seen = Image.new("RGB", (1280, 960), "#3a3f47")
        seen.paste(code, ((1280 - code.width) // 2, (960 - code.height) // 2))
        seen.save(frame, "JPEG", quality=90)
        path.write_bytes(frame.getvalue() * 4)


async def test_a_telephone_lets_a_browser_in_that_its_camera_sees(people: People, site: Site, tmp_path: Path) -> None:
    async with people() as desk:
        desk.forgiven += ["/api/me", "401"]
        async with desk.page.expect_response("**/api/session/qr") as begun:
            await desk.open("/app/")
        told = await (await begun.value).json()
        film(tmp_path / "camera.mjpeg", told["qr_url"])
        flags = (
            "--use-fake-device-for-media-stream",
            f"--use-file-for-fake-video-capture={tmp_path / 'camera.mjpeg'}",
        )
        async with (
            open_chromium(site.key_hash, *flags) as telephone,
            person(telephone, site.url, size=PHONE, language="en", permissions=["camera"]) as phone,
        ):
            await phone.sign_in("lisi")
            await phone.open("/app/me")
            await phone.page.get_by_role("link", name="Scan").click()
            await expect(phone.page.get_by_role("heading", name="Let another device in as you?")).to_be_visible()
            await expect(phone.page.get_by_text("Chrome · Linux")).to_be_visible()
            await expect(desk.page.get_by_text("已扫描，请在手机上确认。")).to_be_visible()
            await phone.page.get_by_role("button", name="Sign in there").click()
            await expect(desk.page.get_by_role("link", name="通讯录")).to_be_visible()
            await desk.open("/app/me")
            await expect(desk.page.get_by_text("李四").first).to_be_visible()


async def test_where_there_is_no_camera_one_is_told_what_else_there_is(people: People) -> None:
    async with people(size=PHONE, language="en") as lisi:
        await lisi.sign_in("lisi")
        await lisi.page.add_init_script("navigator.mediaDevices.getUserMedia = () => Promise.reject(new Error('none'))")
        await lisi.open("/app/scan")
        await expect(lisi.page.get_by_role("alert")).to_have_text(
            "There is no camera here, or it is in use. Choose a picture of the code."
        )
        await expect(lisi.page.get_by_role("button", name="From a picture")).to_be_visible()
        assert await lisi.violations() == []
        assert await lisi.shift() < 0.02


async def test_a_code_is_read_from_a_picture_too_and_only_shown_where_it_leads_elsewhere(
    people: People, tmp_path: Path
) -> None:
    segno.make("https://example.org/menu").save(str(tmp_path / "menu.png"), scale=8)
    Image.new("RGB", (300, 200), "#888888").save(tmp_path / "grey.png")
    async with people(size=PHONE, language="en") as lisi:
        await lisi.sign_in("lisi")
        await lisi.page.add_init_script("navigator.mediaDevices.getUserMedia = () => Promise.reject(new Error('none'))")
        await lisi.open("/app/scan")
        page = lisi.page
        for name, says in (("grey", "No QR code was found"), ("menu", "https://example.org/menu")):
            async with page.expect_file_chooser() as chosen:
                await page.get_by_role("button", name="From a picture").click()
            await (await chosen.value).set_files(tmp_path / f"{name}.png")
            await expect(page.get_by_text(says)).to_be_visible()
        link = page.get_by_role("link", name="Open the link")
        assert await link.get_attribute("rel") == "noopener noreferrer"
        assert await lisi.violations() == []


async def test_a_telephones_own_camera_opens_the_question_too(people: People) -> None:
    async with people() as desk, people(size=PHONE, language="en") as phone:
        desk.forgiven += ["/api/me", "401"]
        async with desk.page.expect_response("**/api/session/qr") as begun:
            await desk.open("/app/")
        address = (await (await begun.value).json())["qr_url"].removeprefix(desk.url)
        await phone.sign_in("lisi", None)
        await phone.open(address)
        await phone.page.get_by_role("button", name="Refuse").click()
        await expect(desk.page.get_by_text("已在手机上拒绝。")).to_be_visible()
