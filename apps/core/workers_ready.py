"""Loaded by the process of which workers with apps are copies (core.workers): everything that they need, once."""

import gc

import django

django.setup()
# Pages that nothing writes to stay shared between the copies.
gc.freeze()
