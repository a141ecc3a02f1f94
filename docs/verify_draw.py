"""Check a draw of Linli's without anything of Linli's: Python 3.9 or newer, nothing to install.

    python3 verify_draw.py https://…/api/v1/districts/wuhou/festivals/2026/draws/1/

Or save that address in a browser and give the file's name instead. What is checked:
1. the SHA-256 of the list of entrants (a line "reference wanted" for each, sorted) is the one that was published;
2. the entrants that had not left, in the order of SHA-256(seed, newline, list's hash, newline, reference), each taking
   as many of the places left as it wants, are the published result.
Keep the hash from before the draw, and read the seed where it was announced: no program can do that for you.
"""

import hashlib
import json
import pathlib
import sys
import urllib.request


def sha256(text):
    return hashlib.sha256(text.encode("utf-8")).hexdigest()


def check(draw):
    text = "".join(sorted(f"{one['reference']} {one['wanted']}\n" for one in draw["entrants"]))
    if len({one["reference"] for one in draw["entrants"]}) != len(draw["entrants"]):
        return "an entrant is in the list twice"
    if sha256(text) != draw["list_hash"]:
        return "the list is not the one whose hash was published"
    if not draw["seed"]:
        return ""
    standing = [one for one in draw["entrants"] if one["reference"] not in draw["left"]]
    standing.sort(key=lambda one: sha256(f"{draw['seed']}\n{draw['list_hash']}\n{one['reference']}"))
    places, expected = draw["places"], []
    for one in standing:
        got = min(one["wanted"], places)
        places -= got
        expected.append({"reference": one["reference"], "places": got})
    return "" if expected == draw["result"] else "the result does not follow from the list and the seed"


if __name__ == "__main__":
    source = sys.argv[1] if len(sys.argv) == 2 else sys.exit(__doc__)
    remote = source.startswith(("http://", "https://"))
    data = urllib.request.urlopen(source).read() if remote else pathlib.Path(source).read_bytes()
    draw = json.loads(data)
    problem = check(draw)
    state = f"drawn with the seed {draw['seed']!r}" if draw["seed"] else "not drawn yet"
    print(f"{draw['title']}: {len(draw['entrants'])} entrants, hash {draw['list_hash']}, {state}")
    sys.exit(f"WRONG: {problem}" if problem else print("GOOD"))
