"""Settings: each stands in the README's table, and a missing or malformed one ends the start with its name."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
GOOD = {"SECRET_KEY": "x" * 50, "PUBLIC_URL": "https://linli.example.org"}


def _start(**environment: str) -> "subprocess.CompletedProcess[str]":
    """Load the production settings in a process of their own."""
    kept = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
    return subprocess.run(
        [sys.executable, "-c", "import cms.settings.production as s; print(s.PUBLIC_PORT, s.DATABASES)"],
        env={**kept, **environment},
        cwd=ROOT,
        capture_output=True,
        text=True,
    )


def test_settings_with_the_required_ones_start() -> None:
    started = _start(**GOOD)

    assert started.returncode == 0, started.stderr
    assert started.stdout.startswith("443")


@pytest.mark.parametrize("name", ["SECRET_KEY", "PUBLIC_URL"])
def test_settings_without_a_required_one_name_it(name: str) -> None:
    started = _start(**{key: value for key, value in GOOD.items() if key != name})

    assert started.returncode != 0
    assert name in started.stderr


@pytest.mark.parametrize(
    ("name", "value", "told"),
    [
        ("PUBLIC_URL", "linli.example.org", "PUBLIC_URL"),
        ("PUBLIC_URL", "https://linli.example.org/path", "PUBLIC_URL"),
        ("S3_MEDIA_BUCKET", "linli-media", "S3_ACCESS_KEY"),
        ("HSTS_SECONDS", "soon", "soon"),
    ],
)
def test_settings_that_are_malformed_are_refused(name: str, value: str, told: str) -> None:
    started = _start(**{**GOOD, name: value})

    assert started.returncode != 0
    assert told in started.stderr


def test_settings_all_stand_in_the_readme() -> None:
    read = set()
    for module in ("production", "development"):
        text = (ROOT / "cms" / "settings" / f"{module}.py").read_text()
        read |= set(re.findall(r"""env(?:iron)?\.\w+\(\s*f?["']([A-Z0-9_]+)["']""", text))
    table = (ROOT / "README.md").read_text()

    assert read
    assert [name for name in sorted(read) if f"`{name}`" not in table] == []


def test_settings_are_read_nowhere_else() -> None:
    elsewhere = [
        str(path.relative_to(ROOT))
        for room in ("cms", "festival", "media", "sites", "frontend_static")
        for path in (ROOT / room).rglob("*.py")
        if "settings" not in path.parts
        and re.search(r"os\.environ(?!\.setdefault\(\"DJANGO)|getenv", path.read_text())
    ]

    assert elsewhere == []
