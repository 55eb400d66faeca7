"""
Golden numbers for the parts of framework/statistics that make-statistics.py leaves out: crossed components against REML, crossed
clusters, scores, gain retention, bootstrap, guards, designs. Writes crossed.json beside itself.

    uv venv --python 3.11 VENV && uv pip install --python VENV/bin/python scipy==1.16.3 statsmodels==0.15.0
    VENV/bin/python tests/golden/make-crossed.py

Nothing here follows the TypeScript: components come from statsmodels' MixedLM and analysis of variance, ends of intervals are
solved for with SciPy's root finder, designs with statsmodels' power solver, the bootstrap is drawn in numpy.
"""
import json
import math
import pathlib
import warnings

import numpy as np
import pandas as pd
import scipy
import statsmodels
import statsmodels.api as sm
from scipy import optimize, stats
from statsmodels.formula.api import mixedlm, ols
from statsmodels.stats.power import NormalIndPower
from statsmodels.stats.proportion import proportion_confint

rng = np.random.default_rng(20260117)
warnings.simplefilter("ignore")


def answers(level, difficulty, seeds, seed_sd, samples=1):
    logit = level + difficulty[:, None] + rng.normal(0, 1, seeds)[None, :] * seed_sd
    return rng.binomial(samples, 1 / (1 + np.exp(-logit))) / samples


def frame_of(z):
    n, k = z.shape
    return pd.DataFrame({"y": z.ravel(), "item": np.repeat(np.arange(n), k), "seed": np.tile(np.arange(k), n), "all": 1})


def mean_squares(z):
    table = sm.stats.anova_lm(ols("y ~ C(item) + C(seed)", frame_of(z)).fit())
    return {name: float(table.loc[row, "mean_sq"]) for name, row in [("item", "C(item)"), ("seed", "C(seed)"), ("residual", "Residual")]}


def crossed(z):
    n, k = z.shape
    ms = mean_squares(z)
    item, seed, residual = max(ms["item"], ms["residual"]), max(ms["seed"], ms["residual"]), ms["residual"]
    total = item + seed - residual
    df = total**2 / (item**2 / (n - 1) + ms["seed"] ** 2 / (k - 1) + residual**2 / ((n - 1) * (k - 1)))
    return float(np.sqrt(total / (n * k))), float(df)


def reml(z):
    """Crossed random effects by restricted maximum likelihood: both as variance components of one group."""
    fit = mixedlm("y ~ 1", frame_of(z), groups="all", re_formula="0", vc_formula={"item": "0 + C(item)", "seed": "0 + C(seed)"}).fit(
        reml=True, method=["bfgs", "lbfgs"])
    assert fit.converged
    named = dict(zip(fit.model.exog_vc.names, fit.vcomp))
    return {"item": float(named["item"]), "seed": float(named["seed"]), "residual": float(fit.scale), "standardError": float(fit.bse_fe.iloc[0])}


def by_cluster(z, clusters):
    """Rows of one cluster summed, about the mean over items; clusters / items times."""
    centred = pd.DataFrame(z - z.mean()).groupby(clusters, sort=False).sum().to_numpy()
    return centred * (len(centred) / len(z))


def estimate(z, clusters):
    """Standard error and df of the mean of z over items and seeds."""
    rows = by_cluster(z, clusters)
    if z.shape[1] >= 3:
        return crossed(rows)
    of_rows = rows.mean(axis=1)
    return float(stats.sem(of_rows)), len(rows) - 1


def score(z, clusters, level):
    """Wilson's interval at the effective number of items, by statsmodels: it takes alpha, so the t point is turned into one."""
    mean = z.mean()
    se, df = estimate(z, clusters)
    n = mean * (1 - mean) / se**2
    critical = stats.t.isf((1 - level) / 2, df)
    low, high = proportion_confint(mean * n, n, alpha=2 * stats.norm.sf(critical), method="wilson")
    return {"level": level, "estimate": float(mean), "low": float(low), "high": float(high)}


def gain(cell, baseline, base, clusters):
    """The ratios at which |mean| = t se, each looked for on its own side of the estimate."""
    def excess(ratio):
        d = (cell - base) - ratio * (baseline - base)
        se, df = estimate(d, clusters)
        return abs(d.mean()) - stats.t.isf(0.025, df) * se
    middle = float((cell - base).mean() / (baseline - base).mean())
    ends = []
    for direction in [-1, 1]:
        reach = 1e-3
        while excess(middle + direction * reach) < 0:
            reach *= 1.5
        ends.append(float(optimize.brentq(lambda r: excess(middle + direction * r), 0, reach, xtol=1e-13) * direction + middle))
    return {"estimate": middle, "low": ends[0], "high": ends[1]}


def flipped(d):
    """Random signs by SciPy, half a million times: within 4 standard errors of the exact p."""
    return float(stats.permutation_test((d, np.zeros_like(d)), lambda x, y, axis: (x - y).mean(axis=axis), permutation_type="samples", vectorized=True,
                                        n_resamples=500_000, batch=20_000, rng=np.random.default_rng(2)).pvalue)


def bootstrap(cell, baseline, replicates=200_000):
    """Items and seeds drawn with replacement, each on its own: multinomial counts."""
    n, k = cell.shape
    ratios, contrasts = [], []
    for _ in range(replicates // 1000):
        items = rng.multinomial(n, np.full(n, 1 / n), 1000)
        seeds = rng.multinomial(k, np.full(k, 1 / k), 1000)
        tops, bottoms = (np.einsum("bi,is,bs->b", items, one, seeds, optimize=True) / (n * k) for one in (cell, baseline))
        ratios.append(tops / bottoms)
        contrasts.append(tops - 0.9 * bottoms)
    summary = lambda values: {"low": float(np.quantile(values, 0.025)), "high": float(np.quantile(values, 0.975)), "sd": float(np.std(values))}
    return {"retention": summary(np.concatenate(ratios)), "contrast": summary(np.concatenate(contrasts))}


components, layouts = [], []
for name, n, seeds, seed_sd in [("seeds that differ", 60, 3, 1.0), ("5 seeds", 80, 5, 0.6), ("8 seeds", 40, 8, 0.8)]:
    z = answers(0.5, rng.normal(0, 1.5, n), seeds, seed_sd, 4)
    components.append({"name": name, "items": n, "seeds": seeds, "values": z.ravel().tolist(), **reml(z)})

for name, n, seeds, seed_sd, cluster_size, samples in [
    ("3 seeds, clusters of unequal size", 90, 3, 0.5, 3, 1), ("5 seeds, 4 samples", 60, 5, 0.3, 1, 4), ("3 seeds, 4 samples, clusters", 72, 3, 0, 4, 4),
    ("1 seed, 8 samples", 60, 1, 0, 1, 8), ("2 seeds, clusters", 66, 2, 0.3, 3, 1),
]:
    clusters = [f"c{i}" for i in range(n)] if cluster_size == 1 else [f"c{int(c)}" for c in np.sort(rng.integers(0, n // cluster_size, n))]
    codes = pd.factorize(np.array(clusters))[0]
    difficulty = rng.normal(0, 1.5, n) if cluster_size == 1 else rng.normal(0, 1.3, codes.max() + 1)[codes] + rng.normal(0, 0.75, n)
    cell, baseline, base = (answers(level, difficulty, s, sd, samples) for level, s, sd in [(0.9, seeds, seed_sd), (1.4, seeds, seed_sd), (-2.5, 1, 0)])
    layouts.append({
        "name": name, "items": n, "seeds": seeds, "clusters": clusters, "cell": cell.ravel().tolist(), "baseline": baseline.ravel().tolist(), "base": base.ravel().tolist(),
        "scores": [score(cell, codes, level) for level in [0.95, 0.9, 0.99]],
        "gain": gain(cell, baseline, base, codes),
        # whole numbers: equal sums are equal to the last digit
        "pairedP": flipped(np.rint(pd.Series((cell - baseline).sum(axis=1) * samples).groupby(codes).sum().to_numpy())),
        "bootstrap": bootstrap(cell, baseline) if cluster_size == 1 else None,
    })


def equal_scores(n, right, threshold, alpha):
    """Cell and baseline agree on every item and seed: the bound of Wilson for none of n, or the t bound with Hall's if it is wider."""
    values = np.repeat(np.arange(n) < right, 3).reshape(n, 3) * 1.0
    d = values * (1 - threshold)
    se, df = crossed(d) if right < n else (0.0, n - 1)
    reaches = [proportion_confint(0, n, alpha=2 * alpha, method="wilson")[1]]
    if se > 0:
        a = stats.skew(d.mean(axis=1)) * (d.mean(axis=1).std() / math.sqrt(n) / se) ** 3 / math.sqrt(n)
        t = stats.t.isf(alpha, df)
        reaches += [t * se, optimize.brentq(lambda x: x + a * x**2 / 3 + a**2 * x**3 / 27 + a / 6 - t, -50, 50, xtol=1e-13) * se]
    return float(d.mean() - max(reaches))


def power(effect, item, seed, residual, n, k, alpha):
    i, m, r = k * item + residual, n * seed + residual, residual
    total = i + m - r
    df = total**2 / (i**2 / (n - 1) + m**2 / (k - 1) + r**2 / ((n - 1) * (k - 1)))
    return float(stats.nct.sf(stats.t.isf(alpha, df), df, abs(effect) / np.sqrt(total / (n * k))))


def fewest(holds, start):
    """By trying each number in turn."""
    n = start
    while not holds(n):
        n += 1
        assert n < 20_000, "not reachable"
    return n


def effect_variance(q, retention, threshold, correlation):
    """Of cell - threshold * baseline, by the four outcomes of one item."""
    p = retention * q
    both = p * q + correlation * math.sqrt(p * (1 - p) * q * (1 - q))
    outcomes = [(1 - threshold, both), (1, p - both), (-threshold, q - both), (0, 1 - p - q + both)]
    mean = sum(value * share for value, share in outcomes)
    return sum((value - mean) ** 2 * share for value, share in outcomes)


def combined(groups):
    """Difference of the first two retentions, and the geometric mean of all: linearised item by item, stacked with each group's weight."""
    def interval(estimate, parts):
        total = sum(len(z) for _, z in parts)
        stacked = np.concatenate([weight * z * total / len(z) for weight, z in parts])
        se, df = estimate_of(stacked)
        half = stats.t.isf(0.025, df) * se
        return [estimate, estimate - half, estimate + half, df]
    estimate_of = lambda z: estimate(z, np.arange(len(z)))
    p, q = ([group[name].mean() for group in groups] for name in ("cell", "baseline"))
    r = [a / b for a, b in zip(p, q)]
    linear = [(g["cell"] - ratio * g["baseline"]) / b for g, ratio, b in zip(groups, r, q)]
    logs = [(1 / len(groups), g["cell"] / a - g["baseline"] / b) for g, a, b in zip(groups, p, q)]
    mean = interval(float(np.mean(np.log(r))), logs)
    return {"difference": interval(float(r[0] - r[1]), [(1, linear[0]), (-1, linear[1])]), "mean": [float(np.exp(end)) for end in mean[:3]] + mean[3:]}


def tiers(seeds):
    luck = rng.normal(0, 0.4, (2, 1, seeds))
    groups = []
    for n, level in [(40, 1.5), (70, -0.3)]:
        difficulty = rng.normal(0, 1.5, (n, 1))
        cell, baseline = ((rng.random((n, seeds)) < 1 / (1 + np.exp(-(level + shift + difficulty + luck[which])))) * 1.0 for which, shift in [(0, -0.4), (1, 0)])
        groups.append({"items": n, "cell": cell, "baseline": baseline})
    return {"seeds": seeds, **combined(groups), "groups": [{"items": g["items"], "cell": g["cell"].ravel().tolist(), "baseline": g["baseline"].ravel().tolist()} for g in groups]}


single = NormalIndPower()
designs = [(0.116025, 400, 0.025, 0.8), (0.09, 127, 0.025, 0.8), (0.2, 30, 0.0125, 0.9)]
settled = [(0.06, 0.1, 0.001, 0.05, 400, 5, 0.025), (0.085, 0.09, 0.0004, 0.06, 200, 3, 0.025), (0.05, 0.12, 0.0002, 0.03, 800, 3, 0.0125)]
golden = {
    "made": {"script": "tests/golden/make-crossed.py", "numpy": np.__version__, "scipy": scipy.__version__, "statsmodels": statsmodels.__version__},
    "components": components,
    "layouts": layouts,
    "tiers": [tiers(seeds) for seeds in (2, 3, 5)],
    "noncentralTUpperTail": [[x, df, shift, float(stats.nct.sf(x, df, shift))] for df in [2, 3.7, 30.5, 4999] for shift in [0.5, 2, 4.5] for x in [0.3, 1.96, 4.3]],
    "wilson": [[share, n, level, *(float(x) for x in proportion_confint(share * n, n, alpha=1 - level, method="wilson"))]
               for share, n in [(0.3, 12.5), (0.97, 41.3), (0.5, 1000)] for level in [0.8, 0.9, 0.99]],
    "skewness": [[right, n, float(stats.skew(np.arange(n) < right) / math.sqrt(n))] for right, n in [(98, 100), (3, 40), (150, 300)]],
    "equalScores": [[n, right, threshold, alpha, equal_scores(n, right, threshold, alpha)] for n, right, threshold, alpha in
                    [(30, 30, 0.9, 0.025), (300, 300, 0.9, 0.025), (200, 150, 0.9, 0.025), (100, 97, 0.8, 0.005)]],
    # one-sided, one sample: nobs of the second group is left out by ratio 0
    "detectableEffect": [[variance, n, alpha, wanted, float(single.solve_power(nobs1=n, alpha=alpha, power=wanted, ratio=0, alternative="larger") * math.sqrt(variance))]
                         for variance, n, alpha, wanted in designs],
    "itemsForEffect": [[variance, effect, alpha, wanted, math.ceil(single.solve_power(effect / math.sqrt(variance), alpha=alpha, power=wanted, ratio=0, alternative="larger"))]
                       for variance, effect, alpha, wanted in [(0.116025, 0.085, 0.025, 0.8), (0.09, 0.03, 0.0125, 0.9), (0.2, 0.1, 0.025, 0.8)]],
    "contrastVariance": [[*case, effect_variance(*case)] for case in [(0.85, 1, 0.9, 0.5), (0.85, 0.95, 0.9, 0.5), (0.4, 0.7, 0.8, 0.2), (0.9, 0.5, 0.6, 0)]],
    "settling": [[*case, fewest(lambda n: power(*case[:4], n, case[5], case[6]) >= 0.8, 2), fewest(lambda k: power(*case[:4], case[4], k, case[6]) >= 0.8, 3)] for case in settled],
}
path = pathlib.Path(__file__).with_name("crossed.json")
path.write_text(json.dumps(golden, separators=(",", ":")) + "\n")
print(path.name, path.stat().st_size, "bytes")
