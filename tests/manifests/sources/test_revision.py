import subprocess
from pathlib import Path

import pytest

from lago_gitops.manifests.sources.revision import RevisionError, commit_of, history, revision


def git(folder: Path, *words: str) -> str:
    identity = ("-c", "user.name=A", "-c", "user.email=a@example.com", "-c", "commit.gpgsign=false")
    return subprocess.run(
        ("git", "-C", str(folder), *identity, *words), check=True, capture_output=True, text=True
    ).stdout.strip()


def commit(folder: Path, text: str) -> str:
    (folder / "tax.yaml").write_text(text, encoding="utf-8")
    git(folder, "add", "-A")
    git(folder, "commit", "-qm", text)
    return git(folder, "rev-parse", "HEAD")


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    """main: one, then three; a branch from one: two."""
    git(tmp_path, "init", "-q", "-b", "main")
    commit(tmp_path, "one")
    git(tmp_path, "checkout", "-qb", "branch")
    commit(tmp_path, "two")
    git(tmp_path, "checkout", "-q", "main")
    commit(tmp_path, "three")
    git(tmp_path, "checkout", "-q", "branch")
    return tmp_path


def test_the_base_is_where_the_branch_parted_and_not_where_main_is_now(repository: Path) -> None:
    with revision(repository, "main") as found:
        assert (found.folder / "tax.yaml").read_text(encoding="utf-8") == "one"
        assert found.commit == git(repository, "rev-parse", "main~1")
    assert not found.folder.exists()


def test_a_project_in_a_folder_of_the_repository_has_its_own_files_only(repository: Path) -> None:
    project = repository / "pricing"
    project.mkdir()
    commit(project, "inside")

    with revision(project, "HEAD") as found:
        assert [path.name for path in found.folder.iterdir()] == ["tax.yaml"]
    with revision(project, "main") as found:
        assert list(found.folder.iterdir()) == []


def test_the_files_at_hand_stay_as_they_are(repository: Path) -> None:
    (repository / "tax.yaml").write_text("not committed", encoding="utf-8")
    with revision(repository, "main"):
        pass

    assert (repository / "tax.yaml").read_text(encoding="utf-8") == "not committed"


@pytest.mark.parametrize("ref", ["nope", "--upload-pack=x", "main:tax.yaml", ""])
def test_what_is_no_revision_is_said(repository: Path, ref: str) -> None:
    with pytest.raises(RevisionError, match="Git has no revision"), revision(repository, ref):
        pass


def test_outside_of_git_there_is_no_revision(tmp_path: Path) -> None:
    with pytest.raises(RevisionError), revision(tmp_path, "main"):
        pass


def test_where_git_has_nothing_it_says_why(tmp_path: Path) -> None:
    with pytest.raises(RevisionError, match="this is not a Git repository: run `git init` and commit"):
        history(tmp_path)
    git(tmp_path, "init", "-q", "-b", "main")
    with pytest.raises(RevisionError, match="no Git commit yet: commit the project first"):
        commit_of(tmp_path, "main")


def test_a_project_without_a_commit_of_its_own_is_to_be_committed(repository: Path) -> None:
    (repository / "pricing").mkdir()
    with pytest.raises(RevisionError, match=r"no commit of .*pricing: commit the project first"):
        history(repository / "pricing")
