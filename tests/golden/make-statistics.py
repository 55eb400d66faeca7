"""
Golden numbers for framework/statistics from SciPy and statsmodels. Writes statistics.json beside itself.

    uv venv --python 3.11 VENV && uv pip install --python VENV/bin/python scipy==1.16.3 statsmodels==0.15.0
    VENV/bin/python tests/golden/make-statistics.py

Nothing here follows the TypeScript: mean squares come from statsmodels' analysis of variance, cluster-robust errors from its
sandwich estimator, quantiles from SciPy.
"""
import json
import pathlib

import numpy as np
import pandas as pd
import scipy
import statsmodels
import statsmodels.api as sm
from scipy import stats
from statsmodels.formula.api import ols
from statsmodels.stats.proportion import proportion_confint

rng = np.random.default_rng(20251231)


def answers(n, seeds, level, difficulty, seed_sd):
    logit = level + difficulty[:, None] + rng.normal(0, seed_sd, seeds)[None, :] if seed_sd else level + difficulty[:, None] + np.zeros((1, seeds))
    return (rng.random((n, seeds)) < 1 / (1 + np.exp(-logit))).astype(int)


def mean_squares(z):
    """Two-way layout without replication, by statsmodels."""
    n, k = z.shape
    frame = pd.DataFrame({"y": z.ravel(), "item": np.repeat(np.arange(n), k), "seed": np.tile(np.arange(k), n)})
    table = sm.stats.anova_lm(ols("y ~ C(item) + C(seed)", frame).fit())
    return {name: float(table.loc[row, "mean_sq"]) for name, row in [("item", "C(item)"), ("seed", "C(seed)"), ("residual", "Residual")]}


def crossed(z):
    n, k = z.shape
    ms = mean_squares(z)
    item, seed, residual = max(ms["item"], ms["residual"]), max(ms["seed"], ms["residual"]), ms["residual"]
    total = item + seed - residual
    df = total**2 / (item**2 / (n - 1) + ms["seed"] ** 2 / (k - 1) + residual**2 / ((n - 1) * (k - 1)))
    return ms, float(np.sqrt(total / (n * k))), float(df)


def clustered(z_n, clusters):
    """Standard error of a mean, clusters as units, by statsmodels' sandwich."""
    codes = pd.factorize(np.array(clusters))[0]
    fit = sm.OLS(z_n, np.ones(len(z_n))).fit(cov_type="cluster", cov_kwds={"groups": codes, "use_correction": True})
    return float(fit.bse[0]), int(codes.max())


cases = []
for name, n, seeds, seed_sd, cluster_size in [
    ("3 seeds, no seed variance", 40, 3, 0, 1), ("3 seeds that differ", 60, 3, 1.0, 1), ("5 seeds", 50, 5, 0.4, 1),
    ("1 seed", 80, 1, 0, 1), ("2 seeds", 80, 2, 0.3, 1), ("2 seeds, clusters of unequal size", 60, 2, 0.3, 3),
]:
    difficulty = rng.normal(0, 1.5, n)
    cell, baseline = answers(n, seeds, 0.6, difficulty, seed_sd), answers(n, seeds, 1.1, difficulty, seed_sd)
    clusters = [f"c{i}" for i in range(n)] if cluster_size == 1 else [f"c{int(c)}" for c in np.sort(rng.integers(0, n // cluster_size, n))]
    p, q = cell.mean(), baseline.mean()
    z = cell / p - baseline / q
    difference = (cell - baseline).astype(float)
    case = {"name": name, "items": n, "seeds": seeds, "cell": cell.ravel().tolist(), "baseline": baseline.ravel().tolist(), "clusters": clusters,
            "retention": float(p / q)}
    if seeds >= 3:
        ms, se, df = crossed(z)
        ms_d, se_d, df_d = crossed(difference)
        case |= {"meanSquares": ms_d}
    else:
        se, df = clustered(z.mean(axis=1), clusters)
        se_d, df_d = clustered(difference.mean(axis=1), clusters)
    t, t_d = stats.t.ppf(0.975, df), stats.t.ppf(0.975, df_d)
    case |= {"logStandardError": se, "df": df, "low": float(p / q * np.exp(-t * se)), "high": float(p / q * np.exp(t * se)),
             "difference": {"mean": float(difference.mean()), "standardError": se_d, "df": df_d,
                            "low": float(difference.mean() - t_d * se_d), "high": float(difference.mean() + t_d * se_d)}}
    cases.append(case)

golden = {
    "made": {"script": "tests/golden/make-statistics.py", "numpy": np.__version__, "scipy": scipy.__version__, "statsmodels": statsmodels.__version__},
    "normalQuantile": [[p, float(stats.norm.ppf(p))] for p in [0.5, 0.8, 0.9, 0.95, 0.975, 0.99, 0.995, 0.9995]],
    "tQuantile": [[p, df, float(stats.t.ppf(p, df))] for df in [1, 1.3, 2, 2.7, 4.5, 10, 30.5, 299, 4999, 1e5] for p in [0.8, 0.95, 0.975, 0.995]],
    "wilson": [[c, n, *(float(x) for x in proportion_confint(c, n, method="wilson"))] for c, n in [(0, 30), (1, 30), (15, 30), (29, 30), (30, 30), (150, 300), (297, 300)]],
    "cases": cases,
}
path = pathlib.Path(__file__).with_name("statistics.json")
path.write_text(json.dumps(golden, separators=(",", ":")) + "\n")
print(path.name, path.stat().st_size, "bytes")
