"""Chains of parents: their tops, their cycles, and all pairs of a node and what is above it.

Works on positions: `parents[i]` is the position of the parent of node i, or NO_PARENT. Nothing here loops over nodes;
the work is a few passes over whole arrays, as many as the longest chain (or its logarithm) asks for.
"""

from __future__ import annotations

from typing import Final

import numpy as np
import numpy.typing as npt
import polars as pl

Positions = npt.NDArray[np.int64]
NO_PARENT: Final = -1


def parent_positions(frame: pl.DataFrame, *, node: str, parent: str) -> Positions:
    """Position of each row's parent in the same frame; NO_PARENT where the parent is empty or elsewhere."""
    places = frame.select(pl.col(node).alias(parent), place=pl.int_range(pl.len(), dtype=pl.Int64))
    found = frame.select(parent).join(places, on=parent, how="left", maintain_order="left")
    return found["place"].fill_null(NO_PARENT).to_numpy().copy()


def chain_ends(parents: Positions) -> Positions:
    """The end of each node's chain: its top, or, where the chain runs into a cycle, a member of that cycle.

    Doubling: after k rounds every pointer has made 2^k steps.
    """
    ends = np.where(parents == NO_PARENT, np.arange(parents.size), parents)
    for _ in range(int(parents.size).bit_length() + 1):
        ends = ends[ends]
    return ends


def leads_to_cycle(parents: Positions) -> npt.NDArray[np.bool_]:
    """Whether the chain of a node never ends."""
    endless: npt.NDArray[np.bool_] = parents[chain_ends(parents)] != NO_PARENT
    return endless


def in_cycle(parents: Positions) -> npt.NDArray[np.bool_]:
    """Whether a node is its own ancestor.

    Steps permute a cycle, so after enough of them the nodes still reached by endless chains are its members.
    """
    member = np.zeros(parents.size, dtype=np.bool_)
    member[chain_ends(parents)[leads_to_cycle(parents)]] = True
    return member


def ancestor_pairs(parents: Positions) -> tuple[Positions, Positions]:
    """All (node, ancestor) pairs, each node being its own first ancestor. Nothing is above or below a cycle."""
    cut = np.append(in_cycle(parents), False)
    above = np.where(cut[:-1] | cut[parents], NO_PARENT, parents)
    node, ancestor = np.arange(parents.size), np.arange(parents.size)
    nodes, ancestors = [node], [ancestor]
    while node.size:
        ancestor = above[ancestor]
        node, ancestor = node[ancestor != NO_PARENT], ancestor[ancestor != NO_PARENT]
        nodes.append(node)
        ancestors.append(ancestor)
    return np.concatenate(nodes), np.concatenate(ancestors)


def nearest(parents: Positions, marked: npt.NDArray[np.bool_]) -> Positions:
    """The first marked node on each node's way up, itself included; NO_PARENT where there is none."""
    ends = chain_ends(np.where(marked, NO_PARENT, parents))
    return np.where(marked[ends], ends, NO_PARENT)
