"""Drawing helpers: what they put on the axes, checked through Matplotlib's own objects."""

import base64
import io
from types import SimpleNamespace

import matplotlib.colors
import matplotlib.image
import matplotlib.pyplot as plt
import numpy as np
import pytest

from utils import plotting


@pytest.fixture(autouse=True)
def no_window_and_no_trace():
    plt.switch_backend("agg")
    with np.printoptions(), matplotlib.rc_context():  # doctests print with NumPy's own
        yield
    plt.close("all")


@pytest.fixture
def ax():
    return plt.subplots()[1]


def bowl(points):
    return (np.asarray(points) ** 2 * [1, 9]).sum(axis=-1)


def run(path, name="run", **more):
    path = np.asarray(path, dtype=float)
    values = bowl(path)
    return SimpleNamespace(
        path=path, name=name, values=values, grad_norms=2 * values, extra={}, **more
    )


def contrast_with_white(color):
    """WCAG 2 contrast ratio, https://www.w3.org/TR/WCAG22/#dfn-contrast-ratio."""
    rgb = np.array(matplotlib.colors.to_rgb(color))
    linear = np.where(rgb <= 0.04045, rgb / 12.92, ((rgb + 0.055) / 1.055) ** 2.4)
    return 1.05 / (linear @ [0.2126, 0.7152, 0.0722] + 0.05)


@pytest.mark.parametrize("color", plotting.PALETTE)
def test_the_palette_can_be_seen_on_white(color):
    assert contrast_with_white(color) >= 3


def test_the_style_tells_lines_apart_by_dash_as_well_as_color():
    plotting.use_style()
    cycle = plt.rcParams["axes.prop_cycle"].by_key()
    assert len({str(dash) for dash in cycle["linestyle"]}) == len(cycle["color"]) == 5
    assert str(np.array([1 / 3, 1e-9])) == "[0.3333 0.    ]"


def test_show_gives_a_white_png_with_its_sentence_twice(monkeypatch):
    shown = {}
    monkeypatch.setattr(plotting, "display", lambda *a, **k: shown.update(args=a, **k))
    fig, ax = plt.subplots(figsize=(2, 1), facecolor="black")
    ax.imshow(np.arange(400).reshape(20, 20))  # more colors than the file may hold
    plotting.show(fig, "what it shows")
    (data,) = shown["args"]
    assert data["text/plain"] == "what it shows"
    assert shown["metadata"]["image/png"]["alt"] == "what it shows"
    png = base64.b64decode(data["image/png"])
    assert b"Software" not in png
    pixels = matplotlib.image.imread(io.BytesIO(png), format="png")
    assert (pixels[[0, -1], [0, -1]] == 1).all()
    assert len(np.unique(pixels.reshape(-1, pixels.shape[-1]), axis=0)) <= 256
    assert not plt.fignum_exists(fig.number)


def test_the_plane_has_equal_scales(ax):
    plotting.plane(ax, 3)
    assert ax.get_aspect() == 1
    assert ax.get_xlim() == ax.get_ylim() == (-3, 3)


def test_an_arrow_goes_from_start_to_tip_with_its_label_beyond(ax):
    plotting.arrow(ax, [3, 4], "v", start=(1, 1))
    shaft, label = ax.texts
    assert tuple(shaft.xy) == (4, 5)
    assert tuple(shaft.get_position()) == (1, 1)
    assert label.get_text() == "v"
    np.testing.assert_allclose(
        label.get_position(), [9.6, 12.8]
    )  # 16 points along (3, 4)


def test_an_arrow_of_length_zero_has_no_direction_for_a_label(ax):
    plotting.arrow(ax, [0, 0], "v")
    assert len(ax.texts) == 1


def test_a_note_stands_beside_its_point(ax):
    plotting.note(ax, "here", (1, 2), (5, 6), arrow=True)
    (note,) = ax.texts
    assert tuple(note.xy) == (1, 2)
    assert note.arrow_patch is not None


def test_a_mapped_circle_is_the_image_of_the_unit_circle(ax):
    plotting.mapped_circle(ax, np.diag([3.0, 2.0]))
    x, y = ax.lines[0].get_data()
    np.testing.assert_allclose((x / 3) ** 2 + (y / 2) ** 2, 1)


def test_images_have_titles_and_no_ticks():
    fig, axes = plt.subplots(1, 2)
    plotting.images(axes, [np.eye(2), np.ones((2, 2))], ["a", "b"], vmin=0)
    assert [a.get_title() for a in axes] == ["a", "b"]
    assert all(len(a.get_xticks()) == 0 for a in axes)
    with pytest.raises(ValueError, match="zip"):
        plotting.images(axes, [np.eye(2)], ["a", "b"])


def test_paths_draw_every_run_from_start_to_end(ax):
    runs = [run([[2, 1], [1, 0.5], [0, 0]], "slow"), run([[2, -1], [0, 0]], "fast")]
    plotting.paths(ax, bowl, runs, (-3, 3, -2, 2), minimum=(0, 0))
    assert ax.get_legend_handles_labels()[1] == ["slow", "fast"]
    assert ax.get_xlim() == (-3, 3) and ax.get_ylim() == (-2, 2)
    np.testing.assert_array_equal(np.transpose(ax.lines[0].get_data()), runs[0].path)
    dashes = {line.get_linestyle() for line in ax.lines if line.get_label()[0] != "_"}
    assert len(dashes) == 2


def test_paths_take_one_run_or_a_dict_or_labels_of_their_own(ax):
    one = run([[1, 1], [0, 0]], "its own")
    plotting.paths(ax, bowl, one, (-2, 2, -2, 2), levels=[1, 2])
    plotting.paths(ax, bowl, {"from dict": one}, (-2, 2, -2, 2), log_levels=False)
    plotting.paths(ax, bowl, [one], (-2, 2, -2, 2), labels=["given"])
    labels = ax.get_legend_handles_labels()[1]
    assert labels == ["its own", "from dict", "given"]
    with pytest.raises(ValueError, match="zip"):
        plotting.paths(ax, bowl, [one], (-2, 2, -2, 2), labels=["a", "b"])


def test_a_diverging_path_is_drawn_as_far_as_numbers_go(ax):
    path = [[1, 1], [-1e200, 1e300], [np.inf, np.nan]]
    with np.errstate(all="ignore"):
        plotting.paths(ax, bowl, run(path), (-2, 2, -2, 2))
    ax.figure.savefig(io.BytesIO())
    x, y = ax.lines[0].get_data()
    assert len(x) == 2
    assert np.isfinite(x).all() and np.abs(y).max() <= 400


def test_paths_of_a_constant_function_are_drawn_without_warning(ax, recwarn):
    flat = run([[0, 0], [1, 1]])
    plotting.paths(ax, lambda p: np.zeros(p.shape[:-1]), flat, (-1, 1, -1, 1))
    assert not recwarn


def test_convergence_draws_the_gap_on_a_logarithmic_axis(ax):
    one = run([[2, 0], [1, 0], [0, 0]])
    plotting.convergence(ax, one, f_star=-1.0)
    steps, gap = ax.lines[0].get_data()
    np.testing.assert_array_equal(steps, [0, 1, 2])
    np.testing.assert_allclose(gap, [5, 2, 1])
    assert ax.get_yscale() == "log"


def test_convergence_leaves_out_what_a_logarithm_can_not_show(ax):
    plotting.convergence(ax, run([[2, 0], [np.nan, 0], [0, 0]]))
    np.testing.assert_allclose(ax.lines[0].get_data(), [[0], [4]])


def test_convergence_against_other_clocks_and_heights(ax):
    one = run([[2, 0], [1, 0], [0, 0]], n_grad=4)
    one.extra["epochs"] = np.array([0, 5, 10])
    for x, y in [("n_grad", "grad_norm"), ("epoch", "distance"), ("step", "distance")]:
        plotting.convergence(ax, one, x=x, y=y)
    drawn = [line.get_data() for line in ax.lines]
    np.testing.assert_allclose(drawn[0], [[0, 2], [8, 2]])
    np.testing.assert_allclose(drawn[1], [[0, 5], [2, 1]])
    np.testing.assert_allclose(drawn[2], [[0, 1], [2, 1]])


@pytest.mark.parametrize("wrong", [{"x": "time"}, {"y": "loss"}])
def test_an_unknown_axis_is_refused_with_the_known_ones(ax, wrong):
    with pytest.raises(ValueError, match="must be one of"):
        plotting.convergence(ax, run([[0, 0]]), **wrong)


def test_decision_regions_color_the_plane_by_prediction(ax):
    X = np.array([[-1.0, 0.0], [1.0, 0.0], [1.0, 1.0]])
    labels = np.array(["left", "right", "right"])

    def predict(points):
        return np.where(points[:, 0] < 0, "left", "right")

    plotting.decision_regions(ax, predict, (-2, 2, -2, 2), X, labels, resolution=4)
    shown = np.asarray(ax.collections[0].get_array()).reshape(4, 4)
    np.testing.assert_array_equal(shown, [[0, 0, 1, 1]] * 4)
    assert ax.get_legend_handles_labels()[1] == ["left", "right"]


def test_decision_regions_refuse_more_classes_than_colors(ax):
    def predict(points):
        return np.arange(len(points)) % 6

    with pytest.raises(ValueError, match="at most 5 classes fit, got 6"):
        plotting.decision_regions(ax, predict, (0, 1, 0, 1), resolution=5)


def test_a_graph_has_a_box_per_node_and_an_arrow_per_edge(ax):
    nodes = [
        {"id": 0, "op": "x", "shape": (2, 3), "parents": []},
        {"id": 1, "op": "w", "shape": (), "parents": []},
        {"id": 2, "op": "double", "shape": (2, 3), "parents": [0]},
        {"id": 3, "op": "multiply", "shape": (2, 3), "parents": [2, 1]},
    ]
    plotting.graph(ax, nodes)
    boxes = {text.get_text(): text.xy for text in ax.texts if text.get_text()}
    arrows = [text for text in ax.texts if not text.get_text()]
    assert set(boxes) == {"x\n2×3", "w\nscalar", "double\n2×3", "multiply\n2×3"}
    assert len(arrows) == 3
    assert boxes["w\nscalar"][0] == boxes["double\n2×3"][0] == 1
    assert len(set(boxes.values())) == 4


def test_explore_puts_a_slider_on_each_range(monkeypatch):
    widgets = pytest.importorskip("ipywidgets")
    seen = {}
    monkeypatch.setattr(widgets, "interact", lambda draw, **ranges: seen.update(ranges))
    plotting.explore(lambda a=1.0: None, a=(0, 2, 0.5))
    assert seen == {"a": (0, 2, 0.5)}


def test_drawing_changes_none_of_its_input(ax):
    one = run([[2, 1], [1, 0.5]])
    before = one.path.copy()
    plotting.paths(ax, bowl, one, (-3, 3, -2, 2))
    plotting.convergence(ax, one)
    np.testing.assert_array_equal(one.path, before)
