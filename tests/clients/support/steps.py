"""Steps of a client's script: each runs, whatever became of the one before, and prints `ok - …` or `not ok - …: why`."""

import sys
import traceback

STEPS = []


def step(run):
    """Adds a step; its name, read as a sentence, is the title."""
    STEPS.append((run.__name__.replace("_", " "), run))
    return run


def expect_error(kind, run, *, has=""):
    """Asserts that `run` raises `kind` with `has` in its text; gives the error."""
    try:
        answer = run()
    except kind as error:
        assert has in str(error), f"`{has}` expected in: {error}"
        return error
    raise AssertionError(f"{kind.__name__} with `{has}` expected, but it answered {answer!r:.200}")


def run_steps(title):
    """Runs all steps and ends the program: with 1 when one of them failed."""
    print(title, flush=True)
    failed = 0
    for name, run in STEPS:
        try:
            run()
        except Exception as error:
            failed += 1
            why = " ".join(f"{type(error).__name__}: {error}".split())
            print(f"not ok - {name}: {why:.600}", flush=True)
            traceback.print_exc()
        else:
            print(f"ok - {name}", flush=True)
    sys.exit(1 if failed else 0)
