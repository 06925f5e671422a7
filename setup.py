"""Builds the extension modules; everything else is in pyproject.toml.

Each source is compiled at the platform's floor but for the kernels, which get their own instruction set's flags and
are chosen at run time. Python's limited API makes one binary serve every CPython from 3.11.
"""

import os
import sys
import sysconfig
from glob import glob

from Cython.Build import cythonize
from setuptools import Extension, setup
from setuptools.command.build_ext import build_ext

FLAGS = {
    "avx2.c": ["-mavx2", "-mfma", "-mprfchw"],
    "avx512.c": ["-mavx512f", "-mavx512dq", "-mavx512bw", "-mavx512vl", "-mfma", "-mprfchw"],
}
IS_X86 = any(name in sysconfig.get_platform() for name in ("x86_64", "amd64"))
LIMITED_API = not sysconfig.get_config_var("Py_GIL_DISABLED")
OPTIMISE = os.environ.get("CW2V_CFLAGS", "-O3 -g0").split()



def flags_of(source: str) -> list[str]:
    """What a source is compiled with besides the extension's flags.

    Python's own flags are used too, and have -fwrapv among them: with it no loop over an int32 becomes one over
    vectors. Our C does without signed overflow, which its tests under sanitizers check; what Cython writes keeps it.
    """
    if not source.startswith("csrc"):
        return []
    return ["-fno-wrapv", *(FLAGS.get(os.path.basename(source), []) if IS_X86 else [])]


class BuildExt(build_ext):
    """Gives each source file its flags."""

    def build_extensions(self) -> None:
        compiler = self.compiler
        plain = getattr(compiler, "_compile", None)
        if plain is not None:

            def compile_one(obj, src, ext, cc_args, extra_postargs, pp_opts):
                plain(obj, src, ext, cc_args, [*extra_postargs, *flags_of(src)], pp_opts)

            compiler._compile = compile_one
        super().build_extensions()


def extension(name: str, sources: list[str]) -> Extension:
    return Extension(
        name,
        sources,
        include_dirs=["csrc"],
        depends=glob("csrc/**/*.[hi]*", recursive=True),
        define_macros=[("Py_LIMITED_API", "0x030B0000")] if LIMITED_API else [],
        py_limited_api=LIMITED_API,
        extra_compile_args=["-std=c11", *OPTIMISE, "-fvisibility=hidden", "-ffp-contract=off"],
        libraries=[] if sys.platform == "win32" else ["m"],
    )


CORE = [path for folder in ("simd", "rng", "model", "step", "train") for path in sorted(glob(f"csrc/{folder}/*.c"))]
TEXT = sorted(glob("csrc/text/*.c"))
QUERY = sorted(glob("csrc/query/*.c"))
COOCCUR = sorted(glob("csrc/cooccur/*.c"))
PHRASES = sorted(glob("csrc/phrases/*.c"))
VECTORS = [*sorted(glob("csrc/vectors/*.c")), "csrc/text/utf8.c"]

setup(
    ext_modules=cythonize(
        [extension("cw2v._core", ["cw2v/_core.pyx", *CORE]), extension("cw2v._text", ["cw2v/_text.pyx", *TEXT]),
         extension("cw2v._lists", ["cw2v/_lists.pyx"]),
         extension("cw2v._cooccur", ["cw2v/_cooccur.pyx", *COOCCUR]),
         extension("cw2v._phrases", ["cw2v/_phrases.pyx", *PHRASES]),
         extension("cw2v._query", ["cw2v/_query.pyx", *QUERY]),
         extension("cw2v._vectors", ["cw2v/_vectors.pyx", *VECTORS])],
        language_level=3,
    ),
    cmdclass={"build_ext": BuildExt},
    options={"bdist_wheel": {"py_limited_api": "cp311"}} if LIMITED_API else {},
)
