"""One look for every figure of the course: colors by role, equal axes for geometry.

The colors are the five of Okabe and Ito (2008) that also keep a contrast of 3:1 on
white. Lines that must be told apart differ in dash or marker too. Helpers draw on the
``Axes`` they are given and return nothing, so that figures compose; `show` ends a figure.
"""

import base64
import io

import matplotlib.pyplot as plt
import numpy as np
from IPython.display import display
from matplotlib.colors import ListedColormap
from PIL import Image  # what Matplotlib itself writes PNG with

BLUE, VERMILION, GREEN = "#0072B2", "#D55E00", "#009E73"
PURPLE, INK, FAINT = "#CC79A7", "#222222", "#B8BCC2"
PALETTE = (BLUE, VERMILION, GREEN, PURPLE, INK)
DASHES = ("-", "--", "-.", ":", (0, (5, 1, 1, 1, 1, 1)))
MARKERS = ("o", "^", "s", "D", "v")


def use_style():
    """Apply the course's look to Matplotlib, and print NumPy arrays with four decimals."""
    plt.rcParams.update(
        {
            "figure.figsize": (6.5, 3.8),
            "figure.dpi": 100,
            "figure.constrained_layout.use": True,
            "font.size": 11,
            "axes.titlesize": 12,
            "axes.titlelocation": "left",
            "axes.spines.top": False,
            "axes.spines.right": False,
            "axes.grid": True,
            "axes.axisbelow": True,
            "axes.prop_cycle": plt.cycler(color=PALETTE, linestyle=DASHES),
            "grid.color": "#E6E8EB",
            "lines.linewidth": 2.0,
            "legend.frameon": False,
            "image.cmap": "viridis",
        }
    )
    np.set_printoptions(precision=4, suppress=True, linewidth=88)


def show(fig, alt):
    """Show ``fig`` as a PNG on white, with ``alt``, a sentence for whoever can't see it.

    The sentence is stored with the picture twice, as its text form and as its metadata,
    because viewers look in different places; strict notebook tests compare it.
    """
    drawn, buffer = io.BytesIO(), io.BytesIO()
    fig.savefig(drawn, format="png", facecolor="white")
    # 256 colors look the same and take a third of the space, in every clone and page
    picture = Image.open(drawn).convert("RGB").quantize(256, dither=Image.Dither.NONE)
    picture.save(buffer, format="png", optimize=True)
    plt.close(fig)
    png = base64.b64encode(buffer.getvalue()).decode("ascii")
    display(
        {"image/png": png, "text/plain": alt},
        metadata={"image/png": {"alt": alt}},
        raw=True,
    )


def plane(ax, limit):
    """Prepare ``ax`` for plane geometry: equal scales, axes through the origin."""
    ax.set(xlim=(-limit, limit), ylim=(-limit, limit), aspect="equal")
    ax.axhline(0, color=FAINT, linewidth=1, zorder=0)
    ax.axvline(0, color=FAINT, linewidth=1, zorder=0)


def arrow(ax, vector, label="", color=BLUE, start=(0, 0)):
    """Draw a plane ``vector`` as an arrow from ``start``, with its label beyond the tip."""
    start, vector = np.asarray(start, dtype=float), np.asarray(vector, dtype=float)
    tip, length = start + vector, np.hypot(*vector)
    style = {"arrowstyle": "-|>", "color": color, "lw": 2.2, "shrinkA": 0, "shrinkB": 0}
    ax.annotate("", xy=tip, xytext=start, arrowprops=style)
    if label and length:
        beyond = 16 * vector / length
        ax.annotate(
            label,
            tip,
            beyond,
            textcoords="offset points",
            color=color,
            ha="center",
            va="center",
        )


def note(ax, text, at, offset=(0, 0), color=INK, arrow=False):
    """Write ``text`` beside the data point ``at``, ``offset`` points away from it."""
    style = {"arrowstyle": "->", "color": color} if arrow else None
    kwargs = {"textcoords": "offset points", "ha": "center", "arrowprops": style}
    ax.annotate(text, at, offset, color=color, **kwargs)


def mapped_circle(ax, matrix, color=INK):
    """Draw where a 2x2 ``matrix`` sends the unit circle, colored by starting angle."""
    angle = np.linspace(0, 2 * np.pi, 361)
    points = matrix @ np.vstack([np.cos(angle), np.sin(angle)])
    ax.plot(*points, color=FAINT, linewidth=1.2, zorder=1)
    ax.scatter(*points, c=angle, cmap="twilight", s=7, zorder=2)


def images(axes, pictures, titles, **imshow):
    """Show ``pictures`` side by side on ``axes`` with ``titles``, without ticks."""
    for ax, picture, title in zip(np.ravel(axes), pictures, titles, strict=True):
        ax.imshow(picture, **({"cmap": "gray_r"} | imshow))
        ax.set_title(title, loc="center", fontsize=10)
        ax.set(xticks=[], yticks=[])
        ax.grid(False)
        ax.spines[:].set_visible(False)


def paths(
    ax, f, results, bounds, levels=None, log_levels=True, minimum=None, labels=None
):
    """Draw contours of ``f`` over the plane, and the way each optimizer took.

    f : takes points of shape (..., 2) and returns values of shape (...).
    results : one result, a list of them, or a dict from label to result; of each only
        ``path``, shape (k + 1, 2), and ``name`` are read.
    bounds : (x_low, x_high, y_low, y_high) of the picture. Steps that leave it are drawn
        up to its edge, and steps that aren't finite are left out.
    levels : a number of contours, or their values; ``log_levels`` spaces a number of
        contours evenly in the logarithm of the height above the lowest point shown.
    minimum : a point to mark with a star.
    labels : names for the legend instead of the results' own.
    """
    x_low, x_high, y_low, y_high = bounds
    _contours(ax, f, bounds, levels, log_levels)
    for i, (label, result) in enumerate(_labeled(results, labels)):
        path = np.asarray(result.path, dtype=float)
        path = path[np.isfinite(path).all(axis=1)]
        # Matplotlib clips at the axes; beyond a hundred widths its arithmetic overflows
        reach = 100 * np.array([x_high - x_low, y_high - y_low])
        center = np.array([x_low + x_high, y_low + y_high]) / 2
        path = np.clip(path, center - reach, center + reach)
        style = {"color": PALETTE[i % 5], "linestyle": DASHES[i % 5]}
        ax.plot(*path.T, **style, linewidth=1.6, label=label, zorder=3)
        ax.plot(*path.T, MARKERS[i % 5], color=style["color"], markersize=3, zorder=3)
        ax.plot(*path[0], "o", color=INK, mfc="white", markersize=7, zorder=4)
        ax.plot(*path[-1], "x", color=INK, markersize=7, mew=2, zorder=5)
    if minimum is not None:
        ax.plot(*minimum, "*", color=INK, markersize=11, zorder=2)
    ax.set(xlim=(x_low, x_high), ylim=(y_low, y_high))
    ax.grid(False)


def convergence(ax, results, f_star=0.0, x="step", y="gap"):
    """Draw the history of each optimizer on a logarithmic axis.

    results : as for `paths`.
    x : "step", "n_grad" (gradients computed so far) or "epoch".
    y : "gap" (value minus ``f_star``), "grad_norm", or "distance" (to the last iterate).

    Values that are zero or not finite can't stand on a logarithmic axis and are left out.
    """
    x_names = {"step": "step", "n_grad": "gradient evaluations", "epoch": "epoch"}
    y_names = {
        "gap": r"gap $f(\theta_k) - f^\star$",
        "grad_norm": r"gradient norm $\Vert\nabla f(\theta_k)\Vert$",
        "distance": r"distance to the last iterate",
    }
    for axis, value, names in [("x", x, x_names), ("y", y, y_names)]:
        if value not in names:
            raise ValueError(f"{axis} must be one of {list(names)}, got {value!r}")
    for i, (label, result) in enumerate(_labeled(results)):
        height = _history(result, y, f_star)
        with np.errstate(invalid="ignore"):
            shown = np.isfinite(height) & (height > 0)
        style = {"color": PALETTE[i % 5], "linestyle": DASHES[i % 5]}
        ax.plot(
            _clock(result, x, len(height))[shown], height[shown], label=label, **style
        )
    ax.set(yscale="log", xlabel=x_names[x], ylabel=y_names[y])


def decision_regions(ax, predict, bounds, X=None, y=None, resolution=200):
    """Color the regions of the plane by what ``predict`` says, with the data on top.

    predict : takes points of shape (n, 2) and returns n labels.
    bounds : (x_low, x_high, y_low, y_high) of the picture.
    X, y : points of shape (n, 2) and their labels; each class has a color and a marker.
    """
    u, v, points = _grid(bounds, resolution)
    labels = np.asarray(predict(points.reshape(-1, 2)))
    classes = np.unique(labels if y is None else np.concatenate([labels, np.ravel(y)]))
    if len(classes) > len(PALETTE):
        raise ValueError(f"at most {len(PALETTE)} classes fit, got {len(classes)}")
    region = np.searchsorted(classes, labels).reshape(u.shape)
    shades = ListedColormap(PALETTE[: len(classes)])
    ax.pcolormesh(
        u, v, region, cmap=shades, vmin=-0.5, vmax=len(classes) - 0.5, alpha=0.18,
        shading="nearest", rasterized=True,
    )  # fmt: skip
    if X is not None:
        X, y = np.asarray(X), np.zeros(len(X)) if y is None else np.asarray(y)
        for i, name in enumerate(classes):
            style = {"color": PALETTE[i], "marker": MARKERS[i], "label": str(name)}
            ax.scatter(
                *X[y == name].T, s=16, linewidths=0.5, edgecolors="white", **style
            )
    ax.set(xlim=bounds[:2], ylim=bounds[2:])
    ax.grid(False)


def graph(ax, nodes):
    """Draw a computational graph from left to right.

    nodes : list of dicts with ``id``, ``op``, ``shape`` and ``parents`` (ids), parents
        before children, as `autodiff.describe_graph` gives them.
    """
    depth, rows, boxes = {}, {}, {}
    for node in nodes:
        depth[node["id"]] = 1 + max((depth[p] for p in node["parents"]), default=-1)
    for node in reversed(nodes):  # an input stands next to the first node that uses it
        if not node["parents"]:
            users = [depth[n["id"]] for n in nodes if node["id"] in n["parents"]]
            depth[node["id"]] = min(users, default=1) - 1
    for node in nodes:
        rows.setdefault(depth[node["id"]], []).append(node)
    for column, members in rows.items():
        for row, node in enumerate(members):
            shape = "×".join(map(str, node["shape"])) or "scalar"
            color = INK if node["parents"] else BLUE
            boxes[node["id"]] = ax.annotate(
                f"{node['op']}\n{shape}", (column, (len(members) - 1) / 2 - row),
                ha="center", va="center", fontsize=9, color=color, zorder=3,
                bbox={"boxstyle": "round", "fc": "white", "ec": color},
            )  # fmt: skip
    for node in nodes:
        head = boxes[node["id"]]
        for parent in node["parents"]:
            tail = boxes[parent]
            style = {
                "arrowstyle": "-|>",
                "color": INK,
                "lw": 1,
                "shrinkA": 1,
                "shrinkB": 1,
            }
            style |= {"patchA": tail.get_bbox_patch(), "patchB": head.get_bbox_patch()}
            ax.annotate("", head.xy, tail.xy, arrowprops=style)
    widest = max(map(len, rows.values()), default=1)
    ax.set(xlim=(-0.5, max(rows, default=0) + 0.5), ylim=(-widest / 2, widest / 2))
    ax.set_axis_off()


def explore(draw, **ranges):
    """Put sliders on ``draw``, one for each keyword range (low, high, step).

    Sliders start at the function's defaults and need a running kernel. A page without
    one, such as GitHub's, shows nothing: a static figure makes the point first.
    """
    from ipywidgets import interact  # slow to import, and only a live notebook needs it

    interact(draw, **ranges)


def _labeled(results, labels=None):
    """Pairs (label, result) from one result, a list of them or a dict."""
    if isinstance(results, dict):
        pairs = list(results.items())
    else:
        several = results if isinstance(results, (list, tuple)) else [results]
        pairs = [(result.name, result) for result in several]
    if labels is not None:
        pairs = [(new, result) for new, (_, result) in zip(labels, pairs, strict=True)]
    return pairs


def _grid(bounds, resolution):
    u, v = np.meshgrid(
        np.linspace(*bounds[:2], resolution), np.linspace(*bounds[2:], resolution)
    )
    return u, v, np.stack([u, v], axis=-1)


def _contours(ax, f, bounds, levels, log_levels):
    u, v, points = _grid(bounds, 160)
    z = np.asarray(f(points))
    if levels is None or np.isscalar(levels):
        n, low, high = levels or 12, np.nanmin(z), np.nanmax(z)
        if log_levels and high > low:
            levels = low + (high - low) * np.logspace(-4, 0, n)
        else:
            levels = np.linspace(low, high, n)
    ax.contour(u, v, z, levels=np.unique(levels), cmap="viridis", linewidths=0.9)


def _history(result, y, f_star):
    if y == "gap":
        return np.asarray(result.values, dtype=float) - f_star
    if y == "grad_norm":
        return np.asarray(result.grad_norms, dtype=float)
    path = np.asarray(result.path, dtype=float)
    return np.linalg.norm(path - path[-1], axis=-1)


def _clock(result, x, n):
    if x == "epoch":
        return np.asarray(result.extra.get("epochs", np.arange(n)), dtype=float)
    if x == "n_grad":
        return np.linspace(0, result.n_grad, n)
    return np.arange(n)
