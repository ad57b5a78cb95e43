"""Who may do what, to which records: one decision, made in one place."""

from dalil.protection.access import Actor, SubjectFacts, check_may, check_may_see, may, may_see
from dalil.protection.roles import Action, Role

__all__ = ["Action", "Actor", "Role", "SubjectFacts", "check_may", "check_may_see", "may", "may_see"]
