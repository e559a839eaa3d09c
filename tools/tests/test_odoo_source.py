"""Making Odoo's source usable out of Debian's package."""

import io
import lzma
import tarfile

import pytest

from tools import debian, odoo_source, paths
from tools.report import Problem

ROOT = "./usr/lib/python3/dist-packages/odoo"
LINK = f"{ROOT}/addons/web/static/lib/jquery/jquery.js"
TARGET = "usr/share/javascript/jquery/jquery.js"


def package(path, files=(), links=()):
    """Write a Debian package with files (name -> text) and symbolic links (name -> target)."""
    raw = io.BytesIO()
    with tarfile.open(fileobj=raw, mode="w") as tar:
        for name, text in dict(files).items():
            info = tarfile.TarInfo(name)
            info.size = len(text)
            tar.addfile(info, io.BytesIO(text.encode()))
        for name, target in dict(links).items():
            info = tarfile.TarInfo(name)
            info.type, info.linkname = tarfile.SYMTYPE, target
            tar.addfile(info)
    with path.open("wb") as stream:
        stream.write(debian.AR_MAGIC)
        for name, data in {
            "debian-binary": b"2.0",
            "data.tar.xz": lzma.compress(raw.getvalue()),
        }.items():
            stream.write(f"{name:<16}{0:<12}{0:<6}{0:<6}{100644:<8}{len(data):<10}`\n".encode())
            stream.write(data + b"\n" * (len(data) % 2))
    return path


@pytest.fixture
def debs(tmp_path):
    """Odoo's package and the one with jQuery, both very small."""
    odoo = package(
        tmp_path / "odoo.deb",
        {
            f"{ROOT}/release.py": "version_info = (19, 0, 0, 'final', 0, '')",
            f"{ROOT}/addons/sale/i18n/zh_CN.po": "",
            f"{ROOT}/addons/sale/i18n/fr.po": "",
            "./usr/share/doc/odoo/README": "",
        },
        {LINK: "../" * 9 + "share/javascript/jquery/jquery.js", f"{ROOT}/stale": "../gone"},
    )
    return odoo, package(tmp_path / "jquery.deb", {f"./{TARGET}": "jQuery"})


def test_only_odoo_with_chinese_translations_is_unpacked(debs, tmp_path):
    part = tmp_path / "part"
    links = odoo_source._unpack(debs[0], part)
    odoo_source._replace_links(links, [debs[1]], part)
    odoo_source._complete(part)
    found = {str(path.relative_to(part)) for path in part.rglob("*") if path.is_file()}
    assert found == {
        "odoo/release.py",
        "odoo/addons/sale/i18n/zh_CN.po",
        "odoo/addons/web/static/lib/jquery/jquery.js",
        odoo_source.SEGMENTATION,
        "odoo-bin",
    }


def test_a_half_made_source_is_made_again(monkeypatch, tmp_path, debs):
    monkeypatch.setattr(paths, "ODOO", tmp_path / "19.0")
    monkeypatch.delenv("ODOO_SRC", raising=False)
    paths.ODOO.mkdir()
    (paths.ODOO / "half").touch()
    monkeypatch.setattr(debian, "mirrors", lambda: ["http://mirror"])
    monkeypatch.setattr(
        debian, "fetch_pool", lambda path, digest: debs[0] if "odoo-19" in path else debs[1]
    )
    assert odoo_source.ensure() == paths.ODOO
    assert not (paths.ODOO / "half").exists()
    assert odoo_source.identity() == "odoo.deb"


def test_a_wrong_folder_is_refused(monkeypatch, tmp_path):
    monkeypatch.setenv("ODOO_SRC", str(tmp_path))
    with pytest.raises(Problem, match="holds no Odoo source"):
        odoo_source.ensure()


def test_another_series_is_refused(monkeypatch, tmp_path):
    (tmp_path / "odoo").mkdir()
    (tmp_path / "odoo" / "release.py").write_text("version_info = (18, 0, 0, 'final', 0, '')")
    monkeypatch.setenv("ODOO_SRC", str(tmp_path))
    with pytest.raises(Problem, match="is not Odoo 19.0"):
        odoo_source.ensure()


def test_what_is_no_package_is_refused(tmp_path):
    (tmp_path / "page.deb").write_text("<html>")
    with (
        pytest.raises(Problem, match="is no Debian package"),
        debian.content(tmp_path / "page.deb"),
    ):
        raise AssertionError("nothing can be read")


def test_mirrors_named_by_the_user_come_first(monkeypatch):
    monkeypatch.setenv("DEV_MIRROR", "http://mirror.example/debian/")
    assert debian.mirrors()[0] == "http://mirror.example/debian"
