"""Who may do what, and see which record: the whole table, and the rules beside it."""

from __future__ import annotations

from itertools import product

import pytest

from dalil.errors import NotPermitted, UnknownSubject
from dalil.protection import Action, Actor, Role, SubjectFacts, check_may, check_may_see, may, may_see
from dalil.protection.access import highest, is_cleared
from dalil.protection.roles import LEVELS

TABLE = """
                documenter officer reviewer editor custodian auditor keeper
use_desk        yes        yes     yes      yes    yes       yes     yes
see_records     yes        yes     yes      yes    yes       -       -
see_figures     yes        yes     yes      yes    yes       yes     yes
open_members    yes        yes     yes      yes    yes       -       -
see_process     yes        yes     yes      yes    yes       yes     yes
see_deeds       -          -       -        yes    -         yes     yes
verify          -          -       -        yes    yes       yes     yes
record          yes        yes     -        -      yes       -       -
consent         yes        yes     -        yes    yes       -       -
take_in         -          yes     -        -      yes       -       -
review          -          -       yes      yes    -         -       -
link            -          yes     -        yes    -         -       -
decide          -          -       yes      yes    -         -       -
mark            -          yes     -        yes    -         -       -
see_reports     yes        yes     yes      yes    yes       yes     -
issue           -          -       -        yes    -         -       -
export          -          yes     -        yes    -         -       -
open_graphic    yes        yes     yes      yes    yes       -       -
keep_accounts   -          -       -        -      -         -       yes
"""
"""Written by hand, apart from the code; a change of policy changes both."""


def actor(
    role: Role, *, groups: tuple[str, ...] = ("general",), clearance: str = "internal", active: bool = True
) -> Actor:
    return Actor(
        name="someone", role=role, key_id="0" * 16, groups=frozenset(groups), clearance=clearance, active=active
    )


def test_the_whole_table_of_roles_and_actions() -> None:
    header, *lines = TABLE.strip().splitlines()
    roles = [Role(name) for name in header.split()]
    assert set(roles) == set(Role)
    assert [line.split()[0] for line in lines] == [action.value for action in Action]
    for line in lines:
        name, *cells = line.split()
        for role, cell in zip(roles, cells, strict=True):
            assert may(actor(role), Action(name)) is (cell == "yes"), (role, name)


@pytest.mark.parametrize("role", Role)
@pytest.mark.parametrize("action", Action)
def test_an_account_that_is_no_longer_active_may_do_nothing(role: Role, action: Action) -> None:
    with pytest.raises(NotPermitted):
        check_may(actor(role, active=False), action)


OWN_GROUPS: tuple[tuple[str, ...], ...] = (("general",), ("hama",), ("general", "hama"), ("*",), ())
ITS_GROUPS: tuple[tuple[str, ...], ...] = ((), ("hama",), ("hama", "homs"), ("homs",))


@pytest.mark.parametrize("role", Role)
def test_a_record_is_seen_by_readers_in_one_of_its_groups_who_are_cleared(role: Role) -> None:
    for clearance, sensitivity, its, own in product(LEVELS, LEVELS, ITS_GROUPS, OWN_GROUPS):
        reads = role not in (Role.AUDITOR, Role.KEEPER)
        within = "*" in own or any(group in own for group in (its or ("general",)))
        cleared = LEVELS.index(sensitivity) <= LEVELS.index(clearance)
        asked = actor(role, groups=own, clearance=clearance)
        facts = SubjectFacts(groups=frozenset(its), sensitivity=sensitivity)
        assert may_see(asked, facts) is (reads and within and cleared), (clearance, sensitivity, its, own)


def test_what_one_may_not_see_is_refused_in_the_words_for_what_is_not_there() -> None:
    with pytest.raises(UnknownSubject) as refused:
        check_may_see(actor(Role.EDITOR), SubjectFacts(groups=frozenset({"hama"})))
    assert "permission" not in str(refused.value)
    assert refused.value.found == ""


def test_a_sensitivity_nobody_knows_is_taken_for_the_highest() -> None:
    assert not is_cleared(actor(Role.EDITOR, clearance="restricted"), "top secret")
    assert is_cleared(actor(Role.CUSTODIAN, clearance="sealed"), "top secret")
    assert highest(frozenset({"public", "top secret"})) == "sealed"


def test_what_is_derived_takes_the_highest_sensitivity_of_its_records() -> None:
    assert highest(frozenset({"public", "restricted", "internal"})) == "restricted"
    assert highest(frozenset()) == "internal"
