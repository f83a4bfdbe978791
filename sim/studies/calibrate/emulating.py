"""What the model would say anywhere in the ranges, learned from the draws that were run.

One emulator for each observation: a sum of straight lines and parabolas of the inputs, most of which the lasso sets to
nothing (Tibshirani 1996), with the penalty chosen by cross-validation; its error for unseen runs goes into the likelihood. On
300 runs it explained 68 to 78% of the variance of three observations, and a Gaussian process on the ten inputs that it found
foremost 69 to 83%: too little more to leave out seventy inputs.
"""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from sklearn.exceptions import ConvergenceWarning
from sklearn.linear_model import LassoCV
from sklearn.model_selection import KFold, cross_val_predict

Floats = NDArray[np.float64]
FOLDS = 5
PENALTIES = 30


@dataclass(frozen=True)
class Emulator:
    """Of one observation: said = constant + sum of linear x (u - 1/2) + square x ((u - 1/2)^2 - 1/12)."""

    constant: float
    linear: Floats
    """[D]"""
    square: Floats
    """[D]"""
    error: float
    """Standard deviation of what unseen runs differ by: chance of the small population, and what the sum leaves out."""
    explained_variance: float
    """Part of the variance of unseen runs that it explains."""

    def says(self, places: Floats) -> Floats:
        """For places [N, D] -> [N]."""
        off = places - 0.5
        return np.asarray(self.constant + off @ self.linear + (off**2 - VARIANCE) @ self.square)

    def reach(self) -> Floats:
        """How far each input alone moves it over its range [D]."""
        ends = np.stack([-0.5 * self.linear + 0.25 * self.square, 0.5 * self.linear + 0.25 * self.square])
        with np.errstate(divide="ignore", invalid="ignore"):
            turn = np.where(self.square != 0.0, -self.linear / (2.0 * self.square), np.inf)
        inside = np.where(np.abs(turn) < 0.5, turn, 0.0)
        turned = self.linear * inside + self.square * inside**2
        every = np.concatenate([ends, turned[None, :], np.zeros_like(turned)[None, :]])
        return np.asarray(every.max(axis=0) - every.min(axis=0))


VARIANCE = 1.0 / 12.0
"""Of a uniform number: with it taken off, a parabola has no mean."""


def learn(places: Floats, said: Floats, seed: int) -> list[Emulator]:
    """Emulators of the columns of ``said`` [N, S], each from the rows that tell it."""
    return [_learn(places, column, seed) for column in said.T]


def _learn(places: Floats, said: Floats, seed: int) -> Emulator:
    told = np.isfinite(said)
    features, values = _features(places[told]), said[told]
    folds = KFold(FOLDS, shuffle=True, random_state=seed)
    lasso = LassoCV(cv=folds, alphas=PENALTIES, max_iter=20_000)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)  # at penalties that are not chosen
        unseen = cross_val_predict(lasso, features, values, cv=folds)
        lasso.fit(features, values)
    error, variance = float(((unseen - values) ** 2).mean()), float(values.var())
    half = places.shape[1]
    weights = np.asarray(lasso.coef_)
    return Emulator(
        float(lasso.intercept_), weights[:half] * LINEAR, weights[half:] * SQUARE, error**0.5,
        1.0 - error / variance if variance > 0.0 else 1.0,
    )  # fmt: skip


LINEAR, SQUARE = 12.0**0.5, 180.0**0.5
"""Make each feature of a uniform number one of unit variance, so that one penalty fits all."""


def _features(places: Floats) -> Floats:
    off = places - 0.5
    return np.concatenate([LINEAR * off, SQUARE * (off**2 - VARIANCE)], axis=1)


def said_by(emulators: Sequence[Emulator], places: Floats) -> Floats:
    """[N, S]"""
    return np.stack([emulator.says(places) for emulator in emulators], axis=1)
