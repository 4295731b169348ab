"""Principal component analysis, and the Gaussian model whose best fit it is."""

import numpy as np

from utils._checks import as_data, as_rng, count, in_range, moderate
from utils.linalg import fix_signs
from utils.models.base import BaseModel
from utils.models.preparation import _check_columns, _column_means

EPS = np.finfo(float).eps


class PCA(BaseModel):
    r"""Principal components: the orthogonal directions in which the data vary most.

    With the centered data :math:`X_c = U S V^\top`, the components are the rows of
    :math:`V^\top`, and :math:`s_j^2/(n-1)` is the variance along the j-th. The first k span
    the k-dimensional plane that is nearest to the rows in summed squared distance.

    Parameters
    ----------
    n_components : int or float, optional
        How many components to keep, at most min(n, d), which is also the default. A float
        strictly between 0 and 1: as few as keep this share of the variance.
    whiten : bool
        Divide the scores by their standard deviations, so that their covariance is I.

    Attributes
    ----------
    mean_ : ndarray, shape (d,)
        What is subtracted from every row.
    components_ : ndarray, shape (k, d)
        Orthonormal rows, by falling variance. In each the entry of largest modulus is
        positive.
    explained_variance_ : ndarray, shape (k,)
        Variance of the scores, divisor n - 1.
    explained_variance_ratio_ : ndarray, shape (k,)
        Their shares of the summed variance of all columns.
    singular_values_ : ndarray, shape (k,)
        The s_j.

    Raises
    ------
    ValueError
        For `n_components` out of range, fewer than two rows, rows that are all equal, a
        matrix that isn't finite or has entries beyond 1e150, or another number of columns
        than in ``fit``.
    numpy.linalg.LinAlgError
        For whitening along a direction in which the data don't vary.

    Notes
    -----
    Columns in larger units get larger components: standardize them unless the units agree.
    By the SVD of the centered data, O(n d min(n, d)). Where no singular value is below a
    hundredth of the first, eigenvectors of the covariance will do, at a fifth of the time;
    below 1e-8 of the first they would have no digit left.
    Home: 08-ml-math-case-studies/03-pca.ipynb.
    Source: I. T. Jolliffe, *Principal Component Analysis*, 2nd ed. (Springer, 2002).

    Examples
    --------
    >>> X = [[2, 1], [1, 2], [-1, -2], [-2, -1]]
    >>> model = PCA(n_components=1).fit(X)
    >>> model.explained_variance_.round(6), model.explained_variance_ratio_.round(6)
    (array([6.]), array([0.9]))
    >>> model.inverse_transform(model.transform([[2, 1]]))
    array([[1.5, 1.5]])
    """

    def __init__(self, n_components=None, whiten=False):
        self.n_components = n_components
        self.whiten = whiten

    def fit(self, X, y=None):
        """Find the components of ``X`` (n, d); ``y`` is ignored. Returns the model."""
        X = moderate(as_data(X))
        mean, s, Vt = _centered_svd(X)
        power = (s / s[0]) ** 2  # in units of the first: neither overflows nor vanishes
        ratio = power / power.sum()
        k = self._n_kept(ratio, X.shape)
        if self.whiten and s[k - 1] <= max(X.shape) * EPS * s[0]:
            rank = np.count_nonzero(s > max(X.shape) * EPS * s[0])
            raise np.linalg.LinAlgError(
                f"the data vary in {rank} directions only, and component {k} can't be "
                f"whitened: use n_components={rank} or less"
            )
        self.mean_, self.components_, self.singular_values_ = mean, Vt[:k], s[:k]
        self.explained_variance_ = s[:k] ** 2 / (len(X) - 1)
        self.explained_variance_ratio_ = ratio[:k]
        return self

    def transform(self, X):
        """Scores of the rows of ``X`` (m, d): their coordinates along the components, (m, k)."""
        self._check_fitted("components_")
        X = _check_columns(X, len(self.mean_))
        scores = (X - self.mean_) @ self.components_.T
        return scores / np.sqrt(self.explained_variance_) if self.whiten else scores

    def inverse_transform(self, Z):
        """The points with scores ``Z`` (m, k), in the space of the data: (m, d)."""
        self._check_fitted("components_")
        Z, k = as_data(Z, "Z"), len(self.components_)
        if Z.shape[1] != k:
            raise ValueError(
                f"Z must have a score for each of the {k} components, got {Z.shape[1]}"
            )
        if self.whiten:
            Z = Z * np.sqrt(self.explained_variance_)
        return Z @ self.components_ + self.mean_

    def fit_transform(self, X, y=None):
        """``fit``, then ``transform`` of the same data."""
        return self.fit(X).transform(X)

    def _n_kept(self, ratio, shape):
        wanted = self.n_components
        if wanted is None:
            return min(shape)
        if np.asarray(wanted).dtype.kind == "f":
            share = in_range(wanted, "n_components", 0, 1, closed=(False, False))
            enough = np.cumsum(ratio) >= share * (1 - EPS * len(ratio))
            return int(np.argmax(enough)) + 1
        k = count(wanted, "n_components")
        if k > min(shape):
            raise ValueError(
                f"n_components must be at most min(n, d) = {min(shape)}, got {k}"
            )
        return k


class ProbabilisticPCA(BaseModel):
    r"""A Gaussian model with k latent variables, fitted by maximum likelihood.

    A row is :math:`x = \mu + W z + \varepsilon` with standard normal :math:`z` (k numbers)
    and noise :math:`\varepsilon` of variance :math:`\sigma^2` in every direction: so
    :math:`x` is normal with covariance :math:`C = WW^\top + \sigma^2 I`. The likelihood is
    largest when W spans the first k principal components, with columns
    :math:`\sqrt{\lambda_j - \sigma^2}\,v_j`, and :math:`\sigma^2` is the mean of the
    other d - k variances.

    Parameters
    ----------
    n_components : int
        k, at least 1 and below d.

    Attributes
    ----------
    mean_ : ndarray, shape (d,)
    W_ : ndarray, shape (d, k)
        Orthogonal columns, by falling length; in each the entry of largest modulus is
        positive. W R fits as well, for any rotation R.
    noise_variance_ : float
        sigma^2, from eigenvalues of the covariance with divisor n.

    Raises
    ------
    ValueError
        For `n_components` of d or more, fewer than two rows, rows that are all equal, data
        that aren't finite or lie beyond 1e150, or another number of columns than in ``fit``.
    numpy.linalg.LinAlgError
        If the data lie in a plane of k dimensions: without noise the likelihood has no
        bound.

    Notes
    -----
    Closed form, no iteration: O(n d min(n, d)) for the SVD.
    Home: 08-ml-math-case-studies/03-pca.ipynb.
    Source: M. E. Tipping and C. M. Bishop, "Probabilistic principal component analysis",
    Journal of the Royal Statistical Society B 61 (1999).

    Examples
    --------
    >>> X = [[2, 1], [1, 2], [-1, -2], [-2, -1]]
    >>> model = ProbabilisticPCA(n_components=1).fit(X)
    >>> model.W_.round(6).T, round(model.noise_variance_, 6)
    (array([[1.414214, 1.414214]]), 0.5)
    >>> round(model.log_likelihood(X), 6)
    -12.973369
    """

    def __init__(self, n_components):
        self.n_components = n_components

    def fit(self, X, y=None):
        """Fit to the rows of ``X`` (n, d); ``y`` is ignored. Returns the model."""
        k = count(self.n_components, "n_components")
        X = moderate(as_data(X))
        n, d = X.shape
        if k >= d:
            raise ValueError(f"n_components must be below d = {d}, got {k}")
        mean, s, Vt = _centered_svd(X)
        if s[k:].max(initial=0.0) <= max(n, d) * EPS * s[0]:
            raise np.linalg.LinAlgError(
                f"the data lie in a plane of {k} dimensions or less, where no noise is left: "
                "use fewer components, or PCA"
            )
        variances = s**2 / n
        noise = float(variances[k:].sum() / (d - k))
        self.mean_, self.noise_variance_ = mean, noise
        self.W_ = Vt[:k].T * np.sqrt(np.maximum(variances[:k] - noise, 0.0))
        return self

    def posterior(self, X):
        """What the rows of ``X`` (m, d) say of their latent z: means and covariance.

        The law of z given x is normal with mean M^-1 W'(x - mu), an array (m, k), and
        covariance sigma^2 M^-1, the same (k, k) for all rows, where M = W'W + sigma^2 I.
        Projections, but shrunken: noise is expected.
        """
        self._check_fitted("W_")
        X = _check_columns(X, len(self.mean_))
        M = self._variances()
        return (X - self.mean_) @ self.W_ / M, np.diag(self.noise_variance_ / M)

    def log_likelihood(self, X):
        """Sum of the log densities of the rows of ``X`` (m, d), a float, in nats.

        No (d, d) matrix is needed: with z the posterior mean of x, the quadratic form
        (x - mu)' C^-1 (x - mu) is |x - mu - W z|^2 / sigma^2 + |z|^2, a sum of squares
        in which nothing cancels. O(m d k).
        """
        z, _ = self.posterior(X)
        residual = moderate(as_data(X)) - self.mean_ - z @ self.W_.T
        d, k = self.W_.shape
        log_det = np.log(self._variances()).sum() + (d - k) * np.log(
            self.noise_variance_
        )
        with np.errstate(over="ignore"):  # a density of exp(-1e308) has log -inf
            square = np.sum(residual**2) / self.noise_variance_ + np.sum(z**2)
        return float(-0.5 * (square + len(z) * (log_det + d * np.log(2 * np.pi))))

    def sample(self, n, rng):
        """``n`` draws mu + W z + noise, shape (n, d); ``rng`` is a `numpy.random.Generator`."""
        self._check_fitted("W_")
        n, rng = count(n, "n", low=0), as_rng(rng)
        d, k = self.W_.shape
        z, noise = rng.normal(size=(n, k)), rng.normal(size=(n, d))
        return self.mean_ + z @ self.W_.T + np.sqrt(self.noise_variance_) * noise

    def _variances(self):
        """Diagonal of W'W + sigma^2 I, which is diagonal: the columns of W are orthogonal.

        These are also the variances of the model along the columns of W.
        """
        return np.sum(self.W_**2, axis=0) + self.noise_variance_


def _centered_svd(X):
    """Means of the columns; singular values and right singular vectors of X minus them."""
    mean = _column_means(X)
    s, Vt = _right_singular(X - mean)
    if s[0] < 1e-130:  # or so little that squares would vanish
        raise ValueError(
            f"X must have rows that differ: in {len(X)} row(s) no column varies"
        )
    _, s, Vt = fix_signs(Vt.T, s, Vt)
    return mean, s, Vt


def _right_singular(X):
    """Singular values of X, largest first, and its right singular vectors as rows."""
    n, d = X.shape
    if n > d:
        power, V = np.linalg.eigh(X.T @ X)  # s^2, smallest first
        if power[0] > 1e-4 * power[-1]:  # all keep 12 digits: no need for more
            return np.sqrt(power[::-1]), V[:, ::-1].T
        X = np.linalg.qr(X, mode="r")  # X = QR has the s and V of its triangle R
    return np.linalg.svd(X, full_matrices=False)[1:]
