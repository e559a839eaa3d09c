"""The developer's environment: what `./dev` does.

Everything here runs on the standard library of Python 3.10 or newer, because it has to run before
the virtual environment exists.
"""
