"""Attention, from the formula to a transformer block, with gradients by hand."""

import math

import numpy as np

from utils._checks import as_finite, as_float, as_rng, count, in_range
from utils.models.base import NotFittedError
from utils.numerics import softmax


def scaled_dot_product_attention(Q, K, V, mask=None):
    r"""Averages of values, weighted by how well each query matches each key.

    :math:`O = AV` with :math:`A = \mathrm{softmax}(QK^\top/\sqrt{d_k})` over the keys.

    Parameters
    ----------
    Q : array_like, shape (..., n, d_k)
        Queries, one per row; axes before are batch and heads, and broadcast.
    K : array_like, shape (..., m, d_k)
        Keys.
    V : array_like, shape (..., m, d_v)
        Values.
    mask : array_like, broadcasting to (..., n, m), optional
        Booleans, True where a query may look; or numbers added to the scores, 0 and -inf.

    Returns
    -------
    O : ndarray, shape (..., n, d_v)
    cache : dict
        ``"weights"``, the matrix A, and ``"Q"``, ``"K"``, ``"V"``: what a backward pass needs.

    Raises
    ------
    ValueError
        If shapes don't fit, something is NaN or infinite, or a query may look nowhere: an
        average of nothing isn't defined.

    Notes
    -----
    O(n m (d_k + d_v)) time; A holds n m numbers for each head, which is the point here
    (streaming attention, in the home notebook, never holds them).
    Home: 08-ml-math-case-studies/09-attention-and-transformers.ipynb.
    Source: Vaswani et al., "Attention is all you need", NeurIPS 2017.

    Examples
    --------
    >>> Q = [[np.sqrt(2) * np.log(3), 0]]
    >>> O, cache = scaled_dot_product_attention(Q, [[1, 0], [0, 1], [1, 1]], [[1], [2], [3]])
    >>> O.round(6), (7 * cache["weights"]).round(6)
    (array([[2.]]), array([[3., 1., 3.]]))
    """
    Q, K, V = _rows(Q, "Q"), _rows(K, "K"), _rows(V, "V")
    if Q.shape[-1] != K.shape[-1]:
        raise ValueError(
            f"queries and keys must be equally long, got {Q.shape[-1]} and {K.shape[-1]}"
        )
    if K.shape[-2] != V.shape[-2]:
        raise ValueError(
            f"there must be as many keys as values, got {K.shape[-2]} and {V.shape[-2]}"
        )
    try:
        np.broadcast_shapes(Q.shape[:-2], K.shape[:-2], V.shape[:-2])
    except ValueError:
        raise ValueError(
            "the axes before the last two must broadcast, got shapes "
            f"{Q.shape}, {K.shape}, {V.shape}"
        ) from None
    scores = Q @ K.swapaxes(-1, -2) / math.sqrt(Q.shape[-1])
    if mask is not None:
        scores = scores + _additive(mask, scores.shape)
    weights = softmax(scores, axis=-1)
    return weights @ V, {"weights": weights, "Q": Q, "K": K, "V": V}


def sinusoidal_positions(n, d):
    """Codes of the positions 0 to n - 1: sines and cosines of d/2 frequencies.

    Parameters
    ----------
    n, d : int
        How many positions, and how long a code is: even, at least 2.

    Returns
    -------
    ndarray, shape (n, d)
        Entry (i, 2k) is the sine, (i, 2k + 1) the cosine of i / 10000^(2k/d).

    Raises
    ------
    ValueError
        If d is odd, or n or d too small.

    Notes
    -----
    A shift by t positions turns each pair by a fixed angle, whatever the position is; so the
    product of two codes depends on their distance only.
    Home: 08-ml-math-case-studies/09-attention-and-transformers.ipynb. O(n d).
    Source: Vaswani et al., "Attention is all you need", NeurIPS 2017, section 3.5.

    Examples
    --------
    >>> sinusoidal_positions(2, 2).round(4)
    array([[0.    , 1.    ],
           [0.8415, 0.5403]])
    """
    n, d = count(n, "n"), count(d, "d", low=2)
    if d % 2:
        raise ValueError(f"d must be even, for pairs of a sine and a cosine, got {d}")
    angles = np.outer(np.arange(n), 10_000.0 ** (-np.arange(0, d, 2) / d))
    return np.stack([np.sin(angles), np.cos(angles)], axis=-1).reshape(n, d)


def layer_norm(X, gamma, beta, eps=1e-5):
    """Each row moved to mean 0 and variance 1, then scaled and shifted by learned vectors.

    Parameters
    ----------
    X : array_like, shape (..., d)
    gamma, beta : array_like, shape (d,)
        Scale and shift.
    eps : float
        Positive; added to the variance (the 1/d one), so that a constant row gives beta.

    Returns
    -------
    ndarray, shape of X

    Raises
    ------
    ValueError
        If shapes don't fit, something is NaN or infinite, or eps is not positive.

    Notes
    -----
    Home: 08-ml-math-case-studies/09-attention-and-transformers.ipynb. O(size).
    Source: Ba, Kiros and Hinton, "Layer normalization", arXiv:1607.06450 (2016).

    Examples
    --------
    >>> layer_norm([1, 2, 3], [1, 1, 1], [0, 0, 0]).round(4)
    array([-1.2247,  0.    ,  1.2247])
    """
    X, gamma, beta = (
        as_finite(X, "X"),
        as_finite(gamma, "gamma"),
        as_finite(beta, "beta"),
    )
    if X.ndim == 0 or X.size == 0:
        raise ValueError(f"X must hold rows, shape (..., d), got shape {X.shape}")
    for vector, name in ((gamma, "gamma"), (beta, "beta")):
        if vector.shape != X.shape[-1:]:
            raise ValueError(
                f"{name} must have shape {X.shape[-1:]}, as the rows of X, "
                f"got {vector.shape}"
            )
    eps = in_range(eps, "eps", 0, np.inf, closed=(False, False))
    return _standardized(X, eps)[0] * gamma + beta


class _Layer:
    """What layers share: named parameters, gradients, and the pass forward they belong to."""

    def parameters(self):
        """Dict from name to array: the arrays themselves, to be changed in place."""
        return self._parameters

    def _start_backward(self, dY):
        if self._cache is None:
            raise NotFittedError("there is nothing to go back from: call forward first")
        dY = as_finite(dY, "dY")
        if dY.shape != self._shape:
            raise ValueError(
                f"dY must have the shape of the output, {self._shape}, got {dY.shape}"
            )
        return dY

    def _tokens(self, X):
        X = _rows(X, "X")
        if X.shape[-1] != self.d:
            raise ValueError(
                f"rows of X must have length d={self.d}, got {X.shape[-1]}"
            )
        self._shape = X.shape
        return X


class MultiHeadAttention(_Layer):
    """Several attentions side by side, each in its own d/heads dimensions.

    Parameters
    ----------
    d : int
        Length of a token.
    heads : int
        Divides d.
    causal : bool
        Whether a token may look only at itself and at tokens before it.
    rng : numpy.random.Generator
        Draws the initial weights from a normal law of variance 1/d (Xavier).

    Attributes
    ----------
    grads : dict
        After `backward`: the gradients, by the names of `parameters`, "W_Q", "W_K", "W_V",
        "W_O", each of shape (d, d).
    weights : ndarray, shape (..., heads, n, n)
        After `forward`: who looked where.

    Raises
    ------
    ValueError
        If d isn't divisible by heads.
    TypeError
        Without a generator.

    Notes
    -----
    Queries are X W_Q, keys X W_K, values X W_V, head h taking the h-th block of columns; the
    heads' results, side by side, are multiplied by W_O. No biases. O(n d^2 + n^2 d) time and
    heads n^2 numbers for n tokens.
    Home: 08-ml-math-case-studies/09-attention-and-transformers.ipynb.
    Source: Vaswani et al., "Attention is all you need", NeurIPS 2017, section 3.2.2.

    Examples
    --------
    >>> attention = MultiHeadAttention(4, 2, rng=np.random.default_rng(0))
    >>> X = np.eye(4)[:3]
    >>> Y = attention.forward(X)
    >>> Y.shape, attention.weights.shape
    ((3, 4), (2, 3, 3))
    >>> np.allclose(attention.forward(X[::-1]), Y[::-1])  # it doesn't know the order
    True
    """

    def __init__(self, d, heads, causal=False, *, rng):
        self.d, self.heads, self.causal = count(d, "d"), count(heads, "heads"), causal
        if self.d % self.heads:
            raise ValueError(
                f"d must be divisible by heads, got d={d} and heads={heads}"
            )
        rng = as_rng(rng)
        names = ("W_Q", "W_K", "W_V", "W_O")
        self._parameters = {name: _xavier(self.d, self.d, rng) for name in names}
        self.grads, self._cache = {}, None

    def forward(self, X):
        """Tokens ``X`` (..., n, d) to what they gathered, the same shape."""
        X = self._tokens(X)
        W = self._parameters
        Q, K, V = (self._split(X @ W[name]) for name in ("W_Q", "W_K", "W_V"))
        n = X.shape[-2]
        mask = np.tri(n, dtype=bool) if self.causal else None
        heads, attention = scaled_dot_product_attention(Q, K, V, mask)
        joined = self._join(heads)
        self.weights = attention["weights"]
        self._cache = X, joined, attention
        return joined @ W["W_O"]

    def backward(self, dY):
        """From the loss's gradient for the output to that for ``X``; sets `grads`."""
        dY = self._start_backward(dY)
        X, joined, attention = self._cache
        W = self._parameters
        dQ, dK, dV = _attention_backward(self._split(dY @ W["W_O"].T), attention)
        parts = {"W_Q": self._join(dQ), "W_K": self._join(dK), "W_V": self._join(dV)}
        self.grads = {name: _outer_sum(X, part) for name, part in parts.items()}
        self.grads["W_O"] = _outer_sum(joined, dY)
        return sum(part @ W[name].T for name, part in parts.items())

    def _split(self, X):
        """(..., n, d) to (..., heads, n, d/heads)."""
        shape = (*X.shape[:-1], self.heads, self.d // self.heads)
        return X.reshape(shape).swapaxes(-2, -3)

    def _join(self, H):
        """(..., heads, n, d/heads) to (..., n, d)."""
        H = H.swapaxes(-2, -3)
        return H.reshape(*H.shape[:-2], self.d)


class TransformerBlock(_Layer):
    """Attention, then a network on each token; both are added to what came in.

    Parameters
    ----------
    d, heads : int
        As for `MultiHeadAttention`.
    d_ff : int
        Width of the network's hidden layer of ReLUs.
    norm : {"pre", None}
        Layer normalization before each of the two, or none.
    rng : numpy.random.Generator
        Draws the initial weights.

    Attributes
    ----------
    grads : dict
        After `backward`, by the names of `parameters`.
    attention : MultiHeadAttention

    Raises
    ------
    ValueError
        If d isn't divisible by heads, a size is below 1, or norm is unknown.
    TypeError
        Without a generator.

    Notes
    -----
    x + attention(LN x), then x + network(LN x). O(n d (d + d_ff) + n^2 d) for n tokens. For
    a causal block set ``block.attention.causal = True``.
    Home: 08-ml-math-case-studies/09-attention-and-transformers.ipynb.
    Source: Vaswani et al., NeurIPS 2017; for "pre", Xiong et al., "On layer normalization in
    the transformer architecture", ICML 2020.

    Examples
    --------
    >>> block = TransformerBlock(4, 2, 8, rng=np.random.default_rng(0))
    >>> block.forward(np.eye(4)).shape
    (4, 4)
    >>> sum(p.size for p in block.parameters().values())
    156
    """

    def __init__(self, d, heads, d_ff, norm="pre", *, rng):
        if norm not in ("pre", None):
            raise ValueError(f"norm must be 'pre' or None, got {norm!r}")
        self.attention = MultiHeadAttention(d, heads, rng=rng)
        self.d, self.heads, self.norm = d, heads, norm
        self.d_ff = count(d_ff, "d_ff")
        self._parameters = dict(self.attention.parameters())
        self._parameters |= {
            "W_1": rng.normal(scale=math.sqrt(2 / d), size=(d, self.d_ff)),  # He
            "b_1": np.zeros(self.d_ff),
            "W_2": _xavier(self.d_ff, d, rng),
            "b_2": np.zeros(d),
        }
        if norm:
            for k in (1, 2):
                self._parameters[f"gamma_{k}"] = np.ones(d)
                self._parameters[f"beta_{k}"] = np.zeros(d)
        self.grads, self._cache = {}, None

    def forward(self, X):
        """Tokens ``X`` (..., n, d) to tokens of the same shape."""
        W, X = self._parameters, self._tokens(X)
        inner, first = self._normalize(X, 1)
        middle = X + self.attention.forward(inner)
        inner, second = self._normalize(middle, 2)
        hidden = np.maximum(inner @ W["W_1"] + W["b_1"], 0)
        self._cache = first, inner, second, hidden
        return middle + hidden @ W["W_2"] + W["b_2"]

    def backward(self, dY):
        """From the loss's gradient for the output to that for ``X``; sets `grads`."""
        dY = self._start_backward(dY)
        first, inner, second, hidden = self._cache
        W, grads = self._parameters, {}
        over_tokens = tuple(range(dY.ndim - 1))

        grads["W_2"], grads["b_2"] = _outer_sum(hidden, dY), dY.sum(axis=over_tokens)
        d_hidden = (dY @ W["W_2"].T) * (hidden > 0)
        grads["W_1"] = _outer_sum(inner, d_hidden)
        grads["b_1"] = d_hidden.sum(axis=over_tokens)
        d_inner = d_hidden @ W["W_1"].T
        d_middle = dY + self._normalize_backward(d_inner, second, 2, grads)

        d_inner = self.attention.backward(d_middle)
        dX = d_middle + self._normalize_backward(d_inner, first, 1, grads)
        grads |= self.attention.grads
        self.grads = {name: grads[name] for name in W}  # in the order of the parameters
        return dX

    def _normalize(self, X, k):
        """Layer norm number k and what its backward pass needs; X itself without norms."""
        if not self.norm:
            return X, None
        unit, spread = _standardized(X, 1e-5)
        W = self._parameters
        return unit * W[f"gamma_{k}"] + W[f"beta_{k}"], (unit, spread)

    def _normalize_backward(self, dY, cache, k, grads):
        if not self.norm:
            return dY
        unit, spread = cache
        over_tokens = tuple(range(dY.ndim - 1))
        grads[f"gamma_{k}"] = (dY * unit).sum(axis=over_tokens)
        grads[f"beta_{k}"] = dY.sum(axis=over_tokens)
        d_unit = dY * self._parameters[f"gamma_{k}"]
        along_mean = d_unit.mean(axis=-1, keepdims=True)
        along_unit = (d_unit * unit).mean(axis=-1, keepdims=True)
        return (d_unit - along_mean - unit * along_unit) / spread


def _attention_backward(dO, cache):
    """Gradients for Q, K, V, given the one for the output."""
    A, Q, K, V = (cache[name] for name in ("weights", "Q", "K", "V"))
    dA = dO @ V.swapaxes(-1, -2)
    dS = A * (dA - (dA * A).sum(axis=-1, keepdims=True)) / math.sqrt(Q.shape[-1])
    return dS @ K, dS.swapaxes(-1, -2) @ Q, A.swapaxes(-1, -2) @ dO


def _standardized(X, eps):
    """Rows of mean 0 and variance 1 (almost, by eps), and what they were divided by."""
    centered = X - X.mean(axis=-1, keepdims=True)
    spread = np.sqrt((centered**2).mean(axis=-1, keepdims=True) + eps)
    return centered / spread, spread


def _outer_sum(X, dY):
    """Gradient of W in Y = X W: the sum over all tokens of outer products."""
    return X.reshape(-1, X.shape[-1]).T @ dY.reshape(-1, dY.shape[-1])


def _xavier(n_in, n_out, rng):
    return rng.normal(scale=math.sqrt(2 / (n_in + n_out)), size=(n_in, n_out))


def _rows(X, name):
    X = as_finite(X, name)
    if X.ndim < 2 or X.size == 0:
        raise ValueError(
            f"{name} must hold tokens as rows, shape (..., n, d), got shape {X.shape}"
        )
    return X


def _additive(mask, shape):
    """The mask as numbers to add to the scores: 0 where a query may look, else -inf."""
    if np.asarray(mask).dtype == bool:
        mask = np.where(mask, 0.0, -np.inf)
    mask = as_float(mask, "mask")
    try:
        mask = np.broadcast_to(mask, shape)
    except ValueError:
        raise ValueError(
            f"mask must broadcast to the scores' shape {shape}, got {mask.shape}"
        ) from None
    if np.isnan(mask).any() or np.isposinf(mask).any():
        raise ValueError("mask must be finite or -inf, got NaN or inf")
    if np.isneginf(mask).all(axis=-1).any():
        raise ValueError("some query may look nowhere: its row of the mask is empty")
    return mask
