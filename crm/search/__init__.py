"""Full text search of names, pinyin, numbers and phones over an own index (`stack.md` 3.2).

A searchable app registers a `SearchEntity` in `AppConfig.ready()`, puts `CreateSearchIndex` into
a migration, calls `crm.search.index` from its services, and lists call `crm.search.plan.search`.
"""
