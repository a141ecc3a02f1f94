"""Style sheets and scripts, and the stamp of everything that decides how a page looks."""

from __future__ import annotations

import hashlib
import re
from functools import cache
from pathlib import Path

from markupsafe import Markup

PACKAGE = Path(__file__).parent
ASSETS = PACKAGE / "assets"


@cache
def code_stamp() -> str:
    """A digest of templates, assets and code; when it changes, every page is rendered anew."""
    digest = hashlib.sha256()
    for file in sorted(PACKAGE.rglob("*")):
        if file.suffix in (".py", ".html", ".xml", ".txt", ".svg", ".css", ".js"):
            digest.update(file.relative_to(PACKAGE).as_posix().encode() + b"\0" + file.read_bytes() + b"\0")
    return digest.hexdigest()


@cache
def _script_names() -> dict[str, str]:
    names: dict[str, str] = {}
    for file in sorted(ASSETS.glob("*.js")):
        stamp = hashlib.sha256(file.read_bytes()).hexdigest()[:10]
        names[file.stem] = f"assets/{file.stem}.{stamp}.js"
    return names


@cache
def scripts() -> dict[str, bytes]:
    """Every script by its file name below the output folder, which carries a digest of its content."""
    return {name: (ASSETS / f"{stem}.js").read_bytes() for stem, name in _script_names().items()}


def script_address(stem: str) -> str:
    return "/" + _script_names()[stem]


@cache
def style(*stems: str) -> Markup:
    """Style sheets for inlining, without comments and needless blanks."""
    css = "".join((ASSETS / f"{stem}.css").read_text(encoding="utf-8") for stem in stems)
    css = re.sub(r"/\*.*?\*/", "", css, flags=re.DOTALL)
    css = re.sub(r"\s+", " ", css)
    css = re.sub(r" ?([{};,>]) ?", r"\1", css)
    return Markup(re.sub(r": ", ":", css).replace(";}", "}").strip())
