"""Installs the bundle it lies in, without a network: python3 install.py [FOLDER]

Written so that an old Python, too, gets as far as the sentence that says which one is needed."""

import hashlib
import json
import os
import platform
import shutil
import subprocess
import sys

HERE = os.path.dirname(os.path.abspath(__file__))


def stop(reason):
    sys.stderr.write(reason + "\n")
    sys.exit(1)


def check_machine(description, target):
    version = ".".join(description["python"])
    if "%d.%d" % sys.version_info[:2] != version:
        stop(
            "需要 Python %s，现在是 %s。请用 python%s install.py 运行。"
            % (version, platform.python_version(), version)
        )
    machine = (platform.system(), platform.machine())
    if machine != (description["system"], description["machine"]):
        stop(
            "这个安装包是给 %s %s 做的，本机是 %s %s。请在同样的机器上重新制作。"
            % (description["system"], description["machine"], *machine)
        )
    try:
        import ensurepip  # noqa: F401
        import venv  # noqa: F401
    except ImportError:
        stop("这个 Python 没有 venv。请先安装 python%s-venv。" % version)
    if os.path.exists(target) and os.listdir(target):
        stop("%s 已经有内容。请换一个文件夹：python3 install.py 文件夹" % target)
    parent = os.path.dirname(target)
    while not os.path.isdir(parent):
        parent = os.path.dirname(parent)
    free = shutil.disk_usage(parent).free
    if free < description["room"]:
        stop("磁盘空间不够：需要 %d MB，剩余 %d MB。" % (description["room"] >> 20, free >> 20))


def check_files():
    """Every file as it was packed, and none that was not."""
    with open(os.path.join(HERE, "SHA256SUMS"), encoding="utf-8") as sums:
        digests = {
            name: digest for digest, name in (line.rstrip("\n").split("  ", 1) for line in sums)
        }
    for name in ("wheels", "jars"):
        for entry in os.listdir(os.path.join(HERE, name)):
            if name + "/" + entry not in digests:
                stop("安装包里多出了文件：%s/%s。请重新复制安装包。" % (name, entry))
    for done, name in enumerate(sorted(digests), 1):
        try:
            with open(os.path.join(HERE, name), "rb") as content:
                digest = hashlib.sha256(content.read()).hexdigest()
        except OSError:
            stop("安装包不完整，缺少 %s。请重新复制安装包。" % name)
        if digest != digests[name]:
            stop("文件损坏或被改过：%s。请重新复制安装包。" % name)
        sys.stdout.write("\r核对文件 %d/%d" % (done, len(digests)))
        sys.stdout.flush()
    sys.stdout.write("\n")


def main():
    target = os.path.abspath(sys.argv[1] if len(sys.argv) > 1 else "backstop")
    with open(os.path.join(HERE, "bundle.json"), encoding="utf-8") as file:
        check_machine(json.load(file), target)
    check_files()
    print("安装到 %s …" % target)
    try:
        subprocess.check_call([sys.executable, "-m", "venv", target])
        python = os.path.join(target, "bin", "python")
        subprocess.check_call(
            [
                python,
                "-m",
                "pip",
                "--disable-pip-version-check",
                "install",
                "--quiet",
                "--no-index",
                "--find-links",
                os.path.join(HERE, "wheels"),
                "--only-binary",
                ":all:",
                "backstop[local]",
            ]
        )
        shutil.copytree(
            os.path.join(HERE, "jars"), os.path.join(target, "share", "backstop", "jars")
        )
    except (subprocess.CalledProcessError, OSError) as error:
        shutil.rmtree(target, ignore_errors=True)
        stop("安装没有成功：%s" % error)
    print("安装好了。启动：%s up" % os.path.join(target, "bin", "backstop"))


if __name__ == "__main__":
    main()
