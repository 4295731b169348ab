"""Loaders for the real data sets in datasets/; its README.md is the data card of each.

``load_<name>()`` reads ``datasets/<name>.csv`` from any working directory, without
network, and returns fresh arrays each time. Six data sets made for prediction come as
``(X, y)``: iris, wine, breast_cancer, digits, diabetes and longley. The bigrams come as
``(symbols, counts)``, and all others as a dict from column name to 1-D array: text
columns hold strings, whole numbers int64, the rest float64.

`describe` shows a data set's card, `expand` turns a table of counts into one entry per
person, and `make_moons` and `make_circles` draw the two classical toy problems.
"""

import csv
import difflib
import io
import math
import re
import string
from pathlib import Path

import numpy as np

from utils._checks import as_rng, in_range
from utils._checks import count as as_count

FOLDER = Path(__file__).resolve().parent.parent / "datasets"

_NUCLEUS = (
    "radius texture perimeter area smoothness "
    "compactness concavity concave_points symmetry fractal_dimension"
).split()
_FEATURES = {
    "iris": "sepal_length_cm sepal_width_cm petal_length_cm petal_width_cm".split(),
    "wine": (
        "alcohol malic_acid ash alcalinity_of_ash magnesium total_phenols flavanoids "
        "nonflavanoid_phenols proanthocyanins color_intensity hue "
        "od280_od315_of_diluted_wines proline"
    ).split(),
    "breast_cancer": [
        form.format(feature)
        for form in ("mean_{}", "{}_error", "worst_{}")
        for feature in _NUCLEUS
    ],
    "digits": [f"p{row}{column}" for row in range(8) for column in range(8)],
    "diabetes": "age_yr sex bmi bp s1_tc s2_ldl s3_hdl s4_tch s5_ltg s6_glu".split(),
    "longley": "gnp_deflator gnp unemployed armed_forces population year".split(),
}


# ------------------------------------------------------------- data sets made for X, y


def load_iris():
    """Flowers of three species of iris, from Fisher (1936), measured by Anderson.

    Returns
    -------
    X : ndarray, shape (150, 4)
        Sepal length, sepal width, petal length, petal width, in cm.
    y : ndarray of int, shape (150,)
        Species: 0 setosa, 1 versicolor, 2 virginica; 50 flowers each.
    """
    species = ("setosa", "versicolor", "virginica").index
    return _read_xy("iris", 150, target="species", convert=species)


def load_wine():
    """Chemical analyses of Italian wines from three cultivars, by Forina et al. (1986).

    Returns
    -------
    X : ndarray, shape (178, 13)
        Alcohol (% by volume) to proline (mg/L); ``feature_names("wine")`` names all.
    y : ndarray of int, shape (178,)
        Cultivar: 0 Barolo, 1 Grignolino, 2 Barbera.
    """
    return _read_xy("wine", 178, target="cultivar", convert=int)


def load_breast_cancer():
    """Cell nuclei from breast tumors, by Street, Wolberg and Mangasarian (1993).

    Returns
    -------
    X : ndarray, shape (569, 30)
        Ten features of the nuclei in an image, lengths in pixels: first the means, then
        the standard errors, then the worst values (means of the three largest).
    y : ndarray of int, shape (569,)
        Diagnosis: 0 malignant, 1 benign.
    """
    diagnosis = ("malignant", "benign").index
    return _read_xy("breast_cancer", 569, target="diagnosis", convert=diagnosis)


def load_digits():
    """Handwritten digits, scanned by Alpaydin and Kaynak (1998).

    Returns
    -------
    X : ndarray, shape (1797, 64)
        Ink, 0 to 16, of each pixel of an 8x8 image, row by row.
    y : ndarray of int, shape (1797,)
        The digit, 0 to 9.
    """
    return _read_xy("digits", 1797, target="digit", convert=int)


def load_diabetes(scaled=False):
    """Diabetes patients and their disease a year later, from Efron et al. (2004).

    Parameters
    ----------
    scaled : bool
        Center each column of X and divide it by sqrt(n) times its standard deviation
        (the one with 1/n), so that its squares add up to 1, as scikit-learn does.

    Returns
    -------
    X : ndarray, shape (442, 10)
        Age (years), sex (1 or 2), body mass index (kg/m^2), mean blood pressure (mm Hg)
        and six measurements of blood serum.
    y : ndarray, shape (442,)
        Progression of the disease within one year, a score.
    """
    X, y = _read_xy("diabetes", 442, target="progression", convert=_number)
    if scaled:
        X -= X.mean(axis=0)
        X /= np.linalg.norm(X, axis=0)
    return X, y


def load_longley():
    """Employment in the United States, 1947 to 1962, by Longley (1967).

    The columns are nearly collinear, and the coefficients are certified by NIST: a hard
    test for any least-squares routine.

    Returns
    -------
    X : ndarray, shape (16, 6)
        In NIST's order: GNP deflator (1954 = 100), GNP (millions of dollars),
        unemployed, armed forces, population (thousands each), year.
    y : ndarray, shape (16,)
        People employed, in thousands.
    """
    features = _FEATURES["longley"]
    names = ("year", "employed", *features[:-1])
    table = _read("longley", 16, dict.fromkeys(names, _number))
    return np.column_stack([table[name] for name in features]), table["employed"]


# ------------------------------------------------- data sets as tables, one dict each


def load_anscombe():
    """Four data sets with the same means, variances and line, by Anscombe (1973).

    Returns
    -------
    dict
        Arrays of shape (44,): ``dataset`` ("I" to "IV"), ``x``, ``y``.
    """
    return _read("anscombe", 44, {"dataset": _text, "x": int, "y": _number})


def load_berkeley_1973():
    """Graduate admissions at Berkeley in the fall of 1973, by Bickel et al. (1975).

    Returns
    -------
    dict
        Arrays of shape (12,): ``department`` ("A" to "F"), ``sex`` ("male", "female"),
        ``admitted`` and ``rejected`` (numbers of applicants).
    """
    columns = {"department": _text, "sex": _text, "admitted": int, "rejected": int}
    return _read("berkeley_1973", 12, columns)


def load_challenger():
    """Damaged O-rings on flights before Challenger's last, from Dalal et al. (1989).

    Returns
    -------
    dict
        Arrays of shape (23,): ``mission``, ``temperature_f`` (of the joints at launch,
        degrees Fahrenheit), ``distressed_orings`` (of 6, with erosion or blow-by).
    """
    columns = {"mission": _text, "temperature_f": int, "distressed_orings": int}
    return _read("challenger", 23, columns)


def load_english_letters():
    """How often each letter occurs in English books, by Norvig (2013).

    Returns
    -------
    dict
        Arrays of shape (26,): ``letter`` ("a" to "z"), ``count``, ``initial_count`` (as
        the first letter of a word), ``final_count`` (as the last).
    """
    counts = dict.fromkeys(("count", "initial_count", "final_count"), int)
    return _read("english_letters", 26, {"letter": _text, **counts})


def load_english_bigrams():
    """How often each letter follows each other in English, by Norvig (2013).

    Returns
    -------
    symbols : ndarray of str, shape (27,)
        ``_`` for the gap between two words, then "a" to "z".
    counts : ndarray of int, shape (27, 27)
        ``counts[i, j]`` is how often ``symbols[j]`` comes right after ``symbols[i]``.
    """
    symbols = "_" + string.ascii_lowercase
    table = _read(
        "english_bigrams", 27, {"first": _text, **dict.fromkeys(symbols, int)}
    )
    return table["first"], np.column_stack([table[symbol] for symbol in symbols])


def load_galton_heights():
    """Heights of parents and of their grown children, tabulated by Galton (1886).

    Returns
    -------
    dict
        Arrays of shape (102,): ``midparent_in`` and ``child_in`` (inches, middles of
        Galton's classes, women's heights times 1.08), ``count`` (of 928 children).
    """
    columns = {"midparent_in": _number, "child_in": _number, "count": int}
    return _read("galton_heights", 102, columns)


def load_horse_kicks():
    """Soldiers killed by horse kicks in the Prussian army, by von Bortkiewicz (1898).

    Returns
    -------
    dict
        Arrays of shape (280,): ``year`` (1875 to 1894), ``corps`` ("G" for the Guard,
        else a Roman numeral), ``deaths``.
    """
    return _read("horse_kicks", 280, {"year": int, "corps": _text, "deaths": int})


def load_hubble_1929():
    """Distances and velocities of 24 nebulae, by Hubble (1929).

    Returns
    -------
    dict
        Arrays of shape (24,): ``object``, ``distance_mpc`` (megaparsec),
        ``velocity_km_s`` (km/s, positive when receding).
    """
    columns = {"object": _text, "distance_mpc": _number, "velocity_km_s": int}
    return _read("hubble_1929", 24, columns)


def load_keeling_co2():
    """Carbon dioxide in the air at Mauna Loa by year, from NOAA and Scripps.

    Returns
    -------
    dict
        Arrays of shape (66,): ``year`` (1959 to 2024), ``co2_ppm`` (annual mean, parts
        per million), ``uncertainty_ppm`` (of that mean).
    """
    columns = {"year": int, "co2_ppm": _number, "uncertainty_ppm": _number}
    return _read("keeling_co2", 66, columns)


def load_keeling_co2_monthly():
    """Carbon dioxide in the air at Mauna Loa by month, from Keeling and Whorf (2004).

    Returns
    -------
    dict
        Arrays of shape (526,), March 1958 to December 2001: ``year``, ``month``,
        ``co2_ppm`` (monthly mean, parts per million; NaN in five months without data),
        ``n_weeks`` (weekly values in that mean).
    """
    columns = {"year": int, "month": int, "co2_ppm": _number_or_gap, "n_weeks": int}
    return _read("keeling_co2_monthly", 526, columns)


def load_mendel_dihybrid():
    """Seeds of Mendel's peas that differ in two traits at once (1866).

    Returns
    -------
    dict
        Arrays of shape (4,): ``shape`` ("round", "wrinkled"), ``color`` ("yellow",
        "green"), ``count``, ``expected_ratio`` (9 : 3 : 3 : 1).
    """
    columns = {"shape": _text, "color": _text, "count": int, "expected_ratio": int}
    return _read("mendel_dihybrid", 4, columns)


def load_mendel_peas():
    """The second generation in Mendel's seven experiments with one trait (1866).

    Returns
    -------
    dict
        Arrays of shape (7,): ``experiment`` (1 to 7), ``trait``, ``dominant_form``,
        ``recessive_form``, and ``dominant`` and ``recessive`` (numbers of plants or
        seeds).
    """
    texts = dict.fromkeys(("trait", "dominant_form", "recessive_form"), _text)
    columns = {"experiment": int, **texts, "dominant": int, "recessive": int}
    return _read("mendel_peas", 7, columns)


def load_michelson_1879():
    """A hundred measurements of the speed of light in air, by Michelson (1879).

    Returns
    -------
    dict
        Arrays of shape (100,): ``experiment`` (1 to 5), ``run`` (1 to 20),
        ``speed_km_s_minus_299000`` (km/s, above 299 000).
    """
    columns = {"experiment": int, "run": int, "speed_km_s_minus_299000": int}
    return _read("michelson_1879", 100, columns)


def load_old_faithful():
    """Eruptions of the geyser Old Faithful in Yellowstone, as given by Härdle (1991).

    Returns
    -------
    dict
        Arrays of shape (272,): ``eruption_min`` (how long it lasted, minutes),
        ``waiting_min`` (until the next, minutes).
    """
    return _read("old_faithful", 272, {"eruption_min": _number, "waiting_min": int})


def load_olympic_100m():
    """Winning times over 100 m at the Olympic Games, 1896 to 2024.

    Returns
    -------
    dict
        Arrays of shape (52,), men before women: ``year``, ``sex`` ("men", "women"),
        ``time_s`` (seconds), ``timing`` ("hand" until 1968, "electronic" from 1972).
    """
    columns = {"year": int, "sex": _text, "time_s": _number, "timing": _text}
    return _read("olympic_100m", 52, columns)


def load_sleep_student():
    """Sleep gained on two drugs by the same ten patients, from Student (1908).

    Returns
    -------
    dict
        Arrays of shape (10,): ``patient`` (1 to 10), ``drug1_extra_h`` and
        ``drug2_extra_h`` (hours of sleep more than without a drug).
    """
    columns = {"patient": int, "drug1_extra_h": _number, "drug2_extra_h": _number}
    return _read("sleep_student", 10, columns)


def load_titanic():
    """Who survived the Titanic, by class, sex and age, from Dawson (1995).

    Returns
    -------
    dict
        Arrays of shape (32,): ``class`` ("1st", "2nd", "3rd", "crew"), ``sex`` ("male",
        "female"), ``age`` ("child", "adult"), ``survived`` ("no", "yes"), ``count`` (of
        2201 people). `expand` makes one entry per person.
    """
    columns = dict.fromkeys(("class", "sex", "age", "survived"), _text)
    return _read("titanic", 32, {**columns, "count": int})


# -------------------------------------------------------------------- about the tables


def expand(table, count="count"):
    """``table`` with each row as often as it was counted: one entry per person.

    Parameters
    ----------
    table : dict of str to array_like, shape (n,)
        Columns of equal length.
    count : str
        The column of counts, whole numbers of at least 0. The result does without it.

    Returns
    -------
    dict of str to ndarray, shape (sum of the counts,)

    Raises
    ------
    ValueError
        If that column is missing or doesn't hold counts, or columns differ in length.

    Examples
    --------
    >>> people = expand({"sex": ["male", "female"], "count": [1, 2]})
    >>> print(people["sex"])
    ['male' 'female' 'female']
    """
    if count not in table:
        raise ValueError(f"table must have a column {count!r}, got {list(table)}")
    times = np.asarray(table[count])
    if times.ndim != 1 or times.dtype.kind not in "iu" or (times < 0).any():
        raise ValueError(f"{count} must hold whole numbers of at least 0, got {times}")
    columns = {name: np.asarray(table[name]) for name in table if name != count}
    for name, column in columns.items():
        if column.shape != times.shape:
            raise ValueError(
                f"{name} must have shape {times.shape} like {count}, got {column.shape}"
            )
    return {name: np.repeat(column, times) for name, column in columns.items()}


def feature_names(name):
    """The names of the columns of ``X`` in ``load_<name>()``, in order, as a list.

    Raises `KeyError` for a data set that doesn't come as ``(X, y)``.

    >>> feature_names("iris")[:2]
    ['sepal_length_cm', 'sepal_width_cm']
    """
    if name not in _FEATURES:
        raise KeyError(f"no X in {name!r}: only {', '.join(_FEATURES)} come as (X, y)")
    return list(_FEATURES[name])


def describe(name=None):
    """The card of ``name`` in datasets/README.md: source, license, columns, known fact.

    Without a name, one line per data set. An unknown name raises `KeyError` with the
    three closest ones.

    >>> print(describe("iris").splitlines()[0])
    ## iris
    """
    cards = re.split(r"^## ", _contents("README.md"), flags=re.MULTILINE)[1:]
    cards = {card.partition("\n")[0].strip(): f"## {card.strip()}" for card in cards}
    if name is None:
        width = max(map(len, cards))
        return "\n".join(f"{key:{width}}  {_lead(card)}" for key, card in cards.items())
    if name not in cards:
        close = difflib.get_close_matches(str(name), cards, n=3, cutoff=0)
        raise KeyError(f"no data set {name!r}: the closest are {', '.join(close)}")
    return cards[name]


# ------------------------------------------------------------------------ toy problems


def make_moons(n_samples=100, noise=0.0, *, rng):
    """Two half circles of radius 1, each reaching into the other's hollow.

    The upper one (class 0) is centered at (0, 0), the lower one (class 1) at (1, 1/2).

    Parameters
    ----------
    n_samples : int
        At least 2. The classes are equally large; an odd point goes to class 0.
    noise : float
        Standard deviation of the Gaussian noise added to each coordinate.
    rng : numpy.random.Generator
        Draws the places along the arcs, the noise and the order of the rows.

    Returns
    -------
    X : ndarray, shape (n_samples, 2)
    y : ndarray of int, shape (n_samples,)
        0 or 1.

    Raises
    ------
    ValueError
        If ``n_samples`` is below 2, or ``noise`` is negative or not finite.
    TypeError
        If ``rng`` is not a generator.

    Examples
    --------
    >>> X, y = make_moons(200, noise=0.1, rng=np.random.default_rng(0))
    >>> X.shape
    (200, 2)
    """
    y, angle = _classes_and_angles(n_samples, np.pi, rng)
    side = 1 - 2 * y  # -1 turns the upper moon upside down; then it moves to (1, 1/2)
    X = np.column_stack([y + side * np.cos(angle), y / 2 + side * np.sin(angle)])
    return _blur(X, noise, rng), y


def make_circles(n_samples=100, noise=0.0, factor=0.5, *, rng):
    """Two circles around the origin: radius 1 (class 0) and ``factor`` (class 1).

    Parameters
    ----------
    n_samples : int
        At least 2. The classes are equally large; an odd point goes to class 0.
    noise : float
        Standard deviation of the Gaussian noise added to each coordinate.
    factor : float
        Radius of the inner circle, from 0 to below 1.
    rng : numpy.random.Generator
        Draws the places along the circles, the noise and the order of the rows.

    Returns
    -------
    X : ndarray, shape (n_samples, 2)
    y : ndarray of int, shape (n_samples,)
        0 or 1.

    Raises
    ------
    ValueError
        If ``n_samples`` is below 2, ``noise`` is negative or not finite, or ``factor``
        is outside [0, 1).
    TypeError
        If ``rng`` is not a generator.

    Examples
    --------
    >>> X, y = make_circles(200, factor=0.3, rng=np.random.default_rng(0))
    >>> X.shape
    (200, 2)
    """
    factor = in_range(factor, "factor", 0, 1, closed=(True, False))
    y, angle = _classes_and_angles(n_samples, 2 * np.pi, rng)
    radius = np.where(y == 0, 1.0, factor)
    X = np.column_stack([radius * np.cos(angle), radius * np.sin(angle)])
    return _blur(X, noise, rng), y


def _classes_and_angles(n_samples, full, rng):
    n_samples = as_count(n_samples, "n_samples", 2)
    rng = as_rng(rng)
    y = rng.permutation(np.arange(n_samples) % 2)
    return y, rng.uniform(0, full, n_samples)


def _blur(X, noise, rng):
    noise = in_range(noise, "noise", 0, np.inf, closed=(True, False))
    return X + noise * rng.standard_normal(X.shape)


# ------------------------------------------------------------------------- the reader


def _read_xy(name, rows, *, target, convert):
    """The table ``name``, whose last column is the target, as ``(X, y)``."""
    features = _FEATURES[name]
    table = _read(name, rows, {**dict.fromkeys(features, _number), target: convert})
    return np.column_stack([table[feature] for feature in features]), table[target]


def _read(name, rows, columns):
    """The table ``name`` as a dict from column name to array.

    ``columns`` maps each column's name to the function that converts its cells and
    refuses with a `ValueError` those that can't be right. A file that isn't exactly
    such a table with ``rows`` rows is damaged, and the error says in which line.
    """
    text = _contents(f"{name}.csv")
    lines = csv.reader(io.StringIO(text), strict=True)
    try:
        header = next(lines, [])
        if header != list(columns):
            raise ValueError(f"expected the columns {list(columns)}, got {header}")
        table = [_convert(cells, columns) for cells in lines]
        if len(table) != rows or not text.endswith("\n"):
            raise ValueError(f"expected {rows} whole rows, but the file ends here")
    except (ValueError, csv.Error) as error:
        raise ValueError(f"{name}.csv, line {lines.line_num}: {error}") from None
    return {
        column: np.array(cells)
        for column, cells in zip(columns, zip(*table, strict=True), strict=True)
    }


def _contents(file):
    path = FOLDER / file
    if not path.is_file():
        raise FileNotFoundError(
            f"{file} is missing from {FOLDER}: the data come with the course, so fetch it whole"
        )
    return path.read_text(encoding="utf-8", errors="replace")


def _convert(cells, columns):
    if len(cells) != len(columns):
        raise ValueError(f"expected {len(columns)} cells, got {len(cells)}")
    row = []
    for cell, (column, convert) in zip(cells, columns.items(), strict=True):
        try:
            row.append(convert(cell))
        except ValueError:
            raise ValueError(f"{column} can't be {cell!r}") from None
    return row


def _text(cell):
    if not cell or "\N{REPLACEMENT CHARACTER}" in cell:  # empty, or not UTF-8
        raise ValueError
    return cell


def _number(cell):
    number = float(cell)
    if not math.isfinite(number):
        raise ValueError
    return number


def _number_or_gap(cell):
    return _number(cell) if cell else math.nan


def _lead(card):
    """The sentence below a card's heading, on one line."""
    return " ".join(card.split("\n\n")[1].split())
