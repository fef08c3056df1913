"""What a good run was like: rates, rhythms and values of its templates, and how odd its own oddest lines were."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import polars as pl

from oddline.core.nouns import Floats
from oddline.features._bins import Cells, Ints, bins_for, cells, line_bins, unbroken
from oddline.features._burst import FEWEST, Usual, excess, strength
from oddline.features._numbers import beyond, numbers
from oddline.features._scale import per_line, surprise
from oddline.features._silence import REGULAR, Gaps, gaps, gaps_against
from oddline.features._values import COLUMN, Values, columns, count, profile, strengths

MOST_VALUES = 1000
"""A column of more distinct values is open: a new one says nothing, and a bundle need not carry them."""

State = dict[str, Any]
"""Frames, arrays and numbers: what a bundle can carry."""


def learn(records: pl.DataFrame) -> State:
    """Learn from templated Records of a good run."""
    ids = records["template_id"].to_numpy().astype(np.int64)
    there, template = np.unique(ids, return_inverse=True)
    template = template.astype(np.int64)
    height, bins = records.height, bins_for(records.height)
    table, runs = cells(template, line_bins(height, bins), bins), unbroken(template)
    rates = pl.DataFrame({"template_id": there}).with_columns(
        *_moments(table, ""), *_moments(runs, "run_"), bins=pl.lit(bins, pl.Int64)
    )
    quiet = gaps(table)
    counted = count(records, template)[1]
    odd = strengths(counted) if counted.height else counted
    return {
        "height": height,
        "bins": bins,
        "cells": len(table.count),
        "usual": [usual(part, power) for part in (table, runs) for power in (1, 2)],
        "rates": rates,
        "burst": np.sort(strength(table, runs)),
        "silence": np.sort(quiet.strength),
        "value": np.sort(odd["strength"].to_numpy()) if odd.height else np.zeros(0),
        **_values(counted, there),
    }


def usual(table: Cells, power: int) -> float:
    """Give the mean of a power of the lines in a cell; 0 if there is none."""
    return float(np.mean(table.count.astype(np.float64) ** power)) if len(table.count) else 0.0


def _moments(table: Cells, prefix: str) -> list[pl.Series]:
    number = table.count.astype(np.float64)
    most = np.zeros(table.templates)
    np.maximum.at(most, table.template, number)
    parts = {"active": np.ones(len(number)), "total": number, "square": number**2}
    made = [pl.Series(prefix + name, table.sums(values)) for name, values in parts.items()]
    return [*made, pl.Series(prefix + "most", most)]


def _values(counted: pl.DataFrame, there: Ints) -> State:
    """Keep the closed columns with all their values, and the spread of the numeric ones."""
    if not counted.height:
        return {"values": pl.DataFrame(), "columns": pl.DataFrame()}
    counted = counted.filter(pl.col("position") >= 0)  # new words are told by the text itself
    if not counted.height:
        return {"values": pl.DataFrame(), "columns": pl.DataFrame()}
    counted = counted.with_columns(group=pl.col("group").rank("dense") - 1)
    about = profile(counted)
    keyed = counted.with_columns(template=pl.Series(there[counted["template"].to_numpy()]))
    number = numbers(keyed["value"])
    spread = (
        keyed.with_columns(number=number)
        .group_by("group", maintain_order=True)
        .agg(
            pl.col(*COLUMN, "numeric", "n").first(),
            distinct=pl.len().cast(pl.Int64),
            low=pl.col("number").min(),
            high=pl.col("number").max(),
        )
        .join(about, on="group", how="left", maintain_order="left")
    )
    closed = keyed.select("group", "value").filter(pl.len().over("group") <= MOST_VALUES)
    return {"values": closed, "columns": spread}


def places(known: Floats, asked: Floats) -> Floats:
    """Give the place that each strength would take among those of the good run; ``known`` is sorted."""
    place: Floats = 1.0 + len(known) - np.searchsorted(known, asked, side="left").astype(np.float64)
    return place


def scaled(state: State, kind: str, asked: Floats, more: float | Floats, attention: float) -> Floats:
    """Turn strengths into surprises: by their place in the good run, and never more than the model says."""
    among = surprise(places(state[kind], asked), state["height"], attention)
    told: Floats = np.where(asked > 0, np.minimum(asked + more, among), 0.0)
    return told


def rates_of(state: State, ids: Ints, prefix: str = "") -> tuple[Usual, Floats]:
    """Give what each template does in the good run, and the most lines it had in one bin; one entry an id."""
    found = pl.DataFrame({"template_id": ids}).join(state["rates"], on="template_id", how="left", maintain_order="left")
    active, total, square, most = (
        found[prefix + name].fill_null(0.0).to_numpy() for name in ("active", "total", "square", "most")
    )
    typical, typical_square = state["usual"][2:] if prefix else state["usual"][:2]
    mean = (total + typical) / (active + 1.0)
    presence = np.ones(len(ids)) if prefix else np.minimum(1.0, (active + 0.5) / (state["bins"] + 1.0))
    made = Usual(presence, mean, (square + typical_square) / (active + 1.0) - mean**2, total + typical)
    return made, most


def burst_strength(state: State, table: Cells, runs: Cells, ids: Ints) -> Floats:
    """Give the strength of each cell against the good run; 0 for templates that it did not have."""
    known = np.isin(ids, state["rates"]["template_id"].to_numpy())
    longest = np.zeros(len(table.count))
    rates, most = rates_of(state, ids[runs.template], "run_")
    by_run = np.where(runs.count > most, excess(runs.count.astype(np.float64), rates), 0.0)
    np.maximum.at(longest, table.of_line, by_run[runs.of_line])
    rates, most = rates_of(state, ids[table.template])
    by_count = np.where(table.count > most, excess(table.count.astype(np.float64), rates), 0.0)
    fine = known[table.template] & (table.count >= FEWEST)
    return np.where(fine, np.maximum(by_count, longest), 0.0)


def missing(state: State, ids: Ints, bins: Ints, count: int) -> tuple[Gaps, Ints]:
    """Find gaps of the templates that were regular in the good run, and give the ids of these templates.

    ``ids`` and ``bins`` have one entry a line. A gap's ``template`` is a place among the ids returned.
    """
    regular = state["rates"].filter((pl.col("active") >= REGULAR * pl.col("bins")) & (pl.col("bins") >= 10))
    known = regular["template_id"].to_numpy()
    place = np.searchsorted(known, ids)
    rows = np.flatnonzero(np.append(known, -1)[place] == ids)
    table = cells(place[rows], bins[rows], count)
    table = replace(table, templates=len(known), first=rows[table.first], last=rows[table.last])
    active, total = regular["active"].to_numpy(), regular["total"].to_numpy()
    chance = (state["bins"] - active + 0.5) / (state["bins"] + 1.0)
    return gaps_against(table, chance, total / state["bins"]), known


def odd_values(state: State, records: pl.DataFrame, attention: float) -> Values:
    """Find values that the good run does not have, in columns where that is odd."""
    of_line = np.full(records.height, -1, dtype=np.int64)
    known: pl.DataFrame = state["columns"]
    if not known.height:
        return Values(of_line, known, np.zeros(0), known)
    lines = records.select(
        row=pl.int_range(pl.len(), dtype=pl.Int32),
        template=pl.col("template_id").cast(known.schema["template"]),
        width=pl.col("params").list.len().cast(pl.Int32),
        params="params",
        masked="masked",
    )
    values = columns(lines, known.select("group", *COLUMN))
    fresh = values.join(state["values"], on=["group", "value"], how="anti", maintain_order="left")
    table = fresh.group_by("group", "value", maintain_order=True).agg(count=pl.len())
    table = table.join(known.drop("template", "width", "common"), on="group", how="left", maintain_order="left")
    closed = (table["distinct"] <= MOST_VALUES).to_numpy()
    n, distinct = table["n"].to_numpy(), table["distinct"].to_numpy()
    theta = np.maximum(0.5, distinct - 0.5) / np.log(n + 1.0)
    rare = np.where(closed, -np.log10(theta / (theta + n)), 0.0)
    away = beyond(numbers(table["value"]).to_numpy(), table)
    asked = np.maximum(rare, away)
    table = table.with_columns(rare=pl.Series(rare), far=pl.Series(away), strength=pl.Series(asked))
    odd = fresh.join(table.with_row_index("entry").select("group", "value", "entry", "strength"), on=["group", "value"])
    odd = odd.sort("strength", "group", "row")
    of_line[odd["row"].to_numpy()] = odd["entry"].to_numpy()
    told = scaled(state, "value", asked, per_line(state["height"], 1) - np.log10(n), attention)
    return Values(of_line, table, told, known.sort("group"))
