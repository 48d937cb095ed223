"""What accounts add to the frame of every page: the addresses behind the user menu."""

from crm.web import context

context.register_link("profile", "accounts:profile")
context.register_link("password", "account_change_password")
context.register_link("theme", "accounts:theme")
context.register_link("language", "accounts:language")
context.register_link("nav_state", "accounts:nav_state")
context.register_link("page_size", "accounts:page_size")
context.register_link("logout", "account_logout")
