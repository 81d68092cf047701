import os
from pathlib import Path

import pytest

from lago_gitops.core.model.problem import Severity
from lago_gitops.manifests.limits import MAX_FILE_BYTES
from lago_gitops.manifests.sources.files import FileText, manifest_files, text_of


def write(root: Path, *names: str) -> None:
    for name in names:
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text("kind: plan\n")


def found(root: Path, *paths: str) -> list[str]:
    files = manifest_files([root / path for path in paths], root)
    return [file.source for file in files.files]


def problems(root: Path, *paths: str) -> list[str]:
    return [str(problem) for problem in manifest_files([root / path for path in paths], root).problems]


def test_manifests_are_found_by_name_in_all_folders_and_sorted(tmp_path: Path) -> None:
    write(tmp_path, "b/z.yml", "b/a.json", "b/c.yaml.j2", "b/d.yml.j2", "a.yaml", "c/d/e.yaml")
    assert found(tmp_path, ".") == ["a.yaml", "b/c.yaml.j2", "b/d.yml.j2", "b/z.yml", "c/d/e.yaml"]


def test_capitals_in_an_ending_do_not_matter(tmp_path: Path) -> None:
    write(tmp_path, "a.YAML", "b.Yml", "c.yaml.J2", "d.test.YAML", "LAGO-GITOPS.yaml")
    assert found(tmp_path, ".") == ["a.YAML", "b.Yml", "c.yaml.J2"]


def test_json_in_a_folder_that_looks_like_a_manifest_is_named_as_passed_over(tmp_path: Path) -> None:
    write(tmp_path, "a.yaml")
    for name, text in {
        "tax.JSON": '{"code": "vat", "kind": "tax"}',
        "saved.json": '{"changes": [{"kind": "tax"}]}',
        "list.json": '["kind"]',
        "broken.json": '{"kind": "tax"',
        "kind.json": '{"kind": 5}',
        ".hidden.json": '{"kind": "tax"}',
        "large.json": f'{{"kind": "tax", "name": "{"x" * 1_000_000}"}}',
    }.items():
        (tmp_path / name).write_text(text)
    (tmp_path / "lost.json").symlink_to(tmp_path / "nowhere.json")
    (tmp_path / "folder.json").mkdir()
    assert problems(tmp_path, ".") == [
        "tax.JSON:1:1: this looks like a manifest but is skipped: only YAML files are read from folders (name the file "
        "under `manifests` in lago-gitops.yaml, or save it as YAML)"
    ]
    assert problems(tmp_path, ".", "tax.JSON") == []
    assert found(tmp_path, ".", "tax.JSON") == ["a.yaml", "tax.JSON"]


def test_hidden_files_pricing_tests_and_the_project_file_are_no_manifests(tmp_path: Path) -> None:
    write(
        tmp_path, "a.yaml", ".b.yaml", ".git/c.yaml", "d.test.yaml", "lago-gitops.yaml", "e.txt", "f.yaml.bak", "g.j2"
    )
    assert found(tmp_path, ".") == ["a.yaml"]


def test_a_file_named_twice_is_read_once(tmp_path: Path) -> None:
    write(tmp_path, "a/a.yaml")
    assert found(tmp_path, "a", "a/a.yaml", "a/../a") == ["a/a.yaml"]


def test_templates_by_another_tools_name_and_lists_of_manifests_are_named_too(tmp_path: Path) -> None:
    write(tmp_path, "a.yaml", "b.yaml.jinja2", "c.yml.TPL", "d.jinja2", ".e.yaml.tmpl", "f.yaml.txt")
    (tmp_path / "g.json").write_text('[1, {"kind": "tax"}]')
    (tmp_path / "h.json").write_text('[{"kind": 1}]')
    template = "this looks like a template but is skipped: templates of manifests end in .yaml.j2"
    assert sorted(map(str, manifest_files([tmp_path], tmp_path).problems)) == [
        f"b.yaml.jinja2:1:1: {template} (rename it to b.yaml.j2)",
        f"c.yml.TPL:1:1: {template} (rename it to c.yml.j2)",
        "g.json:1:1: this looks like a manifest but is skipped: only YAML files are read from folders (name the file "
        "under `manifests` in lago-gitops.yaml, or save it as YAML)",
    ]


def test_named_files_that_are_no_manifests_by_design_are_passed_over(tmp_path: Path) -> None:
    write(tmp_path, "a.test.yaml", "lago-gitops.yaml")
    assert found(tmp_path, "a.test.yaml", "lago-gitops.yaml") == []
    assert problems(tmp_path, "a.test.yaml", "lago-gitops.yaml") == []


def test_links_are_followed_and_loops_end(tmp_path: Path) -> None:
    write(tmp_path, "real/a.yaml", "root/b.yaml")
    (tmp_path / "root/link").symlink_to(tmp_path / "real")
    (tmp_path / "root/again").symlink_to(tmp_path / "real")
    (tmp_path / "real/loop").symlink_to(tmp_path / "root")
    assert found(tmp_path, "root") == ["root/again/a.yaml", "root/b.yaml"]


def test_what_is_missing_empty_or_something_else_is_a_problem(tmp_path: Path) -> None:
    write(tmp_path, "notes/a.txt")
    start = "`lago-gitops init` writes an example, `lago-gitops pull` writes what your Lago has"
    assert problems(tmp_path, "plans", "notes", "notes/a.txt") == [
        f"plans:1:1: there is no such file or folder (correct the name; or, if there are no manifests yet, {start})",
        "notes:1:1: no manifests in this folder (manifests are files with names that end in "
        f".yaml, .yml, .yaml.j2, .yml.j2; {start})",
        "notes/a.txt:1:1: this is not a manifest (their names end in .yaml, .yml, .yaml.j2, .yml.j2, .json)",
    ]


def test_a_name_that_is_nearly_right_is_recognised(tmp_path: Path) -> None:
    write(tmp_path, "manifests/growth.yaml")
    assert problems(tmp_path, "manifests/groth.yaml", "manifest/growth.yaml") == [
        "manifests/groth.yaml:1:1: there is no such file or folder (did you mean 'growth.yaml'?)",
        "manifest/growth.yaml:1:1: there is no such file or folder (correct the name; or, if there are no manifests "
        "yet, `lago-gitops init` writes an example, `lago-gitops pull` writes what your Lago has)",
    ]


def test_the_source_is_relative_to_the_root_or_the_path_as_given(tmp_path: Path) -> None:
    write(tmp_path, "root/a/b.yaml", "other/c.yaml")
    assert text_of(tmp_path / "root/a/b.yaml", tmp_path / "root") == FileText("a/b.yaml", "kind: plan\n")
    outside = tmp_path / "other/c.yaml"
    assert text_of(outside, tmp_path / "root") == FileText(outside.as_posix(), "kind: plan\n")


def test_a_file_too_large_is_a_problem(tmp_path: Path) -> None:
    with (tmp_path / "a.yaml").open("wb") as file:
        file.truncate(MAX_FILE_BYTES + 1)
    assert str(text_of(tmp_path / "a.yaml", tmp_path)).startswith("a.yaml:1:1: a file of more than 10 MB is not read")


def test_a_file_that_is_not_utf_8_is_a_problem_with_its_place(tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_bytes("é: 1\nname: ".encode() + b"\xe9t\xe9")
    assert str(text_of(tmp_path / "a.yaml", tmp_path)) == (
        "a.yaml:2:7: the file is not UTF-8 from here on (save it as UTF-8)"
    )


def test_what_can_not_be_opened_is_a_problem(tmp_path: Path) -> None:
    (tmp_path / "a.yaml").symlink_to(tmp_path / "nowhere.yaml")
    assert str(text_of(tmp_path / "a.yaml", tmp_path)) == "a.yaml:1:1: can't be read: No such file or directory"


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_a_folder_that_may_not_be_read_is_a_problem(tmp_path: Path) -> None:
    write(tmp_path, "a/b.yaml")
    (tmp_path / "a").chmod(0)
    try:
        assert problems(tmp_path, ".") == ["a:1:1: can't be read: Permission denied"]
    finally:
        (tmp_path / "a").chmod(0o700)


def test_a_link_stays_in_the_project(tmp_path: Path) -> None:
    write(tmp_path, "project/a.yaml", "elsewhere/b.yaml")
    (tmp_path / "project/folder").symlink_to(tmp_path / "elsewhere")
    (tmp_path / "project/root").symlink_to("/")
    (tmp_path / "project/file.yaml").symlink_to(tmp_path / "elsewhere/b.yaml")
    (tmp_path / "project/notes.txt").symlink_to("/etc/hosts")
    root = tmp_path / "project"

    assert found(root, ".") == ["a.yaml"]
    assert [problem.split(" (")[0] for problem in problems(root, ".")] == [
        "folder:1:1: the link points outside the project",
        "root:1:1: the link points outside the project",
        "file.yaml:1:1: the link points outside the project",
    ]


def test_a_folder_that_is_named_itself_may_be_anywhere_but_its_links_stay_in_it(tmp_path: Path) -> None:
    write(tmp_path, "project/a.yaml", "elsewhere/b.yaml", "third/c.yaml")
    (tmp_path / "elsewhere/again").symlink_to(tmp_path / "elsewhere")
    (tmp_path / "elsewhere/out").symlink_to(tmp_path / "third")
    files = manifest_files([tmp_path / "elsewhere"], tmp_path / "project")

    assert [file.path.name for file in files.files] == ["b.yaml"]
    assert [problem.message for problem in files.problems] == ["the link points outside the project"]


def test_what_may_have_no_end_is_not_read(tmp_path: Path) -> None:
    write(tmp_path, "a.yaml")
    os.mkfifo(tmp_path / "pipe.yaml")
    os.mkfifo(tmp_path / "pipe.json")

    assert [problem.split(" (")[0] for problem in problems(tmp_path, ".")] == [
        "pipe.yaml:1:1: this is not a regular file"
    ]
    assert str(text_of(tmp_path / "pipe.yaml", tmp_path)).startswith("pipe.yaml:1:1: this is not a regular file")
    assert str(text_of(Path("/dev/zero"), tmp_path)).startswith("/dev/zero:1:1: this is not a regular file")


@pytest.mark.parametrize("path", ["a\0b.yaml", "a" * 5000, "a/" * 3000 + "b.yaml"])
def test_a_path_that_no_system_takes_is_a_problem(tmp_path: Path, path: str) -> None:
    assert len(problems(tmp_path, path)) == 1
    assert "can't be read" in str(text_of(tmp_path / path, tmp_path))


def test_a_whole_disk_is_no_project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(tmp_path, *(f"{name}/a.yaml" for name in "abcde"))
    monkeypatch.setattr("lago_gitops.manifests.sources.folders.MAX_ENTRIES", 9)

    assert problems(tmp_path, ".") == [
        ".:1:1: there are more than 9 files and folders here (list the folders with manifests under "
        "`manifests` in lago-gitops.yaml)"
    ]


def test_a_name_in_capitals_is_read_and_named(tmp_path: Path) -> None:
    (tmp_path / "U.YAML").write_text("kind: tax", encoding="utf-8")
    found = manifest_files([tmp_path], tmp_path)

    assert [file.path.name for file in found.files] == ["U.YAML"]
    assert [(one.mark.source, one.severity) for one in found.problems] == [("U.YAML", Severity.WARNING)]
