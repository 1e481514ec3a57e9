"""The project's settings, with the bare view beside its own addresses."""

from config.settings import *  # noqa: F403

ROOT_URLCONF = "tests.benchmarks.bare"
