"""Paths that lead elsewhere, have no end, or are none: every command ends, with a sentence."""

import os

import pytest

from tests.cli.running import Shell

TAX = "kind: tax\ncode: t\nname: T\nrate: 20\n"


@pytest.mark.parametrize(
    ("line", "said"),
    [
        (
            "manifests: [../manifests]",
            "lago-gitops.yaml:1:13: error: the path '../manifests' points outside the project",
        ),
        ("manifests: [/]", "lago-gitops.yaml:1:13: error: the path '/' points outside the project"),
        ("manifests: [manifests, link]", "lago-gitops.yaml:1:24: error: the path 'link' points outside the project"),
        (r'manifests: ["a\0b"]', "points outside the project"),
        (f"manifests: [{'a' * 5000}]", "can't be read: File name too long"),
        ("manifests: [circle]", "circle"),
        ("manifests: [pipe.yaml]", "pipe.yaml:1:1: error: this is not a regular file"),
    ],
)
@pytest.mark.parametrize("command", ["validate", "plan", "fmt"])
def test_a_path_of_the_project_file_leads_to_files_of_the_project(
    shell: Shell, command: str, line: str, said: str
) -> None:
    project = shell.folder / "project"
    shell.write("manifests/a.yaml", TAX)
    shell.write("project/manifests/a.yaml", TAX)
    shell.write("project/lago-gitops.yaml", line)
    (project / "link").symlink_to(shell.folder / "manifests")
    (project / "circle").symlink_to("circle")
    os.mkfifo(project / "pipe.yaml")
    shell.monkeypatch.chdir(project)
    ran = shell.run(command)

    assert (ran.code, said in ran.out) == (3, True), ran


def test_a_project_file_that_is_a_pipe_is_not_waited_for(shell: Shell) -> None:
    os.mkfifo(shell.folder / "lago-gitops.yaml")
    ran = shell.run("validate")

    assert (ran.code, "lago-gitops.yaml:1:1: error: this is not a regular file" in ran.out) == (3, True)


@pytest.mark.parametrize(
    "args", [("validate", "a" * 5000), ("plan", "--out", "b" * 5000), ("-C", "c" * 5000, "plan"), ("show", "d" * 5000)]
)
def test_a_name_that_is_too_long_is_said_to_be(shell: Shell, args: tuple[str, ...]) -> None:
    shell.write("a.yaml", TAX)

    assert shell.run(*args).code in {1, 3, 64}
