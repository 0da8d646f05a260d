"""The registry of backward rules: operator type -> rule. A new operator is one rule and its adjoint test."""

from __future__ import annotations

from deconv_studio.lens.graph import Graph, Node
from deconv_studio.lens.rules import (
    activation,
    convolution,
    elementwise,
    indexing,
    linear,
    normalization,
    pooling,
    resize,
    shape,
)
from deconv_studio.lens.rules.base import RULES, Emitter, Part, Plan, Rule

__all__ = ["RULES", "Emitter", "Part", "Plan", "Rule", "operators", "reason_against", "rule_for"]

_REGISTRY: dict[str, Rule] = {}


def register(rule: Rule) -> None:
    """Add a rule for each of its operator types.

    Raises
    ------
    ValueError
        One of the types has a rule already; the registry is left as it was.
    """
    taken = [op for op in rule.op_types if op in _REGISTRY]
    if taken:
        raise ValueError(f"{', '.join(taken)} already has a backward rule")
    _REGISTRY.update(dict.fromkeys(rule.op_types, rule))


for _module in (
    activation,
    convolution,
    elementwise,
    indexing,
    linear,
    normalization,
    pooling,
    resize,
    shape,
):
    for _rule in _module.RULES:
        register(_rule)


# Their rules count places from the batch on, which is one picture.
_ONE_BATCH = frozenset({"DepthToSpace", "MaxPool", "Resize", "Slice", "SpaceToDepth", "Upsample"})


def operators() -> list[str]:
    """Return the operator types that can be read backwards, sorted."""
    return sorted(_REGISTRY)


def rule_for(node: Node) -> Rule:
    """Return the rule of a node; `reason_against` says beforehand whether there is one.

    Raises
    ------
    KeyError
    """
    return _REGISTRY[node.op]


def reason_against(node: Node, graph: Graph) -> str | None:
    """Return why a node cannot be read backwards, or None if it can."""
    if node.domain != "":
        return f"operators of the domain {node.domain!r} have no backward rule"
    if node.op not in _REGISTRY:
        return "this operator has no backward rule"
    if node.op in _ONE_BATCH:
        shape = graph.shape(node.inputs[0])
        if len(shape) > 2 and shape[0] != 1:
            return "the batch was folded into another axis before it"
    return _REGISTRY[node.op].refuses(node, graph)
