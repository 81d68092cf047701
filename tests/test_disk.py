"""Files are written whole, or not at all."""

import json
import os
import resource
import stat
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from lago_gitops.apply import Journal, Stop
from lago_gitops.disk import NotWrittenError, write_whole


@contextmanager
def full_disk() -> Iterator[None]:
    """No file can grow beyond ten bytes: what a full disk answers, but for the name of the error."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (10, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


def test_on_a_full_disk_the_old_file_is_whole_and_nothing_lies_beside_it(tmp_path: Path) -> None:
    path = tmp_path / "a.yaml"
    write_whole(path, "a text of more than ten bytes")
    with full_disk(), pytest.raises(NotWrittenError, match=r"a\.yaml can't be written: .*; it was left unchanged"):
        write_whole(path, "another text of more than ten bytes")

    assert path.read_text() == "a text of more than ten bytes"
    assert os.listdir(tmp_path) == ["a.yaml"]


def test_on_a_full_disk_no_part_of_a_new_file_is_left(tmp_path: Path) -> None:
    with full_disk(), pytest.raises(NotWrittenError, match=r"can't be written: File too large$"):
        write_whole(tmp_path / "a.yaml", "a text of more than ten bytes")

    assert os.listdir(tmp_path) == []


def test_missing_folders_are_made_and_lines_end_as_they_are(tmp_path: Path) -> None:
    write_whole(tmp_path / "a/b/c.yaml", "é\r\n")

    assert (tmp_path / "a/b/c.yaml").read_bytes() == "é\r\n".encode()


def test_permissions_stay(tmp_path: Path) -> None:
    path = tmp_path / "a"
    path.write_text("old")
    path.chmod(0o640)
    write_whole(path, "new")

    assert (path.read_text(), stat.S_IMODE(path.stat().st_mode)) == ("new", 0o640)


def test_a_new_file_has_the_permissions_that_the_user_wants(tmp_path: Path) -> None:
    mask = os.umask(0o027)
    try:
        write_whole(tmp_path / "a", "text")
    finally:
        os.umask(mask)

    assert stat.S_IMODE((tmp_path / "a").stat().st_mode) == 0o640


def test_a_link_stays_and_what_it_leads_to_is_written(tmp_path: Path) -> None:
    (tmp_path / "real").mkdir()
    (tmp_path / "link").symlink_to("real/file")
    write_whole(tmp_path / "link", "text")

    assert (tmp_path / "link").is_symlink()
    assert (tmp_path / "real/file").read_text() == "text"


def test_a_pipe_is_written_to_and_stays_a_pipe(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    with subprocess.Popen(["cat", tmp_path / "pipe"], stdout=subprocess.PIPE, text=True) as reader:
        write_whole(tmp_path / "pipe", "text")
        assert reader.communicate()[0] == "text"

    assert (tmp_path / "pipe").is_fifo()


@pytest.mark.parametrize("name", ["a-file/b", "a-folder"])
def test_where_there_can_be_no_file_the_reason_is_told(tmp_path: Path, name: str) -> None:
    (tmp_path / "a-file").write_text("")
    (tmp_path / "a-folder").mkdir()
    with pytest.raises(NotWrittenError, match=f"{name} can't be written: "):
        write_whole(tmp_path / name, "text")


@pytest.mark.slow
def test_commands_end_with_1_and_say_which_file(tmp_path: Path) -> None:
    code = (
        "import resource, signal\nfrom lago_gitops.cli import main\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (10, 10))\nmain(['fmt', 'a.yaml'])"
    )
    before = "kind:   tax\ncode: a\nname: A\nrate: 1\n"
    (tmp_path / "a.yaml").write_text(before)
    ran = subprocess.run([sys.executable, "-c", code], cwd=tmp_path, capture_output=True, text=True, check=False)

    assert ran.returncode == 1
    assert ran.stderr == "lago-gitops: a.yaml can't be written: File too large; it was left unchanged\n"
    assert (tmp_path / "a.yaml").read_text() == before


@pytest.mark.parametrize("before", ["", "a run before\n"])
def test_a_journal_that_can_not_begin_leaves_no_part_of_a_line(tmp_path: Path, before: str) -> None:
    path = tmp_path / "run.jsonl"
    if before:
        path.write_text(before)
    with full_disk(), pytest.raises(OSError, match="File too large"):
        Journal(Stop()).begin(path, {}, json.dumps)

    assert (path.read_text() if path.exists() else "") == before
    assert path.exists() == bool(before)
