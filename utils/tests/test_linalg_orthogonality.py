"""Projections, Gram-Schmidt and least squares against LAPACK, NIST and exact values."""

import mpmath
import numpy as np
import pytest
import scipy.linalg
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as npst

from utils import linalg
from utils.datasets import load_diabetes, load_longley

pytestmark = pytest.mark.filterwarnings("error")

LARGEST = np.finfo(float).max
METHODS = ["modified", "classical"]
# three independent columns in five dimensions, whatever the numbers below
TALL = npst.arrays(float, (5, 3), elements=st.integers(-3, 3)).map(
    lambda A: A + np.eye(5, 3) * 20
)


def tall(m=8, n=3):
    return np.random.default_rng(0).normal(size=(m, n))


def loss(Q):
    """How far the columns of Q are from orthonormal."""
    return np.abs(Q.T @ Q - np.eye(Q.shape[1])).max()


# --- projections ------------------------------------------------------------------------


@pytest.mark.parametrize("columns", [(), (4,), (0,)])
def test_project_is_what_least_squares_reaches(columns):
    A, b = tall(), np.random.default_rng(1).normal(size=(8, *columns))
    got = linalg.project(b, A)
    assert got.shape == b.shape
    np.testing.assert_allclose(
        got, A @ np.linalg.lstsq(A, b, rcond=None)[0], atol=1e-14
    )


@given(TALL, npst.arrays(float, 5, elements=st.floats(-100, 100)))
def test_what_a_projection_leaves_is_perpendicular(A, b):
    p = linalg.project(b, A)
    np.testing.assert_allclose(A.T @ (b - p), 0, atol=1e-11)
    np.testing.assert_allclose(linalg.project(p, A), p, atol=1e-12)
    np.testing.assert_allclose(p @ p + (b - p) @ (b - p), b @ b, rtol=1e-12, atol=1e-12)


def test_projections_done_by_hand():
    np.testing.assert_allclose(
        linalg.project([3, 0, 3], [1, 2, 2]), [1, 2, 2], rtol=1e-14
    )
    A = [[1, 3], [2, 3], [2, 0]]
    np.testing.assert_allclose(linalg.project([2, 7, 1], A), [4, 5, 2], rtol=1e-14)
    P = linalg.projection_matrix([1, 2, 2])
    np.testing.assert_allclose(P, np.outer([1, 2, 2], [1, 2, 2]) / 9, atol=1e-16)
    np.testing.assert_array_equal(linalg.projection_matrix([[-7.0]]), [[1.0]])


def test_a_projection_matrix_is_symmetric_and_its_own_square():
    A = tall()
    P = linalg.projection_matrix(A)
    assert P.shape == (8, 8) and (P == P.T).all()
    np.testing.assert_allclose(P @ P, P, atol=1e-15)
    assert np.trace(P) == pytest.approx(3, rel=1e-15)
    want = A @ np.linalg.solve(A.T @ A, A.T)
    np.testing.assert_allclose(P, want, atol=1e-14)
    b = np.arange(8.0)
    np.testing.assert_allclose(P @ b, linalg.project(b, A), atol=1e-14)
    np.testing.assert_allclose(linalg.projection_matrix(matrix := np.eye(3)), matrix)


def test_a_coefficient_is_that_of_the_residual():
    """Frisch, Waugh and Lovell on the diabetes data: BMI's coefficient is 5.603."""
    X, y = load_diabetes()
    bmi, others = X[:, 2], np.column_stack([np.ones(len(X)), np.delete(X, 2, axis=1)])
    left = bmi - linalg.project(bmi, others)
    assert left @ y / (left @ left) == pytest.approx(5.603, abs=5e-4)
    full = linalg.lstsq(np.column_stack([np.ones(len(X)), X]), y)
    assert left @ y / (left @ left) == pytest.approx(full[3], rel=1e-11)


@pytest.mark.parametrize("scale", [1e-320, 1e-200, 1e200, 1e307])
def test_projections_do_not_mind_units(scale):
    A, b = tall(), np.arange(8.0)
    want = linalg.project(b, A)
    rtol = 1e-13 if scale > 1e-300 else 1e-2  # floats near 1e-320 have three digits
    np.testing.assert_allclose(linalg.project(b, scale * A), want, rtol=rtol)
    np.testing.assert_allclose(linalg.project(scale * b, A) / scale, want, rtol=rtol)


@pytest.mark.parametrize(
    "A",
    [[0, 0, 0], [[1, 2], [2, 4], [3, 6]], [[1, 0], [1, 0], [0, 0]], np.ones((3, 4))],
)
def test_dependent_columns_are_refused(A):
    message = "column|more columns than rows"
    for call in [
        lambda: linalg.project([1, 2, 3], A),
        lambda: linalg.projection_matrix(A),
        lambda: linalg.gram_schmidt(np.reshape(A, (3, -1))),
        lambda: linalg.lstsq(np.reshape(A, (3, -1)), [1, 2, 3]),
    ]:
        with pytest.raises(np.linalg.LinAlgError, match=f"({message}).*pinv"):
            call()


@pytest.mark.parametrize(
    "A",
    [
        [[-2, 2, 0], [1, 0, -3], [-9, 9, 0]],  # 15 eps are left of the last column
        [[-4, 0, 5, 3], [6, 0, -9, -3], [3, 9, 6, 6], [-7, -1, 3, 9]],  # 7 eps
    ],
)
def test_dependence_is_seen_where_rounding_has_left_much(A):
    with pytest.raises(
        np.linalg.LinAlgError, match=f"column {len(A) - 1} of A depends"
    ):
        linalg.lstsq(A, np.ones(len(A)))


@pytest.mark.parametrize("m", [2, 3, 4, 5, 8, 20])
def test_dependence_is_seen_through_rounding(m):
    rng = np.random.default_rng(m)
    for _ in range(100):
        n = int(rng.integers(2, m + 1))
        A = rng.normal(size=(m, n)) * 10.0 ** rng.integers(-9, 9, size=n)
        A[:, -1] = A[:, :-1] @ (rng.normal(size=n - 1) / np.abs(A[:, :-1]).max(axis=0))
        for f in [lambda A: linalg.lstsq(A, A[:, 0]), linalg.projection_matrix]:
            with pytest.raises(np.linalg.LinAlgError, match="depends"):
                f(A)


# --- Gram-Schmidt -----------------------------------------------------------------------


@pytest.mark.parametrize("again", [False, True])
@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("shape", [(1, 1), (4, 1), (6, 3), (7, 7), (50, 20)])
def test_gram_schmidt_is_lapacks_qr_up_to_signs(shape, method, again):
    A = tall(*shape)
    Q, R = linalg.gram_schmidt(A, method, again)
    Q_want, R_want = np.linalg.qr(A)
    sign = np.sign(np.diag(R_want))
    np.testing.assert_allclose(Q, Q_want * sign, atol=1e-13)
    np.testing.assert_allclose(R, R_want * sign[:, None], atol=1e-13)
    np.testing.assert_allclose(Q @ R, A, atol=1e-14)
    assert (R == np.triu(R)).all() and (np.diag(R) > 0).all()


@settings(deadline=None)
@given(TALL)
def test_all_ways_to_qr_agree(A):
    Q, R = linalg.qr(A)
    for method in METHODS:
        Q2, R2 = linalg.gram_schmidt(A, method)
        np.testing.assert_allclose(Q2, Q, atol=1e-13)
        np.testing.assert_allclose(R2, R, atol=1e-12)


def test_gram_schmidt_by_hand():
    Q, R = linalg.gram_schmidt([[1, 3], [2, 3], [2, 0]])
    np.testing.assert_allclose(Q, np.array([[1, 2], [2, 1], [2, -2]]) / 3, rtol=1e-15)
    np.testing.assert_allclose(R, [[3, 3], [0, 3]], rtol=1e-15)


def test_gram_schmidt_on_lauchlis_matrix():
    e = 1e-8  # 1 + e^2 rounds to 1
    A = np.vstack([np.ones(3), e * np.eye(3)])
    Q, _ = linalg.gram_schmidt(A, "classical")
    assert Q[:, 1] @ Q[:, 2] == pytest.approx(0.5, rel=1e-7)
    Q, _ = linalg.gram_schmidt(A)
    assert abs(Q[:, 1] @ Q[:, 2]) < 1e-8
    assert loss(Q) < 2e-8
    for method in METHODS:
        assert loss(linalg.gram_schmidt(A, method, reorthogonalize=True)[0]) < 1e-15


def test_gram_schmidt_loses_orthogonality_as_bjorck_says():
    """On Hilbert matrices: with cond^2 if classical, with cond if modified, never twice."""
    for n in range(4, 13):
        A = scipy.linalg.hilbert(n)
        with mpmath.workdps(40):
            s = mpmath.svd_r(mpmath.matrix(A.tolist()), compute_uv=False)
            unit = 2.0**-52 * float(s[0] / s[n - 1])
        assert loss(linalg.gram_schmidt(A, "modified")[0]) <= 2 * unit
        if n <= 6:
            classical = loss(linalg.gram_schmidt(A, "classical")[0])
            assert unit < classical <= 2 * unit**2 / 2.0**-52
        if n >= 8:
            assert loss(linalg.gram_schmidt(A, "classical")[0]) > 0.5
        for method in METHODS:
            if n < 12:  # cond 1e16: the classical shadows are all wrong
                assert loss(linalg.gram_schmidt(A, method, True)[0]) <= 1e-14
    assert loss(linalg.gram_schmidt(scipy.linalg.hilbert(8))[0]) == pytest.approx(2.6e-7, rel=0.5)  # fmt: skip


@pytest.mark.parametrize("unit", [1e-320, 1e-200, 1e200, 1e307])
@pytest.mark.parametrize("method", METHODS)
def test_gram_schmidt_and_qr_do_not_mind_the_units_of_a_column(method, unit):
    A = tall()
    rtol = 1e-12 if unit > 1e-300 else 1e-2
    for f in [lambda A: linalg.gram_schmidt(A, method), linalg.qr]:
        Q, R = f(A)
        Q2, R2 = f(A * [1, unit, 1])
        assert loss(Q2) <= 1e-14
        np.testing.assert_allclose(Q2, Q, rtol=rtol)
        np.testing.assert_allclose(R2 / [1, unit, 1], R, rtol=rtol)


def test_gram_schmidt_says_what_is_wrong():
    for bad in ["householder", None, 1]:
        with pytest.raises(ValueError, match="'modified' or 'classical'"):
            linalg.gram_schmidt(tall(), bad)
    with pytest.raises(ValueError, match="matrix"):
        linalg.gram_schmidt([1, 2])
    with pytest.raises(np.linalg.LinAlgError, match="column 1 of A depends"):
        linalg.gram_schmidt([[1, 3, 1], [2, 6, 0], [3, 9, 5]], "classical")


def test_projections_say_what_is_wrong():
    with pytest.raises(ValueError, match=r"b must have shape \(3,\) or \(3, k\)"):
        linalg.project([1, 2], [1, 2, 3])
    with pytest.raises(ValueError, match="A must be finite"):
        linalg.project([1, 2], [1, np.nan])
    for f in [linalg.projection_matrix, lambda A: linalg.project(1.0, A)]:
        with pytest.raises(ValueError, match="A must be a matrix"):
            f(np.ones((2, 2, 2)))
        with pytest.raises(ValueError, match="A must not be empty"):
            f([])
        with pytest.raises(TypeError, match="A must hold real"):
            f("matrix")


@pytest.mark.parametrize(
    "call, what",
    [
        (lambda: linalg.qr([[LARGEST], [LARGEST]]), "an entry of R"),
        (lambda: linalg.gram_schmidt([[LARGEST], [LARGEST]]), "an entry of R"),
        (lambda: linalg.lstsq([[1e-200]], [1e200]), "the solution"),
        (lambda: linalg.project([LARGEST, 0.9 * LARGEST], [1, 1.1]), None),
        (lambda: linalg.project([LARGEST, LARGEST], [2, 1]), "the projection"),
    ],
)
def test_what_no_float_can_hold_is_said(call, what):
    if what is None:
        assert np.isfinite(call()).all()
        return
    with pytest.raises(np.linalg.LinAlgError, match=f"{what} is beyond the largest"):
        call()


# --- least squares: NIST's reference datasets -------------------------------------------


@pytest.mark.parametrize("scale", [1e-320, 1e-200, 1e200, 1e307])
def test_lstsq_does_not_mind_units(scale):
    A, b = tall(), np.arange(8.0)
    want, rtol = linalg.lstsq(A, b), 1e-12 if scale > 1e-300 else 1e-2
    np.testing.assert_allclose(linalg.lstsq(scale * A, scale * b), want, rtol=rtol)
    B = np.column_stack([b, scale * b, 0 * b])
    got = linalg.lstsq(A, B)
    np.testing.assert_allclose(got[:, 0], want, rtol=1e-15)
    np.testing.assert_allclose(got[:, 1] / scale, want, rtol=rtol)
    np.testing.assert_array_equal(got[:, 2], 0)


def norris():
    y, x = np.array(NORRIS).reshape(-1, 2).T
    return np.vander(x, 2, increasing=True), y, [-0.262323073774029, 1.00211681802045]


def pontius():
    x = np.tile(150_000.0 * np.arange(1, 21), 2)
    certified = [0.673565789473684e-3, 0.732059160401003e-6, -0.316081871345029e-14]
    return np.vander(x, 3, increasing=True), np.array(PONTIUS), certified


def no_intercept(x, y, slope):
    return np.array(x, dtype=float)[:, None], np.array(y, dtype=float), [slope]


def filip():
    y, x = np.array(FILIP).reshape(-1, 2).T
    certified = [
        -1467.48961422980, -2772.17959193342, -2316.37108160893, -1127.97394098372,
        -354.478233703349, -75.1242017393757, -10.8753180355343, -1.06221498588947,
        -0.670191154593408e-1, -0.246781078275479e-2, -0.402962525080404e-4,
    ]  # fmt: skip
    return np.vander(x, 11, increasing=True), y, certified


def longley():
    X, y = load_longley()
    certified = [
        -3482258.63459582, 15.0618722713733, -0.358191792925910e-1, -2.02022980381683,
        -1.03322686717359, -0.511041056535807e-1, 1829.15146461355,
    ]  # fmt: skip
    return np.column_stack([np.ones(len(X)), X]), y, certified


def wampler(noise, base=1.0):
    """A polynomial of degree 5 at 0, 1, ..., 20; the noise is orthogonal to all of them."""
    A, certified = np.vander(np.arange(21.0), 6, increasing=True), base ** np.arange(6)
    half = [759, -2048, 2048, -2048, 2523, -2048, 2048, -2048, 1838, -2048]
    y = np.round(A @ certified, 5) + noise * np.array([*half, 2048, *half[::-1]])
    return A, y, certified


NIST = {  # https://www.itl.nist.gov/div898/strd/lls/lls.shtml
    "Norris": norris,
    "Pontius": pontius,
    "NoInt1": lambda: no_intercept(range(60, 71), range(130, 141), 2.07438016528926),
    "NoInt2": lambda: no_intercept([4, 5, 6], [3, 4, 4], 0.727272727272727),
    "Filip": filip,
    "Longley": longley,
    "Wampler1": lambda: wampler(0),
    "Wampler2": lambda: wampler(0, 0.1),
    "Wampler3": lambda: wampler(1),
    "Wampler4": lambda: wampler(100),
    "Wampler5": lambda: wampler(10_000),
}


def digits(got, certified):
    error = np.abs(np.asarray(got) - certified) / np.abs(certified)
    return -np.log10(np.maximum(error.max(), 1e-16))


@pytest.mark.parametrize("name", NIST)
def test_lstsq_has_13_digits_of_nists_and_at_least_lapacks(name):
    A, y, certified = NIST[name]()
    got = digits(linalg.lstsq(A, y), certified)
    # the powers of x up to 10, rounded to float64, leave 8 digits of Filip's coefficients
    assert got >= (13 if name != "Filip" else 7.5)
    assert got >= digits(np.linalg.lstsq(A, y, rcond=None)[0], certified) - 1e-3


def exact_lstsq(A, b):
    """The solution for these very floats: normal equations with 80 digits."""
    with mpmath.workdps(80):
        A, b = mpmath.matrix(A.tolist()), mpmath.matrix(b.tolist())
        x = mpmath.lu_solve(A.T * A, A.T * b)
        return np.array([float(v) for v in x])


@pytest.mark.parametrize("name", NIST)
def test_lstsq_is_exact_for_the_numbers_it_is_given(name):
    A, y, _ = NIST[name]()
    assert digits(linalg.lstsq(A, y), exact_lstsq(A, y)) >= 13


def test_lstsq_is_exact_at_condition_1e10_with_a_large_residual():
    rng = np.random.default_rng(3)
    U, V = np.linalg.qr(rng.normal(size=(40, 6)))[0], np.linalg.qr(rng.normal(size=(6, 6)))[0]  # fmt: skip
    A, B = (U * np.logspace(0, -10, 6)) @ V, rng.normal(size=(40, 3))
    got = linalg.lstsq(A, B)
    assert digits(np.linalg.lstsq(A, B, rcond=None)[0][:, 0], got[:, 0]) < 8
    for x, b in zip(got.T, B.T, strict=True):
        assert digits(x, exact_lstsq(A, b)) >= 11
        np.testing.assert_allclose(linalg.lstsq(A, b), x, rtol=1e-11)
    assert linalg.lstsq(A, B[:, :0]).shape == (6, 0)


def test_wamplers_noise_is_orthogonal_to_his_polynomials():
    A, y, certified = wampler(1)
    noise = y - A @ certified
    assert (A.T @ noise == 0).all() and np.abs(noise).max() == 2523


NORRIS = [  # response and concentration of ozone monitors
    0.1, 0.2, 338.8, 337.4, 118.1, 118.2, 888.0, 884.6, 9.2, 10.1, 228.1, 226.5, 668.5,
    666.3, 998.5, 996.3, 449.1, 448.6, 778.9, 777.0, 559.2, 558.2, 0.3, 0.4, 0.1, 0.6,
    778.1, 775.5, 668.8, 666.9, 339.3, 338.0, 448.9, 447.5, 10.8, 11.6, 557.7, 556.0,
    228.3, 228.1, 998.0, 995.8, 888.8, 887.6, 119.6, 120.2, 0.3, 0.3, 0.6, 0.3, 557.6,
    556.8, 339.3, 339.1, 888.0, 887.2, 998.5, 999.0, 778.9, 779.0, 10.2, 11.1, 117.6,
    118.3, 228.9, 229.2, 668.4, 669.1, 449.2, 448.9, 0.2, 0.5,
]  # fmt: skip

PONTIUS = [  # deflection of a load cell under 150,000, 300,000, ... lb, twice
    0.11019, 0.21956, 0.32949, 0.43899, 0.54803, 0.65694, 0.76562, 0.87487, 0.98292,
    1.09146, 1.20001, 1.30822, 1.41599, 1.52399, 1.63194, 1.73947, 1.84646, 1.95392,
    2.06128, 2.16844, 0.11052, 0.22018, 0.32939, 0.43886, 0.54798, 0.65739, 0.76596,
    0.87474, 0.983, 1.0915, 1.20004, 1.30818, 1.41613, 1.52408, 1.63159, 1.73965,
    1.84696, 1.95445, 2.06177, 2.16829,
]  # fmt: skip

FILIP = [  # y and x of Filippelli's polynomial of degree 10
    0.8116, -6.860120914, 0.9072, -4.324130045, 0.9052, -4.358625055, 0.9039,
    -4.358426747, 0.8053, -6.955852379, 0.8377, -6.661145254, 0.8667, -6.355462942,
    0.8809, -6.118102026, 0.7975, -7.115148017, 0.8162, -6.815308569, 0.8515,
    -6.519993057, 0.8766, -6.204119983, 0.8885, -5.853871964, 0.8859, -6.109523091,
    0.8959, -5.79832982, 0.8913, -5.482672118, 0.8959, -5.171791386, 0.8971,
    -4.851705903, 0.9021, -4.517126416, 0.909, -4.143573228, 0.9139, -3.709075441,
    0.9199, -3.499489089, 0.8692, -6.300769497, 0.8872, -5.953504836, 0.89,
    -5.642065153, 0.891, -5.031376979, 0.8977, -4.680685696, 0.9035, -4.329846955,
    0.9078, -3.928486195, 0.7675, -8.56735134, 0.7705, -8.363211311, 0.7713,
    -8.107682739, 0.7736, -7.823908741, 0.7775, -7.522878745, 0.7841, -7.218819279,
    0.7971, -6.920818754, 0.8329, -6.628932138, 0.8641, -6.323946875, 0.8804,
    -5.991399828, 0.7668, -8.781464495, 0.7633, -8.663140179, 0.7678, -8.473531488,
    0.7697, -8.247337057, 0.77, -7.971428747, 0.7749, -7.676129393, 0.7796,
    -7.352812702, 0.7897, -7.072065318, 0.8131, -6.774174009, 0.8498, -6.478861916,
    0.8741, -6.159517513, 0.8061, -6.835647144, 0.846, -6.53165267, 0.8751,
    -6.224098421, 0.8856, -5.910094889, 0.8919, -5.598599459, 0.8934, -5.290645224,
    0.894, -4.974284616, 0.8957, -4.64454848, 0.9047, -4.290560426, 0.9129,
    -3.885055584, 0.9209, -3.408378962, 0.9219, -3.13200249, 0.7739, -8.726767166,
    0.7681, -8.66695597, 0.7665, -8.511026475, 0.7703, -8.165388579, 0.7702,
    -7.886056648, 0.7761, -7.588043762, 0.7809, -7.283412422, 0.7961, -6.995678626,
    0.8253, -6.691862621, 0.8602, -6.392544977, 0.8809, -6.067374056, 0.8301,
    -6.684029655, 0.8664, -6.378719832, 0.8834, -6.065855188, 0.8898, -5.752272167,
    0.8964, -5.132414673, 0.8963, -4.811352704, 0.9074, -4.098269308, 0.9119,
    -3.66174277, 0.9228, -3.2644011,
]  # fmt: skip
