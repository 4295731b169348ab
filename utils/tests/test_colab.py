"""A notebook alone in an empty folder, as Colab opens it: it fetches the course and runs.

A local repository, made of the working tree as it stands, takes the place of GitHub, so no
network is needed. `.ci/run` compares whole outputs this way on Colab's own releases; here
each notebook runs to its first figure, twice in one kernel and once more after a restart.
"""

import os
import shutil
import subprocess

import pytest
from jupyter_client.manager import start_new_kernel

from utils import course
from utils.course import REPOSITORY, ROOT, read_notebook, source


def git(*arguments, cwd):
    identity = ("-c", "user.name=test", "-c", "user.email=test@localhost")
    subprocess.run(
        ["git", *identity, *arguments], cwd=cwd, check=True, capture_output=True
    )


@pytest.fixture(scope="module")
def github(tmp_path_factory):
    """Environment in which git finds a copy of this course where GitHub's would be."""
    if shutil.which("git") is None:
        pytest.skip("git is not installed")
    copy = tmp_path_factory.mktemp("github") / "copy"
    skip = shutil.ignore_patterns(
        ".git", ".venv", "*cache*", ".ipynb_checkpoints", "course"
    )
    shutil.copytree(ROOT, copy, ignore=skip)
    git("init", "-q", "-b", "main", cwd=copy)
    git("add", "-A", cwd=copy)
    git("commit", "-q", "-m", "copy", cwd=copy)
    return os.environ | {
        "GIT_CONFIG_COUNT": "2",
        "GIT_CONFIG_KEY_0": f"url.{copy.as_uri()}.insteadOf",
        "GIT_CONFIG_VALUE_0": f"https://github.com/{REPOSITORY}",
        "GIT_CONFIG_KEY_1": "protocol.file.allow",
        "GIT_CONFIG_VALUE_1": "always",
    }


def cells_to_first_figure(lesson):
    texts = []
    for cell in read_notebook(lesson.path)["cells"]:
        if cell["cell_type"] == "code":
            texts.append(source(cell))
            if any("image/png" in output.get("data", {}) for output in cell["outputs"]):
                return texts
    raise AssertionError("no figure")


def execute(client, texts):
    """Run cells; return whether a picture came, and fail on the first error."""
    shown = []

    def listen(message):
        if message["msg_type"] in ("display_data", "error"):
            shown.append(message["content"])

    for text in texts:
        client.execute_interactive(text, timeout=120, output_hook=listen)
    failed = [content["evalue"] for content in shown if "evalue" in content]
    assert not failed
    return any("image/png" in content.get("data", {}) for content in shown)


@pytest.mark.parametrize("lesson", course.written_lessons(), ids=lambda s: s.id)
def test_it_runs_alone_twice_and_after_a_restart(lesson, github, tmp_path):
    texts = cells_to_first_figure(lesson)
    manager, client = start_new_kernel(cwd=str(tmp_path), env=github)
    try:
        assert execute(client, texts)
        assert (tmp_path / "course/utils/course.py").exists()
        assert execute(client, texts)
        manager.restart_kernel(now=True)
        client.wait_for_ready(timeout=60)
        assert execute(client, texts)
    finally:
        client.stop_channels()
        manager.shutdown_kernel(now=True)
    assert [path.name for path in tmp_path.iterdir()] == ["course"]


def test_without_network_and_course_the_setup_cell_says_what_is_missing(tmp_path):
    nowhere = os.environ | {
        "GIT_CONFIG_COUNT": "1",
        "GIT_CONFIG_KEY_0": f"url.{(tmp_path / 'absent').as_uri()}.insteadOf",
        "GIT_CONFIG_VALUE_0": f"https://github.com/{REPOSITORY}",
    }
    setup = cells_to_first_figure(course.written_lessons()[0])[:1]
    folder = tmp_path / "content"
    folder.mkdir()
    manager, client = start_new_kernel(cwd=str(folder), env=nowhere)
    try:
        with pytest.raises(AssertionError, match="is there a network"):
            execute(client, setup)
    finally:
        client.stop_channels()
        manager.shutdown_kernel(now=True)
