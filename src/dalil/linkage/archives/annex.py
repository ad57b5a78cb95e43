"""A page for the methodology annex of a publication: how the lists were linked, and how well, in Markdown."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from dalil.linkage.archives.evaluation import ArchiveEvaluation
from dalil.linkage.archives.sampled_evaluation import Range
from dalil.linkage.persons.leaning import told_leans
from dalil.linkage.weighing.calibrating import AUDITED_PERCENT

PAGE: Final = """\
# How persons were told apart

Several lists speak of the same persons. {n_records:,} mentions in lists were compared with each other, and taken
together as **{n_persons:,} persons**. By the error of doing so, measured as told below, there are about {value:,.0f},
between {low:,.0f} and {high:,.0f} (95 %): that is {low_error:+.1%} to {high_error:+.1%} of those found.{echoes}

A model gave each pair of mentions that shares enough of a name, a date or a place the likelihood of being one
person (`{models}`, linkage run {run}, seed {seed}, dalil {code}). Mentions were put together where the likelihoods
among all of them speak for it.{leans}

People settled {n_judged:,} of the pairs compared, the most consequential first; what a person judged no model
overrides. The run had {n_labels:,} verdicts of people to go by, also on pairs that no rule brought together.

Of pairs drawn at random, {audited_percent} in a hundred were kept from the model and serve to measure it. {rests_on}

| over | measure | estimate | 95 % |
|---|---|---|---|
{measures}

Of pairs of mentions, about {missed} were missed and about {false} joined falsely. {unseen} This is counted
in recall.

| pairs of mentions | joined | precision | recall |
|---|---|---|---|
{groups}

A dash stands where no pair is joined, or hardly one is expected to be true.

Of those whom the model put together, it is least sure of these:

| judgement, as entry of the ledger | mentions | likelihood of its weakest link |
|---|---|---|
{worst}

These estimates assume that reviewers are right, and that pairs of one likelihood are alike. Counts of few persons
can be wrong by a person or two though shares are small.
"""

AUDITED: Final = """On
{n} of them that people judged, without seeing the model's likelihood:"""
UNAUDITED: Final = """**Nobody
has judged one of them yet: what follows is what the model expects of itself, no more.**"""
LOOKED: Final = """Of all true pairs, {share} were
never compared, since no rule brought them together: of {n_sampled:,} mentions drawn at random everybody was looked at
who shares one part of a name, and of the likeliest pairs that had not been compared people judged {n}."""
ASSUMED: Final = """Of all true pairs, {share} are
taken never to have been compared; too few of such pairs were judged to say, and the rules by which pairs were chosen
overlap as if they had found {recall:.1%}."""

LEANS: Final = """ To each
log-odds {leans} was added first, so that about as many persons come out as are to be expected."""

ECHOES: Final = """ Of the
mentions, {n:,} only repeat a row of a list that their own list copies: these were counted with that row and not
compared."""


def annex_page(found: ArchiveEvaluation, run: Mapping[str, Any]) -> str:
    """Return the page for an evaluation of a run whose `definition` entry says this."""
    measured = found.measured
    measures = [
        f"| {over} | {name} | {each.value:.3f} | {each.low:.3f} to {each.high:.3f} |"
        for over, table in (("pairs", measured.pairs), ("mentions (B-cubed)", measured.cubed))
        for name, each in table.items()
    ]
    groups = [
        f"| {name} | {said['pairs_joined']:,} | {told_interval(said['precision'])} | {told_interval(said['recall'])} |"
        for name, said in measured.by_group.items()
    ]
    worst = [f"| {each['entry']} | {len(each['mentions'])} | {each['score'] / 1000:.3f} |" for each in found.worst]
    return PAGE.format(
        n_records=run["n_records"],
        n_persons=found.n_persons,
        echoes=ECHOES.format(n=run["n_echoes"]) if run.get("n_echoes") else "",
        value=found.persons.value,
        low=found.persons.low,
        high=found.persons.high,
        low_error=found.persons.low / found.n_persons - 1,
        high_error=found.persons.high / found.n_persons - 1,
        models=", ".join(run["models"]),
        run=found.run,
        seed=run["seed"],
        code=run["code"],
        n_judged=found.n_judged,
        n_labels=run["n_labels"],
        leans=LEANS.format(leans=told_leans(run["leans"])) if run.get("leans") else "",
        audited_percent=AUDITED_PERCENT,
        rests_on=(AUDITED if measured.n_audited else UNAUDITED).format(n=measured.n_audited),
        measures="\n".join(measures),
        missed=_number(measured.missed_joins),
        false=_number(measured.false_joins),
        unseen=(LOOKED if measured.n_looked_at else ASSUMED).format(
            share=_share(measured.unseen),
            n_sampled=measured.n_sampled,
            n=measured.n_looked_at,
            recall=min(run["blocking_recall"]) / 1000,
        ),
        groups="\n".join(groups),
        worst="\n".join(worst) or "| none | | |",
    )


def told_interval(said: Mapping[str, float] | None) -> str:
    """Return a measure with its interval, or a dash where it says nothing."""
    return "–" if said is None else f"{said['value']:.3f} ({said['low']:.3f} to {said['high']:.3f})"


def _share(each: Range) -> str:
    return f"{each.value:.2%} ({each.low:.2%} to {each.high:.2%})"


def _number(each: Range) -> str:
    return f"{each.value:,.0f} ({each.low:,.0f} to {each.high:,.0f})"
