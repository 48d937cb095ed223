"""The version of the product, as CHANGELOG.md counts it."""

VERSION = "0.1.0"
