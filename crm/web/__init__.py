"""The page kit: lists, details, forms, deletion, bulk work. It knows no domain."""
