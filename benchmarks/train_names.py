"""Learn which Latin letter groups stand for which Arabic letters, and write the frozen table of the alignment model.

Usage: ``python -m benchmarks.train_names DATA TABLES [--half 0]`` writes `alignment-3.tsv` and `frequencies-2.tsv`.
DATA is a folder with `pairs_tokens.csv` (source, ar, latin, count) and `latin_forms.csv` (ar, latin, weight, source):
single name parts beside a Latin spelling somebody used; and with `freq_*.csv` (name, count): how often a part is a
given, father's or family name. With a half, spellings of that half of the parts are learned from only.

Expectation-maximisation over a joint distribution of (Arabic letter or none, Latin group or none), aligned from left to
right. Pairs that align badly (a surname beside a given name) are left out from the second round on. Costs inside one
script come from the same distribution: two Latin groups are near if they stand for the same Arabic letters.
"""

from __future__ import annotations

import argparse
import csv
import math
import zlib
from collections import defaultdict
from itertools import product
from pathlib import Path
from typing import Final, NamedTuple

from dalil.names.folding import ARABIC, LATIN, fold_word
from dalil.names.grouping import group, read_words
from dalil.names.sounds import N_ARABIC, NUMBER, SOUNDS, coarse_of, key_of, other_sounds_of, sounds_of

NONE: Final = -1
ROUNDS: Final = 7
WORST: Final = 3.2
"""Cost a sound (nats) above which a pair is taken for an error of the data."""
HIGHEST: Final = 6.0
ALLOWED: Final = 0.5
"""Nats by which a use may be less usual than the most usual one and still cost nothing."""
FLOOR, CEILING = 0.7, 3.0
"""Inside one script: nats that any two letters differ by, and what a slip of the pen may cost at most."""
VOWEL_FLOOR: Final = 0.35
DOTS: Final = ("بتثني", "جحخ", "دذ", "رز", "سش", "صض", "طظ", "عغ", "فق", "كل")
"""Arabic letters of one shape, told apart by dots or a stroke that get lost."""
DOTS_COST: Final = 1.8
DOTS_ACROSS: Final = 3.6
"""What it costs at most to read an Arabic letter as one of its shape, when a Latin one stands for that."""
Joint = dict[tuple[int, int], float]

USUAL_COST, SEEN_COST = 0.4, 1.1
"""Most that a use costs which some system of romanising prescribes, and one that comes of leaving out its signs."""


def uses(text: str) -> dict[str, list[str]]:
    """Read a table written as letter=group/group."""
    return {letter: groups.split("/") for letter, _, groups in (use.partition("=") for use in text.split())}


USUAL: Final = uses(
    "ا=a/e/aa ^ا=^a/^e/^i/^o/^u/^ou/^aa ^ع=^a/^e/^i/^o/^u/^ou/^aa ع=a/aa و=w/v/ou/u/o/oo ق=q/k/g/c/ck "
    "ك=k/c/q/ck ج=j/g/dj/c/z خ=kh/h/ch/k غ=gh/g ش=sh/ch/sch ث=th/s/t ذ=dh/z/d/th ظ=z/dh/d/th ض=d/dh/z ح=h "
    "ص=s س=s/c ط=t ي=y/i/ee/e/ii/j $ه=$a/$e/$h $ي=$i/$ee/$e $ا=$a/$e $و=$ou/$o/$u/$oo ب=b/p ف=f/v/ph "
    "^اي=^i/^e/^ee ^او=^o/^u/^ou ^عي=^i/^e/^ee ^عو=^o/^u/^ou ^عا=^a/^aa/^e ت=t د=d ر=r ز=z ل=l م=m ن=n ه=h "
)
"""Latin groups for Arabic letters in English, French, German, Turkish, Kurdish and academic use."""
SEEN: Final = uses(
    "ش=s خ=x ت=d د=t ب=v ز=s غ=k ط=d ص=z ج=ch ا=i/o ه=e/a ي=a ع=e/i/o/u/ou $ع=$a/$e/$h $ه=t و=a/e ^ا=^ee ض=th/t "
)
"""What is met where dots and hooks were dropped, or after Turkish and Gulf speech."""


class Pair(NamedTuple):
    """The sounds of an Arabic part and of a Latin spelling of it, and how much they count."""

    arabic: tuple[int, ...]
    latin: tuple[int, ...]
    weight: float


def half_of(arabic: str) -> int:
    """Return which half of the data a part belongs to, however it is spelt: 0 or 1."""
    return zlib.crc32(arabic.translate(_ONE_SPELLING).encode()) % 2


_ONE_SPELLING: Final = str.maketrans("أإآىة", "اااية")


def read_pairs(folder: Path, *, half: int | None = None) -> list[Pair]:
    """Read the training pairs; spellings of Arabic names count ten times as much as names of the world."""
    pairs = []
    for name, column, share in (("latin_forms.csv", "weight", 1.0), ("pairs_tokens.csv", "count", 0.1)):
        with (folder / name).open(encoding="utf-8", newline="") as file:
            for row in csv.DictReader(file):
                arabic, latin = row["ar"], row["latin"]
                if " " in arabic or " " in latin or half_of(arabic) == 1 - (half if half is not None else 2):
                    continue
                if latin.startswith(("al-", "el-")) and arabic.startswith("ال"):
                    latin, arabic = latin[3:], arabic[2:]
                sides = fold_word(arabic), fold_word(latin.replace("-", ""))
                if (sides[0][0], sides[1][0]) != (ARABIC, LATIN):
                    continue
                weight = share * (1 + math.log2(float(row[column])) / 2)
                sounds = sounds_of(sides[1][1], LATIN)
                pairs.append(Pair(sounds_of(sides[0][1], ARABIC), sounds, weight))
                other = other_sounds_of(sides[0][1], ARABIC)
                if other:
                    pairs.append(Pair(other, sounds, weight))
    return pairs


def first_guess() -> Joint:
    """Return a flat start that only says: every sound may stand for every other or for none."""
    guess = {(a, b): 1.0 for a in range(N_ARABIC) for b in range(N_ARABIC, len(SOUNDS))}
    guess |= {(a, NONE): 0.2 for a in range(N_ARABIC)} | {(NONE, b): 0.2 for b in range(N_ARABIC, len(SOUNDS))}
    return normalised(guess)


def normalised(joint: Joint) -> Joint:
    """Return probabilities that sum to one."""
    total = sum(joint.values())
    return {pair: value / total for pair, value in joint.items()}


def expect(pair: Pair, joint: Joint, counts: Joint) -> float:
    """Add the expected counts of one pair; return its cost a sound, in nats."""
    a, b = pair.arabic, pair.latin
    n, m = len(a), len(b)
    forward = [[0.0] * (m + 1) for _ in range(n + 1)]
    backward = [[0.0] * (m + 1) for _ in range(n + 1)]
    forward[0][0] = backward[n][m] = 1.0
    for i in range(n + 1):
        for j in range(m + 1):
            if i and j:
                forward[i][j] += forward[i - 1][j - 1] * joint[a[i - 1], b[j - 1]]
            if i:
                forward[i][j] += forward[i - 1][j] * joint[a[i - 1], NONE]
            if j:
                forward[i][j] += forward[i][j - 1] * joint[NONE, b[j - 1]]
    for i in range(n, -1, -1):
        for j in range(m, -1, -1):
            if i < n and j < m:
                backward[i][j] += backward[i + 1][j + 1] * joint[a[i], b[j]]
            if i < n:
                backward[i][j] += backward[i + 1][j] * joint[a[i], NONE]
            if j < m:
                backward[i][j] += backward[i][j + 1] * joint[NONE, b[j]]
    total = forward[n][m]
    if total <= 0:
        return math.inf
    scale = pair.weight / total
    for i in range(n + 1):
        for j in range(m + 1):
            here = forward[i][j] * scale
            if i < n and j < m:
                counts[a[i], b[j]] += here * joint[a[i], b[j]] * backward[i + 1][j + 1]
            if i < n:
                counts[a[i], NONE] += here * joint[a[i], NONE] * backward[i + 1][j]
            if j < m:
                counts[NONE, b[j]] += here * joint[NONE, b[j]] * backward[i][j + 1]
    return -math.log(total) / (n + m)


def learn(pairs: list[Pair]) -> Joint:
    """Return the joint distribution after some rounds of expectation-maximisation."""
    joint = first_guess()
    for number in range(ROUNDS):
        counts: Joint = defaultdict(float)
        kept, costs = [], 0.0
        for pair in pairs:
            cost = expect(pair, joint, counts)
            if number < 2 or cost < WORST:
                kept.append(pair)
                costs += min(cost, 9.9)
        print(f"round {number}: {len(kept)} pairs, {costs / len(kept):.3f} nats a sound", flush=True)
        pairs = kept
        joint = normalised({pair: counts.get(pair, 0.0) + 0.02 for pair in joint})
    return joint


def cross_costs(joint: Joint) -> Joint:
    """Return what each pair costs beyond the most usual use of its two sounds."""
    rare = min(joint.values()) * 100  # a sound hardly met says little
    best: dict[tuple[str, int], float] = defaultdict(lambda: rare)
    for (a, b), probability in joint.items():
        best["a", a] = max(best["a", a], probability)
        best["b", b] = max(best["b", b], probability)
    costs = {}
    for (a, b), p in joint.items():
        if a == NONE:
            cost = math.log(best["b", b] / p)
        elif b == NONE:
            cost = math.log(best["a", a] / p)
        else:
            cost = math.log(best["a", a] * best["b", b] / p / p) / 2
        costs[a, b] = min(HIGHEST, max(0.0, cost - ALLOWED))
    for known, most in ((USUAL, USUAL_COST), (SEEN, SEEN_COST)):
        for letter, latin in known.items():
            for each in latin:
                pair = NUMBER[letter], NUMBER[each]
                costs[pair] = min(costs[pair], most)
    usual = dict(costs)
    for shape in DOTS:
        for letter, other in product(shape, shape):
            for sound in range(N_ARABIC, len(SOUNDS)):
                here = NUMBER[letter], sound
                costs[here] = min(costs[here], usual[NUMBER[other], sound] + DOTS_ACROSS)
    return costs


def inner_costs(joint: Joint, across: Joint, sounds: range, *, side: int) -> Joint:
    """Return what it costs to take one sound for another of the same script, by what both stand for."""
    profile: dict[int, dict[int, float]] = {sound: {} for sound in sounds}
    for pair, probability in joint.items():
        if pair[side] != NONE:
            profile[pair[side]][pair[1 - side]] = probability
    for shares in profile.values():
        length = math.sqrt(sum(p * p for p in shares.values())) or 1.0
        for other in shares:
            shares[other] /= length
    others = range(N_ARABIC, len(SOUNDS)) if side == 0 else range(N_ARABIC)
    ways = (
        [{sound: across[(sound, o) if side == 0 else (o, sound)] for sound in sounds} for o in others]
        if side
        else [dict.fromkeys(sounds, CEILING)]
    )
    costs = {}
    for x in sounds:
        for y in sounds:
            likeness = sum(p * profile[y].get(other, 0.0) for other, p in profile[x].items())
            floor = VOWEL_FLOOR if is_vowel(x) and is_vowel(y) else FLOOR
            ceiling = DOTS_COST if one_shape(SOUNDS[x], SOUNDS[y]) else CEILING
            near = min(-1.5 * math.log(max(likeness, 1e-9)), *(0.3 + by[x] + by[y] for by in ways))
            costs[x, y] = 0.0 if x == y else max(floor, min(ceiling, near))
    return costs


def is_vowel(number: int) -> bool:
    """Say whether a sound is a Latin vowel group or a weak Arabic letter."""
    return SOUNDS[number].strip("^$")[0] in "aeiouاويه"


def one_shape(x: str, y: str) -> bool:
    """Say whether two Arabic letters differ by their dots only."""
    return len(x) == len(y) == 1 and any(x in shape and y in shape for shape in DOTS)


def cost_inside(number: int) -> float:
    """Return what a sound costs that the other spelling of the same script leaves out."""
    sound = SOUNDS[number].strip("^$")
    if is_vowel(number):
        return 0.9 if number >= N_ARABIC or sound == "ه" else 1.3
    if SOUNDS[number] == "$h":
        return 0.5
    return {"h": 1.0, "y": 0.8, "w": 1.0, "ع": 1.2}.get(sound, CEILING)


def write(out: Path, joint: Joint) -> None:
    """Write the table: a line a sound: its cost alone across scripts, inside its own, and against every sound."""
    costs = cross_costs(joint)
    across = dict(costs)
    costs |= inner_costs(joint, across, range(N_ARABIC), side=0)
    costs |= inner_costs(joint, across, range(N_ARABIC, len(SOUNDS)), side=1)
    with out.open("w", encoding="utf-8", newline="\n") as file:
        file.write("# Alignment costs, version 3, in hundredths of a nat. Made by benchmarks/train_names.py.\n")
        file.write("# From public transliteration pairs (Wikidata, CC0; Google's transliteration set) by EM.\n")
        for number, sound in enumerate(SOUNDS):
            alone = costs.get((number, NONE), costs.get((NONE, number), HIGHEST))
            row = [costs.get((number, other), costs.get((other, number), HIGHEST)) for other in range(len(SOUNDS))]
            file.write(
                "\t".join([sound, *(str(round(100 * cost)) for cost in [min(alone, 4.0), cost_inside(number), *row])])
                + "\n"
            )


# --- how common names are ---------------------------------------------------------------------------------------------
UNSEEN_BITS: Final = 14.0
FREQUENCIES: Final = {"freq_given_f.csv": 0, "freq_given_m.csv": 0, "freq_father.csv": 0, "freq_family.csv": 1}


def write_frequencies(folder: Path, out: Path) -> None:
    """Write, by coarse key and by fine one after "=", bits of surprise as given and family name, in halves."""
    counts: dict[str, list[float]] = defaultdict(lambda: [0.0, 0.0])
    for name, column in FREQUENCIES.items():
        with (folder / name).open(encoding="utf-8", newline="") as file:
            for row in csv.DictReader(file):
                piece = group(read_words(row["name"]))[0]
                key = key_of(piece.form, piece.script)
                for each in (coarse_of(key), "=" + key):
                    counts[each][column] += float(row["count"])
    totals = [sum(both[column] for both in counts.values()) / 2 for column in (0, 1)]
    with out.open("w", encoding="utf-8", newline="\n") as file:
        file.write(
            "# Bits of surprise of a name as given and as family name, by coarse and =fine consonant key, version 2.\n"
        )
        file.write("# Made by benchmarks/train_names.py from how often single parts occur in a large public list.\n")
        for key, both in sorted(counts.items()):
            bits = [
                round(2 * min(UNSEEN_BITS, -math.log2(max(n, 0.5) / total))) / 2
                for n, total in zip(both, totals, strict=True)
            ]
            file.write(f"{key}\t{bits[0]:g}\t{bits[1]:g}\n")


def main() -> None:
    """Read pairs, learn, write."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.train_names")
    parser.add_argument("data", type=Path)
    parser.add_argument("tables", type=Path)
    parser.add_argument("--half", type=int, choices=(0, 1), help="learn from this half of the parts only")
    asked = parser.parse_args()
    write_frequencies(asked.data, asked.tables / "frequencies-2.tsv")
    write(asked.tables / "alignment-3.tsv", learn(read_pairs(asked.data, half=asked.half)))


if __name__ == "__main__":
    main()
