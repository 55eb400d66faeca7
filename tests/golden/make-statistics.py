"""
Golden numbers for framework/statistics from SciPy and statsmodels. Writes statistics.json beside itself.

    uv venv --python 3.11 VENV && uv pip install --python VENV/bin/python scipy==1.16.3 statsmodels==0.15.0
    VENV/bin/python tests/golden/make-statistics.py

Nothing here follows the TypeScript: mean squares come from statsmodels' analysis of variance, cluster-robust errors from its
sandwich estimator, quantiles from SciPy.
"""
import json
import math
import pathlib

import numpy as np
import pandas as pd
import scipy
import statsmodels
import statsmodels.api as sm
from scipy import optimize, stats
from statsmodels.formula.api import ols
from statsmodels.stats.contingency_tables import mcnemar
from statsmodels.stats.multitest import multipletests
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
    if seeds >= 3:
        case["verdicts"] = []
        for threshold, alpha in [(0.5, 0.025), (0.9, 0.025), (0.9, 0.01), (1.3, 0.025)]:
            d = cell - threshold * baseline
            _, se_v, df_v = crossed(d)
            critical, t_v = stats.t.ppf(1 - alpha, df_v), d.mean() / se_v
            skewness = stats.moment(d.mean(axis=1), 3) / (n**2 * se_v**3)
            hall = lambda x: x + skewness * x**2 / 3 + skewness**2 * x**3 / 27 + skewness / 6
            # the ends are solved for, not transformed back
            lower = optimize.brentq(lambda x: hall(x) - critical, -50, 50, xtol=1e-13)
            upper = optimize.brentq(lambda x: hall(x) + critical, -50, 50, xtol=1e-13)
            low, high = float(d.mean() - max(critical, lower) * se_v), float(d.mean() - min(-critical, upper) * se_v)
            case["verdicts"].append({
                "threshold": threshold, "alpha": alpha, "low": low, "high": high, "df": df_v,
                "kind": "supported" if low > 0 else "refuted" if high < 0 else "inconclusive",
                "pSupported": float(stats.t.sf(min(t_v, hall(t_v)), df_v)), "pRefuted": float(stats.t.cdf(max(t_v, hall(t_v)), df_v)),
            })
    cases.append(case)


def power(effect, item, seed, residual, n, k, alpha):
    """Noncentral t at the mean squares that the components make expect."""
    i, m, r = k * item + residual, n * seed + residual, residual
    total = i + m - r
    df = total**2 / (i**2 / (n - 1) + m**2 / (k - 1) + r**2 / ((n - 1) * (k - 1)))
    return float(stats.nct.sf(stats.t.ppf(1 - alpha, df), df, abs(effect) / np.sqrt(total / (n * k))))


def sign_flip(d):
    test = stats.permutation_test((d, np.zeros_like(d)), lambda x, y, axis: (x - y).mean(axis=axis), permutation_type="samples",
                                  vectorized=True, n_resamples=np.inf)
    return float(test.pvalue)


power_cases = [(0.085, 0.09, 0.0004, 0.06, 300, 3, 0.025), (0.03, 0.1, 0.004, 0.05, 500, 3, 0.025), (0.03, 0.1, 0.004, 0.05, 500, 30, 0.025),
               (-0.05, 0.1, 0.001, 0.05, 1000, 5, 0.0125), (0.04, 0.12, 0, 0.03, 200, 5, 0.025), (0.01, 0.12, 0, 0, 5000, 3, 0.005)]
p_lists = [[0.01, 0.02], [0.001, 0.2, 0.013, 0.04, 0.013, 0.6], [0.5], [0.03, 0.001, 0.02, 0.005], [0, 1, 0.5], (rng.random(30) ** 3).tolist()]
flips = [[1.0, 1, 1, 1], [1.0, -1, 0, 0, 1], (rng.normal(0.3, 1, 9)).tolist(), (rng.integers(-3, 5, 13) / 3).tolist(), [0.1, 0.2, -0.3, 0.3]]
long_flip = rng.normal(0.25, 1, 60)

golden = {
    "made": {"script": "tests/golden/make-statistics.py", "numpy": np.__version__, "scipy": scipy.__version__, "statsmodels": statsmodels.__version__},
    "normalQuantile": [[p, float(stats.norm.ppf(p))] for p in [0.5, 0.8, 0.9, 0.95, 0.975, 0.99, 0.995, 0.9995]],
    "tQuantile": [[p, df, float(stats.t.ppf(p, df))] for df in [1, 1.3, 2, 2.7, 4.5, 10, 30.5, 299, 4999, 1e5] for p in [0.8, 0.95, 0.975, 0.995]],
    "wilson": [[c, n, *(float(x) for x in proportion_confint(c, n, method="wilson"))] for c, n in [(0, 30), (1, 30), (15, 30), (29, 30), (30, 30), (150, 300), (297, 300)]],
    "cases": cases,
    "tUpperTail": [[x, df, float(stats.t.sf(x, df))] for df in [1.3, 2, 4.5, 30.5, 4999] for x in [-2.5, 0, 0.7, 1.96, 4.3]],
    "normalUpperTail": [[x, float(stats.norm.sf(x))] for x in [-3, -0.5, 0, 1, 1.96, 3, 5]],
    "power": [[*case, power(*case)] for case in power_cases],
    "multiple": [{"p": p, "holm": multipletests(p, method="holm")[1].tolist(), "holmRejected": multipletests(p, 0.025, method="holm")[0].tolist(),
                  "benjaminiHochberg": multipletests(p, method="fdr_bh")[1].tolist()} for p in p_lists],
    "obrienFleming": [[t, a, float(2 * stats.norm.sf(stats.norm.isf(a / 2) / np.sqrt(t)))] for a in [0.025, 0.05] for t in [0.2, 0.5, 0.75, 1]],
    "mcnemar": [[b, c, float(mcnemar([[40, b], [c, 30]], exact=True).pvalue)] for b, c in [(1, 5), (0, 1), (0, 8), (7, 7), (12, 30), (30, 12), (480, 560), (900, 1100)]],
    "signFlip": [{"differences": d, "p": sign_flip(np.array(d))} for d in flips],
    # 60 units are too many to try all flips: a million random ones by SciPy
    "signFlipLong": {"differences": long_flip.tolist(), "p": float(stats.permutation_test(
        (long_flip, np.zeros(60)), lambda x, y, axis: (x - y).mean(axis=axis), permutation_type="samples", vectorized=True,
        n_resamples=1_000_000, batch=20_000, rng=np.random.default_rng(1)).pvalue)},
    "passAtK": [[n, c, k, 1 - math.comb(n - c, k) / math.comb(n, k)] for n, c, k in
                [(10, 3, 1), (10, 4, 2), (16, 1, 8), (16, 15, 8), (200, 3, 100), (64, 0, 4), (64, 64, 64), (1000, 7, 10), (100000, 2, 5), (100000, 60000, 10)]],
}
path = pathlib.Path(__file__).with_name("statistics.json")
path.write_text(json.dumps(golden, separators=(",", ":")) + "\n")
print(path.name, path.stat().st_size, "bytes")
