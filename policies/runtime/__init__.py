"""The controls at run time: AWS Config rules, conformance packs and remediations from the controls' own metadata."""

from policies.runtime.answers import Answer, Fix, Rule, answer_of, answers
from policies.runtime.conformance import Pack, conformance_packs
from policies.runtime.places import Places, places_of

__all__ = ["Answer", "Fix", "Pack", "Places", "Rule", "answer_of", "answers", "conformance_packs", "places_of"]
