"""The data sets: each table against what is known of it, its card, and damage of every kind.

Each ``test_fact_<name>`` recomputes the known fact of the card ``<name>`` in
datasets/README.md, and its docstring is that fact, word for word. A further test per data
set recomputes what else is published about it.
"""

import csv
import inspect
import re
import shutil
import socket
import subprocess
import sys
from fractions import Fraction

import numpy as np
import pytest
import statsmodels.api as sm
from numpy.testing import assert_allclose, assert_array_equal
from scipy import stats
from sklearn import datasets as sklearn_datasets
from sklearn.mixture import GaussianMixture

from utils import datasets
from utils.datasets import describe, expand, feature_names

FILES = sorted(path.stem for path in datasets.FOLDER.glob("*.csv"))
LOADERS = {
    name.removeprefix("load_"): loader
    for name, loader in vars(datasets).items()
    if name.startswith("load_")
}
WITH_X = ["iris", "wine", "breast_cancer", "digits", "diabetes", "longley"]

each_data_set = pytest.mark.parametrize("name", FILES)


def load(name):
    return LOADERS[name]()


def arrays(name):
    result = load(name)
    return list(result.values()) if isinstance(result, dict) else list(result)


def rows_of(name):
    with open(datasets.FOLDER / f"{name}.csv", encoding="utf-8", newline="") as file:
        return list(csv.reader(file))


def column(name, feature):
    X, _ = load(name)
    return X[:, feature_names(name).index(feature)]


def line(x, y):
    """Intercept and slope of the least-squares line."""
    slope = np.cov(x, y)[0, 1] / np.var(x, ddof=1)
    return np.mean(y) - slope * np.mean(x), slope


def correlation(x, y):
    return np.corrcoef(x, y)[0, 1]


def r_squared(X, y):
    A = np.column_stack([np.ones(len(X)), X])
    residual = y - A @ np.linalg.lstsq(A, y)[0]
    return 1 - residual @ residual / np.sum((y - y.mean()) ** 2)


def entropy_bits(p):
    p = p[p > 0]
    return -np.sum(p * np.log2(p))


# ------------------------------------------------------ the fact in each card, recomputed


def test_fact_anscombe():
    """In each of the four, x has mean 9 and variance 11, y has mean 7.50, their correlation
    is 0.82, and the fitted line is 3.00 + 0.500 x."""
    table = datasets.load_anscombe()
    for which in ("I", "II", "III", "IV"):
        x, y = (table[c][table["dataset"] == which] for c in "xy")
        assert (len(x), x.mean(), x.var(ddof=1)) == (11, 9, 11)
        assert round(y.mean(), 2) == 7.50
        assert round(correlation(x, y), 2) == 0.82
        intercept, slope = line(x, y)
        assert (round(intercept, 2), round(slope, 3)) == (3.00, 0.500)


def test_fact_berkeley_1973():
    """Of the men 1198 of 2691 were admitted, 44.5%, of the women 557 of 1835, 30.4%; but
    department A admitted 89 of its 108 women and only 512 of its 825 men."""
    table = datasets.load_berkeley_1973()

    def admitted_of(where):
        admitted, rejected = (table[c][where].sum() for c in ("admitted", "rejected"))
        return admitted, admitted + rejected

    women, in_a = table["sex"] == "female", table["department"] == "A"
    assert admitted_of(~women) == (1198, 2691)
    assert admitted_of(women) == (557, 1835)
    assert (round(100 * 1198 / 2691, 1), round(100 * 557 / 1835, 1)) == (44.5, 30.4)
    assert admitted_of(in_a & women) == (89, 108)
    assert admitted_of(in_a & ~women) == (512, 825)


def test_fact_breast_cancer():
    """There are 212 malignant and 357 benign tumors, and the mean of `mean_radius` is
    14.1273."""
    _, y = datasets.load_breast_cancer()
    assert_array_equal(np.bincount(y), [212, 357])  # 0 malignant, 1 benign
    assert round(column("breast_cancer", "mean_radius").mean(), 4) == 14.1273


def test_fact_challenger():
    """Seven flights had damage, nine O-rings in all, and the binomial logistic fit to the
    share of damaged rings at T °F has the published logit 5.085 − 0.1156 T."""
    table = datasets.load_challenger()
    damaged, T = table["distressed_orings"], sm.add_constant(table["temperature_f"])
    assert ((damaged > 0).sum(), damaged.sum()) == (7, 9)
    counts = np.column_stack([damaged, 6 - damaged])
    fit = sm.GLM(counts, T, family=sm.families.Binomial()).fit()
    assert_allclose(fit.params, [5.085, -0.1156], atol=5e-5)


def test_fact_diabetes():
    """The mean progression is 152.1335, the mean BMI 26.3758, and least squares with all ten
    columns has an R² of 0.5177."""
    X, y = datasets.load_diabetes()
    assert round(y.mean(), 4) == 152.1335
    assert round(column("diabetes", "bmi").mean(), 4) == 26.3758
    assert round(r_squared(X, y), 4) == 0.5177


def test_fact_digits():
    """The digits 0 to 9 occur 178, 182, 177, 183, 181, 182, 181, 179, 174 and 180 times, and
    all the ink adds up to 561 718."""
    X, y = datasets.load_digits()
    counts = [178, 182, 177, 183, 181, 182, 181, 179, 174, 180]
    assert_array_equal(np.bincount(y), counts)
    assert X.sum() == 561_718


def test_fact_english_bigrams():
    """Of 2 819 662 855 499 pairs within words, 100 272 945 963 are TH, 3.56%; after a Q comes
    a U with probability 0.969."""
    symbols, counts = datasets.load_english_bigrams()
    t, h, q, u = (np.flatnonzero(symbols == letter)[0] for letter in "thqu")
    within = counts[1:, 1:].sum()
    assert (within, counts[t, h]) == (2_819_662_855_499, 100_272_945_963)
    assert round(100 * counts[t, h] / within, 2) == 3.56
    assert round(counts[q, u] / counts[q].sum(), 3) == 0.969


def test_fact_english_letters():
    """There are 3 563 505 777 820 letters in 743 842 922 321 words; 12.49% are E and 9.28% T,
    and the entropy is 4.1654 bits a letter."""
    table = datasets.load_english_letters()
    assert table["count"].sum() == 3_563_505_777_820
    assert table["initial_count"].sum() == 743_842_922_321
    p = table["count"] / table["count"].sum()
    percent = dict(zip(table["letter"], np.round(100 * p, 2), strict=True))
    assert (percent["e"], percent["t"]) == (12.49, 9.28)
    assert round(entropy_bits(p), 4) == 4.1654


def test_fact_galton_heights():
    """The 928 children have mean 68.0885, their mid-parents 68.3082; the correlation is 0.4588
    and the slope of child on mid-parent 0.6463."""
    pairs = expand(datasets.load_galton_heights())
    parent, child = pairs["midparent_in"], pairs["child_in"]
    assert len(child) == 928
    assert (round(child.mean(), 4), round(parent.mean(), 4)) == (68.0885, 68.3082)
    assert round(correlation(parent, child), 4) == 0.4588
    assert round(line(parent, child)[1], 4) == 0.6463


def test_fact_horse_kicks():
    """In all, 196 deaths: 144, 91, 32, 11 and 2 corps-years with 0 to 4 of them. In the ten
    similar corps 109, 65, 22, 3 and 1, with mean 0.61 and variance 0.6110."""
    table = datasets.load_horse_kicks()
    deaths = table["deaths"]
    assert deaths.sum() == 196
    assert_array_equal(np.bincount(deaths), [144, 91, 32, 11, 2])
    similar = deaths[~np.isin(table["corps"], ["G", "I", "VI", "XI"])]
    assert_array_equal(np.bincount(similar), [109, 65, 22, 3, 1])
    assert (similar.mean(), round(similar.var(ddof=1), 4)) == (0.61, 0.6110)


def test_fact_hubble_1929():
    """The mean velocity is 373.125 km/s; the line has slope 454.158 km/s per Mpc and intercept
    −40.784, and through the origin the slope is 423.937."""
    table = datasets.load_hubble_1929()
    r, v = table["distance_mpc"], table["velocity_km_s"]
    assert v.mean() == 373.125
    assert_allclose(line(r, v), [-40.784, 454.158], atol=5e-4)
    assert round((r @ v) / (r @ r), 3) == 423.937


def test_fact_iris():
    """Fifty flowers of each species; the means of the four columns are 5.8433, 3.0573, 3.7580
    and 1.1993 cm."""
    X, y = datasets.load_iris()
    assert_array_equal(np.bincount(y), [50, 50, 50])
    assert_array_equal(X.mean(axis=0).round(4), [5.8433, 3.0573, 3.7580, 1.1993])


def test_fact_keeling_co2():
    """The mean was 315.98 ppm in 1959, 338.76 in 1980, 369.71 in 2000 and 424.61 in 2024."""
    table = datasets.load_keeling_co2()
    co2 = dict(zip(table["year"], table["co2_ppm"], strict=True))
    years = (1959, 1980, 2000, 2024)
    assert [co2[year] for year in years] == [315.98, 338.76, 369.71, 424.61]


def test_fact_keeling_co2_monthly():
    """From March 1958 (316.10 ppm) to December 2001 (371.02 ppm) only June and October 1958 and
    February to April 1964 are empty."""
    table = datasets.load_keeling_co2_monthly()
    month = list(zip(table["year"], table["month"], strict=True))
    assert (month[0], table["co2_ppm"][0]) == ((1958, 3), 316.10)
    assert (month[-1], table["co2_ppm"][-1]) == ((2001, 12), 371.02)
    empty = [month[i] for i in np.flatnonzero(np.isnan(table["co2_ppm"]))]
    assert empty == [(1958, 6), (1958, 10), (1964, 2), (1964, 3), (1964, 4)]


def test_fact_longley():
    """NIST certifies the intercept −3482258.63459582, the coefficient 1829.15146461355 of the
    year, and an R² of 0.995479004577."""
    coefficients, r2 = exact_least_squares(*datasets.load_longley())
    assert_allclose(coefficients[0], -3482258.63459582, rtol=1e-14)
    assert_allclose(coefficients[-1], 1829.15146461355, rtol=1e-14)
    assert_allclose(r2, 0.995479004577, atol=5e-13)


def test_fact_mendel_dihybrid():
    """The 556 seeds fall into 315, 101, 108 and 32; against 9 : 3 : 3 : 1 that is a chi-squared
    of 0.4700, p = 0.925."""
    table = datasets.load_mendel_dihybrid()
    count, ratio = table["count"], table["expected_ratio"]
    assert_array_equal(count, [315, 101, 108, 32])
    assert_array_equal(ratio, [9, 3, 3, 1])
    assert count.sum() == 556
    test = stats.chisquare(count, 556 * ratio / 16)
    assert (round(test.statistic, 4), round(test.pvalue, 3)) == (0.4700, 0.925)


def test_fact_mendel_peas():
    """In all 14 949 dominant to 5010 recessive; the ratios are 2.96, 3.01, 3.15, 2.95, 2.82,
    3.14 and 2.84, and their chi-squared against 3 : 1 adds up to 2.1389."""
    table = datasets.load_mendel_peas()
    dominant, recessive = table["dominant"], table["recessive"]
    assert (dominant.sum(), recessive.sum()) == (14_949, 5010)
    ratios = [2.96, 3.01, 3.15, 2.95, 2.82, 3.14, 2.84]
    assert_array_equal((dominant / recessive).round(2), ratios)
    n = dominant + recessive
    chi2 = (dominant - 3 * n / 4) ** 2 / (3 * n / 4) + (recessive - n / 4) ** 2 / (
        n / 4
    )
    assert round(chi2.sum(), 4) == 2.1389


def test_fact_michelson_1879():
    """The mean is 852.4, the standard deviation 79.0105, the means of the five sets 909, 856,
    845, 820.5 and 831.5, and the lag-1 autocorrelation 0.535200, as NIST certifies."""
    table = datasets.load_michelson_1879()
    speed = table["speed_km_s_minus_299000"]
    assert (speed.mean(), round(speed.std(ddof=1), 4)) == (852.4, 79.0105)
    sets = [speed[table["experiment"] == k].mean() for k in range(1, 6)]
    assert sets == [909, 856, 845, 820.5, 831.5]
    d = speed - speed.mean()
    lag1 = (d[1:] @ d[:-1]) / (d @ d)
    assert round(lag1, 6) == 0.535200
    assert_allclose(speed.std(ddof=1), 79.0105478190518, rtol=1e-13)  # NIST "Michelso"
    assert_allclose(lag1, 0.535199668621283, rtol=1e-12)


def test_fact_old_faithful():
    """The means are 3.4878 and 70.8971 minutes, the correlation is 0.9008, the line is 33.474 +
    10.730 times the duration, and the best mixture of two Gaussians has log-likelihood
    −1130.264."""
    table = datasets.load_old_faithful()
    eruption, waiting = table["eruption_min"], table["waiting_min"]
    assert (round(eruption.mean(), 4), round(waiting.mean(), 4)) == (3.4878, 70.8971)
    assert round(correlation(eruption, waiting), 4) == 0.9008
    assert_allclose(line(eruption, waiting), [33.474, 10.730], atol=5e-4)
    X = np.column_stack([eruption, waiting])
    mixture = GaussianMixture(2, tol=1e-9, max_iter=500, n_init=3, random_state=0).fit(
        X
    )
    assert_allclose(len(X) * mixture.score(X), -1130.264, atol=5e-4)


def test_fact_olympic_100m():
    """Of 30 men's and 22 women's finals the fastest were 9.63 s (2012) and 10.54 s (1988); the
    men's line is 33.5505 − 0.011858 times the year."""
    table = datasets.load_olympic_100m()
    best = {}
    for sex in ("men", "women"):
        year, time = (table[c][table["sex"] == sex] for c in ("year", "time_s"))
        best[sex] = (len(year), time.min(), year[time.argmin()])
    assert best == {"men": (30, 9.63, 2012), "women": (22, 10.54, 1988)}
    men = table["sex"] == "men"
    intercept, slope = line(table["year"][men], table["time_s"][men])
    assert (round(intercept, 4), round(slope, 6)) == (33.5505, -0.011858)


def test_fact_sleep_student():
    """The mean gains are 0.75 and 2.33 hours; the differences have mean 1.58 and standard
    deviation 1.2300, hence t = 4.0621 and p = 0.00283."""
    table = datasets.load_sleep_student()
    first, second = table["drug1_extra_h"], table["drug2_extra_h"]
    assert (round(first.mean(), 10), round(second.mean(), 10)) == (0.75, 2.33)
    gain = second - first
    assert (round(gain.mean(), 10), round(gain.std(ddof=1), 4)) == (1.58, 1.2300)
    test = stats.ttest_rel(second, first)
    assert (round(test.statistic, 4), round(test.pvalue, 5)) == (4.0621, 0.00283)


def test_fact_titanic():
    """Of 2201 people 711 survived: 203 of 325 in the first class, 212 of 885 of the crew, 344 of
    470 women and girls, 57 of 109 children."""
    people = expand(datasets.load_titanic())
    survived = people["survived"] == "yes"

    def survivors(where):
        return survived[where].sum(), where.sum()

    assert survivors(people["survived"] != "") == (711, 2201)
    assert survivors(people["class"] == "1st") == (203, 325)
    assert survivors(people["class"] == "crew") == (212, 885)
    assert survivors(people["sex"] == "female") == (344, 470)
    assert survivors(people["age"] == "child") == (57, 109)


def test_fact_wine():
    """The three cultivars have 59, 71 and 48 wines; mean alcohol is 13.0006% and mean proline
    746.89 mg/L."""
    _, y = datasets.load_wine()
    assert_array_equal(np.bincount(y), [59, 71, 48])
    assert round(column("wine", "alcohol").mean(), 4) == 13.0006
    assert round(column("wine", "proline").mean(), 2) == 746.89


# ----------------------------------------------- production copies, and what else is known


@pytest.mark.parametrize("name", ["iris", "wine", "breast_cancer", "digits"])
def test_the_copy_is_the_one_of_scikit_learn(name):
    X, y = load(name)
    reference = getattr(sklearn_datasets, f"load_{name}")()
    assert_array_equal(X, reference.data)
    assert_array_equal(y, reference.target)


def test_diabetes_is_the_one_of_scikit_learn_raw_and_scaled():
    raw = sklearn_datasets.load_diabetes(scaled=False)
    for X, y in (datasets.load_diabetes(), datasets.load_diabetes(scaled=False)):
        assert_array_equal(X, raw.data)
        assert_array_equal(y, raw.target)
    X, y = datasets.load_diabetes(scaled=True)
    assert_allclose(X, sklearn_datasets.load_diabetes().data, rtol=0, atol=1e-15)
    assert_allclose(X.mean(axis=0), 0, atol=1e-15)
    assert_allclose((X**2).sum(axis=0), 1, rtol=1e-14)
    assert_array_equal(y, raw.target)


def test_longley_is_the_one_of_statsmodels_in_the_order_of_nist():
    X, y = datasets.load_longley()
    reference = sm.datasets.longley.load_pandas()
    assert_array_equal(X, reference.exog)  # GNPDEFL, GNP, UNEMP, ARMED, POP, YEAR
    assert_array_equal(y, reference.endog)


def test_longley_has_all_the_coefficients_that_nist_certifies():
    certified = [
        -3482258.63459582,
        15.0618722713733,
        -0.358191792925910e-01,
        -2.02022980381683,
        -1.03322686717359,
        -0.511041056535807e-01,
        1829.15146461355,
    ]
    coefficients, r2 = exact_least_squares(*datasets.load_longley())
    assert_allclose(coefficients, certified, rtol=1e-14)
    assert_allclose(r2, 0.995479004577296, rtol=1e-14)


def exact_least_squares(X, y):
    """Coefficients, intercept first, and R², in rational arithmetic on the printed digits."""
    A = [[Fraction(1), *(Fraction(str(value)) for value in row)] for row in X]
    b = [Fraction(str(value)) for value in y]
    k = len(A[0])
    rows = [
        [sum(a[i] * a[j] for a in A) for j in range(k)]
        + [sum(a[i] * t for a, t in zip(A, b, strict=True))]
        for i in range(k)
    ]
    for i in range(k):  # Gauss-Jordan; the pivots are positive
        rows[i] = [value / rows[i][i] for value in rows[i]]
        for j in range(k):
            if j != i:
                factor = rows[j][i]
                rows[j] = [
                    u - factor * v for u, v in zip(rows[j], rows[i], strict=True)
                ]
    w = [row[-1] for row in rows]
    mean = sum(b) / len(b)
    fitted = [sum(c * a for c, a in zip(w, row, strict=True)) for row in A]
    rss = sum((t - f) ** 2 for t, f in zip(b, fitted, strict=True))
    return [float(c) for c in w], float(1 - rss / sum((t - mean) ** 2 for t in b))


def test_monthly_co2_is_the_weekly_series_of_statsmodels_averaged():
    table = datasets.load_keeling_co2_monthly()
    weekly = sm.datasets.co2.load_pandas().data["co2"]
    months = weekly.groupby([weekly.index.year, weekly.index.month])
    assert list(months.groups) == list(zip(table["year"], table["month"], strict=True))
    assert_array_equal(table["n_weeks"], months.count())
    assert_allclose(table["co2_ppm"], months.mean(), rtol=0, atol=0.005 + 1e-9)


def test_monthly_co2_lies_up_to_0_54_ppm_from_the_annual_means():
    monthly, annual = datasets.load_keeling_co2_monthly(), datasets.load_keeling_co2()
    gap = {}
    for year, co2 in zip(annual["year"], annual["co2_ppm"], strict=True):
        months = monthly["co2_ppm"][monthly["year"] == year]
        if len(months) == 12 and not np.isnan(months).any():
            gap[year] = abs(months.mean() - co2)
    assert max(gap, key=gap.get) == 1986
    assert round(gap[1986], 2) == 0.54


def test_annual_co2_has_every_year():
    table = datasets.load_keeling_co2()
    assert_array_equal(table["year"], np.arange(1959, 2025))
    assert (np.diff(table["co2_ppm"]) > 0).all()
    assert (table["uncertainty_ppm"] == 0.12).all()


def test_iris_has_the_two_rows_that_uci_has_wrong():
    X, _ = datasets.load_iris()
    assert_array_equal(X[[34, 37]], [[4.9, 3.1, 1.5, 0.2], [4.9, 3.6, 1.4, 0.1]])


def test_diabetes_has_ldl_by_the_formula_of_friedewald():
    total, ldl, hdl, log_tg, ratio = (
        column("diabetes", name)
        for name in ("s1_tc", "s2_ldl", "s3_hdl", "s5_ltg", "s4_tch")
    )
    error = np.abs(5 * (total - ldl - hdl) - np.exp(log_tg))
    assert (error > 0.02).sum() == 4
    assert error.max() < 2.1
    assert np.abs(total / hdl - ratio).max() < 0.7  # mostly rounded to whole numbers


def test_digits_has_three_empty_pixels():
    X, _ = datasets.load_digits()
    empty = np.array(feature_names("digits"))[(X == 0).all(axis=0)]
    assert_array_equal(empty, ["p00", "p40", "p47"])


def test_anscombe_repeats_its_x_and_puts_one_outlier_in_the_fourth():
    table = datasets.load_anscombe()
    first, second, third, fourth = table["x"].reshape(4, 11)
    assert_array_equal(first, second)
    assert_array_equal(first, third)
    assert sorted(fourth) == [8] * 10 + [19]
    variances = table["y"].reshape(4, 11).var(axis=1, ddof=1)
    assert ((4.12 <= variances) & (variances < 4.13)).all()


def test_berkeley_has_six_departments_and_4526_applicants():
    table = datasets.load_berkeley_1973()
    assert table["admitted"].sum() + table["rejected"].sum() == 4526
    assert sorted(set(table["department"])) == list("ABCDEF")


def test_challenger_has_the_published_logit_for_a_flight_with_any_damage():
    table = datasets.load_challenger()
    damaged = (table["distressed_orings"] > 0).astype(int)
    fit = sm.Logit(damaged, sm.add_constant(table["temperature_f"])).fit(disp=0)
    assert_allclose(fit.params, [15.0429, -0.23216], atol=5e-5)
    assert len(set(table["mission"])) == 23
    assert "STS-4" not in table["mission"]


def test_galton_has_the_margins_of_the_printed_table():
    pairs = expand(datasets.load_galton_heights())
    child, children = np.unique(pairs["child_in"], return_counts=True)
    assert_array_equal(child, [61.7, *np.arange(62.2, 73.3), 73.7])
    assert_array_equal(
        children, [5, 7, 32, 59, 48, 117, 138, 120, 167, 99, 64, 41, 17, 14]
    )
    parent, of_parents = np.unique(pairs["midparent_in"], return_counts=True)
    assert_array_equal(parent, [64.0, *np.arange(64.5, 73), 73.0])
    assert_array_equal(of_parents, [14, 23, 66, 78, 211, 219, 183, 68, 43, 19, 4])


def test_horse_kicks_has_fourteen_corps_in_twenty_years():
    table = datasets.load_horse_kicks()
    corps = "G I II III IV V VI VII VIII IX X XI XIV XV".split()
    expected = {(c, year) for c in corps for year in range(1875, 1895)}
    assert set(zip(table["corps"], table["year"], strict=True)) == expected


def test_hubble_has_the_nebulae_that_approach_us_and_one_distance_for_the_last_four():
    table = datasets.load_hubble_1929()
    approaching = table["object"][table["velocity_km_s"] < 0]
    expected = ["NGC 6822", "NGC 598", "NGC 221", "NGC 224", "NGC 3031"]
    assert_array_equal(approaching, expected)
    assert_array_equal(table["distance_mpc"][-4:], [2.0] * 4)
    assert (np.diff(table["distance_mpc"]) >= 0).all()


def test_michelson_has_five_sets_of_twenty_runs_in_order():
    table = datasets.load_michelson_1879()
    assert_array_equal(table["experiment"], np.repeat(np.arange(1, 6), 20))
    assert_array_equal(table["run"], np.tile(np.arange(1, 21), 5))


def test_old_faithful_is_in_whole_seconds_and_begins_as_in_october_1980():
    table = datasets.load_old_faithful()
    seconds = 60 * table["eruption_min"]
    assert np.abs(seconds - seconds.round()).max() < 0.05
    assert 0.3 < np.mean(seconds.round() % 5 == 0) < 0.35  # 0.2 if nobody rounded
    # the first rows of oldfaith in the R package alr4: seconds, minutes
    assert_array_equal(seconds[:6].round(), [216, 108, 200, 137, 272, 173])
    assert_array_equal(table["waiting_min"][:6], [79, 54, 74, 62, 85, 55])


def test_olympic_has_hand_times_until_1968_and_the_records():
    table = datasets.load_olympic_100m()
    assert_array_equal(table["timing"] == "hand", table["year"] <= 1968)
    time = {
        (sex, year): t
        for sex, year, t in zip(
            table["sex"], table["year"], table["time_s"], strict=True
        )
    }
    assert time["women", 2020] == 10.61  # the record: the 10.54 of 1988 was wind-aided
    assert (time["men", 1968], time["women", 1968]) == (9.9, 11.0)
    games = set(range(1896, 2025, 4)) - {1916, 1940, 1944}
    assert {year for sex, year in time if sex == "men"} == games
    women = {year for year in games if year >= 1928} - {2000}
    assert {year for sex, year in time if sex == "women"} == women


def test_sleep_is_the_table_of_student():
    table = datasets.load_sleep_student()
    first = [0.7, -1.6, -0.2, -1.2, -0.1, 3.4, 3.7, 0.8, 0.0, 2.0]
    second = [1.9, 0.8, 1.1, 0.1, -0.1, 4.4, 5.5, 1.6, 4.6, 3.4]
    assert_array_equal(table["drug1_extra_h"], first)
    assert_array_equal(table["drug2_extra_h"], second)


def test_titanic_has_each_combination_once():
    table = datasets.load_titanic()
    keys = [table[name] for name in ("class", "sex", "age", "survived")]
    assert len(set(zip(*keys, strict=True))) == 4 * 2 * 2 * 2
    crew_children = (table["class"] == "crew") & (table["age"] == "child")
    assert table["count"][crew_children].sum() == 0


def test_letters_and_bigrams_were_counted_in_the_same_words():
    letters = datasets.load_english_letters()
    symbols, counts = datasets.load_english_bigrams()
    assert_array_equal(symbols, ["_", *letters["letter"]])
    assert "".join(letters["letter"]) == "abcdefghijklmnopqrstuvwxyz"
    assert counts[0, 0] == 0
    assert_array_equal(counts[0, 1:], letters["initial_count"])
    assert_array_equal(counts[1:, 0], letters["final_count"])
    assert_array_equal(counts[1:].sum(axis=1), letters["count"])
    assert_array_equal(counts[:, 1:].sum(axis=0), letters["count"])
    assert letters["final_count"].sum() == 743_842_922_321


def test_bigrams_have_the_known_entropies():
    _, counts = datasets.load_english_bigrams()
    joint = counts / counts.sum()
    single = entropy_bits(joint.sum(axis=1))
    assert round(single, 4) == 4.1099
    assert round(entropy_bits(joint) - single, 4) == 3.3808


# ---------------------------------------------------------------- form, units, freshness

SHAPES = {
    "iris": [(150, 4), (150,)],
    "wine": [(178, 13), (178,)],
    "breast_cancer": [(569, 30), (569,)],
    "digits": [(1797, 64), (1797,)],
    "diabetes": [(442, 10), (442,)],
    "longley": [(16, 6), (16,)],
    "english_bigrams": [(27,), (27, 27)],
}


def test_every_file_has_a_loader_a_card_and_a_tested_fact():
    facts = [name for name in globals() if name.startswith("test_fact_")]
    assert FILES == sorted(LOADERS)
    assert FILES == sorted(card_names())
    assert FILES == sorted(name.removeprefix("test_fact_") for name in facts)
    assert len(FILES) == 23


@each_data_set
def test_loaders_return_what_the_file_says(name):
    header, *rows = rows_of(name)
    result = load(name)
    if name in SHAPES:
        assert isinstance(result, tuple)
        assert [a.shape for a in result] == SHAPES[name]
    else:
        assert list(result) == header
        for label, cells in zip(header, zip(*rows, strict=True), strict=True):
            values = result[label]
            assert values.shape == (len(rows),)
            if values.dtype.kind == "U":
                assert_array_equal(values, cells)
            else:
                expected = [float(cell) if cell else np.nan for cell in cells]
                assert_array_equal(values, expected)
                whole = all(re.fullmatch(r"-?\d+", cell) for cell in cells)
                assert values.dtype == (np.int64 if whole else np.float64)


@pytest.mark.parametrize("name", WITH_X)
def test_X_is_float_and_labels_are_integers(name):
    X, y = load(name)
    assert X.dtype == np.float64
    assert X.flags.c_contiguous
    assert np.isfinite(X).all()
    assert y.dtype == (np.float64 if name in ("diabetes", "longley") else np.int64)


@pytest.mark.parametrize(
    ("name", "feature", "low", "high"),
    [
        ("iris", "petal_length_cm", 1, 7),
        ("wine", "alcohol", 11, 15),
        ("breast_cancer", "mean_radius", 5, 30),
        ("digits", "p33", 0, 16),
        ("diabetes", "age_yr", 18, 80),
        ("diabetes", "bmi", 15, 45),
        ("diabetes", "bp", 60, 140),
        ("longley", "year", 1947, 1962),
        ("longley", "gnp_deflator", 80, 120),
    ],
)
def test_features_are_in_the_units_of_the_card(name, feature, low, high):
    values = column(name, feature)
    assert low <= values.min() and values.max() <= high


@pytest.mark.parametrize(
    ("name", "label", "low", "high"),
    [
        ("challenger", "temperature_f", 50, 85),
        ("challenger", "distressed_orings", 0, 6),
        ("galton_heights", "child_in", 60, 75),
        ("hubble_1929", "distance_mpc", 0, 2),
        ("hubble_1929", "velocity_km_s", -300, 1100),
        ("keeling_co2", "co2_ppm", 310, 430),
        ("keeling_co2_monthly", "n_weeks", 0, 5),
        ("michelson_1879", "speed_km_s_minus_299000", 600, 1100),
        ("old_faithful", "eruption_min", 1.5, 5.5),
        ("old_faithful", "waiting_min", 40, 100),
        ("olympic_100m", "time_s", 9.5, 12.5),
        ("sleep_student", "drug2_extra_h", -2, 6),
    ],
)
def test_columns_are_in_the_units_of_the_card(name, label, low, high):
    values = load(name)[label]
    assert low <= values.min() and values.max() <= high


@each_data_set
def test_arrays_are_fresh_each_time(name):
    for values in arrays(name):
        values[...] = values.flat[-1]  # whatever somebody does to them
    again, once_more = arrays(name), arrays(name)
    for values, others in zip(again, once_more, strict=True):
        assert values.flags.writeable
        assert not np.shares_memory(values, others)
        assert_array_equal(values, others)
    header, *rows = rows_of(name)
    assert len(rows) == len(again[0])
    assert any(len(np.unique(values)) > 1 for values in again)


def test_loaders_work_from_any_folder_without_network(tmp_path, monkeypatch):
    def refuse(*_, **__):
        raise AssertionError("no data set may need the network")

    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(socket, "socket", refuse)
    monkeypatch.setattr(socket, "create_connection", refuse)
    for name in FILES:
        assert arrays(name)
    assert describe("iris")


def test_importing_takes_only_numpy_and_the_standard_library():
    code = (
        "import sys, utils.datasets; print(*{m.partition('.')[0] for m in sys.modules})"
    )
    root = datasets.FOLDER.parent
    run = subprocess.run(
        [sys.executable, "-c", code],
        cwd=root,
        capture_output=True,
        text=True,
        check=True,
    )
    imported = set(run.stdout.split())
    assert "numpy" in imported
    assert not imported & {"scipy", "sklearn", "pandas", "matplotlib", "IPython"}


@each_data_set
def test_files_have_lf_endings_and_plain_ascii(name):
    data = (datasets.FOLDER / f"{name}.csv").read_bytes()
    assert b"\r" not in data
    assert data.endswith(b"\n") and not data.endswith(b"\n\n")
    assert data.isascii()


def test_the_readme_has_lf_endings_and_one_final_newline():
    data = (datasets.FOLDER / "README.md").read_bytes()
    assert b"\r" not in data
    assert data.endswith(b"\n") and not data.endswith(b"\n\n")


# ----------------------------------------------------------- missing and damaged files


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """A copy of datasets/ that a test may damage."""
    copy = shutil.copytree(datasets.FOLDER, tmp_path / "datasets")
    monkeypatch.setattr(datasets, "FOLDER", copy)
    return copy


@each_data_set
def test_a_missing_file_is_named_with_its_folder(name, folder):
    (folder / f"{name}.csv").unlink()
    expected = (
        f"{name}.csv is missing from {folder}: "
        "the data come with the course, so fetch it whole"
    )
    with pytest.raises(FileNotFoundError, match=f"^{re.escape(expected)}$"):
        load(name)


def test_a_missing_readme_is_named_too(folder):
    (folder / "README.md").unlink()
    with pytest.raises(FileNotFoundError, match="README.md is missing from"):
        describe()


def renamed_column(lines):
    lines[0] = "x" + lines[0]
    return lines, 1


def swapped_columns(lines):
    first, second, *rest = lines[0].rstrip("\n").split(",")
    lines[0] = ",".join([second, first, *rest]) + "\n"
    return lines, 1


def no_header(lines):
    return lines[1:], 1


def nothing(lines):
    return [], 0


def one_cell_too_many(lines):
    lines[2] = lines[2].replace("\n", ",0\n")
    return lines, 3


def one_cell_too_few(lines):
    lines[3] = lines[3].rpartition(",")[0] + "\n"
    return lines, 4


def blank_line(lines):
    return [*lines[:2], "\n", *lines[2:]], 3


def text_for_a_number(lines):
    lines[2] = re.sub(r"(^|,)-?\d+(\.\d+)?(?=,|$)", r"\1oops", lines[2], count=1)
    return lines, 3


def not_a_number(lines):
    lines[2] = re.sub(r"(^|,)-?\d+(\.\d+)?(?=,|$)", r"\1nan", lines[2], count=1)
    return lines, 3


def empty_first_cell(lines):
    lines[1] = "," + lines[1].partition(",")[2]
    return lines, 2


def row_missing_at_the_end(lines):
    return lines[:-1], len(lines) - 1


def half_of_the_file(lines):
    lines = lines[: len(lines) // 2]
    return lines, len(lines)


def cut_in_the_last_number(lines):
    lines[-1] = lines[-1].rstrip("\n")
    return lines, len(lines)


def row_twice(lines):
    return [*lines, lines[-1]], len(lines) + 1


@each_data_set
@pytest.mark.parametrize(
    "damage",
    [
        renamed_column,
        swapped_columns,
        no_header,
        nothing,
        one_cell_too_many,
        one_cell_too_few,
        blank_line,
        text_for_a_number,
        not_a_number,
        empty_first_cell,
        row_missing_at_the_end,
        half_of_the_file,
        cut_in_the_last_number,
        row_twice,
    ],
)
def test_a_damaged_file_is_refused_with_its_line(name, damage, folder):
    path = folder / f"{name}.csv"
    lines, where = damage(path.read_text().splitlines(keepends=True))
    path.write_bytes("".join(lines).encode())
    with pytest.raises(ValueError, match=rf"^{name}\.csv, line {where}: ") as caught:
        load(name)
    assert caught.type is ValueError


@each_data_set
def test_other_bytes_and_open_quotes_are_refused(name, folder):
    path = folder / f"{name}.csv"
    header, first, rest = path.read_bytes().split(b"\n", 2)
    for cell in (b"\xff", b'"'):
        path.write_bytes(b"\n".join([header, cell + first, rest]))
        with pytest.raises(ValueError, match=rf"^{name}\.csv, line \d+: "):
            load(name)


@pytest.mark.parametrize("name", ["iris", "breast_cancer"])
def test_an_unknown_class_is_refused(name, folder):
    path = folder / f"{name}.csv"
    text = path.read_text().replace("setosa", "rosa").replace("benign", "fine")
    path.write_text(text)
    with pytest.raises(ValueError, match="(species can't be 'rosa'|can't be 'fine')"):
        load(name)


def test_a_damaged_number_is_shown_with_its_column(folder):
    path = folder / "hubble_1929.csv"
    path.write_text(path.read_text().replace("NGC 6822,0.214", "NGC 6822,0,214"))
    message = r"^hubble_1929\.csv, line 4: expected 3 cells, got 4$"
    with pytest.raises(ValueError, match=message):
        datasets.load_hubble_1929()
    path.write_text(path.read_text().replace("NGC 6822,0,214", "NGC 6822,O.214"))
    message = r"^hubble_1929\.csv, line 4: distance_mpc can't be 'O\.214'$"
    with pytest.raises(ValueError, match=message):
        datasets.load_hubble_1929()


@each_data_set
def test_line_ends_of_windows_do_no_harm(name, folder):
    expected = arrays(name)
    path = folder / f"{name}.csv"
    path.write_bytes(path.read_bytes().replace(b"\n", b"\r\n"))
    for values, others in zip(arrays(name), expected, strict=True):
        assert_array_equal(values, others)


# ---------------------------------------------------------------------------- the cards


def card_names():
    text = (datasets.FOLDER / "README.md").read_text(encoding="utf-8")
    return re.findall(r"^## (.+)$", text, flags=re.MULTILINE)


def one_line(text):
    return " ".join(text.split())


def part(name, title):
    """The paragraph of the card ``name`` that begins with ``title`` in bold."""
    (paragraph,) = re.findall(
        rf"^\*\*{title}\.\*\* (.+?)(?:\n\n|\Z)", describe(name), flags=re.M | re.S
    )
    return one_line(paragraph)


def columns_in_card(name, header):
    """The columns that the card's table names; "`a` to `z`" means all between them."""
    named = []
    for row in re.findall(r"^\| (`.+?) \|", describe(name), flags=re.MULTILINE):
        names = re.findall(r"`([^`]+)`", row)
        if " to " in row:
            first, last = map(header.index, names)
            names = header[first : last + 1]
        named += names
    return named


def test_cards_stand_in_alphabetical_order():
    assert card_names() == FILES


@each_data_set
def test_a_card_says_what_a_card_must_say(name):
    card = describe(name)
    assert card.startswith(f"## {name}\n\n")
    for title in ("Source", "License", "Known weaknesses", "Known fact"):
        assert part(name, title).endswith(".")
    assert re.search(r"\b(1[89]|20)\d\d\b", part(name, "Source"))  # the year
    n_rows = len(rows_of(name)) - 1
    assert f"**{n_rows} rows**, by `load_{name}()` as " in card
    assert "| Column | Meaning | Unit |" in card


@each_data_set
def test_a_card_names_the_columns_of_the_file(name):
    header, *_ = rows_of(name)
    named = columns_in_card(name, header)
    assert sorted(named) == sorted(header)


@each_data_set
def test_the_fact_of_a_card_is_the_one_that_is_tested(name):
    tested = inspect.getdoc(globals()[f"test_fact_{name}"])
    assert one_line(tested) == part(name, "Known fact")


@pytest.mark.parametrize("name", ["wine", "breast_cancer", "digits"])
def test_uci_gets_its_credit(name):
    assert "CC BY 4.0 (UCI); credit:" in part(name, "License")


@pytest.mark.parametrize("name", ["english_letters", "english_bigrams"])
def test_google_books_gets_its_credit(name):
    license = part(name, "License")
    assert "CC BY 3.0; credit: Google Books Ngram Viewer" in license


def test_describe_without_a_name_has_a_line_per_data_set():
    lines = describe().splitlines()
    assert [text.split()[0] for text in lines] == FILES
    for text in lines:
        name, sentence = text.split(maxsplit=1)
        assert sentence.endswith(".")
        assert one_line(describe(name)).startswith(f"## {name} {sentence} **Source.**")


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("hubble", "hubble_1929"),
        ("titanik", "titanic"),
        ("Iris", "iris"),
        ("keeling", "keeling_co2"),
        ("", "iris"),
        ("galton", "galton_heights"),
    ],
)
def test_an_unknown_name_gets_the_three_closest(typed, meant):
    with pytest.raises(KeyError) as caught:
        describe(typed)
    message = caught.value.args[0]
    close = message.partition("the closest are ")[2].split(", ")
    assert repr(typed) in message
    assert len(close) == 3 and set(close) <= set(FILES)
    assert typed == "" or meant == close[0]


# ------------------------------------------------------------------ expand, feature_names


@pytest.mark.parametrize("name", ["titanic", "galton_heights"])
def test_expand_repeats_each_row_as_often_as_it_was_counted(name):
    table = load(name)
    people = expand(table)
    assert list(people) == [label for label in table if label != "count"]
    assert {len(values) for values in people.values()} == {table["count"].sum()}
    labels = list(people)
    rows = list(zip(*(people[label] for label in labels), strict=True))
    for *row, n in zip(
        *(table[label] for label in labels), table["count"], strict=True
    ):
        assert rows.count(tuple(row)) == n


def test_expand_leaves_the_table_alone_and_returns_fresh_arrays():
    table = {"sex": np.array(["m", "f"]), "count": np.array([1, 1])}
    people = expand(table)
    people["sex"][:] = "?"
    assert list(table) == ["sex", "count"]
    assert_array_equal(table["sex"], ["m", "f"])


def test_expand_takes_lists_and_another_column_of_counts():
    table = {"letter": ["a", "b", "c"], "n": [2, 0, 1], "count": [7, 8, 9]}
    expanded = expand(table, count="n")
    assert_array_equal(expanded["letter"], ["a", "a", "c"])
    assert_array_equal(expanded["count"], [7, 7, 9])


@pytest.mark.parametrize(
    ("table", "message"),
    [
        ({"x": [1, 2]}, r"must have a column 'count', got \['x'\]"),
        ({"x": [1, 2], "count": [1, -1]}, "whole numbers of at least 0"),
        ({"x": [1, 2], "count": [1.0, 0.5]}, "whole numbers of at least 0"),
        ({"x": [1, 2], "count": ["1", "2"]}, "whole numbers of at least 0"),
        ({"x": [1, 2], "count": 2}, "whole numbers of at least 0"),
        ({"x": [1, 2, 3], "count": [1, 2]}, r"x must have shape \(2,\) like count"),
    ],
)
def test_expand_refuses_what_it_can_not_count(table, message):
    with pytest.raises(ValueError, match=message):
        expand(table)


@pytest.mark.parametrize("name", WITH_X)
def test_feature_names_name_the_columns_of_X(name):
    header, *rows = rows_of(name)
    names = feature_names(name)
    X, _ = load(name)
    assert len(names) == X.shape[1]
    for j, feature in enumerate(names):
        k = header.index(feature)
        assert_array_equal(X[:, j], [float(row[k]) for row in rows])
    names.clear()
    assert feature_names(name)  # a fresh list


@pytest.mark.parametrize("name", ["hubble_1929", "digit"])
def test_feature_names_refuses_sets_without_X(name):
    with pytest.raises(KeyError, match=f"no X in '{name}': only iris, wine"):
        feature_names(name)


# -------------------------------------------------------------------------- toy problems


def test_moons_are_two_interlocking_half_circles():
    X, y = datasets.make_moons(500, rng=np.random.default_rng(0))
    upper, lower = X[y == 0], X[y == 1]
    assert_allclose(np.hypot(*upper.T), 1, rtol=1e-14)
    assert_allclose(np.hypot(*(lower - [1, 0.5]).T), 1, rtol=1e-14)
    assert upper[:, 1].min() >= 0 and lower[:, 1].max() <= 0.5
    # each tip reaches beyond the middle of the other: no line separates them
    assert upper[:, 0].max() > 0.9 > lower[:, 0].min()
    turned = [1, 0.5] - lower  # the lower moon is the upper one turned
    assert_allclose(np.hypot(*turned.T), 1, rtol=1e-14)
    assert turned[:, 1].min() >= 0


def test_circles_have_radius_one_and_factor():
    X, y = datasets.make_circles(500, factor=0.3, rng=np.random.default_rng(0))
    radius = np.hypot(*X.T)
    assert_allclose(radius, np.where(y == 0, 1, 0.3), rtol=1e-14)
    for label in (0, 1):  # all the way around
        angle = np.sort(np.arctan2(*X[y == label].T))
        assert np.diff(angle).max() < 0.3
    inner = datasets.make_circles(10, factor=0, rng=np.random.default_rng(0))
    assert_array_equal(inner[0][inner[1] == 1], 0)


make = pytest.mark.parametrize("make", [datasets.make_moons, datasets.make_circles])


@make
@pytest.mark.parametrize("n", [2, 3, 100, 101])
def test_toy_classes_are_equally_large(make, n):
    X, y = make(n, rng=np.random.default_rng(1))
    assert (X.shape, X.dtype, y.shape, y.dtype) == ((n, 2), float, (n,), int)
    assert_array_equal(np.bincount(y), [(n + 1) // 2, n // 2])


@make
def test_toy_rows_come_in_random_order_and_the_default_is_100(make):
    X, y = make(rng=np.random.default_rng(2))
    assert len(X) == 100
    assert 20 < np.count_nonzero(np.diff(y)) < 80


@make
def test_toy_noise_is_gaussian_with_the_given_standard_deviation(make):
    clean, y = make(20_000, rng=np.random.default_rng(3))
    noisy, same = make(20_000, noise=0.1, rng=np.random.default_rng(3))
    assert_array_equal(y, same)
    noise = (noisy - clean).ravel()
    assert abs(noise.mean()) < 0.003
    assert abs(noise.std() / 0.1 - 1) < 0.02
    assert stats.kstest(noise / 0.1, "norm").pvalue > 1e-3


@make
def test_toy_problems_repeat_with_the_generator_and_continue_its_stream(make):
    rng = np.random.default_rng(4)
    first, second = make(50, noise=0.1, rng=rng), make(50, noise=0.1, rng=rng)
    again = make(50, noise=0.1, rng=np.random.default_rng(4))
    assert_array_equal(first[0], again[0])
    assert_array_equal(first[1], again[1])
    assert not np.array_equal(first[0], second[0])


@make
def test_toy_problems_say_what_they_need(make):
    rng = np.random.default_rng(0)
    with pytest.raises(TypeError, match="rng"):
        make(100)
    for wrong in (None, 0, np.random.RandomState(0)):
        with pytest.raises(TypeError, match="rng must be a numpy.random.Generator"):
            make(100, rng=wrong)
    for n in (1, 0, -3):
        with pytest.raises(ValueError, match="n_samples must be at least 2"):
            make(n, rng=rng)
    with pytest.raises(TypeError, match="n_samples must be an integer"):
        make(10.0, rng=rng)
    for noise in (-0.1, np.inf, np.nan):
        with pytest.raises(ValueError, match="noise must be in"):
            make(10, noise=noise, rng=rng)


@pytest.mark.parametrize("factor", [-0.1, 1, 1.5, np.nan])
def test_circles_refuse_an_inner_circle_that_is_not_inside(factor):
    with pytest.raises(ValueError, match="factor must be in"):
        datasets.make_circles(10, factor=factor, rng=np.random.default_rng(0))
