"""Base of our app configurations: import the modules that register things, once models exist."""

from importlib import import_module
from typing import ClassVar

from django.apps import AppConfig


class RegisteringAppConfig(AppConfig):
    """`registers` names the modules of the app whose import declares policies, events, panels …"""

    registers: ClassVar[tuple[str, ...]] = ()
    default = False  # the base itself is no app's configuration

    def __init_subclass__(cls) -> None:
        cls.default = True

    def ready(self) -> None:
        """Import the registering modules in the order given."""
        for name in self.registers:
            import_module(f"{self.name}.{name}")
