"""Pictures of every screen, for people to look at, and the three of README: `make screenshots`.

    make screenshots                       all screens, in the looks in which they are tested
    make screenshots ONLY="found console"  those whose name begins so
    make screenshots LOOKS=all             in both sizes, both themes and all languages

They lie in screenshots/LOOK/NAME.png, which git ignores; README's are made each time, and are committed.
"""

import argparse
import asyncio
import sys
import tempfile
from collections.abc import Iterable
from itertools import product
from pathlib import Path

from playwright.async_api import Browser

from .person import LANGUAGES, person
from .screens import LOOKS, Look, Screen, screens
from .site import Site, open_chromium, open_site

ROOT = Path(__file__).parents[2]
OF_README = {
    "phone": ("conversation", Look("phone", "light", "zh-CN")),
    "desktop": ("details", Look("desktop", "light", "zh-CN")),
    "console": ("console-people", Look("desktop", "light", "en")),
}


async def take(chromium: Browser, site: Site, look: Look, shown: Iterable[Screen], place: Path) -> list[str]:
    """A picture of each screen. Back comes what its browser complained of."""
    place.mkdir(parents=True, exist_ok=True)
    complaints: list[str] = []
    by_account: dict[tuple[str, str | None], list[Screen]] = {}
    for each in shown:
        by_account.setdefault((each.client, each.account), []).append(each)
    for (client, account), theirs in by_account.items():
        about = {"size": look.viewport, "theme": look.theme, "language": look.language}
        async with person(chromium, site.url, **about) as somebody:
            if account:
                await somebody.sign_in(account, client)
            for each in theirs:
                await somebody.open(each.address)
                await somebody.settled()
                if each.step:
                    await each.step(somebody.page)
                await somebody.page.screenshot(path=place / f"{each.name}.png")
            complaints += somebody.complaints
            somebody.forgiven.append("")
    return complaints


async def main(looks: Iterable[Look], only: tuple[str, ...]) -> int:
    """Take them all; 1: a browser complained."""
    complaints = []
    with tempfile.TemporaryDirectory(prefix="wecom-") as place, open_site(Path(place)) as site:
        shown = await screens(site)
        wanted = [each for each in shown if not only or each.name.startswith(only)]
        async with open_chromium(site.key_hash) as chromium:
            for look in looks:
                complaints += await take(chromium, site, look, wanted, ROOT / "screenshots" / str(look))
                print(f"screenshots/{look}: {len(wanted)}", flush=True)
            for name, (screen, look) in OF_README.items():
                pictures = ROOT / "docs" / "pictures"
                chosen = [each for each in shown if each.name == screen]
                complaints += await take(chromium, site, look, chosen, pictures)
                (pictures / f"{screen}.png").rename(pictures / f"{name}.png")
    for each in complaints:
        print(each, file=sys.stderr)
    return 1 if complaints else 0


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--looks", choices=["tested", "all"], default="tested")
    parser.add_argument("only", nargs="*", help="beginnings of screens' names")
    given = parser.parse_args()
    every = [Look(*each) for each in product(("phone", "desktop"), ("light", "dark"), LANGUAGES)]
    sys.exit(asyncio.run(main(LOOKS if given.looks == "tested" else every, tuple(given.only))))
