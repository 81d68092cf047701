import os
from pathlib import Path

from lago_gitops.manifests.sources.companion_files import PRICE_TESTS, files_of


def test_tests_are_found_below_folders_and_by_name_each_once(tmp_path: Path) -> None:
    for name in ("b.test.yaml", "a/x.test.yml", "a/m.yaml", ".git/h.test.yaml", "a/.hidden.test.yaml"):
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        path.touch()
    found = files_of(PRICE_TESTS, [tmp_path, tmp_path / "a", tmp_path / "b.test.yaml"], tmp_path)
    assert [file.source for file in found.files] == ["a/x.test.yml", "b.test.yaml"]
    assert found.problems == ()


def test_what_is_no_test_or_not_there_is_said(tmp_path: Path) -> None:
    (tmp_path / "m.yaml").touch()
    found = files_of(PRICE_TESTS, [tmp_path / "m.yaml", tmp_path / "none"], tmp_path)
    assert [str(problem) for problem in found.problems] == [
        "m.yaml:1:1: this is not a file of pricing tests (their names end in .test.yaml)",
        "none:1:1: there is no such file or folder",
    ]


def test_a_pipe_is_no_test_and_a_link_stays_in_the_project(tmp_path: Path) -> None:
    project = tmp_path / "project"
    project.mkdir()
    (project / "root").symlink_to("/")
    os.mkfifo(project / "a.test.yaml")
    found = files_of(PRICE_TESTS, [project], project)

    assert found.files == ()
    assert [problem.message for problem in found.problems] == [
        "the link points outside the project",
        "this is not a regular file",
    ]
