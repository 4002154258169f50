"""Calls every public method of simple-salesforce, as published, with success and with an error.

Run by tests/clients/run, which lets login.salesforce.com and *.my.salesforce.com lead to the mock. The last step holds
what was called against what the library has: a method that a newer version adds fails there until it is called.
"""

import inspect
import sys
import threading
from importlib.metadata import version
from pathlib import Path

import simple_salesforce

sys.path.insert(0, str(Path(__file__).parent))

CALLED = set()


def seen(frame, event, _):
    """Remembers which functions run; nothing of the library is changed for that."""
    if event == "call":
        CALLED.add(frame.f_code)


threading.setprofile(seen)
sys.setprofile(seen)

# pylint: disable=wrong-import-position,unused-import
from methods import logins, org_wide, records, bulk, bulk2, metadata
from simple_salesforce import api, bulk as bulk1_module, bulk2 as bulk2_module, format as format_module, login, metadata as metadata_module
from support.steps import run_steps, step

MODULES = [api, bulk1_module, bulk2_module, format_module, login, metadata_module]


def public_functions():
    """Every public function and method of the library, by its name."""
    for module in MODULES:
        for name, value in vars(module).items():
            if name.startswith("_") or getattr(value, "__module__", "") != module.__name__:
                continue
            if inspect.isfunction(value):
                yield f"{module.__name__}.{name}", value
            elif inspect.isclass(value):
                for method, attribute in vars(value).items():
                    attribute = getattr(attribute, "__func__", getattr(attribute, "fget", attribute))
                    if inspect.isfunction(attribute) and not method.startswith("_"):
                        yield f"{name}.{method}", attribute


@step
def every_public_method_was_called():
    functions = dict(public_functions())
    assert len(functions) > 60, sorted(functions)
    missing = sorted(name for name, function in functions.items() if function.__code__ not in CALLED)
    assert not missing, missing
    print(f"  {len(functions)} public methods: {', '.join(sorted(functions))}")


if __name__ == "__main__":
    run_steps(f"simple-salesforce {version('simple-salesforce')} on Python {sys.version.split()[0]}")
