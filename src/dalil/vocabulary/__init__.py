"""Vocabulary: terms with codes and labels in English and Arabic, predicates, methods. See ``load_vocabulary``."""

from dalil.vocabulary.hedges import count_bounds
from dalil.vocabulary.loading import DEFAULT_PACKS, load_vocabulary, shipped_packs
from dalil.vocabulary.model import Kind, Method, PartType, Predicate, Scheme, Term
from dalil.vocabulary.vocabulary import Vocabulary

__all__ = [
    "DEFAULT_PACKS",
    "Kind",
    "Method",
    "PartType",
    "Predicate",
    "Scheme",
    "Term",
    "Vocabulary",
    "count_bounds",
    "load_vocabulary",
    "shipped_packs",
]
